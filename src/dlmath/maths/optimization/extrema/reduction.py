"""Smaller systems: linear equations are solved for a variable, and free variables set aside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    free_symbols,
    mul,
    number,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.optimization.extrema.algebraic import Family, Root
from dlmath.maths.optimization.quadratics import linear_parts

if TYPE_CHECKING:
    from dlmath.maths.optimization.extrema.systems import Found

#: Solves a system: equations, unknowns, how many of the first are wanted.
Solve = Callable[[Sequence[Node], Sequence[str], int], "Found"]


def reduced(
    equations: Sequence[Node], names: Sequence[str], wanted: int, solve: Solve
) -> Found | None:
    """The solutions by a smaller system, or None where there is nothing to make smaller."""
    found = _solved_for(equations, names, wanted)
    if found is not None:
        name, value, rest = found
        left = [other for other in names if other != name]
        keep = wanted - (name in names[:wanted])
        return _extended(solve(rest, left, keep), names, wanted, name, value)
    return _without_free(equations, names, wanted, solve)


def _solved_for(
    equations: Sequence[Node], names: Sequence[str], wanted: int
) -> tuple[str, Node, list[Node]] | None:
    """A variable, what it is by a linear equation, and the other equations with that put in."""
    if len(names) < 2:
        return None
    for place, equation in enumerate(equations):
        linear = linear_parts(equation, names)
        if linear is None or not any(linear[0]):
            continue
        for index, name in enumerate(names):
            slope = linear[0][index]
            others = [k for k, size in enumerate(linear[0]) if size and k != index]
            if not slope or (index < wanted and any(k >= wanted for k in others)):
                continue
            terms = [mul(number(-linear[0][k] / slope), symbol(names[k])) for k in others]
            value = tidy(add(number(-linear[1] / slope), *terms))
            rest = [
                _plain(substitute(other, {name: value}))
                for k, other in enumerate(equations)
                if k != place
            ]
            return name, value, rest
    return None


def _plain(node: Node) -> Node:
    form = tidy(node)
    opened = expand(form)
    return opened if opened is ZERO else form


def _extended(found: Found, names: Sequence[str], wanted: int, name: str, value: Node) -> Found:
    """The solutions with the eliminated variable put back in its place."""
    from dlmath.maths.optimization.extrema.systems import value_at

    left = [other for other in names if other != name]
    place = list(names).index(name)
    roots = []
    for root in found.roots:
        known = dict(zip(left, root.values, strict=False))
        if place >= wanted and len(root.values) < len(left):
            roots.append(root)  # multipliers are not determined
            continue
        digits = value_at(value, known, 50)
        if digits is None:
            continue
        forms = dict(zip(left, root.exact, strict=False))
        exact: Node | None = None
        if all(forms.get(used) is not None for used in free_symbols(value)):
            exact = tidy(substitute(value, {k: v for k, v in forms.items() if v is not None}))
        roots.append(
            Root(
                (*root.values[:place], digits, *root.values[place:]),
                (*root.exact[:place], exact, *root.exact[place:]),
            )
        )
    families = found.families
    if place < wanted:
        line = tidy(sub(symbol(name), value))
        families = [Family((*family.equations, line)) for family in families]
    return found._replace(roots=roots, families=families)


def _without_free(
    equations: Sequence[Node], names: Sequence[str], wanted: int, solve: Solve
) -> Found | None:
    """Variables that no equation holds are free: the solutions in the others are families."""
    kept = [equation for equation in map(_plain, equations) if equation is not ZERO]
    used: set[str] = set()
    for equation in kept:
        used |= free_symbols(equation)
    left = [name for name in names if name in used]
    free = [name for name in names if name not in used]
    if not free or not left or len(kept) != len(left):
        return None
    keep = sum(1 for name in names[:wanted] if name in used)
    found = solve(kept, left, keep)
    if all(name not in names[:wanted] for name in free):  # slopes alone are free
        roots = [Root(root.values[:keep], root.exact[:keep]) for root in found.roots]
        return found._replace(roots=roots)
    families = list(found.families)
    doubts = list(found.doubts)
    for root in found.roots:
        if any(form is None for form in root.exact[:keep]):
            shown = ", ".join(
                f"{n} = {float(v):.6g}" for n, v in zip(left, root.values, strict=False)
            )
            doubts.append(f"a line of critical points at {shown} is left out: no closed form")
            continue
        lines = [
            tidy(sub(symbol(name), form))
            for name, form in zip(left[:keep], root.exact, strict=False)
            if form is not None
        ]
        families.append(Family(tuple(lines)))
    return found._replace(roots=[], families=families, doubts=tuple(doubts))
