"""`simplify`: the shortest equal form found, or the form asked for.

Candidates come from the project's own collecting and multiplying out, from sympy, and from reading
formulas back as named functions. A candidate is taken only when it has the values of the original
at points of both signs, so `sqrt(x^2)` becomes `abs(x)` and never `x`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from dlmath.answer import PASSED, Answer, Check, Step
from dlmath.checks.values import (
    NAME,
    Point,
    compare_values,
    comparison_check,
    point_text,
    sample_points,
    telling_points,
)
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression import graph
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, free_symbols, symbol, topological
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.branch_points import branch_points
from dlmath.maths.operations import carry_out
from dlmath.maths.sympy_routes import attempt, share, translated
from dlmath.maths.textbook_words import fold_words
from dlmath.maths.undefined import require_defined
from dlmath.maths.variables import choose_variable
from dlmath.settings import DEFAULTS, Settings

FORMS = ("expand", "factor", "apart", "collect")

#: Functions that deep learning names, whose names are kept.
WORDS = frozenset({"sigmoid", "softplus", "relu", "silu", "gelu", "mish", "softsign", "tanh"})

#: Expressions with more parts than this are not given to sympy's general simplification.
LARGEST = 400


class Candidate(NamedTuple):
    """An equal form as claimed, and by which transformation.

    via: the form that the transformation gave, where formulas in it were then read back as named
    functions.
    """

    rule: str
    node: Node
    via: Node | None = None


@under_assumptions
def simplify(expression: Node, settings: Settings = DEFAULTS, form: str | None = None) -> Answer:
    """The simplest equal form, or the one asked for: `expand`, `factor`, `apart`, `collect`.

    Vectors are simplified entry by entry. Raises InvalidInput for another form, Unsolved when no
    form passes the check of values, Undefined for an expression that has no value anywhere.
    """
    if form is not None and form not in FORMS:
        raise InvalidInput(f"there is no form {form}", hint=f"write one of {', '.join(FORMS)}")
    carried = carry_out(expression, settings)
    if settings.at:
        carried = carry_out(graph.substitute(carried, dict(settings.at)), settings)
    start = expand_vectors(carried)
    require_defined(start)
    answer = Answer("simplify", (expression,))
    if form is not None:
        answer.question = (f"{form} ", expression)
    if start.op == "vector":
        _by_entries(answer, start, settings, form)
    else:
        _scalar(answer, start, settings, form)
    if settings.steps and carried is not expression:
        answer.steps.insert(
            0, Step("operations", ("carry out the operations",), expression, carried)
        )
    if isinstance(answer.result, Node) and answer.result.op == "number":
        answer.value = answer.result.number
    return answer


def _by_entries(answer: Answer, start: Node, settings: Settings, form: str | None) -> None:
    parts: list[Node] = []
    for entry in start.args:
        inner = simplify(entry, replace(settings, at={}, steps=False), form)
        assert isinstance(inner.result, Node)
        parts.append(inner.result)
        answer.checks += [check for check in inner.checks if check not in answer.checks]
        answer.notes += [note for note in inner.notes if note not in answer.notes]
    answer.result = graph.vector(parts)
    if settings.steps:
        answer.steps.append(Step("entries", ("simplify entry by entry",), start, answer.result))


def _scalar(answer: Answer, start: Node, settings: Settings, form: str | None) -> None:
    candidates = _portfolio(start, settings) if form is None else _of_form(start, form, settings)
    ordered = sorted(candidates, key=partial(_cost, start)) if form is None else list(candidates)
    if form is None:
        ordered.append(Candidate("leave it as it is", start))  # where nothing simpler is equal
    points = _points(start, settings)
    for candidate in ordered:
        check, fewer = _verdict(start, candidate.node, points, settings)
        if check is None:
            continue
        answer.result = candidate.node
        if settings.check:
            answer.checks.append(check)
        if fewer:
            listed = "; ".join(point_text(point) for point in fewer[:3])
            answer.notes.append(
                (f"equal where both are defined; the expression as given has no value at {listed}",)
            )
        if settings.steps:
            answer.steps += _steps(start, candidate)
        return
    raise Unsolved("no form of it passed the check of values")


def _cost(start: Node, candidate: Candidate) -> tuple[int, int]:
    """Short text first; of equally long ones, the form with fewer parts.

    A named function of deep learning counts as short, and a function that the expression did not
    have costs a little, so that `sigmoid(x)*(1 - sigmoid(x))` does not turn into a hyperbolic one.
    """
    ops = {part.op for part in topological(candidate.node)}
    text = to_text(candidate.node)
    for word in WORDS & ops:
        text = text.replace(word, "f")
    foreign = (
        {op for op in ops if op in FUNCTIONS} - {part.op for part in topological(start)} - WORDS
    )
    minus = text.startswith("-") + text.count("(-")
    parts = topological(candidate.node)
    powers = sum(part.op == "pow" and part.args[0].op == "sigmoid" for part in parts)
    words = sum(part.op in WORDS for part in parts)
    return len(text) + 4 * len(foreign) + 2 * minus + 3 * powers + 2 * words, len(parts)


def _points(start: Node, settings: Settings) -> list[Point]:
    names = sorted(free_symbols(start))
    if not names:
        return [{}]
    points = sample_points(names, settings.assume, 12)
    if all(not settings.assume.get(name) for name in names):
        points += [dict.fromkeys(names, value) for value in (0, 1, -1)]
    points += telling_points((start,), names, settings.assume)
    points += branch_points((start,), names, settings.assume, share(settings.seconds, 0.05))
    return [point for index, point in enumerate(points) if point not in points[:index]]


def _verdict(
    start: Node, claimed: Node, points: list[Point], settings: Settings
) -> tuple[Check | None, list[Point]]:
    """The check of a candidate (None when it fails) and where only the candidate has a value."""
    if claimed is start:
        return Check(NAME, PASSED, "the expression is left as it is"), []
    found = compare_values(start, claimed, points, seconds=share(settings.seconds, 0.15))
    if found.different is not None or found.only_left:
        return None, []
    check = comparison_check(found)
    if check.verdict != PASSED and claimed is not tidy(start):
        return None, []
    return check, found.only_right


# --- candidates -------------------------------------------------------------------------------


def _portfolio(start: Node, settings: Settings) -> list[Candidate]:
    """Equal forms from every route, each also with formulas read back as named functions."""
    found = [Candidate("collect like terms", tidy(start))]
    found += [Candidate("multiply out", expand(start))]
    if len(topological(start)) <= LARGEST and start.args:
        found += _from_sympy(start, settings)
        opaque, inside = _opaque(start)
        if inside:
            found += [
                Candidate(found_form.rule, tidy(graph.substitute(found_form.node, inside)))
                for found_form in _from_sympy(opaque, settings)
            ]
    unique: dict[Node, Candidate] = {}
    for candidate in found:
        unique.setdefault(candidate.node, candidate)
    for candidate in list(unique.values()):
        folded = fold_words(candidate.node)
        unique.setdefault(folded, Candidate(candidate.rule, folded, candidate.node))
    return list(unique.values())


def _opaque(node: Node) -> tuple[Node, dict[str, Node]]:
    """Named functions of deep learning as variables, so that sympy does not take them apart."""
    inside: dict[str, Node] = {}
    mapping: dict[Node, Node] = {}
    for part in topological(node):
        if part.op in WORDS and part not in mapping:
            name = f"{part.op}_{len(inside)}"
            inside[name] = part
            mapping[part] = symbol(name)
    return graph.replace(node, mapping), inside


def _from_sympy(node: Node, settings: Settings) -> Iterator[Candidate]:
    """sympy's forms, unverified."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    start = translated(node, settings.assume, share(settings.seconds, 0.08))
    if start is None:
        return
    routes = (
        ("simplify", lambda obj: obj),
        ("trigonometric identities", sympy.trigsimp),
        ("cancel common factors", sympy.cancel),
        ("factor", sympy.factor),
        ("simplify", sympy.simplify),
        ("rationalize the denominator", sympy.radsimp),
        ("join logarithms", lambda obj: sympy.simplify(sympy.logcombine(obj))),
        ("gamma function identities", sympy.gammasimp),
        ("absolute values", lambda obj: sympy.expand(obj.rewrite(sympy.Abs))),
        ("join branches", lambda obj: _branches(sympy, obj)),
    )
    for rule, route in routes:
        found = attempt(partial(route, start), share(settings.seconds, 0.08))
        if found is not None:
            yield Candidate(rule, found)


def _branches(sympy: Any, obj: Any) -> Any:
    """Maxima, absolute values and steps as one choice between branches."""
    if not obj.has(sympy.Max, sympy.Min, sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Piecewise):
        return obj
    return sympy.simplify(sympy.piecewise_fold(obj.rewrite(sympy.Piecewise)))


def _of_form(start: Node, form: str, settings: Settings) -> Iterator[Candidate]:
    """The forms that answer a request, best first."""
    if form == "expand":
        yield Candidate("expand", expand(start))
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    obj = translated(start, settings.assume, share(settings.seconds, 0.3))
    if obj is None:
        raise Unsolved(f"no route to {form} this expression was found")
    routes: dict[str, Any] = {
        "expand": lambda: sympy.expand(obj),
        "factor": lambda: sympy.factor(obj),
    }
    if form in ("apart", "collect"):
        name, _notes = choose_variable(start, form)
        variable = next((s for s in obj.free_symbols if s.name == name), sympy.Symbol(name))
        routes["apart"] = lambda: sympy.apart(sympy.together(obj), variable)
        routes["collect"] = lambda: sympy.collect(sympy.expand(obj), variable)
    found = attempt(routes[form], share(settings.seconds, 0.5))
    if found is not None:
        yield Candidate(form, found)
    yield Candidate("collect like terms", tidy(start))


# --- steps ------------------------------------------------------------------------------------


def _steps(start: Node, chosen: Candidate) -> list[Step]:
    """From the expression to the answer: collecting first, then the transformation that won."""
    path = [("collect like terms", tidy(start))]
    if chosen.via is not None:
        path.append((chosen.rule, chosen.via))
    last = chosen.rule if chosen.via is None else "write it with named functions"
    path.append((last, chosen.node))
    steps: list[Step] = []
    current = start
    for index, (rule, form) in enumerate(path):
        later = [after for _, after in path[index + 1 :]]
        if form is not current and form not in later:
            steps.append(Step(rule, (rule,), current, form))
            current = form
    if not steps:
        words = (chosen.node, " is already as simple as it gets")
        steps.append(Step("keep", words, None, chosen.node))
    return steps
