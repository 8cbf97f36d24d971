"""Floating-point numbers and arrays in LaTeX; large arrays by their corners."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Numbers
from dlmath.expression.graph import symbol
from dlmath.render.latex_expression import to_latex

#: An array with more rows or columns is written by its corners.
SIDE_MOST = 20

#: Rows and columns of a corner, before the dots.
_CORNER = 2


def numbers_latex(numbers: Numbers) -> str:
    """A number, a column, a matrix, or matrices in a matrix, with the name of the part."""
    array = numbers.array
    if hasattr(array, "ndim") and array.ndim:
        written = _array(array)
    else:
        written = _number(array.item() if hasattr(array, "item") else array)
    if not numbers.name:
        return written
    return f"{to_latex(symbol(numbers.name))} = {written}"


def _array(array: Any) -> str:
    height, width = array.shape[0], array.shape[1] if array.ndim > 1 else 1
    rows = [_row(part, width) for part in _ends(array)]
    if height > SIDE_MOST:
        dots = r"\vdots"
        if array.ndim == 2:
            cells = rows[0].count(" & ") + 1
            places = [dots] * cells
            if width > SIDE_MOST:
                places[_CORNER] = r"\ddots"
            dots = " & ".join(places)
        rows.insert(_CORNER, dots)
    body = r" \\ ".join(rows)
    written = rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
    if max(height, width) <= SIDE_MOST:
        return written
    return written + "_{" + r" \times ".join(map(str, array.shape)) + "}"


def _ends(parts: Any) -> list[Any]:
    """The first and the last; all where they are few."""
    if len(parts) <= SIDE_MOST:
        return list(parts)
    return [*parts[:_CORNER], parts[-1]]


def _row(part: Any, width: int) -> str:
    if getattr(part, "ndim", 0) > 1:
        return _array(part)
    if not getattr(part, "ndim", 0):
        return _number(part.item() if hasattr(part, "item") else part)
    cells = [_row(entry, 1) for entry in _ends(part)]
    if width > SIDE_MOST:
        cells.insert(_CORNER, r"\cdots")
    return " & ".join(cells)


def _number(value: Any) -> str:
    """Every digit that tells the float from its neighbours."""
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 or repr(value.imag) == "-0.0" else "+"
        return f"{_number(value.real)} {sign} {_number(abs(value.imag))} i"
    digits, e, power = repr(value).partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if e else digits
