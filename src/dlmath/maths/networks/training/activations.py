"""Activations of hidden layers as functions of arrays, with derivatives by the rules of the graph.

The derivative is not written here: it is what `expression.gradient` finds for the function of the
language, compiled for arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.expression.compile import compile_function
from dlmath.expression.graph import Node, call, symbol
from dlmath.maths.networks.activation_data import ACTIVATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

IDENTITY = "identity"

#: What `--activation` takes.
NAMES = (*ACTIVATIONS, IDENTITY)

#: Activations that are about linear for large x and 0 for very negative x, or nearly so.
_RECTIFIED = frozenset("relu leaky_relu elu gelu silu mish softplus".split())

_COMPARED = {"gt": "greater", "ge": "greater_equal", "lt": "less", "le": "less_equal"}


class Kernel(NamedTuple):
    """value: of an array of any shape. both: value and slope, in one pass.

    expression: the function of x. slope: its derivative, by the rules of the graph.
    """

    value: Callable[[Array], Array]
    both: Callable[[Array], tuple[Array, Array]]
    expression: Node
    slope: Node


def initialization_for(activation: str) -> str:
    """The initialization that keeps the size of signals through layers of this activation."""
    if activation == "selu":
        return "lecun"  # Klambauer and others 2017, section 2
    return "he" if activation in _RECTIFIED else "xavier"


@cache
def kernel(name: str) -> Kernel:
    """The activation of this name, one of `NAMES`.

    numpy's warnings of undefined entries are the caller's to silence.
    """
    from dlmath.expression.gradient import gradient

    x = symbol("x")
    function = x if name == IDENTITY else call(name, x)
    slope = gradient(function, ["x"])["x"]
    (alone,) = (compile_function([function], ["x"], arrays=True, quiet=False),)
    masked = _two_pieces(slope)
    if masked is None:
        together = compile_function([function, slope], ["x"], arrays=True, quiet=False)

        def both(z: Array) -> tuple[Array, Array]:
            value, derivative = together(z)
            return value, derivative
    else:

        def both(z: Array) -> tuple[Array, Array]:
            return alone(z)[0], masked(z)

    return Kernel(lambda z: alone(z)[0], both, function, slope)


def _two_pieces(slope: Node) -> Callable[[Array], Array] | None:
    """A slope that has one value where x is on one side of a number, and another elsewhere.

    The same values as the compiled `piecewise`, without its care for conditions that are
    undecided: a nan shows in the loss. None for a slope of another form.
    """
    import numpy as np

    if slope.op != "piecewise" or len(slope.args) != 4 or slope.args[3].op != "true":
        return None
    first, condition, second, _ = slope.args
    statements = condition.args if condition.op == "and" else (condition,)
    tests = []
    for statement in statements:
        compare = _COMPARED.get(statement.op)
        if compare is None or statement.args[0] != symbol("x"):
            return None
        if statement.args[1].op != "number":
            return None
        tests.append((getattr(np, compare), _float(statement.args[1])))
    pieces = compile_function([first, second], ["x"], arrays=True, quiet=False)
    plain = all(part.op == "number" for part in (first, second))
    zero_one = plain and (first.value, second.value) == (1, 0)

    def masked(z: Array) -> Array:
        compare, limit = tests[0]
        where: Array = compare(z, limit)
        for compare, limit in tests[1:]:
            where = where & compare(z, limit)
        if zero_one:
            return where
        found: Array = np.where(where, *pieces(z))
        return found

    return masked


def _float(node: Node) -> float:
    assert isinstance(node.value, (int, Fraction))
    return float(node.value)
