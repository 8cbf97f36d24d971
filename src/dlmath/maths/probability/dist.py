"""`dist`: what is known of a distribution, its density and distribution function, samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dlmath.answer import Answer, Check, Sentence, Step
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import (
    MINUS_ONE,
    Node,
    add,
    free_symbols,
    mul,
    number,
    substitute,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.parts import Part, computed, float_of
from dlmath.maths.probability.quantiles import interval_part, quantile_part
from dlmath.maths.probability.summary import describe_sentence, summary
from dlmath.maths.probability.withheld import withheld_if_refuted
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


@withheld_if_refuted
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

        return joint_dist(distribution.filled(settings.at), questions, settings)
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
        if part.name == "sample":
            answer.files[".csv"] = _column(part.result)
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
        yield quantile_part(distribution, _probability(questions.quantile, "quantile"), settings)
    if questions.interval is not None:
        yield interval_part(distribution, _probability(questions.interval, "interval"), settings)
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
    part = computed(name, formula, settings)
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
    terms = logarithm.args if logarithm.op == "add" else (logarithm,)
    sizes = [abs(size) for term in terms if isinstance(size := evaluate(term), (int, float))]
    slack = 1e-7 + 4e-15 * sum(sizes)  # large terms that cancel leave their rounding
    agrees = abs(other - value) <= slack * max(abs(value), 1e-300)
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
    part = None if formula is None else computed("cdf", formula, settings)
    if part is None:
        if symbolic:
            raise Unsolved(
                f"the distribution function of {distribution.family.name} has no closed form here",
                hint="give every parameter a number, for example with --at",
            )
        from dlmath.expression import precise
        from dlmath.maths.probability.precise_cdf import precise_cdf

        digits = settings.digits or 10
        exactly = precise_cdf(distribution, digits) if digits > 14 else None
        value: Any = cumulative(distribution, float_of(x))
        if exactly is not None:
            value = exactly(precise.evaluate(x, {}, digits + 15))
        text = precise.decimal_text(value, digits if exactly else min(digits, 15))
        part = Part("cdf", text, value, text)
    if symbolic or not settings.check:
        return part
    value = float(to_float(part.value))
    check = check_probability(as_density(distribution), x, value)
    steps = (Step("distribution function", ("at ", x), formula, _node(part)),) if formula else ()
    return part._replace(check=check, steps=steps)


#: So many probabilities are added up exactly.
_TERMS_MOST = 500


def _finite_sum(distribution: Distribution, x: Node) -> Node | None:
    """The sum of the probabilities up to x, where they are few."""
    if not distribution.family.discrete or free_symbols(x):
        return None
    low, _ = distribution.support()
    if free_symbols(low):
        return None
    first, last = int(float_of(low)), int(float_of(x) // 1)
    if last - first >= _TERMS_MOST:
        return None
    return add(*(distribution.density(number(k)) for k in range(first, last + 1)))


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


def _column(drawn: Node | str) -> Callable[[], bytes]:
    """The draws as a table of one column."""
    return f"x\n{drawn}\n".encode


def _shaded(
    distribution: Distribution, answer: Answer, questions: Questions
) -> tuple[float | None, float | None]:
    """The part of the support to be shaded."""
    if questions.cumulative is not None and not free_symbols(questions.cumulative):
        return -float("inf"), float_of(questions.cumulative)
    ends = answer.facts.get("interval")
    if isinstance(ends, list):
        return float(to_float(ends[0])), float(to_float(ends[1]))
    at = answer.facts.get("quantile")
    if questions.quantile is not None and isinstance(at, (int, float)):
        return -float("inf"), float(at)
    return None, None
