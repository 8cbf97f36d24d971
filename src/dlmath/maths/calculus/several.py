"""`gradient`, `jacobian`, `hessian`: derivatives by several variables.

Layout: the gradient is a vector in the order of the variables; row i of the Jacobian holds the
derivatives of the i-th function (numerator layout); the Hessian is symmetric.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dlmath.answer import Answer, Program, Sentence, Step
from dlmath.checks.directional import check_gradient, check_hessian, check_jacobian
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    ZERO,
    Node,
    free_symbols,
    make,
    substitute,
    symbol,
    vector,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derivatives.at_point import settle
from dlmath.maths.calculus.derivatives.holomorphic import require_holomorphic
from dlmath.maths.calculus.derivatives.kink_points import kink_at
from dlmath.maths.calculus.derivatives.kinks import kink_notes
from dlmath.maths.calculus.derivatives.known_jacobians import remark, with_exponentials
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.derivatives.steps import Working
from dlmath.maths.calculus.derive import prepared
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

Rows = list[list[Node]]


@under_assumptions
def gradient(expression: Node, variables: Sequence[str], settings: Settings = DEFAULTS) -> Answer:
    """The vector of partial derivatives of a scalar function.

    Raises InvalidInput for a vector-valued function.
    """
    function = _scalar(expression, settings, "gradient")
    answer = Answer("gradient", ("gradient of ", expression, *_by(variables)))
    entries = [_entry(function, name, answer, settings) for name in variables]
    if settings.check:
        answer.checks.append(check_gradient(function, variables, entries, settings.assume))
    answer.notes += remark(expression, variables)
    _finish(answer, [function], [entries], variables, settings)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.several import gradient_picture

        put_picture(answer, gradient_picture, function, variables, entries, settings)
    answer.program = partial(_program, expression, tuple(variables), settings)
    return answer


def _program(expression: Node, variables: tuple[str, ...], settings: Settings) -> Program:
    """Value and gradient in forms that do not overflow."""
    from dlmath.maths.networks.stability import stable_form

    return Program(_scalar(stable_form(expression), settings, "gradient"), variables, {})


@under_assumptions
def jacobian(expression: Node, variables: Sequence[str], settings: Settings = DEFAULTS) -> Answer:
    """Row i holds the partial derivatives of the i-th function.

    Raises InvalidInput for a matrix-valued function.
    """
    whole = prepared(expression, settings, stable=True)
    functions = list(whole.args) if whole.op == "vector" else [whole]
    if any(part.op == "vector" for part in functions):
        raise InvalidInput(
            "the Jacobian is of a vector of functions, not of a matrix",
            hint="write [f, g, ...], one function each",
        )
    answer = Answer("jacobian", ("Jacobian of ", expression, *_by(variables)))
    rows = [[_entry(f, name, answer, settings) for name in variables] for f in functions]
    if settings.check:
        answer.checks.append(check_jacobian(functions, variables, rows, settings.assume))
    answer.notes += remark(expression, variables)
    _finish(answer, functions, rows, variables, settings)
    return answer


@under_assumptions
def hessian(expression: Node, variables: Sequence[str], settings: Settings = DEFAULTS) -> Answer:
    """The symmetric matrix of second partial derivatives of a scalar function.

    With `settings.at`, facts `eigenvalues`, `definiteness` and `condition`.
    Raises InvalidInput for a vector-valued function.
    """
    function = _scalar(expression, settings, "hessian")
    answer = Answer("hessian", ("Hessian of ", expression, *_by(variables)))
    slopes = [_entry(function, name, answer, settings) for name in variables]
    rows: Rows = [[ZERO] * len(variables) for _ in variables]
    for i, slope in enumerate(slopes):
        for j in range(i, len(variables)):
            entry = _entry(slope, variables[j], answer, settings)
            rows[i][j] = rows[j][i] = entry
    if settings.check:
        answer.checks.append(check_hessian(function, variables, rows, settings.assume))
    _finish(answer, [function], rows, variables, settings)
    if answer.value is not None:
        _describe(answer)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.several import hessian_picture

        put_picture(answer, hessian_picture, function, variables, answer.value, settings)
    return answer


def _by(variables: Sequence[str]) -> Sentence:
    return (f" by {', '.join(variables)}",)


def _scalar(expression: Node, settings: Settings, command: str) -> Node:
    function = prepared(expression, settings, stable=True)
    if function.op == "vector":
        raise InvalidInput(
            f"the {command} is of one function, not of a vector of functions",
            hint="for a vector of functions use jacobian",
        )
    return function


def _entry(function: Node, name: str, answer: Answer, settings: Settings) -> Node:
    """One partial derivative, its working added to the answer's."""
    if name not in free_symbols(function):
        return ZERO
    require_holomorphic(function, name, settings.assume)
    derivation = Differentiator(name).of(function)
    result = shorter(derivation.result)
    if settings.steps:
        question = make("derive", (function, symbol(name)))
        nested = Working(name).of(derivation)
        if result is not derivation.result:
            nested.append(Step("expand", ("multiply out",), derivation.result, result))
        words: Sentence = (f"partial derivative by {name}: the other variables are constants",)
        if len(nested) == 1:  # one rule does it all: its words are enough
            words = (f"partial derivative by {name}: ", *nested[0].text)
            nested = list(nested[0].steps)
        answer.steps.append(Step("partial derivative", words, question, result, tuple(nested)))
    for note in kink_notes(function, derivation.result, name):
        if note not in answer.notes:
            answer.notes.append(note)
    return result


#: Results with more nodes than this are not multiplied out on trial.
_TRIAL_SIZE = 60


def shorter(node: Node) -> Node:
    """The form multiplied out where that is much shorter: sigmoid(z) - y."""
    from dlmath.expression.graph import topological

    if len(topological(node)) > _TRIAL_SIZE:
        return node
    opened = expand(node)
    return opened if 4 * len(to_text(opened)) < 3 * len(to_text(node)) else node


def _finish(
    answer: Answer,
    functions: Sequence[Node],
    rows: Sequence[Sequence[Node]],
    variables: Sequence[str],
    settings: Settings,
) -> None:
    """Puts the entries together, and the point in where one is given."""
    one_row = answer.command == "gradient"
    formula = vector(rows[0]) if one_row else vector(vector(row) for row in rows)
    if settings.steps:
        pending = _pending(answer.command, functions, variables)
        answer.steps.append(Step("put together", ("put the entries together",), pending, formula))
    readable = with_exponentials(formula)
    if settings.steps and readable is not formula:
        answer.steps.append(Step("write out", ("write softmax out",), formula, readable))
    answer.result = formula = readable
    if not settings.at:
        if not free_symbols(formula):
            answer.value = _numbers(formula)
        return
    answer.question = (*answer.question, *at_words(settings.at))
    missing = [name for name in variables if name not in settings.at]
    if missing and any(free_symbols(formula) & {name} for name in missing):
        listed, given = ", ".join(missing), ",".join(f"{name}=1" for name in missing)
        raise InvalidInput(f"--at gives no value for {listed}", hint=f"add {given}")
    if answer.command != "hessian":
        _settle_kinks(answer, functions, rows, variables, settings)
    answer.result = tidy(substitute(formula, dict(settings.at)))
    if settings.at_kink == "undefined" and not free_symbols(answer.result):
        readable_rows = [formula.args] if one_row else [row.args for row in formula.args]
        answer.result = _settled(answer, functions, readable_rows, variables, settings)
    if settings.steps:
        put_in = substitute(formula, dict(settings.at))
        answer.steps.append(Step("evaluate", ("put the point in",), put_in, answer.result))
    if not free_symbols(answer.result):
        answer.value = _numbers(answer.result)


def _settle_kinks(
    answer: Answer,
    functions: Sequence[Node],
    rows: Sequence[Sequence[Node]],
    variables: Sequence[str],
    settings: Settings,
) -> None:
    """Raises Undefined at a kink, or states the convention under which the value is given."""
    if settings.at_kink == "subgradient":
        raise InvalidInput(
            "the subgradient is given for one variable", hint="use derive, or --at-kink frameworks"
        )
    for function, row in zip(functions, rows, strict=True):
        for name, entry in zip(variables, row, strict=True):
            found = kink_at(function, entry, name, settings.at)
            if found is not None:
                answer.notes.append(found.accept(settings.at_kink))


def _settled(
    answer: Answer,
    functions: Sequence[Node],
    rows: Sequence[Sequence[Node]],
    variables: Sequence[str],
    settings: Settings,
) -> Node:
    """Every entry as the difference quotients at the point confirm it. Raises Undefined."""
    if answer.command == "hessian":
        slopes = [Differentiator(name).of(functions[0]).result for name in variables]
        paths = [
            [
                ([functions[0], slopes[i], entry], [variables[i], variables[j]])
                for j, entry in enumerate(row)
            ]
            for i, row in enumerate(rows)
        ]
    else:
        paths = [
            [([function, entry], [name]) for name, entry in zip(variables, row, strict=True)]
            for function, row in zip(functions, rows, strict=True)
        ]
    found = [[settle(*path, settings.at).value for path in row] for row in paths]
    return vector(found[0]) if answer.command == "gradient" else vector(map(vector, found))


def _pending(command: str, functions: Sequence[Node], variables: Sequence[str]) -> Node:
    def by(function: Node, *names: str) -> Node:
        for name in names:
            function = make("derive", (function, symbol(name)))
        return function

    if command == "gradient":
        return vector(by(functions[0], name) for name in variables)
    if command == "hessian":
        return vector(vector(by(functions[0], a, b) for b in variables) for a in variables)
    return vector(vector(by(f, name) for name in variables) for f in functions)


def _numbers(node: Node) -> Any:
    """The entries as numbers. Raises Undefined where one has no value."""
    if node.op == "vector":
        return [_numbers(part) for part in node.args]
    if node.op == "number":
        return node.number
    from dlmath.expression.precise import evaluate

    value = evaluate(node, digits=20)
    if value != value or abs(value) == float("inf"):
        raise Undefined(f"undefined at this point: {to_text(node)}")
    return value


def _describe(answer: Answer) -> None:
    """Eigenvalues, definiteness and condition of the Hessian at a point."""
    from dlmath.maths.optimization.curvature import spectrum

    matrix = [[float(entry) for entry in row] for row in answer.value]
    if matrix != [list(column) for column in zip(*matrix, strict=True)]:
        return  # mixed derivatives depend on their order at this point
    values = spectrum(matrix).values
    largest = max(abs(value) for value in values)
    zero = 1e-12 * largest
    signs = {0 if abs(value) <= zero else (1 if value > 0 else -1) for value in values}
    names = {
        frozenset({1}): "positive definite",
        frozenset({-1}): "negative definite",
        frozenset({1, 0}): "positive semidefinite",
        frozenset({-1, 0}): "negative semidefinite",
        frozenset({0}): "zero",
    }
    answer.facts["eigenvalues"] = values
    answer.facts["definiteness"] = names.get(frozenset(signs), "indefinite")
    smallest = min(abs(value) for value in values)
    answer.facts["condition"] = largest / smallest if smallest > zero else None
