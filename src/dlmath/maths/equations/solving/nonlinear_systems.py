"""Systems that are not linear: elimination for polynomials, else a certified search in a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import DOES_NOT_EXIST, REFUTED, Answer, Check, Step
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.graph import Node, call, eq_node, free_symbols, sub, symbol
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.solving.numbers import (
    SHOWN,
    decimal_node,
    decimal_text,
    holds_decimal,
    shown,
)
from dlmath.maths.equations.solving.numeric import end_point
from dlmath.maths.equations.solving.systems import system_question
from dlmath.maths.equations.solving.verify import verify
from dlmath.maths.equations.solving.working import value_of
from dlmath.settings import Settings

#: Half the side of the box that is searched.
_HALF = 10.0

#: More unknowns than this are not searched for.
_MOST = 6


def solve_nonlinear(
    equations: Sequence[Node],
    names: Sequence[str],
    settings: Settings,
    *,
    numeric: bool = False,
    lower: Node | None = None,
    upper: Node | None = None,
) -> Answer:
    """All real solutions: of polynomial systems exactly, of others in a box. Raises Unsolved."""
    letters = sorted(set().union(*map(free_symbols, equations)) - set(names))
    if letters:
        return _with_letters(equations, names, letters, settings)
    if len(equations) < len(names):
        raise InvalidInput(
            f"{_count(len(equations), 'equation')} for {_count(len(names), 'unknown')}: "
            "the solutions are curves, not points",
            hint=f"solve for one of them: --for {names[0]}",
        )
    from dlmath.expression.intervals import Unsupported
    from dlmath.maths.optimization.extrema.box_search import search_box
    from dlmath.maths.optimization.extrema.systems import CERTIFIED, EXACT, solve_system

    functions = [tidy(sub(*equation.args)) for equation in equations]
    box = _box(names, lower, upper, settings)
    seconds = 0.6 * (settings.seconds or 20.0)
    try:
        if len(names) > _MOST:
            raise Unsolved("there are too many unknowns for a search")
        if numeric and len(equations) == len(names):
            found = search_box(functions, names, len(names), box, seconds)
        else:
            found = _found(functions, names, box, seconds, solve_system)
    except Unsupported as reason:
        raise Unsolved(str(reason)) from reason
    answer = Answer("solve", system_question(equations, names))
    solutions = []
    for root in found.roots:
        values = {
            name: exact if exact is not None else decimal_node(value)
            for name, value, exact in zip(names, root.values, root.exact, strict=True)
        }
        if _inside(values, box, settings):
            solutions.append(values)
    solutions = [one for one in solutions if verify(equations, one, (), set()).holds]
    answer.facts["kind"] = "polynomial system" if found.how == EXACT else "nonlinear system"
    if found.families:
        _fill_families(answer, found.families, equations, names)
        return answer
    if found.how == EXACT:
        answer.notes.append(("all real solutions, by elimination (a Groebner basis)",))
    else:
        sides = ", ".join(f"{name} in [{low:g}, {high:g}]" for name, (low, high) in box.items())
        sure = (
            "each proved to be the only one near it by interval arithmetic"
            if found.how == CERTIFIED
            else "by a search that may miss some"
        )
        answer.notes.append((f"solutions with {sides}, {sure}; --from and --to change the box",))
    answer.notes += [(f"not proved: {words}",) for words in found.doubts]
    fill_system(answer, names, solutions, settings)
    if settings.check:
        answer.checks += _checks(equations, names, solutions, box, found.how == EXACT)
    if answer.refuted:
        answer.status, answer.facts = REFUTED, {}
        return answer
    if settings.steps:
        answer.steps = _steps(equations, names, solutions, found.how == EXACT)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.solutions import system_picture

        put_picture(answer, system_picture, equations, names, solutions)
    return answer


def _count(size: int, word: str) -> str:
    return f"{size} {word}" if size == 1 else f"{size} {word}s"


def _found(
    functions: list[Node],
    names: Sequence[str],
    box: Mapping[str, tuple[float, float]],
    seconds: float,
    solve_system: Any,
) -> Any:
    """More equations than unknowns: the rest only thins out what the first ones give."""
    from dlmath.maths.optimization.extrema.systems import EXACT

    found = solve_system(functions, names, len(names), box, seconds)
    if found.how != EXACT and len(functions) > len(names):
        found = solve_system(functions[: len(names)], names, len(names), box, seconds)
    return found


def _box(
    names: Sequence[str], lower: Node | None, upper: Node | None, settings: Settings
) -> dict[str, tuple[float, float]]:
    import mpmath

    low, high = end_point(lower, -1, "--from").value, end_point(upper, 1, "--to").value
    if not low < high:
        raise InvalidInput("the box is empty: --from must be less than --to")
    left = -_HALF if mpmath.isinf(low) else float(low)
    right = _HALF if mpmath.isinf(high) else float(high)
    box = {}
    for name in names:
        known = settings.assume.get(name, frozenset())
        box[name] = (
            0.0 if known & {"positive", "nonnegative"} and left < 0 else left,
            0.0 if known & {"negative", "nonpositive"} and right > 0 else right,
        )
    return box


def _inside(
    values: Mapping[str, Node], box: Mapping[str, tuple[float, float]], settings: Settings
) -> bool:
    """Does a solution fit what is assumed of the unknowns?"""
    from dlmath.maths.equations.solving.working import sign

    del box
    allowed = {"positive": {1}, "negative": {-1}, "nonnegative": {0, 1}, "nonpositive": {0, -1}}
    for name, value in values.items():
        known = settings.assume.get(name, frozenset())
        if any(word in known and sign(value) not in signs for word, signs in allowed.items()):
            return False
    return True


def fill_system(
    answer: Answer,
    names: Sequence[str],
    solutions: Sequence[Mapping[str, Node]],
    settings: Settings,
) -> None:
    """Result and facts: one solution as equations, several one on a line."""
    digits = min(settings.digits or SHOWN, 40)
    answer.facts["solutions"] = [
        {name: _fact(value) for name, value in one.items()} for one in solutions
    ]
    if not solutions:
        answer.status, answer.result = DOES_NOT_EXIST, "no real solution"
        return
    if len(solutions) == 1:
        (only,) = solutions
        lines = [_line(name, only[name], digits) for name in names]
        answer.result = lines[0] if len(lines) == 1 else tuple(lines)
    else:
        answer.result = tuple(
            ", ".join(f"{name} = {_text(one[name], digits)}" for name in names) for one in solutions
        )
    if any(holds_decimal(value) for one in solutions for value in one.values()):
        answer.facts["error"] = 0.5 * 10.0 ** (1 - digits)
    if settings.digits is not None and not any(
        free_symbols(value) for one in solutions for value in one.values()
    ):
        answer.decimal = "\n".join(
            ", ".join(
                f"{name} = {decimal_text(value_of(one[name], digits + 10), digits)}"
                for name in names
            )
            for one in solutions
        )


def _line(name: str, value: Node, digits: int) -> Node | str:
    if holds_decimal(value):
        return f"{name} = {_text(value, digits)}"
    return eq_node(symbol(name), value)


def _text(value: Node, digits: int) -> str:
    from dlmath.expression.text import to_text

    if holds_decimal(value) and not free_symbols(value):
        return decimal_text(value_of(value, digits + 10), digits, zeros=True)
    return to_text(shown(value, digits))


def _fact(value: Node) -> Any:
    if holds_decimal(value) and not free_symbols(value):
        from dlmath.expression.numbers import evaluate

        return evaluate(value)
    return value


def _fill_families(
    answer: Answer, families: Sequence[Any], equations: Sequence[Node], names: Sequence[str]
) -> None:
    """Infinitely many solutions: the equations that describe them."""
    from dlmath.expression.graph import ZERO

    conditions = []
    for family in families:
        parts = [eq_node(tidy(one), ZERO) for one in family.equations]
        conditions.append(parts[0] if len(parts) == 1 else call("and", *parts))
    answer.result = conditions[0] if len(conditions) == 1 else tuple(conditions)
    answer.facts["solutions"] = []
    answer.facts["families"] = conditions
    answer.notes.append((f"infinitely many solutions: all {', '.join(names)} with this",))
    from dlmath.answer import UNAVAILABLE

    del equations
    answer.checks.append(
        Check("substitution", UNAVAILABLE, "the solutions are a curve: none was put in")
    )


def _checks(
    equations: Sequence[Node],
    names: Sequence[str],
    solutions: Sequence[Mapping[str, Node]],
    box: Mapping[str, tuple[float, float]],
    everywhere: bool,
) -> list[Check]:
    from dlmath.checks.solutions import check_starts, check_substitution

    agreed = 0
    failed = []
    for one in solutions:
        verdict = verify(equations, one, (), set())
        agreed += verdict.agreed
        if not verdict.holds:
            failed.append(", ".join(f"{name} = {_text(one[name], 8)}" for name in names))
    found = [check_substitution(len(solutions), agreed, failed)] if solutions else []
    if len(equations) == len(names):
        known = [[float(value_of(one[name])) for name in names] for one in solutions]
        functions = [sub(*equation.args) for equation in equations]
        found.append(check_starts(functions, names, known, box))
    del everywhere
    return found


def _steps(
    equations: Sequence[Node],
    names: Sequence[str],
    solutions: Sequence[Mapping[str, Node]],
    exact: bool,
) -> list[Step]:
    whole = call("and", *equations) if len(equations) > 1 else equations[0]
    parts = []
    for one in solutions:
        lines = [eq_node(symbol(name), shown(value)) for name, value in one.items()]
        parts.append(lines[0] if len(lines) == 1 else call("and", *lines))
    from dlmath.expression.graph import FALSE

    joint = FALSE if not parts else parts[0] if len(parts) == 1 else call("or", *parts)
    words = ("eliminate the unknowns by a Groebner basis: what is left holds one of them alone",)
    put_in = _substitution(equations, names, solutions)
    if put_in:
        return [*put_in, Step("solutions", ("each with the other unknown put in",), None, joint)]
    if not exact:
        words = (
            "cut the box; a part in which an equation has no zero is dropped, and Krawczyk's test "
            "proves one solution in each that is left",
        )
    return [Step("elimination" if exact else "search of a box", words, whole, joint)]


def _substitution(
    equations: Sequence[Node], names: Sequence[str], solutions: Sequence[Mapping[str, Node]]
) -> list[Step]:
    """Two equations, one of them solved for an unknown and put into the other; [] where none is.

    Only where this gives the solutions that were found.
    """
    from dlmath.expression.graph import div, is_number, neg, substitute
    from dlmath.maths.calculus.antiderivatives.polynomial import linear
    from dlmath.maths.calculus.studies.points import infinite_point
    from dlmath.maths.equations.solving.single import solve_single
    from dlmath.maths.equations.solving.steps import steps

    if len(equations) != 2 or len(names) != 2:
        return []
    for first, second in (equations, tuple(reversed(equations))):
        for name, other in (tuple(names), tuple(reversed(names))):
            line = linear(tidy(sub(*first.args)), symbol(name))
            if line is None or not is_number(line[0]):
                continue
            value = tidy(neg(div(line[1], line[0])))
            inner = substitute(second, {name: value})
            if other not in free_symbols(inner):
                continue
            try:
                found = solve_single(inner, other, infinite_point(-1), infinite_point(1), seconds=4)
            except DlmathError:
                continue
            if {root.value for root in found.roots} != {one[other] for one in solutions}:
                continue
            equal = eq_node(symbol(name), value)
            return [
                Step("solve for one unknown", ("solve for ", symbol(name)), first, equal),
                Step("substitution", ("put it into the other equation",), None, inner),
                *steps(found),
            ]
    return []


def _with_letters(
    equations: Sequence[Node], names: Sequence[str], letters: Sequence[str], settings: Settings
) -> Answer:
    """Letters beside the unknowns: what sympy proposes, where all of it holds."""
    from dlmath.expression.from_sympy import Unsupported, from_sympy
    from dlmath.expression.to_sympy import load_sympy, to_sympy
    from dlmath.maths.calculus.budget import OutOfTime, within

    sympy = load_sympy()
    hint = f"give numbers: --at {','.join(f'{name}=2' for name in letters)}"
    try:
        with within(0.5 * (settings.seconds or 20.0)):
            given = [to_sympy(sub(*equation.args), settings.assume) for equation in equations]
            symbols = [to_sympy(symbol(name), settings.assume) for name in names]
            proposed = [
                {
                    n: tidy(from_sympy(one[s]))
                    for n, s in zip(names, symbols, strict=True)
                    if s in one
                }
                for one in sympy.solve(given, symbols, dict=True)
            ]
    except (OutOfTime, Unsupported):
        raise Unsolved("no rule solves this with letters", hint=hint) from None
    except DlmathError:
        raise
    except Exception:
        raise Unsolved("no rule solves this with letters", hint=hint) from None
    solutions = []
    for one in proposed:
        if len(one) < len(names):
            raise Unsolved("no rule solves this with letters", hint=hint)
        if verify(equations, one, (), set()).agreed:
            solutions.append(one)
    if not solutions:
        raise Unsolved("no rule solves this with letters", hint=hint)
    answer = Answer("solve", system_question(equations, names))
    answer.facts["kind"] = "nonlinear system"
    answer.notes.append(("it is not proved that there are no further solutions",))
    fill_system(answer, names, solutions, settings)
    if settings.check:
        from dlmath.checks.solutions import check_substitution

        agreed = sum(verify(equations, one, (), set()).agreed for one in solutions)
        answer.checks.append(check_substitution(len(solutions), agreed, []))
    return answer
