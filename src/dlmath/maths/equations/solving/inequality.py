"""An inequality, or several joined by and, or, not: the answer is a condition on the unknown."""

from __future__ import annotations

from itertools import pairwise

from dlmath.answer import DOES_NOT_EXIST, REFUTED, Answer, Sentence, Step
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import FALSE, TRUE, Node, call, eq_node, free_symbols, sub, symbol
from dlmath.expression.intervals import Unsupported
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies.spans import Span, span_parts, union_fact
from dlmath.maths.calculus.studies.zeros import Endless
from dlmath.maths.equations.solving.conditions import spans_condition
from dlmath.maths.equations.solving.inequalities import RELATIONS, Pieces, pieces
from dlmath.maths.equations.solving.numbers import SHOWN, holds_decimal, shown
from dlmath.settings import Settings

#: Half the width of the part that is looked at where changes go on without end.
_HALF = 10


def solve_inequality(
    condition: Node, variable: str, low: Point, high: Point, settings: Settings
) -> Answer:
    """Where a condition on one variable holds. Raises InvalidInput, Unsolved."""
    x = symbol(variable)
    answer = Answer("solve", ("solve ", condition, " for ", x))
    others = sorted(free_symbols(condition) - {variable})
    if others:
        found = _with_letters(condition, variable, settings)
        if found is None:
            raise InvalidInput(
                f"an inequality needs numbers: {', '.join(others)} has no value",
                hint="for example --at " + ",".join(f"{name}=2" for name in others),
            )
        answer.result, words = found
        answer.notes.append(words)
        answer.facts["kind"] = "inequality"
        return answer
    result, cut = _pieces(condition, variable, low, high, settings)
    spans = result.spans()
    if cut is not None:
        answer.notes.append(
            (
                "it changes without end: solved on ",
                *span_parts(cut),
                "; --from and --to choose another part",
            )
        )
    answer.notes += [(f"not proved: {words}",) for words in result.doubts]
    solved = spans_condition(spans, x)
    digits = settings.digits or SHOWN
    if solved is FALSE:
        answer.status, answer.result = DOES_NOT_EXIST, "no solution"
        answer.notes.insert(0, ("it holds for no real number",))
    elif solved is TRUE:
        answer.result = "all real numbers"
    else:
        answer.result = _rounded(solved, digits)
    answer.facts |= {
        "kind": "inequality",
        "solutions": [_fact(span) for span in spans],
        "set": union_fact(spans),
    }
    if settings.check:
        from dlmath.checks.solutions import check_condition

        edges = [point.value for point in result.places if not infinite(point.value)]
        span = (result.places[0].value, result.places[-1].value)
        answer.checks.append(check_condition(condition, solved, variable, edges, span))
    if settings.steps:
        answer.steps = _steps(condition, variable, result, shown(solved, digits))
    if answer.refuted:
        answer.status, answer.facts = REFUTED, {}
    elif settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.solutions import inequality_picture

        put_picture(answer, inequality_picture, condition, variable, spans, (low, high))
    return answer


def _rounded(solved: Node, digits: int) -> Node | str:
    from dlmath.expression.text import to_text

    return to_text(shown(solved, digits)) if holds_decimal(solved) else solved


def _fact(span: Span) -> object:
    from dlmath.maths.calculus.studies.spans import span_fact

    return span_fact(span)


def _pieces(
    condition: Node, variable: str, low: Point, high: Point, settings: Settings
) -> tuple[Pieces, Span | None]:
    from dlmath.maths.equations.solving.numeric import window

    seconds = (settings.seconds or 20.0) * 0.7
    try:
        with within(seconds):
            try:
                found, cut = pieces(condition, variable, low, high), None
            except Endless:
                low, high = window(low, high, _HALF)
                found, cut = pieces(condition, variable, low, high), Span(low, high, True, True)
    except OutOfTime:
        raise Unsolved("the search takes too long", hint="narrow it: --from and --to") from None
    except Endless:
        raise Unsolved("it changes too often", hint="narrow it: --from and --to") from None
    except Unsupported as reason:
        raise Unsolved(str(reason)) from reason
    return found, cut


def _with_letters(
    condition: Node, variable: str, settings: Settings
) -> tuple[Node, Sentence] | None:
    """a*x < b where the sign of a is known."""
    from dlmath.expression.graph import div, neg
    from dlmath.maths.calculus.antiderivatives.polynomial import linear
    from dlmath.maths.equations.solving.working import sign

    if condition.op not in RELATIONS:
        return None
    positive = frozenset(n for n, known in settings.assume.items() if "positive" in known)
    line = linear(tidy(sub(*condition.args)), symbol(variable))
    slope = None if line is None else sign(line[0], positive)
    if line is None or not slope:
        return None
    mirrored = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
    op = condition.op if slope > 0 else mirrored.get(condition.op, condition.op)
    words = ("divided by ", line[0], ", which is ", "positive" if slope > 0 else "negative")
    return call(op, symbol(variable), tidy(div(neg(line[1]), line[0]))), words


def _steps(condition: Node, variable: str, result: Pieces, solved: Node) -> list[Step]:
    x = symbol(variable)
    found = []
    edges = [p for p in result.places if not infinite(p.value)]
    if edges:
        words: list[str | Node] = ["where the sides are equal, or one of them breaks: "]
        for place, point in enumerate(edges):
            value = point.exact if point.exact is not None else _decimal(point)
            words += [", " if place else "", shown(eq_node(x, value))]
        found.append(Step("cut the axis", tuple(words)))
    for index, (low, high) in enumerate(pairwise(result.places)):
        holds = "holds" if result.between[index] else "does not hold"
        span = span_parts(Span(low, high))
        found.append(Step("between the cuts", ("on ", *span, f" it {holds}")))
    for point, true in zip(result.places, result.at, strict=True):
        if not infinite(point.value):
            value = point.exact if point.exact is not None else _decimal(point)
            verb = "holds" if true else "does not hold"
            found.append(Step("at a cut", ("at ", shown(eq_node(x, value)), f" it {verb}")))
    found.append(Step("solution", ("put together",), condition, solved))
    return found


def _decimal(point: Point) -> Node:
    from dlmath.maths.equations.solving.numbers import decimal_node

    return decimal_node(point.value)
