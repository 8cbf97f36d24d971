"""Absolute values, maxima and piecewise functions: one equation for each branch."""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ZERO,
    Node,
    eq_node,
    free_symbols,
    topological,
)
from dlmath.maths.equations.solving.transforms import Solver
from dlmath.maths.equations.solving.working import Context, Root, Stuck, Work, value_of

_BRANCHED = frozenset(
    "abs relu leaky_relu elu selu sign heaviside hardtanh hard_sigmoid softsign max min "
    "piecewise".split()
)


def by_branches(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """The axis is cut where a branch begins; on each piece the branch in force is solved."""
    if ctx.depth > 8 or free_symbols(f) != {ctx.variable}:
        return None
    if not any(part.op in _BRANCHED and ctx.has(part) for part in topological(f)):
        return None
    from dlmath.errors import DlmathError
    from dlmath.expression.intervals import Unsupported
    from dlmath.maths.calculus.studies.cells import cells
    from dlmath.maths.calculus.studies.points import infinite_point
    from dlmath.maths.calculus.studies.spans import Span
    from dlmath.maths.calculus.studies.zeros import Endless
    from dlmath.maths.equations.solving.conditions import span_condition

    try:
        found, _ = cells(f, ctx.variable, infinite_point(-1), infinite_point(1))
    except (Endless, Unsupported, DlmathError):
        return None
    if len(found) < 2:
        return None
    parts = []
    for cell in found:
        if cell.function is None:
            continue
        where = span_condition(Span(cell.low, cell.high), ctx.x)
        if cell.low.exact is None or cell.high.exact is None:
            return None
        part = solve(cell.function, ZERO, ctx.deeper())
        if part.regions():
            parts.append(
                Work(
                    eq_node(cell.function, ZERO), "on a piece", ("where ", where), everything=where
                )
            )
            continue
        kept = []
        for root in part.all_roots():
            if free_symbols(root.value):
                raise Stuck
            value = value_of(root.value, 30)
            if value is None or hasattr(value, "_mpc_"):
                raise Stuck
            if cell.low.value <= value <= cell.high.value:
                kept.append(root)
        words: Sentence = ("where ", where, _left_out(len(part.all_roots()) - len(kept)))
        parts.append(
            Work(
                eq_node(cell.function, ZERO),
                "on a piece",
                words,
                aside=part,
                roots=tuple(dict.fromkeys(kept)),
            )
        )
    edges = _at_edges(f, [cell.high for cell in found[:-1]], ctx)
    if edges:
        words = ("between the pieces it holds too",)
        parts.append(Work(eq_node(f, ZERO), "ends of the pieces", words, roots=tuple(edges)))
    words = ("cut the axis where a branch begins",)
    return Work(eq_node(f, ZERO), "cases", words, tuple(parts), may_add=True)


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f"; {count} {'root lies' if count == 1 else 'roots lie'} outside of this piece"


def _at_edges(f: Node, edges: list[object], ctx: Context) -> list[Root]:
    from dlmath.maths.calculus.integrals.zero_search import Point
    from dlmath.maths.calculus.studies.points import value_at

    found = []
    for edge in edges:
        assert isinstance(edge, Point)
        value = value_at(f, ctx.variable, edge)
        if value is not None and abs(value.value) < 1e-30 and edge.exact is not None:
            found.append(Root(edge.exact))
    return found
