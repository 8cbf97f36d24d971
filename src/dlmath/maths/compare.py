"""`check A B`: are two expressions equal? A counterexample, a proof, or agreement at points."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle, islice
from typing import Any

from dlmath.answer import PASSED, UNAVAILABLE, Answer, Check, Step
from dlmath.checks.values import (
    Comparison,
    Point,
    compare_values,
    comparison_check,
    contrast,
    fits,
    point_text,
    sample_points,
    short_text,
    telling_points,
)
from dlmath.errors import ExitCode, InvalidInput, Unsolved
from dlmath.expression import graph
from dlmath.expression.elements import expand_vectors, shape_of
from dlmath.expression.graph import ZERO, Node, contains, free_symbols, number, topological
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.branch_points import branch_points, changes
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.maths.sympy_routes import attempt, share, translated
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

#: Counterexamples are looked for among these first, so that they can be checked by hand.
SIMPLE = tuple(Fraction(n, 2) for n in (4, 2, -2, 6, -4, 1, -1, 0, 3, -3, 10, -10))

#: Digits of the values compared; those of constants, of which there is but one pair, are more.
DIGITS = 50
CONSTANT_DIGITS = 100


@under_assumptions
def compare(a: Node, b: Node, settings: Settings = DEFAULTS) -> Answer:
    """Are two expressions equal wherever both are defined?

    Inner operations are carried out first. Facts: `equal`, `reason`, and for different ones
    `counterexample` (name to value) with the values `left` and `right` there. The exit code is 1
    for different ones. Raises Unsolved where no point tells, InvalidInput for a relation.
    """
    for side in (a, b):
        if side.op in ("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not"):
            raise InvalidInput("check compares two expressions, not relations")
    left, right = _prepared(a, settings), _prepared(b, settings)
    answer = Answer("check", ("is ", a, " equal to ", b, *at_words(settings.at), "?"))
    shapes = shape_of(left), shape_of(right)
    if shapes[0] != shapes[1]:
        return _different_shapes(answer, shapes)
    left, right = expand_vectors(left), expand_vectors(right)
    names = sorted(free_symbols(left) | free_symbols(right))
    points = _points(names, settings) + telling_points((left, right), names, settings.assume)
    limit = share(settings.seconds, 0.4)
    found = compare_values(
        left, right, points, digits=DIGITS if names else CONSTANT_DIGITS, seconds=limit
    )
    if found.different is None and found.agreed and names:
        found = _on_branches(found, left, right, names, settings)
    if found.different is not None and _has_antiderivative(a, b):
        constant = _constant_apart(left, right, names, settings)
        if constant is not None:
            return _equal(answer, "equal up to the constant of integration", constant, settings)
    if found.different is not None:
        return _different(answer, found.different, left, right, settings)
    if not found.agreed:
        return _never_both(answer, found)
    apart = tidy(graph.sub(left, right))
    if apart.op == "number" and apart is not ZERO:
        return _number_apart(answer, apart)
    reason = _proof(left, right, settings) or _no_proof(names, found)
    _domain_notes(answer, found)
    if settings.steps:
        answer.steps.append(Step("difference", (reason,), graph.sub(left, right), ZERO))
    return _equal(answer, reason, found, settings)


def _prepared(node: Node, settings: Settings) -> Node:
    carried = carry_out(node, settings)
    if settings.at:
        carried = carry_out(graph.substitute(carried, dict(settings.at)), settings)
    left_over = [
        part for part in topological(carried) if part.op in ("derive", "integrate", "limit")
    ]
    if left_over:
        raise Unsolved("an inner operation could not be carried out")
    return carried


def _points(names: Sequence[str], settings: Settings) -> list[Point]:
    """Simple points that honour the assumptions, then points spread over the line."""
    if not names:
        return [{}]
    simple: list[Point] = []
    for start in range(len(SIMPLE)):
        values = islice(cycle(SIMPLE), start, start + 5 * len(names), 5)
        point = dict(zip(names, values, strict=True))
        if all(fits(point[name], settings.assume.get(name, frozenset())) for name in names):
            simple.append({name: _whole(value) for name, value in point.items()})
    return simple + sample_points(names, settings.assume, 12)


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def _on_branches(
    found: Comparison, left: Node, right: Node, names: list[str], settings: Settings
) -> Comparison:
    """The comparison carried on where one of the two changes its formula."""
    limit = share(settings.seconds, 0.1)
    points = branch_points((left, right), names, settings.assume, limit)
    more = compare_values(left, right, points, digits=DIGITS, seconds=limit)
    different = more.different
    if different is None and len(names) == 1:
        different = _at_exact_places(left, right, names[0])
    return Comparison(
        found.agreed + more.agreed,
        min(found.digits, more.digits) if more.agreed else found.digits,
        different,
        found.only_left + more.only_left,
        found.only_right + more.only_right,
        found.neither + more.neither,
    )


def _at_exact_places(left: Node, right: Node, name: str) -> tuple[Point, Any, Any] | None:
    """A difference exactly where a formula changes, at a place such as sqrt(2)."""
    places = [*changes(left, name), *changes(right, name)]
    for value, exact in places:
        if exact is None or exact.op == "number":
            continue
        here: Point = {}
        first, second = (graph.substitute(side, {name: exact}) for side in (left, right))
        different = compare_values(first, second, [here]).different
        if different is not None:
            return {name: value}, different[1], different[2]
    return None


# --- equal ------------------------------------------------------------------------------------


def _equal(answer: Answer, reason: str, found: Comparison, settings: Settings) -> Answer:
    answer.result = "equal"
    answer.facts = {"equal": True, "reason": reason}
    if settings.check:
        answer.checks.append(comparison_check(found))
    return answer


def _proof(left: Node, right: Node, settings: Settings) -> str | None:
    """Why the two are equal everywhere; None where nothing proves it."""
    if left is right or tidy(left) is tidy(right):
        return "both are the same when like terms are collected"
    if left.op == "vector":
        pairs = zip(left.args, right.args, strict=True)
        if all(_proof(x, y, settings) for x, y in pairs):
            return "equal entry by entry"
        return None
    difference = graph.sub(left, right)
    if tidy(difference) is ZERO:
        return "their difference collects to 0"
    if expand(difference) is ZERO:
        return "their difference multiplied out is 0"
    if _sympy_says_zero(difference, settings):
        return "their difference simplifies to 0, and their values agree"
    return None


def _sympy_says_zero(difference: Node, settings: Settings) -> bool:
    from dlmath.expression.to_sympy import load_sympy

    if contains(difference, OPERATIONS):
        return False
    sympy = load_sympy()
    obj = translated(difference, settings.assume, share(settings.seconds, 0.1))
    if obj is None:
        return False
    routes = (
        lambda: obj,
        lambda: sympy.simplify(obj),
        lambda: sympy.simplify(obj.rewrite(sympy.exp)),
        lambda: sympy.trigsimp(sympy.expand(obj, trig=True)),
        lambda: sympy.Integer(0) if obj.is_number and obj.equals(0) else obj,
    )
    return any(attempt(route, share(settings.seconds, 0.1)) is ZERO for route in routes)


def _no_proof(names: list[str], found: Comparison) -> str:
    where = f"at {found.agreed} points " if names else ""
    return f"equal {where}to {found.digits} digits; this is no proof"


def _domain_notes(answer: Answer, found: Comparison) -> None:
    """Where only one side has a value, the two are no longer the same function."""
    for points, side in ((found.only_left, "the first"), (found.only_right, "the second")):
        if points:
            place = point_text(points[0])
            note = f"equal where both are defined; only {side} has a value at {place}"
            answer.notes.append((note,))


# --- antiderivatives --------------------------------------------------------------------------


def _has_antiderivative(*sides: Node) -> bool:
    return any(
        part.op == "integrate" and len(part.args) == 2
        for side in sides
        for part in topological(side)
    )


def _constant_apart(
    left: Node, right: Node, names: list[str], settings: Settings
) -> Comparison | None:
    """Is the derivative of the difference 0 in every variable?"""
    from dlmath.maths.calculus.derive import derive

    quiet = Settings(check=False, assume=settings.assume)
    difference = graph.sub(left, right)
    found: Comparison | None = None
    for name in names:
        slope = derive(difference, [name], quiet).result
        if not isinstance(slope, Node):
            return None
        found = compare_values(slope, ZERO, sample_points(names, settings.assume, 12))
        if found.different is not None or not found.agreed:
            return None
    return found


# --- different --------------------------------------------------------------------------------


def _different_shapes(answer: Answer, shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> Answer:
    words = [" by ".join(map(str, shape)) or "a number" for shape in shapes]
    answer.result = "not equal"
    answer.exit_code = ExitCode.NO_ANSWER
    answer.facts = {"equal": False, "reason": f"the shapes differ: {words[0]} and {words[1]}"}
    return answer


def _number_apart(answer: Answer, apart: Node) -> Answer:
    """The two differ by an exact number too small for the values to show."""
    answer.result = "not equal"
    answer.exit_code = ExitCode.NO_ANSWER
    words = f"their difference is {to_text(apart)}"
    answer.facts = {"equal": False, "reason": words, "difference": apart.number}
    return answer


def _never_both(answer: Answer, found: Comparison) -> Answer:
    """One of the two has values and the other has none at any point."""
    if not found.only_left and not found.only_right:
        raise Unsolved("neither expression has a value at any of the points tried")
    one_sided = found.only_left or found.only_right
    side = "second" if found.only_left else "first"
    answer.result = "not equal"
    answer.exit_code = ExitCode.NO_ANSWER
    answer.facts = {
        "equal": False,
        "reason": f"the {side} has no value where the other has one",
        "counterexample": _named(one_sided[0]),
    }
    return answer


def _different(
    answer: Answer,
    different: tuple[Point, Any, Any],
    left: Node,
    right: Node,
    settings: Settings,
) -> Answer:
    point, at_left, at_right = different
    values = contrast(at_left, at_right)
    answer.result = "not equal"
    answer.exit_code = ExitCode.NO_ANSWER
    answer.facts = {
        "equal": False,
        "reason": f"at {point_text(point)}: {values}" if point else f"the values are {values}",
        "counterexample": _named(point),
        "left": _fact(left, point, at_left),
        "right": _fact(right, point, at_right),
    }
    if settings.check:
        answer.checks.append(_binary_check(left, right, point))
    if settings.steps:
        for side, value in ((left, at_left), (right, at_right)):
            answer.steps.append(
                Step("counterexample", (side, f" is {short_text(value)} at {point_text(point)}"))
            )
    _note_on_positive(answer, left, right, settings)
    return answer


def _binary_check(left: Node, right: Node, point: Point) -> Check:
    """Do the two sides differ at the counterexample in binary64 too?"""
    from dlmath.expression import numbers

    name = "counterexample in binary64"
    a, b = numbers.evaluate(left, point), numbers.evaluate(right, point)
    detail = contrast(a, b)
    if isinstance(a, list) or isinstance(b, list):
        return Check(name, PASSED if a != b else UNAVAILABLE, detail)
    apart = abs(a - b) > 1e-9 * max(abs(a), abs(b))  # nan, for no value, is not apart
    return Check(name, PASSED if apart else UNAVAILABLE, detail)


def _named(point: Point) -> dict[str, Any]:
    return {name: _number(value) for name, value in point.items()}


def _number(value: Any) -> Any:
    if isinstance(value, (int, Fraction)):
        return value
    return complex(value) if getattr(value, "imag", 0) else float(value)


def _fact(node: Node, point: Point, value: Any) -> Any:
    """The value of one side: exact when it is rational, else a number in binary64."""
    from dlmath.expression.numbers import to_float

    exact = {name: number(v) for name, v in point.items() if isinstance(v, (int, Fraction))}
    if len(exact) == len(point):
        found = tidy(graph.substitute(node, exact))
        if found.op == "number":
            return found.number
    return to_float(value)


def _note_on_positive(answer: Answer, left: Node, right: Node, settings: Settings) -> None:
    """Says so when the two are equal for positive values, where nothing was assumed."""
    names = sorted(free_symbols(left) | free_symbols(right))
    if not names or settings.assume:
        return
    positive = {name: frozenset(["positive"]) for name in names}
    found = compare_values(left, right, sample_points(names, positive, 8))
    if found.different is None and found.agreed >= 5:
        listed = ", ".join(f"{name}>0" for name in names)
        answer.notes.append((f'they agree for positive values: --assume "{listed}"',))
