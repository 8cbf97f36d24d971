"""`loss`: what a loss asks of a prediction, and what it does to gradients.

Gradient, curvature, convexity, the largest slope and kinks are computed from the graph; claims
about probability models, minimizers and forms for logits are typed and tried (`checks.loss`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import REFUTED, Answer, Check, Step, Table
from dlmath.checks.activation import check_lipschitz, check_same_values, random_points
from dlmath.checks.loss import (
    check_convex,
    check_density,
    check_density_of_classes,
    check_minimizer,
    check_minimizer_of_bits,
    check_minimizer_of_classes,
)
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    free_symbols,
    mul,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derive import derive
from dlmath.maths.calculus.integrals.zero_search import infinite
from dlmath.maths.calculus.several import gradient
from dlmath.maths.networks.activation_profile import Profile, point_fact
from dlmath.maths.networks.loss_data import CLASSES, ERROR, LOSSES, MARGIN, PROBABILITY, NamedLoss
from dlmath.maths.networks.stability import stability_notes
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

NAMES = tuple(LOSSES)
ERROR_NAME = "e"

_COMPARED = (
    ("convexity", "in the prediction"),
    ("smoothness", "smoothness"),
    ("lipschitz", "largest slope"),
    ("robust", "slope bounded"),
    ("minimizer", "best constant"),
    ("model", "probability model"),
)


class Slice(NamedTuple):
    """The loss as a function of one variable: for one target, or of the error.

    words: which (`y = 1`). low, high: where it is looked at.
    """

    function: Node
    variable: str
    words: str
    low: float
    high: float


@under_assumptions
def loss(function: Node, settings: Settings = DEFAULTS, *, compare: Sequence[Node] = ()) -> Answer:
    """Everything about one loss: a named one of prediction and target, or a formula of both.

    compare: further ones for the table and the picture.
    Facts: `name`, `gradient`, `second_derivative`, `convexity`, `smoothness`, `kinks`,
    `lipschitz` (the largest slope), `robust` (is it bounded?), `minimizer`, `model`, `logits`,
    `logits_gradient`, `paper`.
    Raises InvalidInput where prediction and target cannot be told.
    """
    named = _named(function)
    prediction, target = _roles(function, named)
    answer = Answer("loss", ("loss ", function, *at_words(settings.at)))
    answer.result = expand_vectors(function)
    slices = _slices(function, prediction, target, named)
    profiles = [_profile(part, settings) for part in slices]
    _fill(answer, function, prediction, named, profiles, settings)
    if len(slices) > 1 and target is not None:
        _between_targets(answer, function, target, [part.words for part in slices])
    if settings.check:
        _check(answer, function, prediction, target, named, slices, profiles)
        if named is None:
            answer.notes += stability_notes(function)
    if named is not None and named.logits is not None:
        _logits(answer, named, settings)
        if settings.check and named.logits_form is not None:
            answer.notes += stability_notes(parse(named.logits_form).node)
    if named is not None:
        answer.facts["paper"] = named.paper
    _at_point(answer, function, settings)
    others = [other for other in compare if other is not function]
    if others:
        answer.tables.append(_comparison([function, *others], answer, settings))
    if answer.refuted:
        answer.status, answer.facts, answer.tables = REFUTED, {}, []
    elif settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.networks import loss_picture

        shown = [(part, str(function.op)) for part in slices]
        for other in others:
            roles = _roles(other, _named(other))
            shown += [(part, str(other.op)) for part in _slices(other, *roles, _named(other))]
        put_picture(answer, loss_picture, shown)
    return answer


def listing() -> Answer:
    """All named losses with formula and model."""
    answer = Answer("loss", ("losses of the language",))
    rows = [
        (name, named.title, expand_vectors(parse(named.form).node), named.model)
        for name, named in LOSSES.items()
    ]
    answer.result = NAMES
    columns = ("name", "what it is", "formula", "probability model")
    answer.tables.append(Table("losses", columns, tuple(rows)))
    answer.facts["names"] = list(NAMES)
    return answer


def named_call(name: str) -> Node:
    """`mse` as mse(p, y); losses of classes are shown for three."""
    return parse(LOSSES[name].form).node


def _named(function: Node) -> NamedLoss | None:
    named = LOSSES.get(function.op)
    return named if named is not None and parse(named.form).node is function else None


def _roles(function: Node, named: NamedLoss | None) -> tuple[str, str | None]:
    """The names of prediction and target. Raises InvalidInput."""
    if named is not None:
        return named.prediction, named.target
    names = sorted(free_symbols(function))
    if len(names) == 1:
        return names[0], None
    target = next((name for name in ("y", "t") if name in names), None)
    if len(names) != 2 or target is None:
        raise InvalidInput(
            "a loss is of a prediction and a target",
            hint='write the target y: loss "log(cosh(p - y))"',
        )
    return next(name for name in names if name != target), target


# --- one variable -------------------------------------------------------------------------------


def _slices(
    function: Node, prediction: str, target: str | None, named: NamedLoss | None
) -> list[Slice]:
    """The loss as functions of one variable, which between them say everything."""
    if named is not None and named.kind == CLASSES:
        assert named.part is not None
        part = parse(named.part).node
        name = next(iter(free_symbols(part)))
        return [Slice(part, name, "of the true class", 1e-3, 1.0)]
    written = expand_vectors(function)
    if target is None:
        return [Slice(written, prediction, f"of {prediction}", -8.0, 8.0)]
    moved = substitute(written, {prediction: add(symbol(target), symbol(ERROR_NAME))})
    of_error = tidy(moved)
    if target in free_symbols(of_error):
        of_error = _without(moved, target)
    if target not in free_symbols(of_error):
        return [Slice(of_error, ERROR_NAME, f"of e = {prediction} - {target}", -8.0, 8.0)]
    values, ends = ((MINUS_ONE, ONE), (-8.0, 8.0))
    if named is None or named.kind == PROBABILITY:
        values, ends = ((ZERO, ONE), (1e-3, 1 - 1e-3))
    if named is None and _is_of_margin(written, prediction, target):
        values, ends = ((MINUS_ONE, ONE), (-8.0, 8.0))
    return [
        Slice(
            tidy(expand_vectors(substitute(function, {target: value}))),
            prediction,
            f"for {target} = {value.number}",
            *ends,
        )
        for value in values
    ]


def _without(moved: Node, target: str) -> Node:
    """The function of the error with the target 0, where numbers say that the target is idle."""
    fixed = substitute(moved, {target: ZERO})
    points = random_points({ERROR_NAME: (-4.0, 4.0), target: (-4.0, 4.0)})
    same = check_same_values("", moved, fixed, points)
    return tidy(fixed) if same.verdict == "passed" else moved


def _is_of_margin(written: Node, prediction: str, target: str) -> bool:
    """Does it depend on y*s alone?"""
    turned = substitute(
        written,
        {prediction: tidy(parse(f"-{prediction}").node), target: tidy(parse(f"-{target}").node)},
    )
    points = random_points({prediction: (-4.0, 4.0), target: (-4.0, 4.0)})
    return check_same_values("", written, turned, points).verdict == "passed"


def _profile(part: Slice, settings: Settings) -> Profile:
    if part.low > 0 and part.high <= 1:
        return Profile(part.function, part.variable, settings, (ZERO, ONE))
    return Profile(part.function, part.variable, settings)


# --- facts --------------------------------------------------------------------------------------


def _fill(
    answer: Answer,
    function: Node,
    prediction: str,
    named: NamedLoss | None,
    profiles: Sequence[Profile],
    settings: Settings,
) -> None:
    facts = answer.facts
    if named is not None:
        facts["name"] = named.title
    quiet = Settings(check=settings.check, steps=settings.steps)
    if named is not None and named.kind == CLASSES:
        letter = prediction[0]
        slopes = gradient(function, [f"{letter}{k}" for k in (1, 2, 3)], quiet)
    else:
        slopes = derive(function, [prediction], quiet)
    second = derive(function, [prediction, prediction], Settings(check=False))
    facts["gradient"], facts["second_derivative"] = slopes.result, second.result
    answer.checks += slopes.checks
    if settings.steps:
        answer.steps = list(slopes.steps)
        written = expand_vectors(function)
        if written is not function:
            words = ("written with elementary functions",)
            answer.steps.append(Step("definition", words, function, written))
    facts["convexity"] = _together([profile.convexity for profile in profiles])
    facts["smoothness"] = _least([profile.smoothness() for profile in profiles])
    facts["kinks"] = [
        {profile.variable: kink["x"], "left": kink["left"], "right": kink["right"]}
        for profile in profiles
        for kink in profile.kinks()
    ]
    sizes = [profile.lipschitz() for profile in profiles]
    if all(size is not None for size in sizes):
        largest = max((size for size in sizes if size is not None), key=lambda size: size.value)
        facts["lipschitz"] = point_fact(largest)
        facts["robust"] = not infinite(largest.value)
    if named is not None:
        facts["minimizer"], facts["model"] = named.minimizer, named.model
    else:
        _own_minimum(answer, profiles)


def _own_minimum(answer: Answer, profiles: Sequence[Profile]) -> None:
    """Where a loss of one's own is least: at error 0, or elsewhere."""
    if len(profiles) != 1:
        return
    places = [
        point_fact(extremum.at.low)
        for extremum in profiles[0].extrema
        if extremum.sign < 0 and extremum.is_global and extremum.at.is_point
    ]
    if places:
        answer.facts["least_at"] = places


def _between_targets(answer: Answer, function: Node, target: str, words: Sequence[str]) -> None:
    """What is convex for the targets 0 and 1 is so between them where the loss is linear in y."""
    at_zero, at_one = (substitute(function, {target: value}) for value in (ZERO, ONE))
    y = symbol(target)
    line = add(mul(sub(ONE, y), at_zero), mul(y, at_one))
    names = sorted(free_symbols(function))
    points = random_points(dict.fromkeys(names, (0.05, 0.95)))
    tail = ""
    if words[0].endswith("= 0") and (
        check_same_values("", function, line, points).verdict == "passed"
    ):
        tail = f"; it is linear in {target}, so what is convex for both is convex between them"
    answer.notes.append((f"studied {' and '.join(words)}{tail}",))


def _at_point(answer: Answer, function: Node, settings: Settings) -> None:
    """With `--at p=1,y=2`, value and slope there."""
    if not settings.at:
        return
    from dlmath.expression.precise import evaluate as precisely

    slope = answer.facts["gradient"]
    for name, node in (("value", function), ("slope", slope)):
        filled = substitute(node, dict(settings.at))
        missing = sorted(free_symbols(filled))
        if missing:
            given = ",".join(f"{name}=1" for name in missing)
            raise InvalidInput(f"--at gives no value for {', '.join(missing)}", hint=f"add {given}")
        value = precisely(filled, digits=20)
        if value != value:
            raise Undefined(f"no {name} at this point")
        answer.facts[name] = value


def _together(found: Sequence[str]) -> str:
    """Convexity of all slices: a loss that is linear for one target may be convex for all."""
    kinds = set(found)
    if kinds <= {"convex", "linear"}:
        return "convex" if "convex" in kinds else "linear"
    return "concave" if kinds <= {"concave", "linear"} else "neither"


def _least(found: Sequence[str]) -> str:
    order = ["discontinuous", *(f"C^{k}" for k in range(9)), "C^oo"]
    return min(found, key=order.index)


def _logits(answer: Answer, named: NamedLoss, settings: Settings) -> None:
    """The form for scores, which neither overflows nor loses digits, and its gradient."""
    assert named.logits is not None and named.logits_form is not None
    stable, form = parse(named.logits).node, parse(named.logits_form).node
    answer.facts["logits"] = stable
    names = sorted(name for name in free_symbols(stable) if name.startswith("z"))
    quiet = Settings(check=settings.check)
    slopes = gradient(form, names, quiet)
    result = slopes.result
    assert isinstance(result, Node)
    answer.facts["logits_gradient"] = result.args[0] if len(names) == 1 else result
    if not settings.check:
        return
    ranges = dict.fromkeys(names, (-4.0, 4.0))
    ranges |= dict.fromkeys(free_symbols(stable) - set(names), (0.05, 0.45))
    points = random_points(ranges)
    answer.checks.append(check_same_values("the form for logits", form, stable, points))
    failed = [check for check in slopes.checks if check.verdict == "failed"]
    answer.checks += failed


# --- checks -------------------------------------------------------------------------------------


def _check(
    answer: Answer,
    function: Node,
    prediction: str,
    target: str | None,
    named: NamedLoss | None,
    slices: Sequence[Slice],
    profiles: Sequence[Profile],
) -> None:
    for part, profile in zip(slices, profiles, strict=True):
        answer.checks.append(
            check_convex(part.function, part.variable, part.low, part.high, profile.convexity)
        )
        size = profile.lipschitz()
        if size is not None and not infinite(size.value):
            found = check_lipschitz(part.function, part.variable, float(size.value))
            answer.checks.append(found)
    if named is None or target is None:
        return
    answer.checks.append(_check_minimizer(function, prediction, target, named))
    if named.density is not None:
        density = parse(named.density).node
        if named.kind == CLASSES:
            answer.checks.append(check_density_of_classes(function, density))
        else:
            names = (prediction, target)
            answer.checks.append(check_density(function, density, names, named.kind))


def _check_minimizer(function: Node, prediction: str, target: str, named: NamedLoss) -> Check:
    if named.kind == CLASSES:
        p, y = prediction[0], target[0]

        def of_classes(probabilities: Sequence[float], targets: Sequence[float]) -> float:
            point = {f"{p}{k}": value for k, value in enumerate(probabilities, start=1)}
            point |= {f"{y}{k}": value for k, value in enumerate(targets, start=1)}
            return float(evaluate(function, point))

        return check_minimizer_of_classes(of_classes)

    def value(c: float, y: float) -> float:
        return float(evaluate(function, {prediction: c, target: y}))

    if named.kind == PROBABILITY:
        return check_minimizer_of_bits(value)
    assert named.kind in (ERROR, MARGIN)
    return check_minimizer(value, named.statistic)


# --- several ------------------------------------------------------------------------------------


def _comparison(functions: Sequence[Node], first: Answer, settings: Settings) -> Table:
    quiet = Settings(check=settings.check)
    rows: list[tuple[Any, ...]] = []
    for place, function in enumerate(functions):
        answer = first if place == 0 else loss(function, quiet)
        if answer.refuted and answer is not first:
            first.checks += [check for check in answer.checks if check.verdict == "failed"]
        name = function.op if _named(function) is not None else function
        rows.append((name, *(answer.facts.get(key) for key, _ in _COMPARED)))
    columns = ("loss", *(heading for _, heading in _COMPARED))
    return Table("losses compared", columns, tuple(rows))
