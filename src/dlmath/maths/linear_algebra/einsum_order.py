"""In which order to contract several tensors: the cheapest pairwise order, exactly.

Dynamic programming over the subsets of operands (C. Lam, P. Sadayappan, R. Wenger, "On optimizing
a class of multi-dimensional loops with reductions for parallel execution", 1997): a subset is
contracted best by its best split into two. Cost is counted in multiplications of entries: joining
two tensors takes the product of the sizes of all indices that occur in either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import NamedTuple

#: For more operands than this the order is from left to right: 3^n splits are looked at.
OPERANDS_MOST = 9


class Join(NamedTuple):
    """One contraction of two groups of operands, each given by its letters after earlier sums.

    left, right: the operands' numbers in each group.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    left_letters: str
    right_letters: str
    output: str
    multiplications: int


class Orders:
    """The costs of contracting operands with these letters to the output."""

    def __init__(self, inputs: Sequence[str], output: str, sizes: dict[str, int]) -> None:
        self.inputs = inputs
        self.output = output
        self.sizes = sizes
        self.everything = (1 << len(inputs)) - 1

    def kept(self, group: int) -> str:
        """The letters of a group that are needed later: in the output or in other operands."""
        if group == self.everything:
            return self.output
        inside: dict[str, None] = {}
        outside = set(self.output)
        for number, letters in enumerate(self.inputs):
            if group >> number & 1:
                inside.update(dict.fromkeys(letters))
            else:
                outside.update(letters)
        return "".join(letter for letter in inside if letter in outside)

    def cost(self, left: int, right: int) -> int:
        """Multiplications for joining two groups."""
        union = set(self.kept(left)) | set(self.kept(right))
        return prod(self.sizes[letter] for letter in union)

    def join(self, left: int, right: int) -> Join:
        """The contraction of two groups."""
        return Join(
            _members(left),
            _members(right),
            self.kept(left),
            self.kept(right),
            self.kept(left | right),
            self.cost(left, right),
        )

    def left_to_right(self) -> list[Join]:
        """The first two operands, then the result with the third, and so on."""
        joins = []
        group = 1
        for number in range(1, len(self.inputs)):
            joins.append(self.join(group, 1 << number))
            group |= 1 << number
        return joins

    def best(self) -> list[Join]:
        """The cheapest order; from left to right beyond OPERANDS_MOST operands."""
        if len(self.inputs) > OPERANDS_MOST:
            return self.left_to_right()
        costs: dict[int, int] = {1 << number: 0 for number in range(len(self.inputs))}
        splits: dict[int, tuple[int, int]] = {}
        for group in range(1, self.everything + 1):
            for left in _halves(group):
                right = group ^ left
                total = costs[left] + costs[right] + self.cost(left, right)
                if group not in costs or total < costs[group]:
                    costs[group] = total
                    splits[group] = (left, right)
        return self._joins(splits)

    def _joins(self, splits: dict[int, tuple[int, int]]) -> list[Join]:
        """The contractions of the chosen splits, inner ones first."""
        joins: list[Join] = []
        stack = [self.everything]
        while stack:
            group = stack.pop()
            if group in splits:
                left, right = splits[group]
                joins.append(self.join(left, right))
                stack += [left, right]
        return joins[::-1]

    def all_at_once(self) -> int:
        """Multiplications without any order: every combination of indices, all factors."""
        every = prod(self.sizes[letter] for letter in set("".join(self.inputs)))
        return every * (len(self.inputs) - 1)


def _members(group: int) -> tuple[int, ...]:
    return tuple(number for number in range(group.bit_length()) if group >> number & 1)


def _halves(group: int) -> Iterator[int]:
    """The proper subsets of a group that hold its lowest member: each split once."""
    lowest = group & -group
    rest = group ^ lowest
    part = rest
    while part:
        part = (part - 1) & rest
        yield part | lowest


def total(joins: Sequence[Join]) -> int:
    """Multiplications of a whole order."""
    return sum(join.multiplications for join in joins)


def order_text(joins: Sequence[Join], count: int) -> str:
    """An order with brackets: `(A (B C))`."""
    names: dict[tuple[int, ...], str] = {(k,): chr(ord("A") + k) for k in range(count)}
    for join in joins:
        key = tuple(sorted((*join.left, *join.right)))
        names[key] = f"({names[join.left]} {names[join.right]})"
    return names[tuple(range(count))]
