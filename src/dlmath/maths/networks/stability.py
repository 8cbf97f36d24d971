"""Notes on formulas that lose digits or overflow in float32 and bfloat16.

A formula is measured: computed as the format computes it, at places spread evenly in the logarithm
over both sides of the axis, and held against its value to 25 digits. Where it goes wrong, a form
of `stability_patterns` is offered, after it was measured to be right at those places and to have
the same values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.checks.activation import check_same_values, random_points
from dlmath.errors import DlmathError
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, free_symbols, symbol
from dlmath.maths.networks.stability_floats import (
    FORMATS,
    LARGEST,
    LEAST,
    UNIT,
    ShortFloats,
    short_value,
    to_bfloat16,
)
from dlmath.maths.networks.stability_patterns import Proposal, proposals, rewritten
from dlmath.maths.networks.stability_screen import may_lose_digits

#: Relative errors from which on a format is said to lose digits: more than half of float32's 7,
#: and all of bfloat16's 2.
_LOST = {"float32": 1e-3, "bfloat16": 0.3}
#: How much of that a stable form may lose at the same places.
_KEPT = 0.1

#: Powers of ten of the places looked at, and how many to each power.
_POWERS = (-7, 6)
_EACH = 4
_DIGITS = 25
#: A run of fewer bad places is no range.
_RUN = 2
_HALVINGS = 7
#: Formulas with more operations than this are not measured.
_MOST_NODES = 400

OVERFLOW = "overflows"
LOSES = "loses digits"
#: Of a place where the format cannot hold the true value.
UNKNOWN = "unknown"


#: Numbers or nested lists of them for each variable.
Point = Mapping[str, Any]


class Trouble(NamedTuple):
    """Between two places (None: as far as is looked) a format overflows or loses digits."""

    kind: str
    low: float | None
    high: float | None


def stability_notes(
    formula: Node, *, thorough: bool = True, at: Point | None = None
) -> list[Sentence]:
    """What to know before the formula is computed with short floating-point numbers.

    thorough: also measure a formula in which no known pattern is found. at: values that say which
    variables are vectors.
    """
    if not may_lose_digits(formula) or len(_below(formula)) > _MOST_NODES:
        return []
    notes: list[Sentence] = []
    done: set[Node] = set()
    try:
        for proposal in proposals(formula):
            if any(proposal.part is part for part in done):
                continue
            note = _note(formula, proposal, at)
            if note is not None:
                notes.append(note)
                done.update(_below(proposal.part))
        if not notes and thorough and not any(isinstance(v, list) for v in (at or {}).values()):
            notes += _without_pattern(formula)
    except DlmathError:
        return notes
    return notes[:3]


#: Functions of the language that are right for every operand; a form of these alone is better
#: everywhere, not only where the formula goes wrong.
_SAFE = frozenset("softplus logsumexp log_softmax sigmoid".split())


def stable_form(formula: Node, at: Point | None = None) -> Node:
    """The formula with its parts that overflow exchanged, for generated programs."""
    if not may_lose_digits(formula) or len(_below(formula)) > _MOST_NODES:
        return formula
    for _ in range(len(_below(formula))):
        for proposal in proposals(formula):
            new = set(_below(proposal.stable)) - set(_below(proposal.part))
            fits = any(part.op in _SAFE for part in new)
            if fits and rewritten(formula, proposal) is not formula and _same(proposal, at):
                formula = rewritten(formula, proposal)
                break
        else:
            return formula
    return formula


def definition_notes(formula: Node, function: Node, variable: str) -> list[Sentence]:
    """Where a definition of a function of the language goes wrong, which the function does not."""
    if not may_lose_digits(formula):
        return []
    bad = measure(formula, variable)
    right = _kept_right(bad, _errors_there(function, variable, bad))
    if not any(right.values()):
        return []
    return [
        (
            "written out, ",
            formula,
            " ",
            *_told(right, (symbol(variable),)),
            "; ",
            function,
            " itself is right there",
        )
    ]


def stability_at(formula: Node, at: Mapping[str, Node]) -> list[Sentence]:
    """What float32 makes of a formula at one point, where that is far from its value."""
    if not may_lose_digits(formula) or len(_below(formula)) > _MOST_NODES:
        return []
    from dlmath.expression.numbers import evaluate
    from dlmath.maths.networks.stability_floats import to_float32

    values = {}
    for name in sorted(free_symbols(formula)):
        value = evaluate(at[name]) if name in at and not free_symbols(at[name]) else None
        if not isinstance(value, (int, float)):
            return []
        values[name] = to_float32(value)
    arithmetic = ShortFloats("float32")
    try:
        truth = _true_at(formula, values)
        found = short_value(formula, values, arithmetic)
        known = proposals(formula)
        if truth is None or abs(found - truth) <= _LOST["float32"] * abs(truth):
            return []
        if not known and not math.isfinite(found):
            return []
        for proposal in known:
            better = rewritten(formula, proposal)
            other = short_value(better, values, arithmetic)
            if abs(other - truth) <= 1e-5 * abs(truth) and _same(proposal, None):
                return [
                    (
                        "in float32 this formula gives ",
                        _written(found),
                        "; ",
                        better,
                        f" gives {other:.7g}",
                    )
                ]
    except DlmathError:
        return []
    return [("in float32 this formula gives ", _written(found))]


def _written(value: float) -> str:
    return f"{value:.7g}" if math.isfinite(value) else "no finite number"


def _below(node: Node) -> list[Node]:
    from dlmath.expression.graph import topological

    return topological(node)


def _note(formula: Node, proposal: Proposal, at: Point | None) -> Sentence | None:
    """The trouble of a part, measured, and the other form, verified; None where all is well."""
    single = _single(formula)
    if single is not None and not isinstance((at or {}).get(single), list):
        bad = measure(formula, single)
        if not any(bad.values()):
            return None  # what the part loses does not count here
        better = rewritten(formula, proposal)
        kept = _errors_there(better, single, bad)
        right = _kept_right(bad, kept)
        if right["float32"] and _same(proposal, at):
            return _sentence(formula, better, right, kept, (symbol(single),))
    bad = measure(proposal.test, "u", proposal.most)
    if not any(bad.values()):
        return None
    kept = _errors_there(proposal.test_stable, "u", bad)
    # A format in which the other form is no better (its operands are rounded too) is left out.
    bad = _kept_right(bad, kept)
    if not any(bad.values()) or not _same(proposal, at):
        return None
    return _sentence(proposal.part, proposal.stable, bad, kept, (proposal.meaning,))


def _kept_right(bad: dict[str, list[Trouble]], kept: dict[str, float]) -> dict[str, list[Trouble]]:
    """The troubles of the formats in which another form is right at these places."""
    return {
        form: ranges if kept[form] <= max(_KEPT * _LOST[form], 16 * UNIT[form]) else []
        for form, ranges in bad.items()
    }


def _sentence(
    part: Node,
    stable: Node,
    bad: dict[str, list[Trouble]],
    kept: dict[str, float],
    meaning: Sentence,
) -> Sentence:
    words: list[Any] = [part, " ", *_told(bad, meaning)]
    words += ["; ", stable, " has the same values and is right there"]
    if bad["float32"]:
        error = max(kept["float32"], UNIT["float32"])
        words.append(f" (relative error in float32 at most {error:.0e})")
    return tuple(words)


def _single(formula: Node) -> str | None:
    """The one variable of a formula of numbers, or None."""
    names = free_symbols(formula)
    if len(names) != 1 or any(part.op == "vector" for part in _below(formula)):
        return None
    return next(iter(names))


def _without_pattern(formula: Node) -> list[Sentence]:
    """A formula of one variable that is measured to lose digits, with no other form known."""
    name = _single(formula)
    if name is None:
        return []
    bad = {"float32": measure(formula, name)["float32"]}
    if not any(bad.values()):
        return []
    return [(formula, " ", *_told(bad, (symbol(name),)), "; no other form of it is known here")]


def _same(proposal: Proposal, at: Point | None) -> bool:
    """Do both forms have the same values?"""
    points = [*random_points({"u": (-0.95, 3.0)}), *random_points({"u": (0.05, 0.9)})]
    if check_same_values("", proposal.test, proposal.test_stable, points).verdict != "passed":
        return False
    try:
        if at is not None and any(isinstance(value, list) for value in at.values()):
            return _same_at(proposal, at)
        left, right = (expand_vectors(part) for part in (proposal.part, proposal.stable))
        pairs = zip(left.args, right.args, strict=True) if left.op == "vector" else [(left, right)]
        names = sorted(free_symbols(left))
        places = [
            *random_points(dict.fromkeys(names, (0.05, 0.95))),
            *random_points(dict.fromkeys(names, (-0.9, 0.9))),
        ]
        return all(check_same_values("", a, b, places).verdict == "passed" for a, b in pairs)
    except DlmathError:  # the other form does not fit the shapes
        return False


def _same_at(proposal: Proposal, at: Point) -> bool:
    """The same values, entry by entry, at a point with vectors, and at one beside it."""
    import mpmath

    from dlmath.expression import shapes
    from dlmath.expression.evaluator import run
    from dlmath.expression.precise_pass import Pass

    mp = mpmath.mp
    with mp.workprec(200):
        for scale in (1, mp.mpf(7) / 8):
            arithmetic = Pass(mp, 200, None)
            moved = {
                name: shapes.each(lambda x, a=arithmetic, k=scale: a.multiply([x, k]), value)
                for name, value in at.items()
            }
            left, right = (
                run(part, moved, arithmetic) for part in (proposal.part, proposal.stable)
            )
            if shapes.shape(left) != shapes.shape(right):
                return False
            pairs = zip(shapes.flatten(left), shapes.flatten(right), strict=True)
            if not all(
                abs(arithmetic.inexact(a) - arithmetic.inexact(b)) <= 1e-20 * (1 + abs(a))
                for a, b in pairs
            ):
                return False
    return True


# --- measuring ----------------------------------------------------------------------------------


def measure(formula: Node, name: str, most: float = math.inf) -> dict[str, list[Trouble]]:
    """For each format the ranges of the variable, up to `most`, in which it goes wrong."""
    negative = [-x for x in reversed(_PLACES)]
    sides = [negative, _PLACES] if most > 0 else [negative]
    rows = [[_true(formula, name, x) for x in side] for side in sides]
    found: dict[str, list[Trouble]] = {}
    for form in FORMATS:
        arithmetic = ShortFloats(form)
        troubles: list[Trouble] = []
        for side, truths in zip(sides, rows, strict=True):
            verdicts = [
                _verdict(formula, name, x, truth, form, arithmetic)
                for x, truth in zip(side, truths, strict=True)
            ]
            troubles += _runs(formula, name, form, arithmetic, side, verdicts)
        found[form] = troubles
    return found


_PLACES = list(
    dict.fromkeys(
        to_bfloat16(1.3 * 10 ** (k / _EACH))
        for k in range(_POWERS[0] * _EACH, _POWERS[1] * _EACH + 1)
    )
)


def _true(formula: Node, name: str, x: float) -> float | None:
    """The value, where a short format can hold it."""
    return _true_at(formula, {name: x})


def _true_at(formula: Node, values: Mapping[str, float]) -> float | None:
    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(formula, values, _DIGITS)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if not hasattr(value, "_mpf_") or value != value:
        return None
    size = abs(float(value))
    return float(value) if LEAST < size < LARGEST else None


def _verdict(
    formula: Node, name: str, x: float, truth: float | None, form: str, arithmetic: ShortFloats
) -> str | None:
    """What goes wrong at a place: `overflows`, `loses digits`, nothing (None), or unknown."""
    if truth is None:
        return UNKNOWN
    value = short_value(formula, {name: x}, arithmetic)
    if not math.isfinite(value):
        return OVERFLOW
    return LOSES if abs(value - truth) > _LOST[form] * abs(truth) else None


def _runs(
    formula: Node,
    name: str,
    form: str,
    arithmetic: ShortFloats,
    side: Sequence[float],
    verdicts: Sequence[str | None],
) -> list[Trouble]:
    """Neighbouring places of the same kind of trouble, their borders found by halving."""

    def border(good: float, bad: float, kind: str) -> float:
        for _ in range(_HALVINGS):
            middle = to_bfloat16(math.copysign(math.sqrt(good * bad), bad))
            if middle in (good, bad):
                break
            truth = _true(formula, name, middle)
            if _verdict(formula, name, middle, truth, form, arithmetic) == kind:
                bad = middle
            else:
                good = middle
        return bad

    troubles = []
    start = 0
    while start < len(side):
        kind = verdicts[start]
        stop = start
        while stop + 1 < len(side) and verdicts[stop + 1] == kind:
            stop += 1
        if kind in (OVERFLOW, LOSES) and stop - start + 1 >= _RUN:
            before = verdicts[start - 1] if start else UNKNOWN
            after = verdicts[stop + 1] if stop + 1 < len(side) else UNKNOWN
            low = None if before == UNKNOWN else border(side[start - 1], side[start], kind)
            high = None if after == UNKNOWN else border(side[stop + 1], side[stop], kind)
            troubles.append(Trouble(kind, low, high))
        start = stop + 1
    return _joined(troubles, side)


def _joined(troubles: list[Trouble], side: Sequence[float]) -> list[Trouble]:
    """An end at the innermost place looked at is 0."""
    positive = side[0] > 0
    fixed = []
    for trouble in troubles:
        low, high = trouble.low, trouble.high
        if positive and low is None:
            low = 0.0
        if not positive and high is None:
            high = 0.0
        fixed.append(Trouble(trouble.kind, low, high))
    return fixed


def _errors_there(formula: Node, name: str, bad: dict[str, list[Trouble]]) -> dict[str, float]:
    """The largest relative error of a formula at the places where another goes wrong."""
    worst = dict.fromkeys(FORMATS, 0.0)
    for form, troubles in bad.items():
        arithmetic = ShortFloats(form)
        for x in [-x for x in _PLACES] + _PLACES:
            if not any(_inside(trouble, x) for trouble in troubles):
                continue
            truth = _true(formula, name, x)
            if truth is None:
                continue
            value = short_value(formula, {name: x}, arithmetic)
            error = abs(value - truth) / abs(truth) if math.isfinite(value) else math.inf
            worst[form] = max(worst[form], error)
    return worst


def _inside(trouble: Trouble, x: float) -> bool:
    return (trouble.low is None or trouble.low <= x) and (trouble.high is None or x <= trouble.high)


# --- words --------------------------------------------------------------------------------------


def _told(bad: dict[str, list[Trouble]], meaning: Sentence) -> list[Any]:
    """`in float32 overflows where x > 88.5 and loses digits where x < -11; in bfloat16 ...`"""
    words: list[Any] = []
    for form, troubles in bad.items():
        if not troubles:
            continue
        words.append(f"; in {form} " if words else f"in {form} ")
        kinds = [kind for kind in (OVERFLOW, LOSES) if any(t.kind == kind for t in troubles)]
        for place, kind in enumerate(kinds):
            words.append(f"{' and ' if place else ''}{kind} where ")
            words += _places([trouble for trouble in troubles if trouble.kind == kind], meaning)
    return words


def _places(ranges: list[Trouble], meaning: Sentence) -> list[Any]:
    if len(ranges) == 2 and ranges[0].low is None and ranges[1].high is None:
        left, right = ranges[0].high or 0.0, ranges[1].low or 0.0
        if right > 0 and 0.8 < -left / right < 1.25:
            return ["|", *meaning, f"| > {_short(max(-left, right))}"]
    if len(ranges) == 2 and ranges[0].high == ranges[1].low == 0.0:
        low, high = ranges[0].low, ranges[1].high
        if low is not None and high is not None and 0.1 < -low / high < 10:
            return ["|", *meaning, f"| < {_short(max(-low, high))}"]
    words: list[Any] = []
    for trouble in ranges:
        words += [" or "] if words else []
        low, high = trouble.low, trouble.high
        if low is None and high is None:
            words += [*meaning, " is any number"]
        elif low is None:
            words += [*meaning, f" < {_short(high or 0.0)}"]
        elif high is None:
            words += [*meaning, f" > {_short(low)}"]
        else:
            words += [f"{_short(low)} < ", *meaning, f" < {_short(high)}"]
    return words


def _short(value: float) -> str:
    """Two digits, three of what is below a thousand and above ten."""
    size = abs(value)
    return f"{value:.3g}" if 10 <= size < 1000 else f"{value:.2g}"
