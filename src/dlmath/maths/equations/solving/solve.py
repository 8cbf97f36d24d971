"""`solve`: equations, systems and inequalities, with every solution put in and none lost."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import REFUTED, Answer, Sentence
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import (
    Node,
    call,
    contains,
    eq_node,
    free_symbols,
    make,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.equations.solving.numeric import end_point, near
from dlmath.maths.equations.solving.report import checks, fill, places_of
from dlmath.maths.equations.solving.single import Solved, as_equation, solve_single
from dlmath.maths.equations.solving.verify import sides_equal
from dlmath.maths.equations.solving.working import Root, value_of
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.settings import DEFAULTS, Settings

CONDITIONS = frozenset({"lt", "le", "gt", "ge", "ne", "and", "or", "not"})

DOMAINS = ("real", "complex")


def solve(
    equations: Sequence[Node],
    unknowns: Sequence[str] = (),
    settings: Settings = DEFAULTS,
    *,
    lower: Node | None = None,
    upper: Node | None = None,
    start: Node | None = None,
    numeric: bool = False,
    domain: str = "real",
) -> Answer:
    """All solutions of equations or inequalities; an expression stands for `expression = 0`.

    unknowns: the names that are solved for; () chooses by convention, with a note. lower, upper:
    only solutions between them (with one unknown). start: only the one near this place. numeric:
    by intervals at once. domain: `real` or `complex`.
    Raises InvalidInput for vectors, names that do not occur, empty intervals; Unsolved where no
    route leads to solutions.
    """
    if not equations:
        raise InvalidInput("there is no equation", hint='for example: dlmath solve "x^2 = 4"')
    if domain not in DOMAINS:
        raise InvalidInput(f"there is no domain {domain[:40]}", hint="real or complex")
    given = [part for node in equations for part in _prepared(node, settings)]
    names, notes = choose_unknowns(given, unknowns)
    at = {name: value for name, value in settings.at.items() if name not in names}
    given = [substitute(node, at) if at else node for node in given]
    for name in names:
        if name in settings.at:
            notes = [*notes, (f"--at: {name} is the unknown, and takes no value",)]
    if any(node.op not in CONDITIONS and node.op != "eq" for node in given):
        notes = [*notes, ("without an equals sign it is solved for 0",)]
    if any(node.op in CONDITIONS for node in given):
        from dlmath.maths.equations.solving.inequality import solve_inequality

        if len(names) > 1:
            raise InvalidInput(
                "an inequality is solved for one unknown", hint=f"add --for {names[0]}"
            )
        condition = given[0] if len(given) == 1 else call("and", *given)
        ends = _ends(lower, upper, names[0], settings)
        answer = solve_inequality(condition, names[0], *ends, settings)
    elif len(given) == 1 and len(names) == 1:
        ends = _ends(lower, upper, names[0], settings)
        answer = _single(
            as_equation(given[0]),
            names[0],
            ends,
            settings,
            start,
            numeric,
            domain == "complex",
            equations[0] if len(equations) == 1 else None,
        )
    else:
        from dlmath.maths.equations.solving.systems import solve_system

        answer = solve_system(
            [as_equation(node) for node in given], names, settings, numeric=numeric,
            lower=lower, upper=upper,
        )  # fmt: skip
    answer.notes = [*notes, *answer.notes]
    return answer


def _holds_as_typed(typed: Node, variable: str, root: Root, settings: Settings) -> bool:
    """A sum or product up to the unknown has its closed form for whole bounds only."""
    if free_symbols(root.value):
        return True
    there = substitute(as_equation(typed), {variable: root.value})
    try:
        return sides_equal(carry_out(there, settings))
    except DlmathError:
        return False


def _prepared(node: Node, settings: Settings) -> list[Node]:
    """Operations carried out; an equation of vectors as one for each entry. Raises InvalidInput."""
    if contains(node, OPERATIONS):
        node = carry_out(node, settings)
    if not any(part.op == "vector" for part in topological(node)):
        return [node]
    if node.op != "eq":
        return [_without_vectors(node)]
    left, right = (expand_vectors(side) for side in node.args)
    if left.op != "vector" and right.op != "vector":
        return [_without_vectors(eq_node(left, right))]
    if left.op != right.op or len(left.args) != len(right.args):
        raise InvalidInput("both sides have to be vectors of the same length, or numbers")
    return [_without_vectors(eq_node(a, b)) for a, b in zip(left.args, right.args, strict=True)]


def _without_vectors(node: Node) -> Node:
    found = make(node.op, [expand_vectors(part) for part in node.args], node.value)
    if contains(found, {"vector"}):
        raise InvalidInput(
            "solve takes equations between numbers, or between vectors of numbers",
            hint="for linear systems with a matrix: dlmath matrix solve A b",
        )
    return found


def choose_unknowns(
    given: Sequence[Node], unknowns: Sequence[str]
) -> tuple[list[str], list[Sentence]]:
    """The unknowns, with a note where they were chosen. Raises InvalidInput."""
    from dlmath.maths.variables import CONVENTIONAL

    present = sorted(set().union(*(free_symbols(node) for node in given)))
    if unknowns:
        names = list(dict.fromkeys(unknowns))
        missing = [name for name in names if name not in present]
        if missing and present:
            raise InvalidInput(
                f"{missing[0]} does not occur in the equation" + ("s" if len(given) > 1 else ""),
                hint=f"--for {present[0]}",
            )
        return names, []
    if not present:
        if any(node.op in CONDITIONS or node.op == "eq" for node in given):
            return ["x"], [("no unknown occurs; x stands for any number",)]
        raise InvalidInput("there is no unknown", hint='for example: dlmath solve "x^2 = 4"')
    if len(present) == 1:
        return present, []
    count = len(given)
    likely = [name for name in CONVENTIONAL if name in present]
    if count == 1:
        if len(likely) == 1:
            others = ", ".join(name for name in present if name != likely[0])
            return [likely[0]], [(f"solved for {likely[0]}; {others} taken as constant",)]
        first = (likely or present)[0]
        raise InvalidInput(
            f"several unknowns ({', '.join(present)}): for which one to solve is not said",
            hint=f"add --for {first}",
        )
    if len(present) <= count:
        return present, []
    ordered = [*likely, *(name for name in present if name not in likely)]
    if len(likely) >= count:
        # As many unknowns as are usual names: the rest are constants.
        chosen = likely if len(likely) == count else sorted(likely)
        rest = [name for name in present if name not in chosen]
        said = f"; {', '.join(rest)} taken as constant" if rest else ""
        return sorted(chosen), [(f"solved for {', '.join(sorted(chosen))}{said}",)]
    if all(len(name) == 1 or name[:-1] == present[0][:-1] for name in present) and not likely:
        return present, [(f"solved for {', '.join(present)}",)]
    chosen = sorted(ordered[:count])
    rest = [name for name in present if name not in chosen]
    note: Sentence = (f"solved for {', '.join(chosen)}; {', '.join(rest)} taken as constant",)
    return chosen, [note]


def _ends(
    lower: Node | None, upper: Node | None, variable: str, settings: Settings
) -> tuple[Point, Point]:
    from dlmath.expression.graph import ZERO
    from dlmath.maths.calculus.studies.points import exact_point

    low, high = end_point(lower, -1, "--from"), end_point(upper, 1, "--to")
    if not low.value < high.value:
        raise InvalidInput("the interval is empty: --from must be less than --to")
    known = settings.assume.get(variable, frozenset())
    if known & {"positive", "nonnegative"} and low.value < 0:
        low = exact_point(ZERO)
    if known & {"negative", "nonpositive"} and high.value > 0:
        high = exact_point(ZERO)
    return low, high


# --- one equation ---------------------------------------------------------------------------


def _single(
    equation: Node,
    variable: str,
    ends: tuple[Point, Point],
    settings: Settings,
    start: Node | None,
    numeric: bool,
    complex_: bool,
    typed: Node | None = None,
) -> Answer:
    question: Sentence = ("solve ", equation, " for ", symbol(variable))
    answer = Answer("solve", question)
    positive = frozenset(n for n, known in settings.assume.items() if "positive" in known)
    if start is not None:
        solved = _near(equation, variable, start)
    else:
        solved = solve_single(
            equation,
            variable,
            *ends,
            numeric=numeric,
            complex_=complex_,
            positive=positive,
            seconds=settings.seconds,
        )
    _keep_assumed(solved, settings)
    if typed is not None and contains(typed, {"sum", "product"}):
        kept = [r for r in solved.roots if _holds_as_typed(typed, variable, r, settings)]
        dropped = [root for root in solved.roots if root not in kept]
        solved.roots, solved.outside = kept, [*solved.outside, *dropped]
        why = "it does not satisfy the equation as typed"
        solved.dropped += [(root.value, why) for root in dropped]
    if settings.check:
        answer.checks = checks(solved, ends, complex_, start is not None)
        if answer.refuted and solved.search is None and free_symbols(equation) == {variable}:
            second = _by_numbers(equation, variable, ends, settings)
            if second is not None:
                solved = second
                _keep_assumed(solved, settings)
                answer.checks = checks(solved, ends, complex_, False)
    fill(answer, solved, settings, complex_)
    if answer.refuted:
        answer.status = REFUTED
        answer.facts = {}
        return answer
    if settings.steps:
        from dlmath.maths.equations.solving.steps import steps

        answer.steps = steps(solved)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.solutions import solutions_picture

        put_picture(answer, solutions_picture, equation, variable, places_of(solved, ends), ends)
    return answer


def _by_numbers(
    equation: Node, variable: str, ends: tuple[Point, Point], settings: Settings
) -> Solved | None:
    """A refuted closed form is dropped, and the numbers are searched."""
    try:
        return solve_single(equation, variable, *ends, numeric=True, seconds=settings.seconds / 2)
    except DlmathError:
        return None


def _near(equation: Node, variable: str, start: Node) -> Solved:
    from dlmath.maths.calculus.studies.points import recognize
    from dlmath.maths.equations.solving.numbers import decimal_node

    place = value_of(tidy(start), 30) if not free_symbols(start) else None
    if place is None or hasattr(place, "_mpc_") or place != place or infinite(place):
        raise InvalidInput("--near takes a number")
    others = sorted(free_symbols(equation) - {variable})
    if others:
        raise InvalidInput(
            f"--near needs numbers: {', '.join(others)}", hint="give values with --at"
        )
    left, right = equation.args
    found = near(left, right, variable, place)
    if found is None:
        raise Unsolved(
            "Newton's method finds no solution from there", hint="try another place, or --from --to"
        )
    from dlmath.expression.graph import sub

    point = recognize(found, sub(*equation.args), variable)
    value = point.exact if point.exact is not None else decimal_node(found)
    solved = Solved(equation, variable, [Root(value)], complete=False)
    solved.notes.append(("found from the given place by Newton's method; there may be others",))
    return solved


def _keep_assumed(solved: Solved, settings: Settings) -> None:
    """Only what fits the assumptions on the unknown."""
    from dlmath.maths.equations.solving.families import is_whole
    from dlmath.maths.equations.solving.working import sign

    known = settings.assume.get(solved.variable, frozenset())
    allowed = {
        "positive": {1}, "negative": {-1}, "nonnegative": {0, 1}, "nonpositive": {0, -1},
        "nonzero": {1, -1},
    }  # fmt: skip
    kept = []
    for root in solved.roots:
        found = sign(root.value) if not free_symbols(root.value) else None
        fits = all(
            found is None or found in signs for word, signs in allowed.items() if word in known
        )
        if "integer" in known and not free_symbols(root.value) and not is_whole(root.value):
            fits = False
        if fits:
            kept.append(root)
        else:
            solved.outside.append(root)
            solved.dropped.append((root.value, "it does not fit what is assumed"))
    solved.roots = kept
