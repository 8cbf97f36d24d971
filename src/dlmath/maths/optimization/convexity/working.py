"""The working of `convex`: the tree of a proof, second derivatives, counterexamples in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node, make, number, symbol, topological, unfolded
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.convexity.counterexample import Counterexample
from dlmath.maths.optimization.convexity.curved import second_derivatives
from dlmath.maths.optimization.convexity.proofs import CONVEX, Proof, as_steps

#: The rules of proofs that rest on second derivatives.
_BY_DERIVATIVES = ("quadratic form", "second derivatives")


def proof_steps(proof: Proof, names: Sequence[str]) -> Step:
    """The tree of the proof; where it rests on second derivatives, these first."""
    step = as_steps(proof)
    if proof.rule not in _BY_DERIVATIVES:
        return step
    rows = second_derivatives(proof.node, names)
    derived = [
        _second(proof.node, names[i], names[j], rows[i][j])
        for i in range(len(names))
        for j in range(i, len(names))
    ]
    return step._replace(steps=(*derived, *step.steps))


def _second(function: Node, first: str, second: str, value: Node) -> Step:
    if first == second:
        before = make("derive", (function, symbol(first), number(2)))
        return Step("second derivative", (f"by {first}, twice",), before, value)
    inner = make("derive", (function, symbol(first)))
    before = make("derive", (inner, symbol(second)))
    return Step("mixed derivative", (f"by {first} and {second}",), before, value)


def counterexample_step(
    function: Node, names: Sequence[str], found: Counterexample, words: Sentence
) -> Step:
    """The value halfway and the mean of the two values, each worked out."""
    if found.value is None:
        return Step("counterexample", words)

    def at(place: Sequence[Fraction]) -> Node:
        """The function with the numbers put in, left as it stands: `(-1/2)**3`."""
        known = dict(zip(names, map(number, place), strict=True))
        filled: dict[Node, Node] = {}
        for part in topological(function):
            if part.op == "symbol":
                filled[part] = known.get(part.name, part)
            else:
                args = [filled[arg] for arg in part.args]
                filled[part] = unfolded(part.op, args) if args else part
        return filled[function]

    both = unfolded("add", (at(found.a), at(found.b)))
    mean = unfolded("mul", (number(Fraction(1, 2)), both))
    sign = ">" if found.kind == CONVEX else "<"
    steps = (
        _value("the value halfway", at(found.middle), float(found.value)),
        _value("the mean of the values at both ends", mean, float(found.chord)),
        Step("compare", (f"{float(found.value):.6g} {sign} {float(found.chord):.6g}",)),
    )
    return Step("counterexample", words, None, None, steps)


def _value(what: str, before: Node, rough: float) -> Step:
    after = tidy(before)
    words = what if after.op == "number" else f"{what}, about {rough:.6g}"
    return Step("fill in", (words,), before, after)
