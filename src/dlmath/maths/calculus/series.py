"""`series`: Taylor, Laurent and Puiseux expansions, at a point and at infinity."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import inf
from typing import NamedTuple

from dlmath.answer import REFUTED, Answer, Notation, Sentence, Step
from dlmath.checks.truncation import check_truncation
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    substitute,
    symbol,
    unfolded,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.derive import prepared
from dlmath.maths.calculus.expansions.expansion import SMALL, expansion, in_small
from dlmath.maths.calculus.expansions.power_series import NoSeries, Series
from dlmath.maths.calculus.expansions.radius import agrees_with_growth, radius
from dlmath.settings import DEFAULTS, Settings

ORDER_MOST = 60
#: Working by derivatives is shown while the last derivative has at most this many nodes.
_SHORT_DERIVATIVE = 40


class Centre(NamedTuple):
    """Where the expansion is: at a point or at infinity, and on which side t is positive."""

    around: Node
    sign: int
    infinite: bool

    def small(self, variable: str) -> Node:
        """t in terms of the variable: x - a, a - x, 1/x or -1/x."""
        x = symbol(variable)
        if self.infinite:
            return mul(number(self.sign), power(x, number(-1)))
        return tidy(sub(x, self.around) if self.sign > 0 else sub(self.around, x))

    def at(self, variable: str, distance: Fraction) -> dict[str, Node]:
        """The variable at a distance from the centre (at infinity: its reciprocal)."""
        if self.infinite:
            return {variable: number(self.sign / distance)}
        return {variable: add(self.around, number(self.sign * distance))}


@under_assumptions
def series(
    expression: Node, variable: str, around: Node, order: int, settings: Settings = DEFAULTS
) -> Answer:
    """The terms of degree below `order` in x - a (in 1/x at infinity); the rest is O of that order.

    Facts: `coefficients`, `remainder`, `radius` where known; with `settings.at` the value of the
    sum there, the function's own, and `error`, their difference.
    Raises Unsolved where there is no expansion in powers, InvalidInput for an order out of range.
    """
    if not 0 < order <= ORDER_MOST:
        raise InvalidInput(f"the order must be from 1 to {ORDER_MOST}, not {order}")
    function = prepared(expression, settings)
    if function.op == "vector":
        raise InvalidInput("a series is of one function, not of a vector")
    centre, found, one_sided = _expand(function, variable, around, Fraction(order))
    answer = Answer("series", ("series of ", expression, f" in {variable} around ", around))
    result = _written(found, centre, variable)
    answer.result = result
    _describe(answer, function, variable, centre, found, order)
    if one_sided:
        side = "above" if centre.sign > 0 else "below"
        answer.notes.append((f"it holds for {variable} {side} ", around, " only"))
    if settings.check:
        _check(answer, function, variable, centre, found, one_sided)
        if answer.refuted:
            answer.status, answer.result = REFUTED, None
            return answer
    if settings.steps:
        answer.steps = _working(function, variable, centre, found, result)
    if settings.at:
        _error_at(answer, function, result, settings)
    if settings.plot:
        from dlmath.maths.pictures.calculus import series_picture
        from dlmath.maths.pictures.draw import put_picture

        reach = answer.facts.get("radius")
        put_picture(answer, series_picture, function, result, variable, around, reach)
    return answer


def _expand(
    function: Node, variable: str, around: Node, order: Fraction
) -> tuple[Centre, Series, bool]:
    """The series and whether it holds on one side only."""
    infinite = around is INFINITY or around is neg(INFINITY)
    if infinite:
        centre = Centre(around, 1 if around is INFINITY else -1, True)
        return centre, _side(function, variable, centre, order), False
    right = Centre(around, 1, False)
    left = Centre(around, -1, False)
    first: Series | None = None
    with suppress(NoSeries):
        first = _side(function, variable, right, order)
    if first is not None and _is_real_series(first) and _is_one_sided(first):
        return right, first, True
    second = _side(function, variable, left, order)
    if first is None or not _is_real_series(first):
        return left, second, True
    if not _same(first, second):
        raise NoSeries(
            f"the expansions on the two sides differ at {variable} = {to_text(around)} "
            "(a kink or a jump)"
        )
    return right, first, False


def _side(function: Node, variable: str, centre: Centre, order: Fraction) -> Series:
    return expansion(tidy(in_small(function, variable, centre.around, centre.sign)), order)


def _is_one_sided(found: Series) -> bool:
    return any(
        exponent.denominator != 1 or SMALL in free_symbols(value)
        for exponent, value in found.terms.items()
    )


def _is_real_series(found: Series) -> bool:
    from dlmath.expression.numbers import evaluate

    for value in found.terms.values():
        plain = substitute(value, {SMALL: number(Fraction(1, 1000))})
        if not free_symbols(plain) and isinstance(evaluate(plain), complex):
            return False
    return True


def _same(right: Series, left: Series) -> bool:
    """Does t -> -t turn one into the other?"""
    for exponent in set(right.terms) | set(left.terms):
        a, b = right.terms.get(exponent), left.terms.get(exponent)
        if a is None or b is None or exponent.denominator != 1:
            return False
        sign = number((-1) ** int(exponent))
        if not _is_nothing(tidy(sub(a, mul(sign, b)))):
            return False
    return True


def _is_nothing(node: Node) -> bool:
    from dlmath.maths.calculus.expansions.power_series import is_zero, simple

    return is_zero(node) or is_zero(simple(node))


def _written(found: Series, centre: Centre, variable: str) -> Node:
    """The terms by rising powers, in the user's variable."""
    small = centre.small(variable)
    log_small = _log_of_small(centre, variable)
    terms: list[Node] = []
    for exponent, value in sorted(found.terms.items()):
        coefficient = replace(value, {call("log", symbol(SMALL)): log_small})
        terms.append(_term(tidy(coefficient), small, exponent))
    # Not collected: -1 + (x - 2) is the expansion around 2, -3 + x is not.
    return unfolded("add", terms) if len(terms) > 1 else add(*terms)


def _term(coefficient: Node, small: Node, exponent: Fraction) -> Node:
    if exponent == 1 and small.op == "add":
        return small if coefficient is ONE else unfolded("mul", [coefficient, small])
    return tidy(mul(coefficient, power(small, number(exponent))))


def _log_of_small(centre: Centre, variable: str) -> Node:
    if centre.infinite:
        return neg(call("log", mul(number(centre.sign), symbol(variable))))
    return tidy(call("log", centre.small(variable)))


def _describe(
    answer: Answer, function: Node, variable: str, centre: Centre, found: Series, order: int
) -> None:
    taylor = all(k.denominator == 1 and k >= 0 for k in found.terms)
    small = centre.small(variable)
    log_small = _log_of_small(centre, variable)
    written = {
        k: replace(v, {call("log", symbol(SMALL)): log_small}) for k, v in found.terms.items()
    }
    if taylor:
        answer.facts["coefficients"] = [written.get(Fraction(k), number(0)) for k in range(order)]
    else:
        answer.facts["coefficients"] = {str(k): written[k] for k in sorted(written)}
    inside = to_text(power(small, number(order)))
    answer.facts["remainder"] = Notation(f"O({inside})")
    kind = "Taylor series" if taylor else "Laurent series"
    if any(k.denominator != 1 for k in found.terms):
        kind = "Puiseux series"
    if any(SMALL in free_symbols(v) for v in found.terms.values()):
        kind = "series with logarithms"
    answer.facts["kind"] = kind + (" at infinity" if centre.infinite else "")
    answer.facts["radius"] = _radius(function, variable, centre, found) if taylor else None


def _radius(function: Node, variable: str, centre: Centre, found: Series) -> float | Node | None:
    if centre.infinite or free_symbols(function) != {variable} or free_symbols(centre.around):
        return None
    from dlmath.expression.numbers import evaluate

    size = radius(function, variable, complex(evaluate(centre.around)))
    if size is None:
        return None
    top = int(max(found.terms, default=Fraction(0)))
    numbers = [evaluate(found.terms.get(Fraction(k), number(0))) for k in range(top + 1)]
    if not agrees_with_growth(size, numbers):
        return None
    return INFINITY if size == inf else size


def _check(
    answer: Answer,
    function: Node,
    variable: str,
    centre: Centre,
    found: Series,
    one_sided: bool,
) -> None:
    other = centre._replace(sign=-centre.sign)
    sides = [centre] if one_sided or centre.infinite else [centre, other]
    assert isinstance(answer.result, Node)
    parameters = sorted((free_symbols(function) | free_symbols(centre.around)) - {variable})
    answer.checks.append(
        check_truncation(
            function,
            answer.result,
            found.order,
            lambda distance: [side.at(variable, distance) for side in sides],
            parameters,
        )
    )


def _error_at(answer: Answer, function: Node, result: Node, settings: Settings) -> None:
    """The sum at a point beside the function, and the difference."""
    from dlmath.expression.precise import decimal_text, evaluate

    at = dict(settings.at)
    value = tidy(substitute(result, at))
    answer.result = value
    if free_symbols(value) or free_symbols(substitute(function, at)):
        return
    total = evaluate(value, digits=30)
    exact = evaluate(substitute(function, at), digits=30)
    answer.value = value.number if value.op == "number" else total
    answer.decimal = decimal_text(total, settings.digits or 10)
    answer.facts["function"] = float(exact)
    answer.facts["error"] = float(exact - total)
    if settings.steps:
        answer.steps.append(Step("evaluate", ("put the point in",), substitute(result, at), value))


# --- working --------------------------------------------------------------------------------


def _working(
    function: Node, variable: str, centre: Centre, found: Series, result: Node
) -> list[Step]:
    steps = None if centre.infinite else _by_derivatives(function, variable, centre, found)
    if steps is None:
        steps = _by_known_series(function, variable, centre, found.order)
    return [
        *steps,
        Step("put together", ("put the terms together by rising powers",), None, result),
    ]


def _by_derivatives(
    function: Node, variable: str, centre: Centre, found: Series
) -> list[Step] | None:
    """c_k = f^(k)(a)/k!, where every derivative stays short."""
    if not all(k.denominator == 1 and k >= 0 for k in found.terms) or _is_one_sided(found):
        return None
    from dlmath.expression.graph import topological

    differentiator = Differentiator(variable)
    steps: list[Step] = []
    stage, size = function, 1
    for k in range(int(found.order)):
        if k:
            derivation = differentiator.of(stage)
            question = make("derive", (stage, symbol(variable)))
            steps.append(Step("derivative", (f"derivative {k}",), question, derivation.result))
            stage, size = derivation.result, size * k
        if len(topological(stage)) > _SHORT_DERIVATIVE:
            return None
        put_in = div(substitute(stage, {variable: centre.around}), number(size))
        value = tidy(put_in)
        if not _is_nothing(tidy(sub(value, found.terms.get(Fraction(k), ZERO)))):
            return None
        words: Sentence = ("the value at ", symbol(variable), " = ", centre.around)
        if k:
            words = (f"derivative {k} at ", *words[1:], f" over {k}!")
        steps.append(Step("coefficient", words, put_in, value))
    return steps


def _by_known_series(function: Node, variable: str, centre: Centre, order: Fraction) -> list[Step]:
    """The series of the parts, innermost first; each is known up to the order."""
    from dlmath.expression.graph import topological

    steps: list[Step] = []
    shown: set[Node] = set()
    for part in topological(function):
        if part is function or not part.args or variable not in free_symbols(part) or part in shown:
            continue
        shown.add(part)
        try:
            terms = _side(part, variable, centre, order)
        except NoSeries:
            continue
        if len(terms.terms) > 1:
            written = _written(terms, centre, variable)
            steps.append(
                Step("known series", ("the known series of ", part, ": ", written, " + ..."))
            )
    rule = "multiply" if function.op == "mul" else "compose"
    return [*steps, Step(rule, (f"{rule} these, keeping the powers below {order}",))]
