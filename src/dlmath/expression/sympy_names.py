"""What `to_sympy` and `from_sympy` share: how sympy is started, and its names for our functions.

Only these three modules know sympy's names; `tests/expression/test_sympy_names.py` fails when an
upgrade changes one of them.
"""

from __future__ import annotations

from typing import Any


class Unsupported(ValueError):
    """sympy, or the language of this project, has no word for it."""


def load_sympy() -> Any:
    """The sympy module, started safely.

    sympy evaluates the text of the environment variables `SYMPY_*` when it is imported, so they
    are removed first: the environment of a caller is not code to run.
    """
    import os
    import sys

    if "sympy" not in sys.modules:
        for name in [name for name in os.environ if name.startswith("SYMPY_")]:
            del os.environ[name]
    import sympy

    return sympy


#: Our name to sympy's, where one application is exactly the other for every number of operands.
SAME: dict[str, str] = {
    **{
        name: name
        for name in (
            "exp sin cos tan sec csc cot asin acos atan asec acsc acot atan2 sinh cosh tanh sech "
            "csch coth asinh acosh atanh asech acsch acoth sign floor re im conjugate arg erf "
            "erfc erfi gamma loggamma digamma polygamma beta uppergamma lowergamma factorial "
            "binomial Si Ci Shi Chi Ei li expint fresnels fresnelc airyai airybi airyaiprime "
            "airybiprime besselj bessely besseli besselk polylog zeta LambertW elliptic_k "
            "elliptic_e elliptic_f elliptic_pi hyper log"
        ).split()
    },
    "abs": "Abs",
    "ceil": "ceiling",
    "max": "Max",
    "min": "Min",
    "heaviside": "Heaviside",
}

#: Relations and connectives: our operation to sympy's class.
LOGIC: dict[str, str] = {
    "lt": "StrictLessThan",
    "le": "LessThan",
    "gt": "StrictGreaterThan",
    "ge": "GreaterThan",
    "eq": "Equality",
    "ne": "Unequality",
    "and": "And",
    "or": "Or",
    "not": "Not",
}

#: Our constants to sympy's names in `sympy.S`.
CONSTANTS: dict[str, str] = {
    "pi": "Pi",
    "e": "Exp1",
    "i": "ImaginaryUnit",
    "oo": "Infinity",
}

#: Operations kept unevaluated: ours to sympy's class.
UNEVALUATED: dict[str, str] = {
    "sum": "Sum",
    "product": "Product",
    "derive": "Derivative",
    "integrate": "Integral",
    "limit": "Limit",
}

#: Sides of a limit: ours to the sign that sympy writes.
SIDES: dict[str, str] = {"both": "+-", "left": "-", "right": "+"}
