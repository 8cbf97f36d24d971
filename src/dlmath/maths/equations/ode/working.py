"""What a method gives: lines of a solution, and the working from which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import Notation, Sentence, Step
from dlmath.expression.from_sympy import Unsupported, from_sympy
from dlmath.expression.graph import Node, eq_node
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.ode.tools import Expr


class Equal(NamedTuple):
    """The equation left = right, between sympy expressions."""

    left: Expr
    right: Expr


#: Words and mathematics of a step: text, sympy expressions, equations.
Words = Sequence[Any]


class Line(NamedTuple):
    """One solution: left = right in x, y and constants.

    explicit: is the left side y alone, and the right side free of it? constants: those in it.
    note: why it stands beside the general solution (`singular`), or "".
    """

    left: Expr
    right: Expr
    explicit: bool
    constants: tuple[Expr, ...] = ()
    note: str = ""


class Move(NamedTuple):
    """A step of the working, still in sympy's terms. before, after: an expression, an `Equal`."""

    rule: str
    text: tuple[Any, ...]
    before: Any = None
    after: Any = None
    moves: tuple[Move, ...] = ()


class Found(NamedTuple):
    """What one method gives. kind: its name as a fact.

    implicit: the solutions before they were solved for y, which may hold on more branches.
    """

    kind: str
    lines: tuple[Line, ...]
    moves: tuple[Move, ...] = ()
    notes: tuple[Words, ...] = ()
    implicit: tuple[Line, ...] = ()


class Working:
    """The steps of one method, in the order in which they were taken."""

    def __init__(self) -> None:
        self.moves: list[Move] = []

    def step(self, rule: str, *text: Any, before: Any = None, after: Any = None) -> None:
        """Adds a step."""
        self.moves.append(Move(rule, text, before, after))

    def found(
        self, kind: str, *lines: Line, notes: Sequence[Words] = (), implicit: Sequence[Line] = ()
    ) -> Found:
        """The result of the method with the steps so far."""
        return Found(kind, lines, tuple(self.moves), tuple(notes), tuple(implicit))


def sentence(words: Words) -> Sentence:
    """Words with sympy expressions as mathematics of the language."""
    parts: list[str | Node] = []
    for part in words:
        if isinstance(part, (str, Notation)):
            parts.append(part)
        else:
            node = as_node(part)
            parts.append("..." if node is None else node)
    return tuple(parts)


def as_node(value: Any) -> Node | None:
    """A sympy expression or an `Equal` as a node; None where the language cannot say it."""
    if value is None or isinstance(value, Node):
        return value
    try:
        if isinstance(value, Equal):
            names = {s.name for side in value for s in side.free_symbols}
            value = Equal(with_bounds(value.left, names), with_bounds(value.right, names))
            return eq_node(tidy(from_sympy(value.left)), tidy(from_sympy(value.right)))
        return tidy(from_sympy(value))
    except Unsupported:
        return None


def with_bounds(e: Expr, names: set[str]) -> Expr:
    """Integrals left standing, from a number up to their variable; `names` are taken."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    exchanged = {}
    for part in e.atoms(sympy.Integral):
        limits = part.limits[0]
        if len(limits) > 2:
            continue
        x, upper = limits[0], limits[-1]
        letter = next(n for n in ("t", "s", "u", "z", "tau", "sigma") if n not in names)
        bound = sympy.Symbol(letter)
        low = sympy.S.Zero
        start = part.function.subs(x, low)
        if start.has(sympy.nan, sympy.zoo, sympy.oo) or start.is_finite is False:
            low = sympy.S.One
        exchanged[part] = sympy.Integral(part.function.subs(x, bound), (bound, low, upper))
    return e.xreplace(exchanged)


def steps_of(moves: Sequence[Move]) -> list[Step]:
    """The working for people."""
    return [
        Step(
            move.rule,
            sentence(move.text),
            as_node(move.before),
            as_node(move.after),
            tuple(steps_of(move.moves)),
        )
        for move in moves
    ]
