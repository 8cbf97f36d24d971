"""What the pictures of all commands share: reading numbers, one curve, and saying why none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import ParamSpec

from dlmath.answer import NO_PICTURE, Answer
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.picture import Diagram, Picture, Words

P = ParamSpec("P")


class NoPicture(Exception):
    """There is nothing to draw; the words say why."""

    def __init__(self, *words: str | Node) -> None:
        super().__init__(*words)
        self.words: Words = words


def put_picture(
    answer: Answer, make: Callable[P, Picture | Diagram], *args: P.args, **named: P.kwargs
) -> None:
    """Puts the picture that `make` draws into the answer; where there is none, a note with why."""
    try:
        answer.picture = make(*args, **named)
    except NoPicture as none:
        answer.notes.append((f"{NO_PICTURE}: ", *none.words))
    except DlmathError as error:  # the answer stands without its picture
        answer.notes.append((f"{NO_PICTURE}: {error.message}",))
    except (ArithmeticError, ValueError):
        answer.notes.append((f"{NO_PICTURE}: its numbers are beyond what can be drawn",))


def one_variable(function: Node, variable: str, values: Mapping[str, Node]) -> Node:
    """The function of one variable alone, the others put in. Raises NoPicture."""
    if function.op == "vector":
        raise NoPicture("the function is a vector")
    others = {name: value for name, value in values.items() if name != variable}
    filled = substitute(function, others) if others else function
    unknown = sorted(free_symbols(filled) - {variable})
    if unknown:
        has = "has no value" if len(unknown) == 1 else "have no values"
        example = ",".join(f"{name}=1" for name in unknown)
        raise NoPicture(f"{', '.join(unknown)} {has}; give some with --at {example}")
    return filled


def real_number(node: Node) -> float:
    """The value of an expression without variables; an infinity stays one. Raises NoPicture."""
    from dlmath.expression.numbers import evaluate

    value = evaluate(node) if not free_symbols(node) else None
    if isinstance(value, (int, float)) and value == value:
        return float(value)
    raise NoPicture(node, " is not a real number")


def near_window(function: Node, variable: str, centre: float, half: float) -> tuple[float, float]:
    """`sampling.window`, or NoPicture."""
    from dlmath.maths.pictures.sampling import window

    found = window(function, variable, centre if isfinite(centre) else 0.0, half)
    if found is None:
        raise NoPicture("no real values were found to draw")
    return found
