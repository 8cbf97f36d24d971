"""`activation`: what an activation function does to values and to gradients.

Formula, derivatives, range, slopes and moments are computed from the graph of the function; only
names, definitions, papers and documented gains are typed (`activation_data`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import PASSED, REFUTED, Answer, Sentence, Step, Table
from dlmath.checks.activation import (
    check_definition,
    check_lipschitz,
    check_moments,
    check_same_values,
    check_saturation,
)
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    MINUS_ONE,
    Node,
    call,
    free_symbols,
    mul,
    neg,
    number,
    replace,
    substitute,
    symbol,
)
from dlmath.expression.parser import parse
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derive import derive, prepared
from dlmath.maths.calculus.integrals.zero_search import infinite
from dlmath.maths.calculus.several import shorter
from dlmath.maths.networks.activation_data import ACTIVATIONS, VECTOR_ACTIVATIONS, Named
from dlmath.maths.networks.activation_moments import moments
from dlmath.maths.networks.activation_profile import SATURATED, Profile, point_fact, spans_fact
from dlmath.maths.simplify import simplify
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

X = "x"
#: Everything in the list.
NAMES = (*ACTIVATIONS, *VECTOR_ACTIVATIONS)
#: A mean this small is zero but for rounding.
_ZERO_MEAN = 1e-12

#: Facts that `--compare` puts side by side, with their headings.
_COMPARED = (
    ("range", "range"),
    ("monotonicity", "monotonicity"),
    ("smoothness", "smoothness"),
    ("lipschitz", "Lipschitz"),
    ("saturates", "slope below 1%"),
    ("mean", "mean of f(z)"),
    ("gain", "gain"),
    ("gain_backward", "backward gain"),
)


@under_assumptions
def activation(
    function: Node, settings: Settings = DEFAULTS, *, compare: Sequence[Node] = ()
) -> Answer:
    """Everything about one activation: a call of one variable, or an expression of one variable.

    compare: further ones for the table and the picture.
    Facts: `name`, `derivative`, `second_derivative`, `domain`, `range`, `limits`, `symmetry`,
    `monotonicity`, `convexity`, `smoothness`, `kinks`, `lipschitz`, `saturates`, `saturation`,
    `zero_centred`, `mean`, `second_moment`, `gain`, `gain_backward`, `gain_torch`, `paper`.
    Raises InvalidInput for several variables, Unsolved where the curve cannot be traced.
    """
    if function.op in VECTOR_ACTIVATIONS:
        from dlmath.maths.networks.activation_vectors import vector_activation

        if compare:
            raise _not_of_a_number(function.op)
        return vector_activation(function.op, settings)
    variable = _variable(function)
    if prepared(function, settings).op == "vector":
        raise InvalidInput(
            "an activation is a function of one number, not a vector",
            hint="give one entry by itself",
        )
    named = _named(function)
    answer = Answer("activation", ("activation ", function, *at_words(settings.at)))
    profile = Profile(prepared(function, settings), variable, settings)
    _fill(answer, function, variable, profile, named, settings)
    if settings.check:
        _check(answer, function, variable, profile, named)
        answer.notes += _stability(function, variable, named)
    _at_point(answer, function, variable, settings)
    others = [other for other in compare if other is not function]
    if others:
        answer.tables.append(_comparison([function, *others], answer, settings))
    if answer.refuted:
        answer.status, answer.facts, answer.tables = REFUTED, {}, []
    elif settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.networks import activation_picture

        put_picture(answer, activation_picture, [function, *others])
    return answer


def _not_of_a_number(name: str) -> InvalidInput:
    return InvalidInput(f"{name} takes a vector, and is not compared with functions of a number")


def listing() -> Answer:
    """All named activations with their formulas, sources and pages."""
    answer = Answer("activation", ("activations of the language",))
    rows: list[tuple[Any, ...]] = []
    names = list(NAMES)
    for name, named in ACTIVATIONS.items():
        rows.append((name, named.title, parse(named.formula).node, named.paper))
    for name, vector in VECTOR_ACTIVATIONS.items():
        rows.append((name, vector.title, vector.formula, vector.paper))
    answer.result = tuple(names)
    columns = ("name", "what it is", "formula", "proposed by")
    answer.tables.append(Table("activations", columns, tuple(rows)))
    answer.facts["names"] = names
    return answer


def named_call(name: str) -> Node:
    """`relu` as relu(x); the argument of a function of vectors is [x1, x2, x3]."""
    if name in VECTOR_ACTIVATIONS:
        return call(name, parse("[x1, x2, x3]").node)
    return call(name, symbol(X))


def _variable(function: Node) -> str:
    names = sorted(free_symbols(function))
    if len(names) != 1:
        listed = ", ".join(names)
        raise InvalidInput(
            f"an activation has one variable, and this has {listed}"
            if names
            else "an activation has a variable, and this has none",
            hint="give the others values: x*sigmoid(1.702*x)",
        )
    return names[0]


def _named(function: Node) -> Named | None:
    """What is known of f(x), for a named f without parameters."""
    if len(function.args) != 1 or function.args[0].op != "symbol":
        return None
    return ACTIVATIONS.get(function.op)


# --- facts ------------------------------------------------------------------------------------


def _fill(
    answer: Answer,
    function: Node,
    variable: str,
    profile: Profile,
    named: Named | None,
    settings: Settings,
) -> None:
    formula, own = _formula(function, variable, named)
    quiet = Settings(check=settings.check, assume=settings.assume, steps=settings.steps)
    first = derive(own, [variable], quiet)
    second = derive(own, [variable, variable], Settings(check=False, assume=settings.assume))
    answer.result = formula
    answer.checks += first.checks
    facts = answer.facts
    if named is not None:
        facts["name"] = named.title
    facts["derivative"] = first.result
    facts["second_derivative"] = second.result
    if isinstance(second.result, Node):
        facts["second_derivative"] = _in_factors(shorter(second.result), variable)
    facts["domain"], facts["range"] = profile.domain, profile.range
    facts["limits"] = profile.limits()
    facts["symmetry"] = profile.symmetry
    facts["monotonicity"], facts["convexity"] = profile.monotonicity, profile.convexity
    facts["smoothness"], facts["kinks"] = profile.smoothness(), profile.kinks()
    facts["lipschitz"] = point_fact(profile.lipschitz())
    saturated = profile.saturated()
    facts["saturates"] = spans_fact(saturated)
    facts["saturation"] = _saturation(saturated, profile)
    _fill_moments(answer, profile, named)
    if named is not None:
        facts["paper"] = named.paper
    _notes(answer, profile, named, function)
    if settings.steps:
        answer.steps = [*first.steps, *_definition_step(own, formula)]


def _in_factors(node: Node, variable: str) -> Node:
    """A polynomial in sigmoid(x) as a product: sigmoid(x)*(1 - sigmoid(x))*(1 - 2*sigmoid(x))."""
    inner, letter = call("sigmoid", symbol(variable)), symbol("s")
    polynomial = replace(node, {inner: letter})
    if free_symbols(polynomial) != {"s"} or polynomial.op != "add":
        return node
    found = simplify(polynomial, Settings(check=True), "factor").result
    if not isinstance(found, Node) or found.op != "mul":
        return node
    turned: list[Node] = []
    for factor in found.args:
        lowered = factor.op == "add" and MINUS_ONE in factor.args
        turned += [MINUS_ONE, tidy(neg(factor))] if lowered else [factor]
    product = replace(mul(*turned), {letter: inner})
    points = [{variable: place} for place in (Fraction(-3, 2), Fraction(1, 3), Fraction(2))]
    same = check_same_values("", node, product, points)
    return product if same.verdict == PASSED else node


def _stability(function: Node, variable: str, named: Named | None) -> list[Sentence]:
    """Where the formula loses digits in float32: of a named function as it is written out."""
    from dlmath.maths.networks.stability import definition_notes, stability_notes

    if named is None:
        return stability_notes(function)
    formula, _ = _formula(function, variable, named)
    values = {name: number(value) for name, value in named.parameters.items()}
    return definition_notes(substitute(formula, values), function, variable)


def _formula(function: Node, variable: str, named: Named | None) -> tuple[Node, Node]:
    """The definition, and the form that is differentiated: with letters for long constants."""
    if named is None:
        return function, function
    formula = substitute(parse(named.formula).node, {X: symbol(variable)})
    return formula, formula if named.parameters else function


def _definition_step(own: Node, formula: Node) -> list[Step]:
    return [Step("definition", ("written with elementary functions",), own, formula)]


def _saturation(spans: Sequence[Any], profile: Profile) -> str:
    """On which side the gradient vanishes for good."""
    left = any(infinite(span.low.value) for span in spans)
    right = any(infinite(span.high.value) for span in spans)
    if left and right:
        return "both sides"
    return "left side" if left else "right side" if right else "neither side"


def _fill_moments(answer: Answer, profile: Profile, named: Named | None) -> None:
    facts = answer.facts
    cuts = [float(s.point.value) for s in profile.curve.stations if s.is_finite]
    found = moments(profile.function, profile.variable, cuts)
    if found is None:
        facts["zero_centred"] = facts["symmetry"] == "odd" or None
    else:
        mean = 0.0 if abs(found["mean"]) < _ZERO_MEAN else found["mean"]
        facts["zero_centred"] = mean == 0
        facts["mean"], facts["second_moment"] = mean, found["square"]
        facts["gain"] = _gain(found["square"])
        facts["gain_backward"] = _gain(found["slope_square"])
    if named is not None and named.torch_gain is not None:
        facts["gain_torch"] = tidy(parse(named.torch_gain).node)


def _gain(square: float) -> float | None:
    """1/sqrt of a mean square, rounded where it is rounding error away from a short number."""
    return None if square <= 0 else float(f"{1 / math.sqrt(square):.12g}")


def _notes(answer: Answer, profile: Profile, named: Named | None, function: Node) -> None:
    notes: list[Sentence] = []
    if named is not None and named.parameters:
        told = ", ".join(
            f"{name} = {float(value):.12g}" for name, value in named.parameters.items()
        )
        notes.append((told,))
    if answer.facts.get("gain") is not None:
        words = "gain is 1/sqrt(E[f(z)^2]) for a standard normal z, for gradients with f' for f"
        if answer.facts.get("gain_torch") is not None:
            words += "; in PyTorch: as torch.nn.init.calculate_gain documents"
        notes.append((words,))
    for kink in answer.facts["kinks"]:
        notes.append(
            (
                f"at {profile.variable} = ",
                _part(kink["x"]),
                " the slope goes from ",
                _part(kink["left"]),
                " to ",
                _part(kink["right"]),
            )
        )
    notes += [(f"not proved: {words}",) for words in profile.curve.doubts]
    if profile.period is not None:
        notes.append(("one period, of length ", profile.period, ", is studied"))
    answer.notes += notes


def _part(value: Any) -> Node | str:
    return value if isinstance(value, Node) else f"{value:.10g}" if value is not None else "?"


def _at_point(answer: Answer, function: Node, variable: str, settings: Settings) -> None:
    """With `--at x=2`, the value and the slope there."""
    place = settings.at.get(variable)
    if place is None:
        return
    if free_symbols(place):
        raise InvalidInput(f"--at {variable} takes a number")
    from dlmath.expression.precise import evaluate

    slope = answer.facts["derivative"]
    named = _named(function)
    values = {name: number(v) for name, v in named.parameters.items()} if named else {}
    for name, node in (("value", function), ("slope", slope)):
        value = evaluate(substitute(node, {**values, variable: place}), digits=20)
        if not hasattr(value, "_mpf_") or value != value:
            raise Undefined(f"no {name} at this {variable}")
        answer.facts[name] = value


# --- checks ------------------------------------------------------------------------------------


def _check(
    answer: Answer, function: Node, variable: str, profile: Profile, named: Named | None
) -> None:
    from dlmath.checks.study import check_study
    from dlmath.maths.calculus.studies.claims import claims

    if named is not None:
        formula, _ = _formula(function, variable, named)
        answer.checks.append(check_definition(function, formula, variable, named.parameters))
    if profile.period is None:
        answer.checks += check_study(function, variable, claims(profile.curve, profile.extrema))
    constant = profile.lipschitz()
    if constant is not None and not infinite(constant.value):
        answer.checks.append(check_lipschitz(function, variable, float(constant.value)))
    if profile.period is None:
        spans = [(float(span.low.value), float(span.high.value)) for span in profile.saturated()]
        answer.checks.append(
            check_saturation(
                function,
                variable,
                lambda x: any(low <= x <= high for low, high in spans),
                SATURATED,
            )
        )
    if "mean" in answer.facts:
        answer.checks.append(
            check_moments(function, variable, answer.facts["mean"], answer.facts["second_moment"])
        )


# --- several -----------------------------------------------------------------------------------


def _comparison(functions: Sequence[Node], first: Answer, settings: Settings) -> Table:
    """One row for each activation."""
    quiet = Settings(check=settings.check)
    rows = []
    for place, function in enumerate(functions):
        if function.op in VECTOR_ACTIVATIONS:
            raise _not_of_a_number(function.op)
        answer = first if place == 0 else activation(function, quiet)
        if answer.refuted:
            first.checks += [check for check in answer.checks if check.verdict == "failed"]
        name = function.op if _named(function) is not None else function
        rows.append((name, *(_cell(answer.facts.get(key)) for key, _ in _COMPARED)))
    columns = ("activation", *(heading for _, heading in _COMPARED))
    return Table("activations compared", columns, tuple(rows))


def _cell(fact: Any) -> Any:
    """Intervals as one cell."""
    if isinstance(fact, list):
        if not fact:
            return "nowhere"
        parts: list[Any] = []
        for span in fact:
            parts += [", "] if parts else []
            parts += list(span) if isinstance(span, tuple) else [span]
        return tuple(parts)
    return fact
