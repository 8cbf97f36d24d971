"""Comparisons of sums of normal variables, which are normal themselves."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Step
from dlmath.expression.graph import (
    HALF,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.exact_means import Mean
from dlmath.maths.probability.joint import Joint, total
from dlmath.maths.probability.model import Variable


def of_normals(needed: Sequence[Variable], event: Node) -> Mean | None:
    """A comparison of sums of normal variables is one of a normal variable with 0."""
    if event.op not in ("lt", "le", "gt", "ge") or not all(map(_is_normal, needed)):
        return None
    left, right = event.args
    difference = tidy(expand(sub(left, right)))
    names = [name for variable in needed for name in variable.names]
    slopes, constant = _line(difference, names)
    if slopes is None:
        return None
    mean, variance = constant, ZERO
    for variable in needed:
        part, spread = _moments(variable, slopes)
        mean, variance = add(mean, part), add(variance, spread)
    mean, variance = tidy(mean), tidy(variance)
    if variance is ZERO:
        return None
    sign = neg(mean) if event.op in ("lt", "le") else mean
    found = mul(HALF, call("erfc", neg(div(sign, mul(sqrt(number(2)), sqrt(variance))))))
    steps = (
        Step(
            "sum of normals",
            (
                "the difference ",
                difference,
                " is normal with mean ",
                mean,
                " and variance ",
                variance,
            ),
        ),
        Step(
            "distribution function",
            ("the probability that it is on that side of 0",),
            found,
            tidy(found),
        ),
    )
    return Mean(tidy(found), steps)


def _is_normal(variable: Variable) -> bool:
    chosen = variable.distribution
    if isinstance(chosen, Joint):
        return chosen.name == "multivariate_normal"
    return chosen.family.name == "normal"


def _line(difference: Node, names: Sequence[str]) -> tuple[dict[str, Node] | None, Node]:
    """Slopes and constant of what is linear in the names."""
    from dlmath.expression.graph import symbol

    slopes: dict[str, Node] = {}
    rest: list[Node] = []
    for term in difference.args if difference.op == "add" else (difference,):
        inside = free_symbols(term) & set(names)
        if not inside:
            rest.append(term)
            continue
        factors = term.args if term.op == "mul" else (term,)
        if len(inside) > 1:
            return None, ZERO
        (name,) = inside
        own = [factor for factor in factors if name in free_symbols(factor)]
        if own != [symbol(name)]:
            return None, ZERO
        others = [factor for factor in factors if name not in free_symbols(factor)]
        slope = mul(*others) if others else ONE
        slopes[name] = add(slopes.get(name, ZERO), slope)
    return slopes, total(rest)


def _moments(variable: Variable, slopes: dict[str, Node]) -> tuple[Node, Node]:
    """Mean and variance of the part of a sum that one variable, or joint ones, make."""
    a = [slopes.get(name, ZERO) for name in variable.names]
    chosen = variable.distribution
    if isinstance(chosen, Distribution):
        sigma = chosen.parameters["sigma"]
        return mul(a[0], chosen.parameters["mu"]), mul(
            power(a[0], number(2)), power(sigma, number(2))
        )
    means = chosen.mean.args
    rows = [row.args for row in chosen.covariance.args]
    mean = total([mul(x, m) for x, m in zip(a, means, strict=True)])
    spread = total([mul(x, rows[i][j], y) for i, x in enumerate(a) for j, y in enumerate(a)])
    return mean, spread
