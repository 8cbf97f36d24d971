"""Linear systems: exact elimination, with the row operations as the working."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import DOES_NOT_EXIST, REFUTED, Answer, Check, Step
from dlmath.expression.graph import (
    FALSE,
    ZERO,
    Node,
    add,
    call,
    eq_node,
    free_symbols,
    mul,
    neg,
    sub,
    symbol,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.equations.solving.substitution import str_negative
from dlmath.maths.equations.solving.systems import system_question
from dlmath.maths.linear_algebra import elimination
from dlmath.maths.linear_algebra.fields import choose_field, elements, matrix_node
from dlmath.maths.linear_algebra.matrix_steps import Recorder
from dlmath.settings import Settings


class Rows(NamedTuple):
    """A*x = b: rows of coefficients, and the right sides."""

    a: list[list[Node]]
    b: list[list[Node]]


def coefficients(equations: Sequence[Node], names: Sequence[str]) -> Rows | None:
    """The coefficients of the unknowns, None where an equation is not linear in them."""
    a, b = [], []
    for equation in equations:
        rest = expand(sub(*equation.args))
        row = []
        for name in names:
            terms = rest.args if rest.op == "add" else (rest,)
            x = symbol(name)
            factor = add(*(tidy(_without(term, x)) for term in terms if name in free_symbols(term)))
            rest_terms = [term for term in terms if name not in free_symbols(term)]
            if free_symbols(factor) & set(names):
                return None
            if expand(sub(rest, add(mul(factor, x), *rest_terms))) is not ZERO:
                return None
            row.append(tidy(factor))
            rest = tidy(add(*rest_terms))
        a.append(row)
        b.append([tidy(neg(rest))])
    return Rows(a, b)


def _without(term: Node, x: Node) -> Node:
    """The term without the factor x, itself where there is none."""
    if term is x:
        from dlmath.expression.graph import ONE

        return ONE
    if term.op == "mul" and x in term.args:
        return mul(*(part for part in term.args if part is not x))
    return term


def solve_linear(
    equations: Sequence[Node], names: Sequence[str], rows: Rows, settings: Settings
) -> Answer:
    """Unique, no or infinitely many solutions, exactly."""
    answer = Answer("solve", system_question(equations, names))
    field = choose_field([part for row in (*rows.a, *rows.b) for part in row], settings)
    recorder = Recorder(field, settings.steps)
    found = elimination.solve(field, elements(field, rows.a), elements(field, rows.b), recorder)
    answer.facts["kind"] = "linear system"
    answer.facts["rank"] = found.rank
    supposed = _divided(field, rows, found)
    conditions = [call("ne", one, ZERO) for one in dict.fromkeys(supposed) if free_symbols(one)]
    start = (
        "write the coefficients and the right sides as a matrix of the unknowns "
        + ", ".join(names),
    )
    first = Step(
        "set up",
        start,
        None,
        matrix_node([[*left, *right] for left, right in zip(rows.a, rows.b, strict=True)]),
    )
    if found.particular is None:
        answer.status, answer.result = DOES_NOT_EXIST, "no solution"
        answer.facts["solutions"] = []
        words = "elimination leaves a row that says 0 = 1 in other words: the equations contradict"
        answer.notes.append((words,))
        if settings.steps:
            answer.steps = [first, *recorder.finished("contradiction", (words,), FALSE)]
        if settings.check:
            answer.checks.append(_contradiction(rows))
        return answer
    values = _values(field, found, names)
    free = [names[k] for k in range(len(names)) if k not in found.reduced.pivots]
    lines = [eq_node(symbol(name), value) for name, value in values.items() if name not in free]
    answer.result = lines[0] if len(lines) == 1 else tuple(lines) or "all real numbers"
    answer.facts["solutions"] = [dict(values)]
    if free:
        answer.facts["free"] = free
        verb = "is" if len(free) == 1 else "are"
        answer.notes.append((f"infinitely many solutions: {', '.join(free)} {verb} any number",))
    if conditions:
        words_: list[str | Node] = ["if "]
        for place, condition in enumerate(conditions):
            words_ += [" and " if place else "", condition]
        answer.notes.append(tuple(words_))
        answer.facts["cases"] = [{"if": condition} for condition in conditions]
    if len(lines) == 1 and len(names) == 1 and not free_symbols(lines[0].args[1]):
        answer.value = _number(lines[0].args[1])
    _decimals(answer, lines, settings)
    if settings.steps:
        joint = lines[0] if len(lines) == 1 else call("and", *lines) if lines else None
        answer.steps = [first, *recorder.finished("read off", ("each row is an equation",), joint)]
    if settings.check:
        answer.checks.append(_check(equations, values, conditions))
        if answer.refuted:
            answer.status, answer.facts = REFUTED, {}
    if settings.plot and not answer.refuted:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.solutions import system_picture

        put_picture(answer, system_picture, equations, names, [] if free else [values])
    return answer


def _divided(field: Any, rows: Rows, found: elimination.Solutions) -> list[Node]:
    """What must not be zero: the determinant of a square system, else each number divided by."""
    from dlmath.maths.linear_algebra.determinant import determinant

    size = len(rows.a)
    if size == len(rows.a[0]) == found.rank:
        value = expand(field.node(determinant(field, elements(field, rows.a))))
        first = value.args[0] if value.op == "add" else value
        return [tidy(neg(value)) if str_negative(first) else value]
    return [tidy(field.node(lead)) for lead in found.reduced.divided]


def _decimals(answer: Answer, lines: Sequence[Node], settings: Settings) -> None:
    if settings.digits is None or any(free_symbols(line.args[1]) for line in lines):
        return
    from dlmath.maths.equations.solving.numbers import decimal_text
    from dlmath.maths.equations.solving.working import value_of

    texts = []
    for line in lines:
        value = value_of(line.args[1], settings.digits + 10)
        texts.append(f"{line.args[0].name} = {decimal_text(value, settings.digits)}")
    answer.decimal = "\n".join(texts)


def _values(field: Any, found: elimination.Solutions, names: Sequence[str]) -> dict[str, Node]:
    """Each unknown, in terms of the free ones."""
    assert found.particular is not None
    free = [k for k in range(len(names)) if k not in found.reduced.pivots]
    values = {}
    for k, name in enumerate(names):
        terms = [field.node(found.particular[k][0])]
        for column, basis in zip(free, found.basis, strict=True):
            terms.append(mul(field.node(basis[k]), symbol(names[column])))
        values[name] = tidy(add(*terms))
    return values


def _number(value: Node) -> Any:
    from dlmath.expression.graph import is_number
    from dlmath.expression.numbers import evaluate

    return value.number if is_number(value) else evaluate(value)


def _check(equations: Sequence[Node], values: dict[str, Node], conditions: Sequence[Node]) -> Check:
    """The solution put into the equations as typed, with several values of what is free."""
    from dlmath.checks.solutions import check_substitution
    from dlmath.maths.equations.solving.verify import verify

    moved = {name: value for name, value in values.items() if value is not symbol(name)}
    verdict = verify(equations, moved, conditions, set(), real=False)
    failed = [] if not verdict.failed else [", ".join(values)]
    return check_substitution(1, verdict.agreed, failed)


def _contradiction(rows: Rows) -> Check:
    """No solution: least squares leave a residual (with numbers)."""
    from dlmath.answer import FAILED, PASSED, UNAVAILABLE

    name = "least squares"
    if any(free_symbols(part) for row in (*rows.a, *rows.b) for part in row):
        return Check(name, UNAVAILABLE, "the coefficients hold letters")
    import numpy

    from dlmath.expression.numbers import evaluate

    a = numpy.array([[evaluate(part) for part in row] for row in rows.a])
    b = numpy.array([evaluate(row[0]) for row in rows.b])
    found = numpy.linalg.lstsq(a, b, rcond=None)[0]
    left = float(numpy.linalg.norm(a @ found - b))
    scale = float(numpy.linalg.norm(b)) or 1.0
    passed = left > 1e-9 * scale
    return Check(name, PASSED if passed else FAILED, f"the least residual is {left:.3g}, not 0")
