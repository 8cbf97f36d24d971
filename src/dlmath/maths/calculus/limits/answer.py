"""The answer of a limit, put together from what was found on each side."""

from __future__ import annotations

from typing import Any

from dlmath.answer import (
    ANSWERED,
    DOES_NOT_EXIST,
    PASSED,
    UNDEFINED,
    UNSOLVED,
    Answer,
    Check,
    Sentence,
)
from dlmath.expression import graph
from dlmath.maths.calculus.limits import problem as found
from dlmath.maths.calculus.limits.form import simplest
from dlmath.maths.calculus.limits.problem import LEFT, RIGHT, Problem, SideLimit
from dlmath.maths.calculus.limits.sides import CHECK_NAME, Witness, number_of
from dlmath.settings import Settings

#: Significant digits of a decimal value where none are asked for.
DIGITS = 10


def state_sides(
    answer: Answer,
    sides: tuple[str, ...],
    solved: dict[str, SideLimit],
    witnesses: dict[str, Witness],
) -> None:
    for side in sides:
        result = solved.get(side)
        if result is None:
            real = witnesses[side].real
            answer.facts[side] = "undefined" if real else "not real"
        else:
            answer.facts[side] = _stated(result)


def _stated(result: SideLimit) -> Any:
    if result.kind == found.VALUE:
        return result.value if result.value is not None else _decimal(result.numeric, DIGITS)
    return {
        found.NONE: "does not exist",
        found.UNDEFINED: "undefined",
        found.UNKNOWN: "not found",
    }[result.kind]


def _decimal(behaviour: Any, digits: int) -> str:
    """The digits of a numeric limit that its error leaves."""
    import mpmath

    from dlmath.expression.precise import decimal_text

    size = abs(behaviour.value)
    if behaviour.error > 0 and size > 0:
        digits = max(1, min(digits, int(-mpmath.log10(behaviour.error / size))))
    return decimal_text(behaviour.value, digits)


# --- the answer -----------------------------------------------------------------------------


def conclude(
    answer: Answer, problem: Problem, solved: dict[str, SideLimit], settings: Settings
) -> None:
    results = list(solved.values())
    kinds = {result.kind for result in results}
    if found.NONE in kinds:
        _does_not_exist(answer, solved)
    elif found.UNKNOWN in kinds:
        answer.status = UNSOLVED
        answer.result = None
        answer.notes += [result.reason for result in results if result.kind == found.UNKNOWN][:1]
    elif kinds == {found.UNDEFINED}:
        answer.status = UNDEFINED
        answer.result = "undefined"
        answer.notes.append(("the function has no values near the point",))
    elif found.UNDEFINED in kinds:
        (side,) = (side for side, result in solved.items() if result.kind == found.UNDEFINED)
        answer.notes.append((f"the function has no values to the {side} of the point",))
        living = next(result for result in results if result.kind == found.VALUE)
        _answer_with(answer, living, problem, settings)
    elif len(results) == 2 and not _same_value(problem, *results):
        _differ(answer, solved)
    else:
        _answer_with(answer, min(results, key=_length), problem, settings)
        answer.checks = _joined_checks(results)


def _length(result: SideLimit) -> int:
    return len(graph.topological(result.value)) if result.value is not None else 0


def _joined_checks(results: list[SideLimit]) -> list[Check]:
    checks = [result.check for result in results if result.check is not None]
    if len(checks) == 2 and checks[0].verdict == checks[1].verdict == PASSED:
        left, right = (check.detail for check in checks)
        detail = f"from both sides {left}" if left == right else f"left: {left}; right: {right}"
        return [Check(CHECK_NAME, PASSED, detail)]
    return checks


def _does_not_exist(answer: Answer, solved: dict[str, SideLimit]) -> None:
    answer.status = DOES_NOT_EXIST
    answer.result = "does not exist"
    answer.checks = _joined_checks(list(solved.values()))
    reasons: list[Sentence] = []
    for side, result in solved.items():
        if result.kind == found.NONE and result.reason not in reasons:
            reasons.append(result.reason)
            prefix = (f"from the {side}: ",) if len(solved) > 1 else ()
            answer.notes.append((*prefix, *result.reason))


def _differ(answer: Answer, solved: dict[str, SideLimit]) -> None:
    answer.status = DOES_NOT_EXIST
    answer.result = "does not exist"
    answer.checks = _joined_checks(list(solved.values()))
    left, right = solved[LEFT], solved[RIGHT]
    answer.notes.append(
        ("the sides differ: from the left ", _stated(left), ", from the right ", _stated(right))
    )


def _same_value(problem: Problem, a: SideLimit, b: SideLimit) -> bool:
    if a.value is None or b.value is None:
        first, second = _numeric(a), _numeric(b)
        gap = abs(first - second)
        return bool(gap <= 1e-9 * (1 + abs(first)))
    if a.value is b.value:
        return True
    for values in problem.parameter_sets():
        first, second = number_of(a.value, values), number_of(b.value, values)
        if isinstance(first, str) or isinstance(second, str):
            if first != second:
                return False
        elif number_of(graph.sub(a.value, b.value), values) != 0:
            return False
    return True


def _numeric(result: SideLimit) -> Any:
    if result.value is None:
        return result.numeric.value
    return number_of(result.value, {})


def _answer_with(answer: Answer, result: SideLimit, problem: Problem, settings: Settings) -> None:
    answer.status = ANSWERED
    if result.check is not None:
        answer.checks = [result.check]
    if result.reason:
        answer.notes.append(result.reason)
    if result.value is not None:
        answer.result = simplest(result.value, problem, settings)
        return
    behaviour = result.numeric
    answer.value = behaviour.value
    answer.decimal = answer.result = _decimal(behaviour, DIGITS)
    answer.facts["error"] = float(behaviour.error)
