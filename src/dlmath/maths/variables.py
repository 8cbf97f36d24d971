"""Which variable is meant when none is named."""

from __future__ import annotations

from collections.abc import Mapping

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols, symbol

#: Letters that stand for a variable rather than a constant when both occur: in `-f*x` it is x.
CONVENTIONAL = ("x", "y", "z", "t", "u", "v", "theta")


def choose_variable(expression: Node, what: str) -> tuple[str, list[Sentence]]:
    """The one variable of the expression, with a note where a choice was made.

    what: the deed, for the error (`"differentiate"`).
    Raises InvalidInput when several variables are equally likely.
    """
    names = sorted(free_symbols(expression))
    if not names:
        return "x", []
    if len(names) == 1:
        return names[0], []
    likely = [name for name in names if name in CONVENTIONAL]
    if len(likely) == 1:
        others = ", ".join(name for name in names if name != likely[0])
        return likely[0], [(f"the variable is {likely[0]}; {others} taken as constant",)]
    listed = ", ".join(names)
    raise InvalidInput(
        f"several variables ({listed}): which one to {what} by is not said",
        hint=f"add --wrt {(likely or names)[0]}",
    )


def at_words(at: Mapping[str, Node]) -> Sentence:
    """` at x = 2, y = 1/3`, to end a question with; nothing where no value is put in."""
    words: list[str | Node] = []
    for name, value in at.items():
        words += [", " if words else " at ", symbol(name), " = ", value]
    return tuple(words)
