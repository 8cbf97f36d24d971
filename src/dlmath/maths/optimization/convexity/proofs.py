"""What is known of the curvature of an expression, and why."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node

CONSTANT = "constant"
AFFINE = "affine"
CONVEX = "convex"
CONCAVE = "concave"
UNKNOWN = "unknown"

#: Which way a function goes as its operand grows.
RISES, FALLS, TURNS = 1, -1, 0

Interval = tuple[float, float]
EVERYTHING: Interval = (-inf, inf)


class Proof(NamedTuple):
    """The curvature of one expression with the reason, and the proofs of its parts.

    curvature: `constant`, `affine`, `convex`, `concave` or `unknown`. values: bounds of its values.
    """

    node: Node
    curvature: str
    values: Interval
    rule: str
    why: Sentence
    parts: tuple[Proof, ...] = ()

    @property
    def is_affine(self) -> bool:
        return self.curvature in (CONSTANT, AFFINE)

    @property
    def is_convex(self) -> bool:
        return self.curvature in (CONSTANT, AFFINE, CONVEX)

    @property
    def is_concave(self) -> bool:
        return self.curvature in (CONSTANT, AFFINE, CONCAVE)


def opposite(curvature: str) -> str:
    """The curvature of -f."""
    return {CONVEX: CONCAVE, CONCAVE: CONVEX}.get(curvature, curvature)


def together(curvatures: list[str]) -> str:
    """The curvature of a sum."""
    if all(one in (CONSTANT, AFFINE) for one in curvatures):
        return AFFINE if AFFINE in curvatures else CONSTANT
    if all(one in (CONSTANT, AFFINE, CONVEX) for one in curvatures):
        return CONVEX
    if all(one in (CONSTANT, AFFINE, CONCAVE) for one in curvatures):
        return CONCAVE
    return UNKNOWN


def composed(outer: str, moves: list[int], inner: list[Proof]) -> str:
    """The curvature of h(g_1, ..., g_n) by the rule of composition.

    outer: the curvature of h. moves: how h goes with each operand. S. Boyd and L. Vandenberghe,
    Convex Optimization (2004), section 3.2.4: h convex, and each g_i affine, or convex where h
    rises with it, or concave where h falls; the mirror image for concave h.
    """
    if all(part.is_affine for part in inner):
        return outer
    for wanted, good in ((CONVEX, "is_convex"), (CONCAVE, "is_concave")):
        other = "is_concave" if good == "is_convex" else "is_convex"
        fits = all(
            part.is_affine
            or (move == RISES and getattr(part, good))
            or (move == FALLS and getattr(part, other))
            for move, part in zip(moves, inner, strict=True)
        )
        if fits and outer in (wanted, AFFINE):
            return wanted
    return UNKNOWN


def as_steps(proof: Proof) -> Step:
    """The tree of a proof as nested steps; variables and numbers need no step of their own."""
    words: Sentence = (proof.node, f" is {proof.curvature}: ", *proof.why)
    return Step(proof.rule, words, None, None, tuple(map(as_steps, _telling(proof))))


def _telling(proof: Proof) -> list[Proof]:
    return [part for part in proof.parts if part.node.args and part.curvature != CONSTANT]


def first_unknown(proof: Proof) -> Proof | None:
    """The innermost part of which no rule says anything."""
    if proof.curvature != UNKNOWN:
        return None
    for part in proof.parts:
        found = first_unknown(part)
        if found is not None:
            return found
    return proof
