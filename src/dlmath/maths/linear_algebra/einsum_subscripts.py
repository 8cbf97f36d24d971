"""The subscripts of `einsum`: read, and held against the shapes of the operands."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from dlmath.answer import Table
from dlmath.errors import InvalidInput
from dlmath.maths.linear_algebra.tensor_values import Shape, operand_name, shape_text


class Subscripts(NamedTuple):
    """A letter for each axis of each operand, and those of the result in their order.

    places: where each operand's letters begin in the text. implied: was the output left out?
    """

    text: str
    inputs: tuple[str, ...]
    output: str
    places: tuple[int, ...]
    implied: bool = False

    @property
    def letters(self) -> str:
        """Every letter, in the order in which they occur."""
        return "".join(dict.fromkeys("".join(self.inputs)))

    @property
    def summed(self) -> str:
        """The letters that are summed over."""
        return "".join(letter for letter in self.letters if letter not in self.output)

    def written(self) -> str:
        """The whole text, its output with it."""
        return f"{','.join(self.inputs)}->{self.output}"


def spread_dots(text: str, shapes: Sequence[Shape]) -> str:
    """The subscripts with letters in the place of `...`, which stands for the axes left over.

    The dots of several operands are aligned at their last axes; those of the result are all of
    them, and without `->` they come first, as in numpy.
    Raises InvalidInput where an operand has the dots twice.
    """
    if "..." not in text:
        return text
    left, arrow, right = text.partition("->")
    groups = left.split(",")
    counts = []
    for group, shape in zip(groups, [*shapes, *[()] * len(groups)], strict=False):
        if group.count("...") > 1:
            raise InvalidInput(
                "the dots ... may stand once in an operand",
                text=text, start=text.index(group), hint="for example ...ij,...jk->...ik",
            )  # fmt: skip
        letters = len(group.replace("...", "").replace(" ", ""))
        counts.append(max(0, len(shape) - letters) if "..." in group else 0)
    free = "".join(letter for letter in ascii_uppercase + ascii_lowercase if letter not in text)
    names = free[: max(counts)]
    spread = ",".join(
        group.replace("...", names[len(names) - count :] if count else "")
        for group, count in zip(groups, counts, strict=True)
    )
    if arrow:
        return f"{spread}->{right.replace('...', names)}"
    letters_once = [k for k in left if k.isalpha() and left.count(k) == 1]
    return f"{spread}->{names}{''.join(sorted(letters_once))}"


def read_subscripts(text: str) -> Subscripts:
    """`ij,jk->ik`. Without `->`, the letters that occur once, in alphabetical order.

    Raises InvalidInput with the place.
    """
    left, arrow, right = text.partition("->")
    _refuse_strange(text, len(left), bool(arrow))
    inputs: list[str] = []
    places: list[int] = []
    position = 0
    for part in left.split(","):
        letters = part.replace(" ", "")
        inputs.append(letters)
        places.append(position + len(part) - len(part.lstrip()))
        position += len(part) + 1
    known = "".join(inputs)
    if not arrow:
        once = [letter for letter in dict.fromkeys(known) if known.count(letter) == 1]
        return Subscripts(text, tuple(inputs), "".join(sorted(once)), tuple(places), True)
    start = len(left) + 2
    output = right.replace(" ", "")
    for place, letter in enumerate(right, start):
        if letter != " " and letter not in known:
            raise InvalidInput(
                f"the index {letter} of the result is in no operand",
                text=text, start=place, hint=f"the operands have {', '.join(dict.fromkeys(known))}",
            )  # fmt: skip
        if letter != " " and right.index(letter) != place - start:
            raise InvalidInput(
                f"the index {letter} is twice in the result",
                text=text, start=place, hint="an index names one axis of the result",
            )  # fmt: skip
    return Subscripts(text, tuple(inputs), output, tuple(places))


def _refuse_strange(text: str, end: int, arrow: bool) -> None:
    """Raises InvalidInput at the first character that is no letter, comma or space."""
    for place, character in enumerate(text):
        if arrow and place in (end, end + 1):
            continue
        if arrow and place > end and (character == "," or character in "->"):
            raise InvalidInput(
                "one result is taken after ->", text=text, start=place, hint="for example ij,jk->ik"
            )
        if not (character.isascii() and character.isalpha()) and character not in ", ":
            raise InvalidInput(
                "subscripts are letters, with a comma between operands and -> before the result",
                text=text, start=place, hint="for example ij,jk->ik",
            )  # fmt: skip


def sizes_of(subscripts: Subscripts, shapes: Sequence[Shape]) -> dict[str, int]:
    """The size of each index.

    Raises InvalidInput where operands and subscripts differ in number, where a letter is missing or
    left over, and where an index has two sizes.
    """
    inputs = subscripts.inputs
    if len(inputs) != len(shapes):
        raise InvalidInput(
            f"the subscripts are for {_counted(len(inputs), 'operand')}, "
            f"and {_are(len(shapes))} given",
            text=subscripts.text, start=0, end=len(subscripts.text),
            hint="one group of letters for each operand, with commas between them",
        )  # fmt: skip
    sizes: dict[str, int] = {}
    seen: dict[str, str] = {}
    for number, (letters, shape) in enumerate(zip(inputs, shapes, strict=True)):
        start = subscripts.places[number]
        if len(letters) != len(shape):
            raise InvalidInput(
                f"the {operand_name(number)} operand has the shape {shape_text(shape)}, "
                f"{_counted(len(shape), 'axis')}, and {_counted(len(letters), 'letter')}",
                text=subscripts.text, start=start, end=start + max(1, len(letters)),
                hint=f"write {_counted(len(shape), 'letter')} for it",
            )  # fmt: skip
        for axis, (letter, length) in enumerate(zip(letters, shape, strict=True)):
            here = f"axis {axis} of the {operand_name(number)} operand"
            if sizes.setdefault(letter, length) != length:
                raise InvalidInput(
                    f"the index {letter} is {sizes[letter]} in {seen[letter]} "
                    f"and {length} in {here}",
                    text=subscripts.text,
                    start=subscripts.text.index(letter, start),
                    hint=_what_fits(sizes[letter], shape, letters, axis),
                )
            seen.setdefault(letter, here)
    return sizes


def _what_fits(size: int, shape: Shape, letters: str, axis: int) -> str:
    if size in shape and len(shape) > 1:
        other = shape.index(size)
        swapped = list(letters)
        swapped[axis], swapped[other] = swapped[other], swapped[axis]
        return f"axis {other} of that operand has size {size}: {''.join(swapped)} would fit"
    if 1 in (size, shape[axis]):
        return (
            "an index has one size: an axis of size 1 is not repeated; "
            "take it out with tensor slice, or broadcast with tensor multiply"
        )
    return f"an axis of size {size} would fit there"


def _counted(count: int, noun: str) -> str:
    plural = "axes" if noun == "axis" else f"{noun}s"
    return f"{count} {noun}" if count == 1 else f"{count} {plural}"


def _are(count: int) -> str:
    return "1 is" if count == 1 else f"{count} are"


def index_table(subscripts: Subscripts, sizes: dict[str, int]) -> Table:
    """Each index: its size, where it occurs, and whether it is kept or summed over."""
    rows = []
    for letter in subscripts.letters:
        places = [
            f"{chr(ord('A') + number)} axis {axis}"
            for number, letters in enumerate(subscripts.inputs)
            for axis, other in enumerate(letters)
            if other == letter
        ]
        free = letter in subscripts.output
        role = f"free: axis {subscripts.output.index(letter)}" if free else "summed"
        rows.append((letter, sizes[letter], ", ".join(places), role))
    return Table("indices", ("index", "size", "occurs in", "role"), tuple(rows))
