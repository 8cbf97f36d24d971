"""Lines such as `x = 3, y = -2.8e-09: minimum 0` as mathematics in LaTeX."""

from __future__ import annotations

import re

from dlmath.errors import DlmathError
from dlmath.expression.parser import parse
from dlmath.render.latex_expression import to_latex
from dlmath.render.latex_names import escaped

_DECIMAL = re.compile(r"(-?\d+(?:\.\d+)?)(?:e([+-]?\d+))?")
_RELATION = re.compile(r" (=|<=|>=|<|>) ")
_SIGNS = {"=": "=", "<=": r"\leq", ">=": r"\geq", "<": "<", ">": ">"}


def line_latex(text: str) -> str | None:
    """Equations with what is said of them; None where the line is anything else."""
    head, _, tail = text.partition(": ")
    equations = [_equation(part) for part in head.split(", ")]
    known = [one for one in equations if one is not None]
    if len(known) < len(equations):
        return None
    written = r",\; ".join(known)
    if not tail:
        return written
    word, _, value = tail.partition(" ")
    shown = _value(value) if value else ""
    if shown is None:
        return None
    return rf"{written}\colon\; \text{{{escaped(word)}}}\; {shown}".rstrip()


def _equation(text: str) -> str | None:
    pieces = _RELATION.split(text)
    if len(pieces) < 3:
        return None
    sides = [_value(piece) for piece in pieces[::2]]
    known = [one for one in sides if one is not None]
    if len(known) < len(sides):
        return None
    signs = [_SIGNS[sign] for sign in pieces[1::2]]
    return known[0] + "".join(
        f" {sign} {side}" for sign, side in zip(signs, known[1:], strict=True)
    )


def _value(text: str) -> str | None:
    """A decimal number as it stands, an expression as the language reads it."""
    decimal = _DECIMAL.fullmatch(text)
    if decimal is not None:
        digits, power = decimal.groups()
        return digits if power is None else rf"{digits} \cdot 10^{{{int(power)}}}"
    try:
        return to_latex(parse(text).node)
    except DlmathError:
        return None
