"""What kind of equation it is: elliptic, parabolic, hyperbolic, or of first order."""

from __future__ import annotations

import random
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, free_symbols, mul, number, power, sub, symbol
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.pde.read import Equation

FIRST = "first order"
ELLIPTIC, PARABOLIC, HYPERBOLIC = "elliptic", "parabolic", "hyperbolic"
#: The sign of the discriminant depends on the place.
VARYING = "mixed type"
HIGHER = "higher order"


class Kind(NamedTuple):
    """The name, and how it was recognized. discriminant: B^2 - 4AC, for second order."""

    name: str
    why: Sentence
    discriminant: Node | None = None


def kind_of(equation: Equation) -> Kind:
    """By the sign of B^2 - 4AC, where A u_xx + B u_xt + C u_tt are the highest derivatives.

    Parameters are taken as positive. (Evans, Partial Differential Equations, section 2; of an
    equation that is not linear the kind may depend on the solution.)
    """
    if equation.order == 1:
        what = "linear" if equation.linear else _degree(equation)
        return Kind(FIRST, (f"only first derivatives occur; {what}",))
    if equation.order > 2:
        return Kind(HIGHER, (f"derivatives of order {equation.order} occur",))
    a, b, c = (_slope(equation, orders) for orders in ((2, 0), (1, 1), (0, 2)))
    found = tidy(sub(power(b, number(2)), mul(number(4), a, c)))
    x, t = symbol(equation.space), symbol(equation.time)
    words: Sentence = (
        "with A = ", a, ", B = ", b, ", C = ", c, " before ", equation.at((2, 0)), ", ",
        equation.at((1, 1)), ", ", equation.at((0, 2)), " the discriminant B^2 - 4*A*C is ", found,
    )  # fmt: skip
    signs = _signs(found)
    names = {1: HYPERBOLIC, 0: PARABOLIC, -1: ELLIPTIC}
    if len(signs) == 1:
        sign = next(iter(signs))
        shown = "" if found.op == "number" else {1: " > 0", 0: " = 0", -1: " < 0"}[sign]
        return Kind(names[sign], (*words, *([shown] if shown else [])), found)
    where: list[str | Node] = [", whose sign depends on "]
    depends = [v for v in (x, t) if v.name in free_symbols(found)] or [equation.at()]
    for k, one in enumerate(depends):
        where += [" and ", one] if k else [one]
    return Kind(VARYING, (*words, *where), found)


def _degree(equation: Equation) -> str:
    tops = [equation.label(o) for o in ((1, 0), (0, 1))]
    slopes = gradient(equation.expression, tops)
    quasi = not any(set(tops) & free_symbols(tidy(s)) for s in slopes.values())
    return "quasi-linear: linear in the derivatives" if quasi else "nonlinear in the derivatives"


def _slope(equation: Equation, orders: tuple[int, int]) -> Node:
    name = equation.label(orders)
    return tidy(gradient(equation.expression, [name])[name])


def _signs(node: Node) -> set[int]:
    """Signs at random places; variables of either sign, parameters positive."""
    rng = random.Random(4)  # noqa: S311
    names = sorted(free_symbols(node))
    found: set[int] = set()
    for _ in range(40 if names else 1):
        where = {
            name: rng.uniform(-2, 2) if name in ("x", "t", "y", "z") else rng.uniform(0.2, 2)
            for name in names
        }
        value = evaluate(node, where)
        if isinstance(value, (int, float)) and value == value:
            found.add((value > 1e-12) - (value < -1e-12))
    return found or {0}
