"""`pde`: partial differential equations of two variables, with their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.answer import ANSWERED, FAILED, Answer, Sentence, Step
from dlmath.checks.pde import (
    TERMS_CHECKED,
    Claim,
    Given,
    check_conditions,
    check_implicit,
    check_residual,
    check_smooth,
    summed,
)
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import Problem
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    eq_node,
    free_symbols,
    mul,
    number,
    replace,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.expression.unknown import as_symbols
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.equations.pde.characteristics import by_characteristics
from dlmath.maths.equations.pde.forms import evolution_of, root, start_of
from dlmath.maths.equations.pde.found import Found
from dlmath.maths.equations.pde.kinds import FIRST, HYPERBOLIC, Kind, kind_of
from dlmath.maths.equations.pde.line import on_the_line
from dlmath.maths.equations.pde.read import (
    Equation,
    Side,
    pair_of,
    read_equation,
    read_sides,
)
from dlmath.maths.equations.pde.rectangle import on_a_rectangle
from dlmath.maths.equations.pde.separation import separate
from dlmath.settings import DEFAULTS, Settings

#: Ranges of the variables, by name: `--domain "x=0..1"`.
Domain = Mapping[str, tuple[Node, Node]]
_TERMS_MOST = 200


@under_assumptions
def pde(
    problem: Problem,
    settings: Settings = DEFAULTS,
    *,
    numeric: bool = False,
    until: Node | None = None,
    domain: Domain | None = None,
    terms: int | None = None,
) -> Answer:
    """Solves an equation for a function of two variables.

    numeric: numbers, up to the time `until`, on `domain` (what conditions do not say of it).
    terms: a series is cut off after so many. The facts are `kind`, for series `terms` and
    `truncation_error`, for shocks `shock_time`, for numbers `table`, `error`, `method`.
    Where no closed form is found numbers are given, if the conditions suffice. Raises InvalidInput
    for what is no such equation, Unsolved where neither is found.
    """
    equation = read_equation(problem, settings.at)
    sides = read_sides(problem, equation, settings.at)
    kind = kind_of(equation)
    answer = Answer("pde", _question(problem))
    answer.facts["kind"] = kind.name
    answer.facts["order"] = equation.order
    if kind.discriminant is not None and kind.name == "mixed type":
        answer.facts["discriminant"] = kind.discriminant
    if terms is not None and not 1 <= terms <= _TERMS_MOST:
        raise InvalidInput(f"--terms is a whole number from 1 to {_TERMS_MOST}")
    if numeric:
        return _numbers(answer, equation, sides, kind, settings, until, domain)
    why = "no closed form was found"
    try:
        found = _symbolic(equation, sides, settings)
        if found is not None:
            done = _answered(answer, equation, sides, kind, found, settings, terms, until)
            if done is not None:
                return done
    except Unsolved as error:
        why = error.message
    if not sides:
        raise Unsolved(f"{why} ({kind.name})", hint="conditions make numbers possible: --given")
    try:
        result = _numbers(answer, equation, sides, kind, settings, until, domain)
    except (InvalidInput, Unsolved) as error:
        raise Unsolved(f"{why}; for numbers: {error.message}", hint=error.hint) from error
    result.notes.insert(0, (f"{why}; these are numbers",))
    return result


def _numbers(
    answer: Answer,
    equation: Equation,
    sides: list[Side],
    kind: Kind,
    settings: Settings,
    until: Node | None,
    domain: Domain | None,
) -> Answer:
    from dlmath.maths.equations.pde.numbers import solve_numbers

    return solve_numbers(answer, equation, sides, kind, settings, until, domain or {})


def _question(problem: Problem) -> Sentence:
    words: list[str | Node] = []
    for node in problem.equations:
        words += [", " if words else "", as_symbols(node)]
    for k, node in enumerate(problem.conditions):
        words += [", " if k else " with ", node]
    return tuple(word for word in words if word != "")


# --- which way ------------------------------------------------------------------------------


def _symbolic(equation: Equation, sides: list[Side], settings: Settings) -> Found | None:
    if equation.order == 1:
        return by_characteristics(equation, sides, settings)
    if equation.order > 2 or not equation.linear:
        return None
    form = evolution_of(equation)
    if form is None:
        return on_a_rectangle(equation, sides, settings) if sides else None
    x, t = equation.space, equation.time
    if not sides:
        if form.wave and _is_plain(form):
            return _general(equation, form.k)
        raise Unsolved(_missing(equation, form.wave))
    start = start_of([side for side in sides if side.variable == t], form.wave)
    ends = [side for side in sides if side.variable == x]
    if start is None:
        raise Unsolved(_missing(equation, form.wave))
    if not ends:
        return on_the_line(form, start, x, t, settings)
    if len(ends) == 1:
        raise Unsolved(f"a condition at one place of {x} only: half-lines are not solved")
    return separate(equation, form, start, ends, settings)


def _is_plain(form: Any) -> bool:
    return form.r is ZERO and form.d is ZERO and form.source is ZERO


def _missing(equation: Equation, wave: bool) -> str:
    name = equation.function.name
    args = ", ".join("0" if v == equation.time else v for v in equation.function.variables)
    if wave:
        return f"{name}({args}) and {name}_{equation.time}({args}) are needed to start from"
    return f"{name}({args}) is needed to start from"


def _general(equation: Equation, k: Node) -> Found:
    """F(x - ct) + G(x + ct)."""
    from dlmath.expression.graph import add, mul

    way = tidy(mul(root(k), symbol(equation.time)))
    x = symbol(equation.space)
    left, right = to_text(sub(x, way)), to_text(add(x, way))
    found = Found("d'Alembert's formula", text=f"{equation.function} = F({left}) + G({right})")
    found.notes.append(("F and G are any functions of one variable; initial conditions determine "
                        "them",))  # fmt: skip
    return found


# --- the answer -----------------------------------------------------------------------------


def _answered(
    answer: Answer,
    equation: Equation,
    sides: list[Side],
    kind: Kind,
    found: Found,
    settings: Settings,
    terms: int | None,
    until: Node | None,
) -> Answer | None:
    """The answer with its checks; None where a check refutes the solution."""
    if settings.check and found.text is None:
        checks = _checks(equation, sides, found, kind.name)
        if any(check.verdict == FAILED for check in checks):
            return None
        answer.checks += checks
    answer.status = ANSWERED
    answer.facts["method"] = found.method
    answer.facts.update(found.facts)
    answer.notes += found.notes
    steps = [Step("classify", (f"{kind.name}: ", *kind.why)), *found.steps]
    if found.text is not None:
        answer.result = found.text
        if settings.check:
            from dlmath.answer import UNAVAILABLE, Check

            answer.checks.append(Check("substitution into the equation", UNAVAILABLE,
                                       "the solution holds any function"))  # fmt: skip
    elif found.implicit is not None:
        u = symbol(equation.function.name)
        right = replace(found.implicit.args[1], {u: equation.at()})
        answer.result = eq_node(equation.at(), right)
    else:
        whole = found.expression if terms is None else found.partial(terms)
        answer.result = eq_node(equation.at(), whole)
        steps.append(Step("solution", ("the solution",), None, answer.result))
    if found.summands:
        from dlmath.maths.equations.pde.truncation import put_truncation

        put_truncation(answer, equation, sides, found, terms)
    if settings.steps:
        answer.steps = steps
    _put_value(answer, equation, found, settings)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.partial import closed_picture

        put_picture(answer, closed_picture, equation, sides, found, kind.name == FIRST, settings,
                    until)  # fmt: skip
    return answer


def claim_of(equation: Equation, sides: list[Side], found: Found) -> Claim:
    """What the solution claims, and where."""
    across = pair_of([s for s in sides if s.variable == equation.space], equation)
    up = pair_of([s for s in sides if s.variable == equation.time], equation)
    starts = [side.place for side in sides if side.variable == equation.time]
    ends = None if across is None else (across.left, across.right)
    two = up is not None and equation.part((0, 2)) is not ZERO and across is not None
    if two and up is not None and up.left is not up.right:
        return Claim((equation.space, equation.time), found.closed, found.summands, ends, up.left,
                     up.right)  # fmt: skip
    return Claim((equation.space, equation.time), found.closed, found.summands, ends,
                 starts[0] if starts else ZERO)  # fmt: skip


def _checks(equation: Equation, sides: list[Side], found: Found, kind: str) -> list[Any]:
    labels = {
        orders: equation.label(orders)
        for orders in [(a, b) for a in range(3) for b in range(3) if a + b <= equation.order]
        if equation.label(orders) in free_symbols(equation.expression)
    }
    if found.implicit is not None:
        side = sides[0]
        begin = evaluate(side.place)
        return [
            check_implicit(
                equation.expression, labels, sub(*found.implicit.args), equation.function.name,
                (equation.space, equation.time), side.value, found.facts.get("shock_time"),
                float(begin) if isinstance(begin, (int, float)) else 0.0,
            )
        ]  # fmt: skip
    claim = claim_of(equation, sides, found)
    given = [Given(side.variable, side.place, side.parts, side.value) for side in sides]
    checks = [
        check_residual(_checked_equation(equation, found), labels, claim),
        check_conditions(claim, given),
    ]
    if equation.order == 2 and kind != HYPERBOLIC:
        smooth = check_smooth(claim)
        checks += [smooth] if smooth.verdict == FAILED else []
    return checks


def _checked_equation(equation: Equation, found: Found) -> Node:
    """The equation; where its source is a series, with the terms that the check looks at."""
    if found.driving is None:
        return equation.expression
    finite, summand, start = found.driving
    _, index, begin = found.summands[0]
    parts = [finite]
    parts += [substitute(summand, {index: number(k)}) for k in range(start, begin + TERMS_CHECKED)]
    top = equation.part((0, 2)) if (0, 2) in equation.parts else equation.part((0, 1))
    return tidy(sub(sub(equation.expression, equation.rest), mul(top, add(*parts))))


def _put_value(answer: Answer, equation: Equation, found: Found, settings: Settings) -> None:
    """The value where `--at` puts both variables."""
    x, t = equation.space, equation.time
    if not {x, t} <= set(settings.at) or found.text is not None or found.implicit is not None:
        return
    put = {name: settings.at[name] for name in (x, t)}
    if not found.summands:
        from dataclasses import replace as changed

        from dlmath.maths.evaluate import evaluate as evaluated

        there = tidy(substitute(found.closed, put))
        if free_symbols(there):
            answer.facts["value"] = there
            return
        result = evaluated(there, changed(settings, at={}, plot=False, steps=False))
        answer.facts["value"] = result.result if isinstance(result.result, Node) else result.value
        answer.value = result.value
        return
    values = {name: evaluate(node) for name, node in put.items()}
    total = evaluate(substitute(found.closed, put))
    if not isinstance(total, (int, float)) or free_symbols(found.closed) - {x, t}:
        return
    for term, index, start in found.summands:
        if free_symbols(term) - {x, t, index}:
            return
        part = summed(term, index, start, values)
        if part is None:
            return
        total += part
    answer.facts["value"] = float(total)
    answer.value = float(total)
