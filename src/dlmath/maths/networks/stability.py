"""Notes on formulas that lose digits or overflow in float32 and bfloat16.

A formula is measured: computed as the format computes it, at places spread evenly in the logarithm
over both sides of the axis, and held against its value to 25 digits. Where it goes wrong, a form
of `stability_patterns` is offered, after it was measured to be right at those places and to have
the same values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dlmath.answer import Sentence
from dlmath.checks.activation import check_same_values, random_points
from dlmath.errors import DlmathError
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, free_symbols, neg, symbol
from dlmath.expression.tidy import split_coefficient
from dlmath.maths.networks.stability_floats import UNIT, ShortFloats, short_value
from dlmath.maths.networks.stability_measure import (
    LOSES,
    LOST,
    OVERFLOW,
    Trouble,
    errors_there,
    measure,
    true_at,
)
from dlmath.maths.networks.stability_patterns import Proposal, proposals, rewritten
from dlmath.maths.networks.stability_screen import may_lose_digits

#: How much of that a stable form may lose at the same places.
_KEPT = 0.1

#: Formulas with more operations than this are not measured.
_MOST_NODES = 400

#: Numbers or nested lists of them for each variable.
Point = Mapping[str, Any]


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
    right = _kept_right(bad, errors_there(function, variable, bad))
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
        truth = true_at(formula, values)
        found = short_value(formula, values, arithmetic)
        known = proposals(formula)
        if truth is None or abs(found - truth) <= LOST["float32"] * abs(truth):
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
        kept = errors_there(better, single, bad)
        right = _kept_right(bad, kept)
        if right["float32"] and _same(proposal, at):
            return _sentence(formula, better, right, kept, (symbol(single),))
    bad = measure(proposal.test, "u", proposal.most)
    if not any(bad.values()):
        return None
    kept = errors_there(proposal.test_stable, "u", bad)
    # A format in which the other form is no better (its operands are rounded too) is left out.
    bad = _kept_right(bad, kept)
    if not any(bad.values()) or not _same(proposal, at):
        return None
    return _sentence(proposal.part, proposal.stable, bad, kept, (proposal.meaning,))


def _kept_right(bad: dict[str, list[Trouble]], kept: dict[str, float]) -> dict[str, list[Trouble]]:
    """The troubles of the formats in which another form is right at these places."""
    return {
        form: ranges if kept[form] <= max(_KEPT * LOST[form], 16 * UNIT[form]) else []
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


def _size_of(meaning: Sentence) -> list[Any]:
    """What stands between bars: without its minus sign."""
    (inner,) = meaning
    if isinstance(inner, Node) and split_coefficient(inner)[0] < 0:
        inner = neg(inner)
    return ["|", inner, "|"]


def _places(ranges: list[Trouble], meaning: Sentence) -> list[Any]:
    if len(ranges) == 2 and ranges[0].low is None and ranges[1].high is None:
        left, right = ranges[0].high or 0.0, ranges[1].low or 0.0
        if right > 0 and 0.8 < -left / right < 1.25:
            return [*_size_of(meaning), f" > {_short(max(-left, right))}"]
    if len(ranges) == 2 and ranges[0].high == ranges[1].low == 0.0:
        low, high = ranges[0].low, ranges[1].high
        if low is not None and high is not None and 0.1 < -low / high < 10:
            return [*_size_of(meaning), f" < {_short(max(-low, high))}"]
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
