"""Pictures of evaluate, derive, integrate, limit and series."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

from dlmath.expression.graph import Node, contains, free_symbols, substitute, symbol
from dlmath.maths.pictures.draw import NoPicture, near_window, one_variable, real_number
from dlmath.maths.pictures.sampling import Samples, sample, values_at, visible_range
from dlmath.picture import DASHED, Area, Curve, Mark, Picture, Words
from dlmath.settings import Settings

#: Half the width of a picture where nothing says what is of interest.
_HALF = 5.0

#: Half the width around the centre of a series, and around a point with a tangent.
_BESIDE = 3.0
_TANGENT = 1.5

#: Half the width of a limit's picture around 0.
_NEAR = 2.0

#: How far out the tail is drawn.
_TAIL = 50.0


def function_picture(function: Node) -> Picture:
    """The curve of an expression with one variable. Raises NoPicture."""
    names = sorted(free_symbols(function))
    if len(names) != 1:
        reason = "has no variable" if not names else "has several variables"
        raise NoPicture(f"the expression {reason}; a curve is drawn of one")
    variable = names[0]
    function = one_variable(function, variable, {})
    low, high = near_window(function, variable, 0.0, _HALF)
    curve = sample(function, variable, low, high)
    return _picture((function,), variable, (low, high), [((function,), curve)])


def derivative_picture(
    function: Node, derivative: Node, variables: Sequence[str], settings: Settings
) -> Picture:
    """The function and its derivative; with a point in `settings.at`, the tangent there."""
    if len(set(variables)) != 1:
        raise NoPicture("a mixed derivative has several variables")
    variable, order = variables[0], len(variables)
    function = one_variable(function, variable, settings.at)
    derivative = one_variable(derivative, variable, settings.at)
    place = settings.at.get(variable)
    centre = real_number(place) if place is not None else 0.0
    if not isfinite(centre):
        raise NoPicture("the point is not finite")
    half = max(_HALF if place is None else _TANGENT, abs(centre) / 4)
    low, high = near_window(function, variable, centre, half)
    drawn: list[tuple[Words, Samples]] = [
        ((function,), sample(function, variable, low, high)),
        (_slope_words(variable, order, derivative), sample(derivative, variable, low, high)),
    ]
    curves: list[Curve] = []
    marks: list[Mark] = []
    if place is not None:
        height = float(values_at(function, variable, [centre])[0])
        slope = float(values_at(derivative, variable, [centre])[0])
        if isfinite(height):
            marks.append(Mark(centre, height, _place_words(centre, height)))
        if order == 1 and isfinite(height) and isfinite(slope):
            ends = [low, high]
            line = [height + slope * (end - centre) for end in ends]
            curves.append(Curve(("tangent",), ends, line, DASHED))
    title: Words = (function, " and its derivative")
    if order > 1:
        title = (function, f" and its derivative of order {order}")
    picture = _picture(title, variable, (low, high), drawn, marks)
    return picture._replace(curves=(*picture.curves, *curves))


def _slope_words(variable: str, order: int, derivative: Node) -> Words:
    return ("derivative: " if order == 1 else f"derivative {order}: ", derivative)


def integral_picture(
    integrand: Node,
    antiderivative: object,
    variable: str,
    bounds: tuple[Node, Node] | None,
    settings: Settings,
) -> Picture:
    """The integrand, with bounds the area, without them an antiderivative."""
    function = one_variable(integrand, variable, settings.at)
    if bounds is None:
        low, high = near_window(function, variable, 0.0, _HALF)
        drawn: list[tuple[Words, Samples]] = [((function,), sample(function, variable, low, high))]
        if isinstance(antiderivative, Node) and not contains(antiderivative, {"integrate"}):
            other = one_variable(antiderivative, variable, settings.at)
            words: Words = ("antiderivative: ", other)
            drawn.append((words, sample(other, variable, low, high)))
        return _picture((function, " and an antiderivative"), variable, (low, high), drawn)
    ends = [real_number(substitute(bound, dict(settings.at))) for bound in bounds]
    start, stop = sorted(_finite(function, variable, min(ends), max(ends)))
    margin = 0.15 * (stop - start)
    whole = sample(
        function,
        variable,
        start - (margin if isfinite(min(ends)) else 0),
        stop + (margin if isfinite(max(ends)) else 0),
    )
    inside = sample(function, variable, start, stop)
    if not inside.defined:
        raise NoPicture("no real values were found to draw")
    title: Words = ("area below ", function)
    picture = _picture(
        title, variable, (whole.x[0], whole.x[-1]), [((function,), whole)], zero=True
    )
    area = Area(("area",), inside.x, inside.y, turned=ends[0] > ends[1])
    # Between the bounds all of it is seen, beside them only what is near.
    bottom, top = visible_range([(inside.bottom, inside.top)], [0.0])
    reach = 0.25 * (top - bottom)
    low, high = picture.y_range
    if whole.bottom < min(inside.bottom, 0.0):
        bottom = max(low, bottom - reach)
    if whole.top > max(inside.top, 0.0):
        top = min(high, top + reach)
    return picture._replace(areas=(area,), y_range=(bottom, top))


def _finite(function: Node, variable: str, low: float, high: float) -> tuple[float, float]:
    """Bounds that can be drawn in the place of infinite ones."""
    if isfinite(low) and isfinite(high):
        if low == high:
            raise NoPicture("the bounds are equal")
        return low, high
    if isfinite(low):
        return low, low + 2 * max(_HALF, abs(low))
    if isfinite(high):
        return high - 2 * max(_HALF, abs(high)), high
    return near_window(function, variable, 0.0, _HALF)


def limit_picture(
    function: Node, variable: str, to: Node, sides: tuple[object, object], side: str
) -> Picture:
    """The curve near the point, an open dot at each finite limit; at infinity the tail.

    sides: the limits from left and right, anything but a node where there is none.
    """
    function = one_variable(function, variable, {})
    point = real_number(to)
    left, right = (_height(limit) for limit in sides)
    if side != "both":
        left = right = left if side == "left" else right
    marks: list[Mark] = []
    if not isfinite(point):
        low, high = (1.0, _TAIL) if point > 0 else (-_TAIL, -1.0)
        curve = sample(function, variable, low, high)
        height = left if isfinite(left) else right
        extra = []
        if isfinite(height):
            extra.append(Curve((f"limit {_short(height)}",), [low, high], [height] * 2, DASHED))
        picture = _picture(
            (function, " far out"), variable, (low, high), [((function,), curve)], heights=[height]
        )
        return picture._replace(curves=(*picture.curves, *extra))
    half = max(_NEAR, abs(point) / 2)
    low, high = near_window(function, variable, point, half)
    low, high = min(low, point), max(high, point)
    if side == "left":
        high = point + 0.1 * (point - low)
    elif side == "right":
        low = point - 0.1 * (high - point)
    marks = _limit_marks(function, variable, point, left, right)
    curve = sample(function, variable, low, high)
    picture = _picture(
        (function, " near ", symbol(variable), " = ", to),
        variable,
        (low, high),
        [((function,), curve)],
        marks,
    )
    infinite = [height for height in (left, right) if abs(height) == inf]
    return picture._replace(vertical=(point,) if infinite else ())


def _limit_marks(
    function: Node, variable: str, point: float, left: float, right: float
) -> list[Mark]:
    """A ring at each limit, a dot where the function has a value: the same place is one of them."""
    value = float(values_at(function, variable, [point])[0])
    limits = [(left, "limit from the left"), (right, "limit from the right")]
    if left == right:
        limits = [(left, "limit")]
    marks: list[Mark] = []
    met = False
    for height, words in limits:
        if not isfinite(height):
            continue
        is_value = abs(value - height) <= 1e-9 * max(1.0, abs(height))
        met = met or is_value
        label = f"{words} {_short(height)}" + (", and the value there" if is_value else "")
        marks.append(Mark(point, height, (label,), not is_value))
    if isfinite(value) and not met:
        marks.append(Mark(point, value, (f"value {_short(value)}",)))
    return marks


def _height(limit: object) -> float:
    """A one-sided limit as a number, nan where there is none."""
    if isinstance(limit, (int, float)):
        return float(limit)
    if not isinstance(limit, Node) or free_symbols(limit):
        return float("nan")
    try:
        return real_number(limit)
    except NoPicture:
        return float("nan")


def series_picture(
    function: Node, total: Node, variable: str, around: Node, radius: object
) -> Picture:
    """The function and the sum of the terms, around the centre."""
    function = one_variable(function, variable, {})
    total = one_variable(total, variable, {})
    centre = real_number(around)
    if not isfinite(centre):
        low, high = (1.0, 4 * _HALF) if centre > 0 else (-4 * _HALF, -1.0)
    else:
        reach = _height(radius)
        half = 1.5 * reach if 0 < reach < inf else _BESIDE
        low, high = near_window(function, variable, centre, half)
    exact = sample(function, variable, low, high)
    terms = sample(total, variable, low, high)
    marks = []
    height = float(values_at(function, variable, [centre])[0]) if isfinite(centre) else inf
    if isfinite(height):
        marks = [Mark(centre, height, ("centre",))]
    drawn: list[tuple[Words, Samples]] = [((function,), exact), (("sum: ", total), terms)]
    picture = _picture((function, " and its series"), variable, (low, high), drawn, marks)
    # The sum leaves the function far from the centre; the function sets what is shown.
    bottom, top = visible_range([(exact.bottom, exact.top)], [height])
    reach = 0.25 * (top - bottom)
    near = max(picture.y_range[0], bottom - reach), min(picture.y_range[1], top + reach)
    return picture._replace(y_range=near)


def _short(value: float) -> str:
    return f"{value:.6g}"


def _place_words(x: float, y: float) -> Words:
    return (f"({x:.4g}, {y:.4g})",)


def _picture(
    title: Words,
    variable: str,
    x_range: tuple[float, float],
    drawn: list[tuple[Words, Samples]],
    marks: list[Mark] | None = None,
    *,
    heights: list[float] | None = None,
    zero: bool = False,
) -> Picture:
    """Axes around sampled curves. heights: further values to show; zero: show the axis, too."""
    marks = marks or []
    samples = [curve for _, curve in drawn]
    if not any(curve.defined for curve in samples):
        raise NoPicture("no real values were found to draw")
    wanted = [*(mark.y for mark in marks), *(heights or []), *([0.0] if zero else [])]
    return Picture(
        title=title,
        x_label=variable,
        y_label="y" if variable != "y" else "z",
        x_range=x_range,
        y_range=visible_range([(curve.bottom, curve.top) for curve in samples], wanted),
        curves=tuple(Curve(words, curve.x, curve.y) for words, curve in drawn),
        marks=tuple(marks),
    )
