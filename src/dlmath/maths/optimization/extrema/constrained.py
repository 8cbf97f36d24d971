"""Extrema under constraints: Lagrange multipliers and the conditions of Karush, Kuhn, Tucker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import DOES_NOT_EXIST, REFUTED, UNSOLVED, Answer, Sentence, Step, Table
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import Node, add, make, mul, number, symbol
from dlmath.expression.intervals import Interval
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.convexity.convex import prove
from dlmath.maths.optimization.convexity.proofs import UNKNOWN
from dlmath.maths.optimization.extrema.candidates import Candidate, candidates
from dlmath.maths.optimization.extrema.constraints import (
    Constraint,
    all_names,
    assumed,
    read_constraints,
)
from dlmath.maths.optimization.extrema.feasible import bounded, infeasible, some_point
from dlmath.maths.optimization.extrema.kinks import has_kinks
from dlmath.maths.optimization.extrema.points import (
    MAXIMUM,
    MINIMUM,
    Critical,
    part_text,
)
from dlmath.maths.optimization.extrema.second_order import judge
from dlmath.maths.optimization.extrema.systems import EXACT
from dlmath.settings import Settings

INFEASIBLE = "no point satisfies the constraints"
NONE = "no candidates"


def constrained(
    expression: Node,
    function: Node,
    subject_to: Sequence[Node],
    box: Mapping[str, Interval] | Interval | None,
    settings: Settings,
) -> Answer:
    """The extrema of a function where constraints hold.

    Each point of `critical_points` has `multipliers` (constraint, multiplier, rate: how the value
    changes with the right side), `regular` (are the gradients of the active constraints
    independent?) and the eigenvalues of the Hessian of the Lagrangian on the tangent space.
    Raises InvalidInput, Unsolved.
    """
    from dlmath.maths.optimization.extrema.extrema import box_sides, where_searched

    names = all_names(function, subject_to)
    names = [name for name in names if name not in settings.at]
    constraints = read_constraints([*subject_to, *assumed(names, settings)], names, settings)
    if not names:
        raise InvalidInput("neither the function nor the constraints have a variable")
    if has_kinks(function, names):
        raise Unsolved("constraints go with smooth functions; this one has kinks")
    sides = box_sides(box, names)
    listed = ", ".join(one.text for one in constraints)
    answer = Answer("extrema", ("extrema of ", expression, f" subject to {listed}"))
    reason = infeasible(constraints, names)
    if reason is not None:
        return _nowhere(answer, reason)
    found = candidates(function, names, constraints, sides, 0.7 * (settings.seconds or 60.0))
    points = [judge(function, names, constraints, one) for one in found.found]
    ordered = sorted(zip(points, found.found, strict=True), key=lambda pair: float(pair[0].value))
    if not ordered and some_point(constraints, names, sides) is None:
        answer.notes.append(("no point that satisfies the constraints was found",))
        answer.status = UNSOLVED
        answer.result = None
        answer.error = {"message": "no point that satisfies the constraints was found"}
        return answer
    _fill(answer, function, names, constraints, ordered)
    answer.notes += [
        (f"the edge of {one.text} does not belong: what is only approached there is no extremum",)
        for one in constraints
        if one.strict
    ]
    if found.how != EXACT:
        answer.notes.append(where_searched(sides, found.how, doubts=bool(found.doubts)))
    if found.families:
        answer.notes.append(("further candidates are not isolated; of them none is listed here",))
    answer.notes += [(f"not proved: {words}",) for words in found.doubts[:6]]
    complete = found.how == EXACT and not found.families
    _global(answer, function, names, constraints, ordered, complete, settings)
    if settings.steps:
        answer.steps = working(function, names, constraints, ordered)
    if settings.check:
        _check(answer, function, names, constraints, ordered, sides)
    if answer.refuted:
        answer.status, answer.facts = REFUTED, {}
        return answer
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.extrema import extrema_picture

        rests = [(one.text, one.rest) for one in constraints]
        put_picture(answer, extrema_picture, function, names, [p for p, _ in ordered], rests)
    return answer


def _nowhere(answer: Answer, reason: str) -> Answer:
    answer.status = DOES_NOT_EXIST
    answer.result = INFEASIBLE
    answer.facts = {"critical_points": [], "feasible": False}
    answer.notes.append((reason,))
    return answer


Pair = tuple[Critical, Candidate]


def _fill(
    answer: Answer,
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Constraint],
    pairs: Sequence[Pair],
) -> None:
    answer.result = tuple(point.text() for point, _ in pairs) if pairs else NONE
    facts = []
    for point, one in pairs:
        fact = point.fact()
        fact["multipliers"] = _multipliers(point, one, constraints)
        fact["regular"] = one.regular
        facts.append(fact)
        if not one.regular:
            names_ = ", ".join(constraints[index].text for index in one.active)
            answer.notes.append(
                (
                    f"at {point.place_text()} the gradients of the active constraints ({names_}) "
                    f"are dependent: not regular, multipliers say nothing there",
                )
            )
        if point.judged:
            answer.notes.append((f"not proved: {point.doubt()}",))
    answer.facts["critical_points"] = facts
    if pairs:
        answer.tables.append(_table(pairs, constraints))
    for point, one in pairs:
        if point.kind in (MINIMUM, MAXIMUM):
            answer.notes += _meaning(point, one, constraints)


def _table(pairs: Sequence[Pair], constraints: Sequence[Constraint]) -> Table:
    """The points with the multiplier of each constraint."""
    rows = []
    for point, one in pairs:
        multipliers = [fact["multiplier"] for fact in _multipliers(point, one, constraints)]
        shown = ["" if value is None else value for value in multipliers]
        rows.append((*point.place, point.shown_value, point.kind, *shown))
    names = pairs[0][0].names
    letters = _letters(names, constraints)
    listed = ", ".join(f"{a} of {one.text}" for a, one in zip(letters, constraints, strict=True))
    columns = (*names, "value", "kind", *letters)
    return Table(f"points and multipliers: {listed}", columns, tuple(rows))


def _shown_multiplier(one: Candidate, place: int, sign: int) -> Node | float:
    assert one.multipliers is not None
    exact = one.exact[place] if place < len(one.exact) else None
    if exact is not None:
        return exact if sign > 0 else tidy(mul(number(-1), exact))
    value = float(one.multipliers[place]) * sign
    return 0.0 if value == 0 else value


def _multipliers(
    point: Critical, one: Candidate, constraints: Sequence[Constraint]
) -> list[dict[str, Any]]:
    """For every constraint: the multiplier and the rate; zero where it does not bind.

    Of an equation grad f = m * grad(left - right). Of an inequality g <= 0 the multiplier of
    Karush, Kuhn and Tucker: grad f + m * grad g = 0 (at a maximum: grad f = m * grad g), so that
    it is at least zero where the condition holds.
    """
    facts = []
    for index, constraint in enumerate(constraints):
        fact: dict[str, Any] = {"constraint": constraint.text, "active": index in one.active}
        if index not in one.active:
            fact["multiplier"] = fact["rate"] = 0
        elif one.multipliers is None:
            fact["multiplier"] = fact["rate"] = None
        else:
            place = one.active.index(index)
            sign = 1 if constraint.equality or point.kind == MAXIMUM else -1
            fact["multiplier"] = _shown_multiplier(one, place, sign)
            fact["rate"] = _shown_multiplier(one, place, -1 if constraint.turned else 1)
        facts.append(fact)
    return facts


def _meaning(point: Critical, one: Candidate, constraints: Sequence[Constraint]) -> list[Sentence]:
    if one.multipliers is None or not one.regular:
        return []
    found: list[Sentence] = []
    for fact in _multipliers(point, one, constraints):
        if not fact["active"]:
            continue
        found.append(
            (
                f"at {point.place_text()}: multiplier {part_text(fact['multiplier'])} of "
                f"{fact['constraint']}; when its right side grows a little, the {point.kind} "
                f"changes {part_text(fact['rate'])} times as much",
            )
        )
    return found


# --- global ---------------------------------------------------------------------------------


def _global(
    answer: Answer,
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Constraint],
    pairs: Sequence[Pair],
    complete: bool,
    settings: Settings,
) -> None:
    """The least and the greatest value under the constraints, where that is proved."""
    if not pairs:
        return
    strict = any(one.strict for one in constraints)
    compact = None if strict else bounded(constraints, names)
    if compact is not None and complete:
        for kind, (point, _) in ((MINIMUM, pairs[0]), (MAXIMUM, pairs[-1])):
            answer.facts[f"global_{kind}"] = point.shown_value
        answer.notes.append(
            (
                f"the least value is {part_text(pairs[0][0].shown_value)} and the greatest "
                f"{part_text(pairs[-1][0].shown_value)}: {compact}, and these are all candidates",
            )
        )
        return
    plain = Settings(check=False, assume={}, seconds=settings.seconds)
    if not all(_convex_set(one, plain) for one in constraints):
        return
    proof = prove(function, plain)
    if proof.curvature == UNKNOWN:
        return
    for kind, good in ((MINIMUM, proof.is_convex), (MAXIMUM, proof.is_concave)):
        best = next((p for p, one in pairs if p.kind == kind and one.multipliers is not None), None)
        if good and best is not None:
            shape = "convex" if kind == MINIMUM else "concave"
            answer.facts[f"global_{kind}"] = best.shown_value
            answer.notes.append(
                (
                    f"the {kind} {part_text(best.shown_value)} is global: the function is {shape} "
                    "and the constraints leave a convex set",
                )
            )


def _convex_set(constraint: Constraint, settings: Settings) -> bool:
    proof = prove(tidy(constraint.rest), settings)
    if proof.curvature == UNKNOWN:
        return False
    return proof.is_affine if constraint.equality else proof.is_convex


# --- working --------------------------------------------------------------------------------


def working(
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Constraint],
    pairs: Sequence[Pair],
) -> list[Step]:
    """The Lagrangian, its partial derivatives, the solutions, and the kind of each."""
    from dlmath.expression.gradient import gradient

    letters = _letters(names, constraints)
    terms = [
        mul(number(-1 if one.equality else 1), symbol(letter), one.rest)
        for letter, one in zip(letters, constraints, strict=True)
    ]
    lagrangian = add(function, *terms)
    text = ", ".join(
        f"{letter} for {one.text}" for letter, one in zip(letters, constraints, strict=True)
    )
    steps = [Step("Lagrangian", (f"a multiplier for each constraint: {text}",), None, lagrangian)]
    slopes = gradient(lagrangian, list(names))
    parts = [tidy(slopes[name]) for name in names]
    steps += [
        Step(
            "partial derivative",
            (f"by {name}, to be zero",),
            make("derive", (lagrangian, symbol(name))),
            part,
        )
        for name, part in zip(names, parts, strict=True)
    ]
    conditions: list[Node | str] = []
    for part in parts:
        conditions += [", " if conditions else "", part, " = 0"]
    if any(not one.equality for one in constraints):
        steps.append(
            Step(
                "complementary slackness",
                (
                    "an inequality binds, or its multiplier is zero: each set of binding "
                    "constraints is a case of its own; at a minimum the multipliers of "
                    "inequalities are at least 0",
                ),
            )
        )
    steps.append(Step("solve", ("the system of these and the binding constraints: ", *conditions)))
    for point, one in pairs:
        bound = ", ".join(constraints[index].text for index in one.active) or "none"
        multipliers = ""
        if one.multipliers is not None and one.active:
            facts = _multipliers(point, one, constraints)
            shown = [f"{letters[i]} = {part_text(facts[i]['multiplier'])}" for i in one.active]
            multipliers = ", " + ", ".join(shown)
        steps.append(
            Step(
                point.kind,
                (f"{point.place_text()}{multipliers}; binding: {bound}; {point.why}",),
            )
        )
    return steps


def _letters(names: Sequence[str], constraints: Sequence[Constraint]) -> list[str]:
    """lambda for equations, mu for inequalities, numbered where there are several."""
    found = []
    for equality, stem in ((True, "lambda"), (False, "mu")):
        count = sum(1 for one in constraints if one.equality == equality)
        for index in range(count):
            name = stem if count == 1 else f"{stem}{index + 1}"
            while name in names:
                name += "_"
            found.append((equality, name))
    left = {
        kind: iter([name for equality, name in found if equality == kind]) for kind in (True, False)
    }
    return [next(left[one.equality]) for one in constraints]


def _check(
    answer: Answer,
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Constraint],
    pairs: Sequence[Pair],
    sides: Mapping[str, Interval],
) -> None:
    from dlmath.checks.constrained import check_feasible, check_optimizer, check_rates

    plain = [(one.rest, one.equality) for one in constraints]
    listed = [(p.root.values, p.value, p.kind) for p, _ in pairs]
    answer.checks.append(check_feasible(plain, names, listed))
    open_edges = [one.rest for one in constraints if one.strict]
    answer.checks.append(check_optimizer(function, names, plain, listed, sides, open_edges))
    rates = []
    for point, one in pairs:
        if one.multipliers is not None and one.regular and point.kind in (MINIMUM, MAXIMUM):
            for place, index in enumerate(one.active):
                value = float(one.multipliers[place])
                rates.append((point.root.values, point.kind, index, value, point.judged))
    answer.checks.append(check_rates(function, names, plain, rates))
