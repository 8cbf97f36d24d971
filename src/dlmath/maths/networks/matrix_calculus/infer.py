"""Shapes of names that were given none: the only ones that fit, where there are such."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from math import prod

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.tokens import NAME
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Shape
from dlmath.maths.networks.matrix_calculus.read import Reading, read, tokens_of
from dlmath.maths.networks.matrix_calculus.shapes import Shapes

#: So many combinations of shapes are tried.
_TRIES_MOST = 400

_CONSTANTS = frozenset({"pi", "e"})


def read_inferring(text: str, shapes: Shapes) -> Reading:
    """Reads an expression; where that fails, with vectors for the lower-case names without a shape.

    Only if exactly one choice fits is it taken, and a note says so. A capital letter needs a
    shape; the error says the one that fits, where there is one. Raises InvalidInput.
    """
    try:
        return read(text, shapes)
    except InvalidInput as error:
        unknown = _unknown(text, shapes)
        fits = list(_fits(text, shapes, unknown)) if unknown else []
        if len(fits) > 1:
            error.hint = f"several shapes would fit {', '.join(unknown)}: give them in --shapes"
        if len(fits) != 1:
            raise
        found, reading = fits[0]
        if any(name[0].isupper() for name in found):
            error.hint = f"the only shapes that fit: {_entries(found)}"
            raise
        notes: list[Sentence] = [
            (f"{name} is taken as {_words(shape)}: no other shape fits",)
            for name, shape in found.items()
        ]
        return reading._replace(notes=[*notes, *reading.notes])


def _entries(shapes: dict[str, Shape]) -> str:
    """`C: n,k; x: n`"""
    sizes = {name: [s for k, s in enumerate(shape) if not k or s != ONE_ROW]
             for name, shape in shapes.items()}  # fmt: skip
    return "; ".join(f"{name}: {','.join(map(str, parts))}" for name, parts in sizes.items())


def _words(shape: Shape) -> str:
    return "a scalar" if shape == SCALAR else f"a vector of {shape[0]}"


def _unknown(text: str, shapes: Shapes) -> list[str]:
    """The names without a shape, in order."""
    tokens = tokens_of(text)
    sizes = {name for shape, _ in shapes.values() for size in shape for name in size.names}
    found = {
        token.text: None
        for token, following in pairwise(tokens)
        if token.kind == NAME and following.kind != "("
    }
    return [name for name in found if name not in shapes and name not in sizes | _CONSTANTS]


def _fits(
    text: str, shapes: Shapes, unknown: list[str]
) -> Iterator[tuple[dict[str, Shape], Reading]]:
    """Choices of shapes with which the expression reads; at most two are looked for."""
    sizes = sorted({size for shape, _ in shapes.values() for size in shape} - {ONE_ROW})
    vectors = [(size, ONE_ROW) for size in sizes]
    matrices = [(rows, columns) for rows in sizes for columns in sizes]
    choices = [
        [*vectors, *matrices] if name[0].isupper() else [SCALAR, *vectors] for name in unknown
    ]
    if prod(map(len, choices)) > _TRIES_MOST:
        return
    count = 0
    for chosen in product(*choices):
        given: dict[str, Shape] = dict(zip(unknown, chosen, strict=True))
        try:
            reading = read(text, {**shapes, **{name: (s, None) for name, s in given.items()}})
        except InvalidInput:
            continue
        yield given, reading
        count += 1
        if count == 2:
            return
