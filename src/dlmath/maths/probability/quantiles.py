"""Quantiles of a distribution: by formula, by scipy.special, to any digits by Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlmath.answer import Check
from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    HALF,
    INFINITY,
    MINUS_ONE,
    Node,
    add,
    free_symbols,
    mul,
    number,
    symbol,
    vector,
)
from dlmath.expression.numbers import to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, exact
from dlmath.maths.probability.family import OUTCOME
from dlmath.maths.probability.parts import Part, computed, float_of
from dlmath.settings import Settings


def quantile_part(distribution: Distribution, p: Node, settings: Settings) -> Part:
    """The least outcome that is not exceeded with probability p."""
    if _is_half(p) and (median := distribution.known("median").value) is not None:
        formula: Node | None = median
    else:
        formula = distribution.known("quantile", p).value
    part = None if formula is None else computed("quantile", formula, settings)
    if part is None:
        if distribution.symbols() or free_symbols(p):
            standard = _standard_quantile(distribution, p, settings)
            if standard is not None:
                return standard
            raise Unsolved(
                f"the quantiles of {distribution.family.name} have no closed form here",
                hint="give every parameter a number, for example with --at",
            )
        part = _numeric_quantile(distribution, p, settings)
    if distribution.symbols() or free_symbols(p) or not settings.check:
        return part
    return part._replace(check=_check_quantile(distribution, part, float_of(p)))


def _is_half(p: Node) -> bool:
    """Is it one half?"""
    return tidy(add(p, mul(MINUS_ONE, HALF))) is number(0) if not free_symbols(p) else False


def _standard_quantile(distribution: Distribution, p: Node, settings: Settings) -> Part | None:
    """mu + sigma*z for a normal distribution with symbols and a probability that is a number."""
    if distribution.family.name != "normal" or free_symbols(p):
        return None
    from dlmath.expression.text import to_text
    from dlmath.maths.probability.numeric import quantile
    from dlmath.maths.probability.reading import read_family

    z = quantile(read_family("normal"), float_of(p))
    mu, sigma = (distribution.parameters[name] for name in ("mu", "sigma"))
    factor = f"{abs(z):.{settings.digits or 10}g}"
    spread = to_text(mul(symbol("factor"), sigma)).replace("factor", factor, 1)
    text = f"{to_text(mu)} {'-' if z < 0 else '+'} {spread}"
    return Part("quantile", text, None, notes=(("the factor is rounded",),))


def _numeric_quantile(distribution: Distribution, p: Node, settings: Settings) -> Part:
    from dlmath.expression import precise
    from dlmath.maths.probability.numeric import quantile

    value: Any = quantile(distribution, float_of(p))
    if value in (float("inf"), -float("inf")):
        return Part("quantile", INFINITY if value > 0 else mul(MINUS_ONE, INFINITY), None)
    if distribution.family.discrete:
        return Part("quantile", number(int(value)), int(value))
    digits = settings.digits or 10
    if digits > 14:
        value = _refined(distribution, value, p, digits)
    text = precise.decimal_text(value, digits)
    return Part("quantile", text, value, text)


def _refined(distribution: Distribution, start: float, p: Node, digits: int) -> Any:
    """More digits of a quantile by Newton's method on the distribution function.

    Raises Unsolved where that has no formula.
    """
    import mpmath

    from dlmath.expression import precise

    x = symbol(OUTCOME)
    off = _distance(distribution, p, digits)
    slope = distribution.density(x)
    with mpmath.mp.workdps(digits + 20):
        value = mpmath.mpf(start)
        for _ in range(max(4, digits.bit_length())):
            at = {OUTCOME: value}
            value -= off(value) / precise.evaluate(slope, at, digits + 15)
        return +value


def _distance(distribution: Distribution, p: Node, digits: int) -> Callable[[Any], Any]:
    """P(X <= x) - p as a function of x, to these digits. Raises Unsolved."""
    from dlmath.expression import precise
    from dlmath.maths.probability.precise_cdf import precise_cdf

    formula = distribution.known("cdf", symbol(OUTCOME)).value
    if formula is not None:
        off = add(formula, mul(MINUS_ONE, p))
        return lambda x: precise.evaluate(off, {OUTCOME: x}, digits + 15)
    cumulative = precise_cdf(distribution, digits)
    if cumulative is None:
        raise Unsolved(f"only 14 digits of the quantiles of {distribution.family.name} are known")
    probability = precise.evaluate(p, {}, digits + 15)
    return lambda x: cumulative(x) - probability


def _check_quantile(distribution: Distribution, part: Part, p: float) -> Check | None:
    """The probability up to the quantile, by quadrature or sums."""
    import math

    from dlmath.checks.density import check_least, check_probability
    from dlmath.maths.probability.numeric import as_density

    if part.value is None:
        return None
    value = float(to_float(part.value))
    if not math.isfinite(value):
        return None
    density = as_density(distribution)
    if distribution.family.discrete:
        return check_least(density, int(value), p)
    return check_probability(density, exact(value), p)


def interval_part(distribution: Distribution, p: Node, settings: Settings) -> Part:
    """The interval that leaves as much probability below as above."""
    tail = tidy(mul(HALF, add(number(1), mul(MINUS_ONE, p))))
    ends = [quantile_part(distribution, tail, settings)]
    ends.append(quantile_part(distribution, tidy(add(number(1), mul(MINUS_ONE, tail))), settings))
    checks = [end.check for end in ends if end.check is not None]
    notes = tuple(dict.fromkeys(note for end in ends for note in end.notes))
    values = [end.value for end in ends]
    value = values if None not in values else None
    nodes = [end.result for end in ends if isinstance(end.result, Node)]
    result: Node | str
    result = vector(nodes) if len(nodes) == 2 else f"[{_text(ends[0])}, {_text(ends[1])}]"
    decimal = None
    if value is not None:
        decimal = "[" + ", ".join(end.decimal or _text(end) for end in ends) + "]"
    check = next((c for c in checks if c.verdict == "failed"), checks[0] if checks else None)
    return Part("interval", result, value, decimal, check=check, notes=notes)


def _text(part: Part) -> str:
    from dlmath.expression.text import to_text

    return part.result if isinstance(part.result, str) else to_text(part.result)
