"""`dist`: what is known of a distribution, its density and distribution function, samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dlmath.answer import Answer, Check, Sentence, Step
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.graph import (
    HALF,
    INFINITY,
    MINUS_ONE,
    Node,
    add,
    free_symbols,
    mul,
    number,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, exact
from dlmath.maths.probability.family import OUTCOME
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.summary import describe_sentence, summary
from dlmath.settings import DEFAULTS, Settings


class Questions(NamedTuple):
    """What is asked of a distribution beside its summary; None: not asked.

    density, cumulative: at these outcomes. quantile: of this probability. interval: the central
    one with this probability. sample_size, seed: of a sample.
    """

    density: Node | None = None
    cumulative: Node | None = None
    quantile: Node | None = None
    interval: Node | None = None
    sample_size: int | None = None
    seed: int | None = None

    def asked(self) -> bool:
        """Is anything asked?"""
        return any(part is not None for part in self[:5])


class Part(NamedTuple):
    """One answer: under which fact, the result, its number and digits, what it is exactly."""

    name: str
    result: Node | str
    value: Any
    decimal: str | None = None
    exact: Node | str | None = None
    check: Check | None = None
    notes: tuple[Sentence, ...] = ()
    steps: tuple[Step, ...] = ()


def dist(
    distribution: Distribution | Joint,
    questions: Questions | None = None,
    settings: Settings = DEFAULTS,
) -> Answer:
    """The summary of a distribution, or what is asked of it.

    Raises InvalidInput for a probability that is none, Unsolved.
    """
    questions = questions or Questions()
    if isinstance(distribution, Joint):
        from dlmath.maths.probability.joint_summary import joint_dist

        return joint_dist(distribution, questions, settings)
    if settings.at:
        values = dict(settings.at)
        filled = {name: substitute(v, values) for name, v in distribution.parameters.items()}
        distribution = Distribution(distribution.family, filled)
    answer = Answer("dist", question=describe_sentence(distribution))
    if questions.asked():
        _answer(answer, list(_parts(distribution, questions, settings)), settings)
    else:
        summary(answer, distribution, settings)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import distribution_picture

        shaded = _shaded(distribution, answer, questions)
        put_picture(answer, distribution_picture, distribution, *shaded)
    return answer


def _answer(answer: Answer, parts: list[Part], settings: Settings) -> None:
    results = [part.result for part in parts]
    answer.result = results[0] if len(results) == 1 else tuple(results)
    if len(parts) == 1:
        answer.value, answer.decimal = parts[0].value, parts[0].decimal
    for part in parts:
        answer.facts[part.name] = part.value if part.value is not None else part.result
        if part.exact is not None:
            answer.facts["exact" if len(parts) == 1 else f"{part.name} exactly"] = part.exact
        answer.notes += [note for note in part.notes if note not in answer.notes]
        if settings.steps:
            answer.steps += part.steps
        if part.check is not None and settings.check:
            answer.checks.append(part.check)


def _parts(distribution: Distribution, questions: Questions, settings: Settings) -> Iterator[Part]:
    if questions.density is not None:
        yield _density(distribution, questions.density, settings)
    if questions.cumulative is not None:
        yield _cumulative(distribution, questions.cumulative, settings)
    if questions.quantile is not None:
        yield _quantile(distribution, _probability(questions.quantile, "quantile"), settings)
    if questions.interval is not None:
        yield _interval(distribution, _probability(questions.interval, "interval"), settings)
    if questions.sample_size is not None:
        yield _sample(distribution, questions.sample_size, questions.seed)


def _probability(node: Node, option: str) -> Node:
    """Raises InvalidInput where a number is no probability."""
    value = evaluate(node) if not free_symbols(node) else 0.5
    if not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise InvalidInput(f"--{option} takes a probability, a number from 0 to 1")
    return node


# --- density and distribution function ------------------------------------------------------


def _density(distribution: Distribution, x: Node, settings: Settings) -> Part:
    name = "pmf" if distribution.family.discrete else "pdf"
    if _outside(distribution, x):
        low, high = distribution.support()
        return Part(name, number(0), 0, notes=(("outside the support, ", low, " to ", high),))
    if distribution.family.discrete and _is_fraction(x):
        words: Sentence = (x, " is no whole number; all probability is on whole numbers")
        return Part(name, number(0), 0, notes=(words,))
    formula = distribution.density(x)
    part = _computed(name, formula, settings)
    logarithm = distribution.log_density(x)
    if part is None:
        part = _by_logarithm(name, logarithm, settings)
    steps = (Step("density", ("the density at ", x), formula, _node(part)),)
    return part._replace(steps=steps, check=_check_value(part, logarithm))


def _node(part: Part) -> Node | None:
    found = part.exact if part.exact is not None else part.result
    return found if isinstance(found, Node) else None


def _outside(distribution: Distribution, x: Node) -> bool:
    low, high = distribution.support()
    return _is_negative(add(x, mul(MINUS_ONE, low))) or _is_negative(add(high, mul(MINUS_ONE, x)))


def _is_negative(node: Node) -> bool:
    value = evaluate(node) if not free_symbols(node) else None
    return isinstance(value, (int, float)) and value < 0


def _is_fraction(x: Node) -> bool:
    value = evaluate(x) if not free_symbols(x) else None
    return isinstance(value, float) and not value.is_integer()


def _computed(name: str, formula: Node, settings: Settings) -> Part | None:
    """The exact value of a formula; None where its numbers are too large to be written out."""
    from dataclasses import replace

    from dlmath.maths.evaluate import evaluate as evaluated

    if free_symbols(formula):
        return Part(name, tidy(formula), None)
    try:
        found = evaluated(formula, replace(settings, at={}, steps=False, check=False, plot=False))
    except DlmathError:
        return None
    if not isinstance(found.result, (Node, str)) or found.result is INFINITY:
        return None
    if found.value is None or found.decimal is None or _is_rational(found.result):
        return Part(name, found.result, found.value, found.decimal)
    # A probability is wanted as a number; what it is exactly is said beside it.
    return Part(name, found.decimal, found.value, found.decimal, exact=found.result)


def _is_rational(result: Node | str) -> bool:
    return isinstance(result, Node) and result.op == "number"


def _by_logarithm(name: str, logarithm: Node, settings: Settings) -> Part:
    """The density as a decimal, where the formula itself overflows."""
    from dlmath.expression import precise
    from dlmath.expression.graph import call

    digits = settings.digits or 10
    value = precise.evaluate(call("exp", logarithm), {}, digits + 5)
    text = precise.decimal_text(value, digits)
    return Part(name, text, value, text, notes=(("computed from the logarithm",),))


def _check_value(part: Part, logarithm: Node) -> Check | None:
    """The value against the logarithm of the density, written out apart."""
    import math

    from dlmath.answer import FAILED, PASSED, UNAVAILABLE

    if part.value is None:
        return None
    found = evaluate(logarithm)
    name = "logarithm of the density"
    value = to_float(part.value)
    if not isinstance(found, (int, float)) or not math.isfinite(found):
        return Check(name, UNAVAILABLE, "it is not finite there")
    other = math.exp(found)
    agrees = abs(other - value) <= 1e-7 * max(abs(value), 1e-300)
    return Check(name, PASSED if agrees else FAILED, f"exp({found:.10g}) = {other:.10g}")


def _cumulative(distribution: Distribution, x: Node, settings: Settings) -> Part:
    from dlmath.checks.density import check_probability
    from dlmath.maths.probability.numeric import as_density, cumulative

    symbolic = bool(free_symbols(x) | distribution.symbols())
    if not symbolic:
        low, high = distribution.support()
        if _is_negative(add(x, mul(MINUS_ONE, low))):
            return Part("cdf", number(0), 0, notes=(("all outcomes lie above",),))
        if not _is_negative(add(x, mul(MINUS_ONE, high))):
            return Part("cdf", number(1), 1, notes=(("no outcome lies above",),))
    known = distribution.known("cdf", x)
    formula = known.value or _finite_sum(distribution, x)
    part = None if formula is None else _computed("cdf", formula, settings)
    if part is None:
        if symbolic:
            raise Unsolved(
                f"the distribution function of {distribution.family.name} has no closed form here",
                hint="give every parameter a number, for example with --at",
            )
        value = cumulative(distribution, _float(x))
        from dlmath.expression import precise

        text = precise.decimal_text(value, min(settings.digits or 10, 15))
        part = Part("cdf", text, value, text)
    if symbolic or not settings.check:
        return part
    value = float(to_float(part.value))
    check = check_probability(as_density(distribution), x, value)
    steps = (Step("distribution function", ("at ", x), formula, _node(part)),) if formula else ()
    return part._replace(check=check, steps=steps)


def _float(node: Node) -> float:
    return float(to_float(evaluate(node)))


#: So many probabilities are added up exactly.
_TERMS_MOST = 500


def _finite_sum(distribution: Distribution, x: Node) -> Node | None:
    """The sum of the probabilities up to x, where they are few."""
    if not distribution.family.discrete or free_symbols(x):
        return None
    low, _ = distribution.support()
    if free_symbols(low):
        return None
    first, last = int(_float(low)), int(_float(x) // 1)
    if last - first >= _TERMS_MOST:
        return None
    return add(*(distribution.density(number(k)) for k in range(first, last + 1)))


# --- quantiles ------------------------------------------------------------------------------


def _quantile(distribution: Distribution, p: Node, settings: Settings) -> Part:
    """The least outcome that is not exceeded with probability p."""
    if truth_of_half(p) and (median := distribution.known("median").value) is not None:
        formula: Node | None = median
    else:
        formula = distribution.known("quantile", p).value
    part = None if formula is None else _computed("quantile", formula, settings)
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
    return part._replace(check=_check_quantile(distribution, part, _float(p)))


def truth_of_half(p: Node) -> bool:
    """Is it one half?"""
    return tidy(add(p, mul(MINUS_ONE, HALF))) is number(0) if not free_symbols(p) else False


def _standard_quantile(distribution: Distribution, p: Node, settings: Settings) -> Part | None:
    """mu + sigma*z for a normal distribution with symbols and a probability that is a number."""
    if distribution.family.name != "normal" or free_symbols(p):
        return None
    from dlmath.expression.text import to_text
    from dlmath.maths.probability.numeric import quantile
    from dlmath.maths.probability.reading import read_family

    z = quantile(read_family("normal"), _float(p))
    mu, sigma = (distribution.parameters[name] for name in ("mu", "sigma"))
    factor = f"{abs(z):.{settings.digits or 10}g}"
    spread = to_text(mul(symbol("factor"), sigma)).replace("factor", factor, 1)
    text = f"{to_text(mu)} {'-' if z < 0 else '+'} {spread}"
    return Part("quantile", text, None, notes=(("the factor is rounded",),))


def _numeric_quantile(distribution: Distribution, p: Node, settings: Settings) -> Part:
    from dlmath.expression import precise
    from dlmath.maths.probability.numeric import quantile

    value: Any = quantile(distribution, _float(p))
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
    cdf = distribution.known("cdf", x).value
    if cdf is None:
        raise Unsolved(f"only 14 digits of the quantiles of {distribution.family.name} are known")
    off = add(cdf, mul(MINUS_ONE, p))
    slope = distribution.density(x)
    with mpmath.mp.workdps(digits + 20):
        value = mpmath.mpf(start)
        for _ in range(max(4, digits.bit_length())):
            at = {OUTCOME: value}
            value -= precise.evaluate(off, at, digits + 15) / precise.evaluate(
                slope, at, digits + 15
            )
        return +value


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


def _interval(distribution: Distribution, p: Node, settings: Settings) -> Part:
    """The interval that leaves as much probability below as above."""
    from dlmath.expression.graph import vector

    tail = tidy(mul(HALF, add(number(1), mul(MINUS_ONE, p))))
    ends = [_quantile(distribution, tail, settings)]
    ends.append(_quantile(distribution, tidy(add(number(1), mul(MINUS_ONE, tail))), settings))
    checks = [end.check for end in ends if end.check is not None]
    notes = tuple(note for end in ends for note in end.notes)
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


# --- samples --------------------------------------------------------------------------------

SAMPLE_MOST = 10_000_000


def _sample(distribution: Distribution, count: int, seed: int | None) -> Part:
    """Independent draws, one per line; the same for the same seed."""
    import numpy as np

    from dlmath.maths.probability.numeric import sample

    if distribution.symbols():
        names = ", ".join(sorted(distribution.symbols()))
        raise InvalidInput(f"a sample needs numbers: {names} has no value", hint="--at mu=0")
    if not 1 <= count <= SAMPLE_MOST:
        raise InvalidInput(f"--sample takes a number from 1 to {SAMPLE_MOST}")
    drawn = sample(distribution, count, np.random.default_rng(seed)).tolist()
    notes: tuple[Sentence, ...] = ()
    if seed is None:
        notes = (("drawn anew each time; --seed 1 makes it repeatable",),)
    return Part("sample", "\n".join(map(repr, drawn)), drawn, notes=notes)


def _shaded(
    distribution: Distribution, answer: Answer, questions: Questions
) -> tuple[float | None, float | None]:
    """The part of the support to be shaded."""
    if questions.cumulative is not None and not free_symbols(questions.cumulative):
        return -float("inf"), _float(questions.cumulative)
    ends = answer.facts.get("interval")
    if isinstance(ends, list):
        return float(to_float(ends[0])), float(to_float(ends[1]))
    at = answer.facts.get("quantile")
    if questions.quantile is not None and isinstance(at, (int, float)):
        return -float("inf"), float(at)
    return None, None
