"""Breaking lines for a narrow terminal: at blanks, and in a formula between its outer parts."""

from __future__ import annotations

from dlmath.render.errors import columns

#: After these a formula may go on in the next line, as it may at a blank.
_SEAMS = frozenset("·*,")

#: What it costs to break before a sign, at another blank, at a seam, and in one more parenthesis.
_SIGN, _BLANK, _SEAM, _DEEPER = 0, 1, 2, 3

#: A line of a formula is filled at least so far before an outer part is kept together.
_FILLED = 0.4


def wrapped(text: str, room: int, *, formula: bool = False) -> list[str]:
    """The text in lines of at most `room` columns; what has no seam is cut where it must be.

    formula: break where the fewest parentheses are open, if that fills enough of the line.
    """
    lines: list[str] = []
    rest = text
    while columns(rest) > room:
        end = _end(rest, room, formula)
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return [*lines, rest]


def _end(text: str, room: int, formula: bool) -> int:
    """How many characters of a text that is too long stand in its first line."""
    used = depth = cut = blank = 0
    seams: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        used += columns(character)
        if used > room + (character == " "):
            break
        cut = place + 1
        depth += (character in "([") - (character in ")]")
        if character == " " and place:
            blank = cut
            before_sign = text[cut : cut + 2] in ("+ ", "- ", "= ")
            seams.append((_DEEPER * depth + (_SIGN if before_sign else _BLANK), cut))
        elif character in _SEAMS and text[cut : cut + 1] not in ("*", " "):
            seams.append((_DEEPER * depth + _SEAM, cut))
    cut = max(cut, 1)
    if not formula:
        return blank or (seams[-1][1] if seams else cut)
    far = [seam for seam in seams if seam[1] >= _FILLED * cut] or seams
    return min(far, key=lambda seam: (seam[0], -seam[1]))[1] if far else cut
