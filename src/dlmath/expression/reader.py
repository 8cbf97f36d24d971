"""What every reader of typed mathematics shares: tokens, errors at a place, limits of size."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import NoReturn

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Node
from dlmath.expression.tokens import MAX_DEPTH, Token

#: Exact numbers in one expression may have this many bits together.
MAX_BITS = 2_000_000
#: Exact numbers in one sum or product may have this many bits together.
MAX_FOLDED_BITS = 400_000

#: Python frames that one level of nesting takes, at most.
_FRAMES = 14


@contextmanager
def room_for_recursion(tokens: int) -> Iterator[None]:
    """Lets a parser recurse as deeply as MAX_DEPTH allows; short texts need nothing."""
    limit = sys.getrecursionlimit()
    if tokens > 60:
        sys.setrecursionlimit(max(limit, _FRAMES * MAX_DEPTH + _frames_in_use()))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _frames_in_use() -> int:
    frame = sys._getframe()
    depth = 100
    while frame.f_back is not None:
        frame = frame.f_back
        depth += 1
    return depth


class Reader:
    """A place in the tokens of a text, and what was seen on the way."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.index = 0
        self.depth = 0
        self.bits = 0
        #: Each variable that occurred, with the token where it did first.
        self.names: dict[str, Token] = {}
        self.notes: list[Sentence] = []

    # --- tokens and errors ------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Takes the next token."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def fail(
        self, message: str, start: Token, end: Token | None = None, *, hint: str | None = None
    ) -> NoReturn:
        """Raises InvalidInput that points at the tokens from `start` to `end`."""
        last = end or start
        stop = max(last.end, start.start + 1)
        raise InvalidInput(message, text=self.text, start=start.start, end=stop, hint=hint)

    def too_large(self, message: str, start: Token) -> NoReturn:
        """Raises LimitReached at a token."""
        raise LimitReached(
            message, text=self.text, start=start.start, end=max(start.end, start.start + 1)
        )

    def source(self, start: Token, end: Token) -> str:
        """What was typed from one token to another, on one line."""
        return " ".join(self.text[start.start : end.end].split())

    def all_notes(self) -> list[Sentence]:
        """The notes, with one for each name that looks like a product of other names."""
        single = {name for name in self.names if len(name) == 1}
        for name in self.names:
            if len(name) > 1 and single.issuperset(name):
                self.notes.append((f"{name} is one variable, not {'*'.join(name)}",))
        return self.notes

    def enter(self, start: Token) -> None:
        """Goes one level deeper."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_large(f"the expression is nested more than {MAX_DEPTH} levels deep", start)

    # --- sizes and notes --------------------------------------------------------------------

    def count_bits(self, node: Node, start: Token) -> None:
        if node.op == "number":
            self.bits += _bits(node.number)
            if self.bits > MAX_BITS:
                self.too_large("the exact numbers of this expression are too large", start)

    def check_sum(self, terms: Sequence[Node], start: Token) -> None:
        """Refuses a sum whose numbers have a common denominator that is too large."""
        denominators = {term.number.denominator for term in terms if term.op == "number"}
        if sum(value.bit_length() for value in denominators) > MAX_FOLDED_BITS:
            self.too_large("the exact numbers of this sum are too large", start)

    def check_product(self, factors: Sequence[Node], start: Token) -> None:
        """Refuses a product whose numbers, multiplied, would be too large."""
        total = 0
        for factor in factors:
            if factor.op == "number":
                total += _bits(factor.number)
            elif factor.op == "mul" and factor.args[0].op == "number":
                total += _bits(factor.args[0].number)
        if total > MAX_FOLDED_BITS:
            self.too_large("the exact numbers of this product are too large", start)


def _bits(value: int | Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()
