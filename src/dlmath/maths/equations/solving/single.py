"""One equation in one unknown: rules first, then sympy or numbers; every candidate is put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlmath.answer import Sentence
from dlmath.errors import DlmathError, Unsolved
from dlmath.expression.graph import (
    FALSE,
    TRUE,
    Node,
    call,
    eq_node,
    free_symbols,
    number,
    sub,
    symbol,
    topological,
)
from dlmath.maths.calculus.antiderivatives.forms import TooLarge
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.equations.solving.equation import solve
from dlmath.maths.equations.solving.families import (
    few_members,
    left_out,
    members,
    polished,
    without_repeats,
)
from dlmath.maths.equations.solving.numeric import Search, search
from dlmath.maths.equations.solving.verify import members_that_hold, verify_root
from dlmath.maths.equations.solving.working import Context, Root, Stuck, Work, value_of


@dataclass
class Solved:
    """What is known of one equation.

    roots: the solutions that hold. dropped: candidates that do not, with why. everything: a
    condition on the unknown for whole intervals of solutions. work: the tree they were read from,
    None where numbers were searched. places: at how many places each root was put in. doubtful:
    roots that hold for some values of the other variables only. outside: roots that do not fit what
    is assumed. special: whole intervals of solutions under conditions on other variables.
    """

    equation: Node
    variable: str
    roots: list[Root] = field(default_factory=list)
    dropped: list[tuple[Node, str]] = field(default_factory=list)
    everything: Node | None = None
    work: Work | None = None
    search: Search | None = None
    integers: set[str] = field(default_factory=set)
    notes: list[Sentence] = field(default_factory=list)
    places: int = 0
    doubtful: list[Root] = field(default_factory=list)
    outside: list[Root] = field(default_factory=list)
    special: list[tuple[Node, tuple[Node, ...]]] = field(default_factory=list)
    complete: bool = True


def solve_single(
    equation: Node,
    variable: str,
    low: Point,
    high: Point,
    *,
    numeric: bool = False,
    complex_: bool = False,
    positive: frozenset[str] = frozenset(),
    seconds: float = 20.0,
) -> Solved:
    """All solutions of an equation (`eq`) between two places. Raises Unsolved."""
    budget = Budget(seconds)
    others = free_symbols(equation) - {variable}
    if not numeric:
        found = _by_rules(equation, variable, budget.share(0.35), complex_, positive)
        if found is not None:
            _cut(found, low, high)
            return found
    if complex_:
        raise Unsolved(
            "complex solutions are found of polynomial and rational equations",
            hint="leave out --domain complex for the real ones",
        )
    if others:
        if numeric:
            names = ", ".join(sorted(others))
            raise Unsolved(f"--numeric needs numbers: {names}", hint="give values with --at")
        found = _by_sympy(equation, variable, budget.share(0.4), positive)
        if found is not None:
            return found
        raise Unsolved(
            "no rule solves this with letters",
            hint=f"give numbers: --at {','.join(f'{name}=2' for name in sorted(others))}",
        )
    try:
        with within(budget.share(0.7)):
            left, right = equation.args
            result = search(left, right, variable, low, high)
    except TooLarge:
        raise Unsolved("the equation is too large to be searched") from None
    except OutOfTime:
        raise Unsolved(
            "the search takes too long", hint="say where to look: --from and --to, or --near"
        ) from None
    solved = Solved(
        equation,
        variable,
        [root for root in result.roots if _is_real(equation, variable, root)],
        everything=result.everything,
        search=result,
        notes=list(result.notes),
        complete=not result.cut,
    )
    _add_whole_powers(equation, solved, Context(variable))
    _join(solved)
    solved.roots = _ordered(solved.roots)
    return solved


def _join(solved: Solved) -> None:
    """Numbers at the ends of intervals belong to them: x = 1 and x > 1 are x >= 1."""
    from dlmath.expression.intervals import Unsupported
    from dlmath.maths.calculus.studies.points import exact_point, infinite_point
    from dlmath.maths.calculus.studies.spans import Span, union
    from dlmath.maths.calculus.studies.zeros import Endless
    from dlmath.maths.equations.solving.conditions import spans_condition
    from dlmath.maths.equations.solving.inequalities import pieces

    where, x = solved.everything, symbol(solved.variable)
    single = [root for root in solved.roots if not free_symbols(root.value)]
    if where is None or where is TRUE or not single or free_symbols(where) != {solved.variable}:
        return
    try:
        wide = pieces(where, solved.variable, infinite_point(-1), infinite_point(1)).spans()
    except (Endless, DlmathError, Unsupported):
        return
    points = [exact_point(root.value) for root in single]
    spans = union([*wide, *(Span(point, point, True, True) for point in points)])
    solved.everything = spans_condition([span for span in spans if not span.is_point], x)
    alone = {span.low.exact for span in spans if span.is_point}
    solved.roots = [root for root in solved.roots if root not in single or root.value in alone]


def _is_real(equation: Node, variable: str, root: Root) -> bool:
    from dlmath.checks.real_parts import ROUNDING, is_real_throughout

    return is_real_throughout(equation, {variable: value_of(root.value, 30)}, ROUNDING)


def _by_rules(
    equation: Node, variable: str, seconds: float, complex_: bool, positive: frozenset[str]
) -> Solved | None:
    ctx = Context(variable, positive, free_symbols(equation), complex=complex_)
    try:
        with within(seconds):
            left, right = equation.args
            work = solve(left, right, ctx)
            return _kept(equation, work, ctx)
    except (Stuck, TooLarge, OutOfTime):
        return None


def _kept(equation: Node, work: Work, ctx: Context) -> Solved | None:
    """The candidates that hold; None where an integer family holds for some members only."""
    solved = Solved(equation, ctx.variable, work=work, integers=ctx.integers)
    candidates = [
        polished(part, ctx.integers)
        for root in work.all_roots()
        for part in few_members(root, ctx.integers)
    ]
    everything = _everything(equation, work, ctx)
    if everything is None and work.regions():
        return None
    solved.everything = everything
    solved.special = [entry for entry in work.special() if entry[1]]
    for root in without_repeats(list(dict.fromkeys(candidates)), ctx.integers):
        real = not ctx.complex
        verdict = verify_root(
            equation, ctx.variable, root, ctx.integers, real=real, positive=ctx.positive
        )
        if verdict.holds:
            solved.roots.append(root)
            solved.places += verdict.agreed
        elif not verdict.agreed:
            if verdict.failed:
                solved.dropped.append((root.value, "it does not satisfy the equation as typed"))
            elif free_symbols(root.value) <= ctx.integers:
                continue
            else:
                solved.doubtful.append(root)
                solved.roots.append(root)
        elif free_symbols(root.value) <= ctx.integers and free_symbols(equation) == {ctx.variable}:
            parts = members_that_hold(equation, ctx.variable, root, ctx.integers)
            if parts is None:
                return None
            solved.roots += parts
            solved.places += verdict.agreed
            solved.dropped += [
                (value, "it does not satisfy the equation as typed")
                for value in left_out(root, parts)
            ]
        else:
            solved.doubtful.append(root)
            solved.roots.append(root)
            solved.places += verdict.agreed
    if free_symbols(equation) == {ctx.variable} and not ctx.complex:
        _add_whole_powers(equation, solved, ctx)
    if solved.everything is not None:
        solved.roots = [root for root in solved.roots if not _inside(solved.everything, ctx, root)]
    solved.roots = _ordered(solved.roots)
    return solved


#: Whole numbers at which powers of negative bases are tried.
_WHOLE = range(-40, 41)


def _add_whole_powers(equation: Node, solved: Solved, ctx: Context) -> None:
    """u^v with the unknown in both is real at single places with u < 0: (-2)^(-2) = 1/4."""
    if not any(part.op == "pow" and all(map(ctx.has, part.args)) for part in topological(equation)):
        return
    known = {root.value for root in solved.roots}
    for k in _WHOLE:
        root = Root(number(k))
        if root.value in known:
            continue
        if verify_root(equation, ctx.variable, root, ctx.integers).holds:
            solved.roots.append(root)
            solved.places += 1
    solved.notes.append(
        ("the power is taken for positive bases, and for negative ones at whole numbers",)
    )


def _inside(everything: Node, ctx: Context, root: Root) -> bool:
    from dlmath.expression.graph import substitute

    if free_symbols(root.value):
        return False
    return value_of(substitute(everything, {ctx.variable: root.value})) is True


def _everything(equation: Node, work: Work, ctx: Context) -> Node | None:
    """Where the equation holds on whole intervals, within its domain; None for nowhere."""
    regions = [region for region in dict.fromkeys(work.regions()) if region is not FALSE]
    if not regions:
        return None
    if TRUE in regions:
        if free_symbols(equation) != {ctx.variable}:
            return TRUE
        return _domain(equation, ctx)
    return regions[0] if len(regions) == 1 else call("or", *regions)


def _domain(equation: Node, ctx: Context) -> Node:
    from dlmath.checks.real_parts import doubtful_parts
    from dlmath.expression.graph import PI, add, mul, number, power
    from dlmath.expression.intervals import Unsupported
    from dlmath.maths.calculus.studies.curve import domain_of
    from dlmath.maths.calculus.studies.points import infinite_point
    from dlmath.maths.calculus.studies.zeros import Endless
    from dlmath.maths.equations.solving.conditions import spans_condition

    # A multiple that nothing cancels with: log(x) - log(x) has a value where log(x) has none.
    parts = [*equation.args, *doubtful_parts(equation)]
    whole = add(*(mul(power(PI, number(k)), part) for k, part in enumerate(parts)))
    if ctx.variable not in free_symbols(whole):
        return TRUE
    try:
        spans = domain_of(whole, ctx.variable, infinite_point(-1), infinite_point(1))
    except (Endless, DlmathError, Unsupported) as error:
        raise Stuck from error
    return spans_condition(spans, ctx.x)


def _ordered(roots: list[Root]) -> list[Root]:
    """Numbers in increasing order, then complex ones, then families and formulas as found."""

    def key(root: Root) -> tuple[int, Any, Any]:
        if free_symbols(root.value):
            return 2, 0, 0
        value = value_of(root.value)
        if value is None:
            return 2, 0, 0
        if hasattr(value, "_mpc_"):
            return 1, value.real, value.imag
        return 0, value, 0

    return sorted(roots, key=key)


def _cut(solved: Solved, low: Point, high: Point) -> None:
    """Only what lies between the ends; families become their members there."""
    if infinite(low.value) and infinite(high.value):
        return
    bounded = not (infinite(low.value) or infinite(high.value))
    kept: list[Root] = []
    for root in solved.roots:
        names = free_symbols(root.value)
        if not names:
            value = value_of(root.value, 30)
            if (
                value is not None
                and not hasattr(value, "_mpc_")
                and low.value <= value <= high.value
            ):
                kept.append(root)
        elif names <= solved.integers and bounded:
            kept += [Root(v) for v in members(root, solved.integers, low.value, high.value)]
        else:
            kept.append(root)
    solved.roots = _ordered(list(dict.fromkeys(kept)))


def _by_sympy(
    equation: Node, variable: str, seconds: float, positive: frozenset[str]
) -> Solved | None:
    """What sympy proposes, where all of it holds."""
    from dlmath.expression.from_sympy import Unsupported, from_sympy
    from dlmath.expression.tidy import tidy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    assume = {name: frozenset({"positive"}) for name in positive}
    try:
        with within(seconds):
            given = to_sympy(sub(*equation.args), assume)
            x = to_sympy(symbol(variable), assume)
            values = [tidy(from_sympy(one)) for one in sympy.solve(given, x)]
    except (OutOfTime, Unsupported):
        return None
    except Exception:
        return None
    solved = Solved(equation, variable, complete=False)
    for value in values:
        if variable in free_symbols(value):
            return None
        root = Root(value)
        verdict = verify_root(equation, variable, root, set(), positive=positive)
        if verdict.agreed:
            solved.roots.append(root)
            solved.places += verdict.agreed
            if verdict.failed:
                solved.doubtful.append(root)
    if not solved.roots:
        return None
    solved.notes.append(("it is not proved that there are no further solutions",))
    return solved


def as_equation(node: Node) -> Node:
    """An expression without `=` means that it is 0."""
    from dlmath.expression.graph import ZERO

    return node if node.op == "eq" else eq_node(node, ZERO)
