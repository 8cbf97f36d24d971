"""The names that the project knows of sympy's: an upgrade that changes one fails here."""

import os
import subprocess
import sys

import pytest

from dlmath.expression import sympy_names
from dlmath.expression.from_sympy import _REWRITTEN
from dlmath.expression.sympy_names import load_sympy
from dlmath.expression.vocabulary import FUNCTIONS

CLASSES = {**sympy_names.SAME, **sympy_names.LOGIC, **sympy_names.UNEVALUATED}


@pytest.mark.parametrize("name", sorted(set(CLASSES.values())))
def test_each_class_has_the_name_that_its_objects_show(name: str) -> None:
    assert getattr(load_sympy(), name).__name__ == name


@pytest.mark.parametrize("name", sorted(sympy_names.CONSTANTS.values()))
def test_constants_are_singletons_of_that_class(name: str) -> None:
    assert type(getattr(load_sympy().S, name)).__name__ == name


@pytest.mark.parametrize("name", sorted(_REWRITTEN))
def test_what_is_rewritten_exists(name: str) -> None:
    if name == "Cbrt":
        from sympy.codegen.cfunctions import Cbrt

        assert Cbrt.__name__ == name
    else:
        import sympy.functions

        found = getattr(load_sympy(), name, None) or getattr(sympy.functions, name)
        assert found.__name__ == name


def test_every_same_name_is_in_the_vocabulary() -> None:
    assert set(sympy_names.SAME) <= set(FUNCTIONS)


def test_environment_is_not_code() -> None:
    """sympy evaluates SYMPY_DEBUG when it is imported; `load_sympy` takes it away first."""
    code = (
        "from dlmath.expression.sympy_names import load_sympy; load_sympy(); "
        "import os; print([n for n in os.environ if n.startswith('SYMPY_')])"
    )
    environment = {**os.environ, "SYMPY_DEBUG": "print('executed')"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"
