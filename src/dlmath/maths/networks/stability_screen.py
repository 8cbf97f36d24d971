"""Whether a formula is of a kind that may lose digits in short floating-point numbers.

Looks at the operations alone, so that a formula of another kind costs nothing; what is found is
measured in `stability`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dlmath.answer import Answer
from dlmath.expression.graph import HALF, Node, topological

#: Operations without which no known pattern exists.
_RISKY = frozenset("exp log sin cos tan sinh cosh tanh mean bce cross_entropy".split())


def may_lose_digits(node: Node) -> bool:
    """Does it hold, beside a sum or a logarithm, a function that may cancel or overflow?"""
    order = topological(node)
    together = any(part.op in ("add", "log", "bce", "cross_entropy") for part in order)
    return together and any(
        part.op in _RISKY or (part.op == "pow" and part.args[1] is HALF) for part in order
    )


def add_stability(answer: Answer, formula: Node, at: Mapping[str, Node] | None = None) -> None:
    """Notes on the typed formula in short formats; at: only at this point, for `evaluate`.

    A formula in which nothing known is found costs no more than a walk over it.
    """
    if not may_lose_digits(formula):
        return
    from dlmath.maths.networks.stability import stability_at, stability_notes

    found = stability_notes(formula, thorough=False) if at is None else stability_at(formula, at)
    answer.notes += [note for note in found if note not in answer.notes]
