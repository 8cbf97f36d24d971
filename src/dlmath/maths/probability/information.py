"""`entropy`, `cross-entropy`, `divergence`: of lists of probabilities and of distributions.

Natural logarithms, so nats, unless a base is given. 0*log(0) is 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.answer import Answer, Check, Sentence, Step
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import INFINITY, Node, call, div, free_symbols
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.logarithms import in_base
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings

#: What is known of a random variable: probabilities, or a distribution.
Source = Node | Distribution | Joint

KINDS = ("kl", "reverse-kl", "js", "tv", "hellinger", "wasserstein")

_NAMES = {
    "kl": "Kullback-Leibler divergence",
    "reverse-kl": "reverse Kullback-Leibler divergence",
    "js": "Jensen-Shannon divergence",
    "tv": "total variation distance",
    "hellinger": "Hellinger distance",
    "wasserstein": "Wasserstein distance of order 1",
}

_DEFINITIONS = {
    "kl": "the mean of log(p/q) under p",
    "reverse-kl": "the mean of log(q/p) under q",
    "js": "the mean divergence of both from their mixture m = (p + q)/2",
    "tv": "half the sum, or integral, of |p - q|: the most that an event's chances differ",
    "hellinger": "sqrt(1 - the sum, or integral, of sqrt(p*q))",
    "wasserstein": "the integral of |F - G|, the differences of the distribution functions",
}

#: The kinds that logarithms, and so a base, belong to.
_LOGARITHMIC = frozenset({"kl", "reverse-kl", "js"})


class Found(NamedTuple):
    """A quantity in nats, or as it is where no logarithm belongs to it.

    exact: in closed form; or value with an error. formula: before simplification, for the working.
    reason: why it is infinite.
    """

    exact: Node | None
    value: float | None = None
    error: float = 0.0
    formula: Node | None = None
    check: Check | None = None
    reason: Sentence = ()
    steps: tuple[Step, ...] = ()


@withheld_if_refuted
def entropy(source: Source, settings: Settings = DEFAULTS, base: Node | None = None) -> Answer:
    """The entropy of probabilities, of a joint table, or (differential) of a distribution.

    Raises InvalidInput for probabilities that do not add up to one, Unsolved.
    """
    from dlmath.maths.probability import lists, numeric_information

    source = _expanded(source)
    answer = Answer("entropy", question=("entropy of ", *_words(source)))
    if isinstance(source, Node) and lists.is_table(source):
        lists.table_entropies(answer, source, settings, base)
        return answer
    if isinstance(source, Node):
        found = lists.entropy(source)
    else:
        found = numeric_information.entropy(source, settings)
        if not _is_discrete(source):
            answer.notes.append(("differential entropy, which may be negative",))
    _finish(answer, found, settings, base, logarithmic=True)
    if isinstance(source, Node):
        answer.facts["perplexity"] = _perplexity(found)
    return answer


def _perplexity(found: Found) -> Node | None:
    return None if found.exact is None else tidy(call("exp", found.exact))


@withheld_if_refuted
def cross_entropy(
    p: Source, q: Source, settings: Settings = DEFAULTS, base: Node | None = None
) -> Answer:
    """The mean of -log q under p. Raises InvalidInput, Unsolved."""
    from dlmath.maths.probability import lists, numeric_information

    p, q = _expanded(p), _expanded(q)
    _same_kind(p, q)
    answer = Answer(
        "cross-entropy", question=("cross-entropy of ", *_words(p), " and ", *_words(q))
    )
    if isinstance(p, Node) and isinstance(q, Node):
        found = lists.cross_entropy(p, q)
    else:
        assert not isinstance(p, Node) and not isinstance(q, Node)
        found = numeric_information.cross_entropy(p, q, settings)
    _finish(answer, found, settings, base, logarithmic=True)
    return answer


@withheld_if_refuted
def divergence(
    p: Source,
    q: Source,
    settings: Settings = DEFAULTS,
    kind: str = "kl",
    base: Node | None = None,
) -> Answer:
    """How far q is from p; kind: one of `KINDS`. Raises InvalidInput, Unsolved."""
    from dlmath.maths.probability import lists, numeric_information

    p, q = _expanded(p), _expanded(q)
    _same_kind(p, q)
    if kind == "reverse-kl":
        p, q = q, p
    answer = Answer("divergence", question=(f"{_NAMES[kind]} of ", *_words(p), " and ", *_words(q)))
    compute = "kl" if kind == "reverse-kl" else kind
    if isinstance(p, Node) and isinstance(q, Node):
        found = lists.divergence(p, q, compute)
    else:
        assert not isinstance(p, Node) and not isinstance(q, Node)
        found = numeric_information.divergence(p, q, compute, settings)
    answer.notes.append((_DEFINITIONS[kind],))
    if kind == "wasserstein" and isinstance(p, Node):
        answer.notes.append(("the classes lie at 0, 1, 2, ... on a line",))
    if base is not None and kind not in _LOGARITHMIC:
        raise InvalidInput(f"--base belongs to logarithms; the {_NAMES[kind]} has none")
    _finish(answer, found, settings, base, logarithmic=kind in _LOGARITHMIC)
    return answer


def _expanded(source: Source) -> Source:
    """A list whose entries stand for themselves: `softmax([1, 2])` as its two probabilities."""
    from dlmath.expression.elements import expand_vectors

    return expand_vectors(source) if isinstance(source, Node) else source


def _same_kind(p: Source, q: Source) -> None:
    if isinstance(p, Node) != isinstance(q, Node):
        raise InvalidInput(
            "one is a list of probabilities and the other a distribution",
            hint="write a list as categorical(1/2, 1/2)",
        )


def _is_discrete(source: Distribution | Joint) -> bool:
    return source.discrete if isinstance(source, Joint) else source.family.discrete


def _words(source: Source) -> Sentence:
    if isinstance(source, Node):
        return (source,)
    if isinstance(source, Joint):
        name, parameters = source.name, list(source.parameters.values())
    else:
        name, parameters = source.family.name, list(source.parameters.values())
    words: list[str | Node] = [f"{name}("]
    for place, value in enumerate(parameters):
        words += [", " if place else "", value]
    return (*words, ")")


def _finish(
    answer: Answer, found: Found, settings: Settings, base: Node | None, *, logarithmic: bool
) -> None:
    """Changes the base, fills in result, value, checks and working."""
    from dlmath.expression import precise

    digits = settings.digits or 10
    if logarithmic:
        answer.facts["unit"] = _unit(base)
    if found.reason:
        answer.notes.append(found.reason)
    if settings.check and found.check is not None:
        answer.checks.append(found.check)
    if found.exact is None:
        _approximate(answer, found, base if logarithmic else None, digits)
        return
    exact = found.exact
    if base is not None and logarithmic and exact is not INFINITY:
        exact = in_base(exact, base)
    if settings.steps:
        answer.steps = list(found.steps)
        if found.formula is not None and base is not None and logarithmic:
            changed = div(found.exact, call("log", base))
            answer.steps.append(
                Step("change of base", ("divided by log of the base",), changed, exact)
            )
    answer.result = exact
    if free_symbols(exact):
        if settings.at:
            from dlmath.expression.graph import substitute

            answer.result = exact = tidy(substitute(exact, dict(settings.at)))
        if free_symbols(exact):
            return
    if exact is INFINITY:
        return
    answer.value = precise.evaluate(exact, {}, digits + 5)
    if not (isinstance(exact, Node) and exact.op == "number"):
        answer.decimal = precise.decimal_text(answer.value, digits)


def _approximate(answer: Answer, found: Found, base: Node | None, digits: int) -> None:
    """A decimal with its error, where no closed form is known."""
    from dlmath.expression import precise
    from dlmath.expression.numbers import evaluate, to_float

    if found.value is None:
        raise Unsolved("no closed form is known, and a number needs numbers for the parameters")
    value: Any = found.value
    error = found.error
    if base is not None:
        size = to_float(evaluate(call("log", base)))
        assert isinstance(size, float)
        value, error = value / size, error / size
    answer.value = value
    answer.facts["error"] = error
    shown = min(digits, 15)
    if error > 0 and value:
        import math

        shown = max(1, min(shown, int(-math.log10(error / abs(value)))))
    answer.result = answer.decimal = precise.decimal_text(value, shown)
    answer.notes.append(("no closed form is known; this is the number",))


def _unit(base: Node | None) -> str:
    from dlmath.expression.text import to_text

    if base is None:
        return "nats"
    text = to_text(base)
    return {"2": "bits", "10": "hartleys", "e": "nats"}.get(text, f"logarithms to base {text}")
