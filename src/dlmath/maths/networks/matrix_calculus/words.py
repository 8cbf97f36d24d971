"""Shapes and typed parts in the words of an error."""

from __future__ import annotations

import re

from dlmath.maths.networks.matrix_calculus.expression import Expr, Shape, Size, shape_text


def words_of(e: Expr) -> str:
    """`a vector of n`, `m x n`, `a scalar`."""
    if e.is_scalar:
        return "a scalar"
    if e.is_vector:
        return f"a vector of {e.rows}"
    return shape_text(e.shape)


def counted(size: Size, what: str) -> str:
    """`n columns`, `1 row`."""
    return f"{size} {what}" + ("" if str(size) == "1" else "s")


def grouped(text: str) -> str:
    """Typed text as a factor."""
    return text if re.fullmatch(r"[\w.']+", text) else f"({text})"


def ones_text(shape: Shape) -> str:
    """`ones(m, n)`"""
    return f"ones({shape[0]})" if str(shape[1]) == "1" else f"ones({shape[0]}, {shape[1]})"
