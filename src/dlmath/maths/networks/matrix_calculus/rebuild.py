"""The same operation on other operands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.expression import Expr

_BUILDERS: dict[str, Callable[..., Expr]] = {
    "add": build.add,
    "mul": build.mul,
    "had": build.had,
    "power": build.power,
    "epow": build.epow,
    "transpose": build.transpose,
    "inv": build.inv,
    "tr": build.trace,
    "det": build.det,
    "logdet": build.logdet,
    "norm": build.norm,
    "sum": build.total,
    "diag": build.diag,
    "vec": build.vec,
    "kron": build.kron,
    "softmax": build.softmax,
    "logsumexp": build.logsumexp,
    "d": build.differential,
}


def rebuild(e: Expr, args: Sequence[Expr]) -> Expr:
    """`e` with its operands exchanged, in normal form."""
    if e.op == "name" or not e.args:
        return e
    if e.op == "func":
        return build.func(str(e.value), args[0])
    if e.op == "reshape":
        return build.reshape(args[0], e.shape)
    return _BUILDERS[e.op](*args)


def replaced(e: Expr, change: Callable[[Expr], Any]) -> Expr:
    """The expression with every part exchanged for what `change` gives, where that is not None."""
    found = change(e)
    if found is not None:
        assert isinstance(found, Expr)
        return found
    if not e.args or e.op == "name":
        return e
    return rebuild(e, [replaced(part, change) for part in e.args])
