"""The shapes of names as typed: `A: m,n; x: n; S: n,n symmetric; y: k probability`."""

from __future__ import annotations

import re

from dlmath.errors import InvalidInput
from dlmath.expression.tokens import NAME, tokenize
from dlmath.maths.networks.matrix_calculus.build import PROBABILITY, SYMMETRIC
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Shape, Size

EXAMPLE = '"A: m,n; x: n; c: 1; S: n,n symmetric"'

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_SIZE = re.compile(r"(?:[1-9][0-9]{0,5}|[A-Za-z][A-Za-z0-9_]*)\Z")  # a factor of one
_PROPERTIES = {
    "symmetric": SYMMETRIC,
    "probability": PROBABILITY,
    "probabilities": PROBABILITY,
    "onehot": PROBABILITY,
    "scalar": "scalar",
    "vector": "vector",
}

Shapes = dict[str, tuple[Shape, str | None]]


def read_shapes(text: str) -> Shapes:
    """Name to shape and what is known of it. Raises InvalidInput with the place."""
    found: Shapes = {}
    place = 0
    for entry in text.split(";"):
        if entry.strip():
            _read_entry(text, entry, place, found)
        place += len(entry) + 1
    clash = next(
        (n for n in found if any(n in part.names for shape, _ in found.values() for part in shape)),
        None,
    )
    if clash is not None:
        start = text.index(clash)
        raise InvalidInput(
            f"{clash} is a matrix and a size at once",
            text=text,
            start=start,
            end=start + len(clash),
            hint="name the size with another letter",
        )
    return found


def spelled(name: str) -> str:
    """A name as the language writes it: `λ` is lambda, `x₁` is x_1."""
    if name.isascii():
        return name
    try:
        tokens = tokenize(name)
    except InvalidInput:
        return name
    return tokens[0].text if len(tokens) == 2 and tokens[0].kind == NAME else name


def _fail(text: str, start: int, length: int, message: str) -> None:
    raise InvalidInput(message, text=text, start=start, end=start + max(length, 1),
                       hint=f"write {EXAMPLE}")  # fmt: skip


def _read_entry(text: str, entry: str, place: int, found: Shapes) -> None:
    names, colon, sizes = entry.partition(":")
    start = place + len(entry) - len(entry.lstrip())
    if not colon:
        _fail(text, start, len(entry.strip()), "a colon is missing between a name and its shape")
    shape, kind = _read_shape(text, sizes, place + len(names) + 1)
    offset = place
    for part in names.split(","):
        name = spelled(part.strip())
        at = offset + len(part) - len(part.lstrip())
        if not _NAME.match(name):
            _fail(text, at, len(name), "the name of a matrix, vector or scalar is expected here")
        if name in found:
            _fail(text, at, len(name), f"{name} has two shapes")
        found[name] = (shape, kind)
        offset += len(part) + 1


def _read_shape(text: str, given: str, place: int) -> tuple[Shape, str | None]:
    words = given.replace("×", ",")
    parts = [part.strip() for part in re.sub(r"(?<=\w)\s+x\s+(?=\w)", " , ", words).split(",")]
    at = place + len(given) - len(given.lstrip())
    last, *properties = parts[-1].split() or [""]
    kind = None
    if last in _PROPERTIES and last in ("scalar", "vector") and len(parts) == 1:
        properties, last = [last, *properties], "1" if last == "scalar" else ""
    parts[-1] = last
    for word in properties:
        if word not in _PROPERTIES:
            _fail(text, at, len(given.strip()),
                  f"{word} is not known of a matrix: symmetric or probability is")  # fmt: skip
        kind = _PROPERTIES[word] if word not in ("scalar", "vector") else kind
    if len(parts) > 2:
        _fail(text, at, len(given.strip()), "a shape has one size or two")
    sizes = []
    for part in parts:
        size = Size(1)
        for factor in part.split("*"):
            if not _SIZE.match(factor.strip()):
                _fail(text, at, len(given.strip()), "a size is a whole number above 0 or a name")
            word = factor.strip()
            size = size.times(Size(int(word)) if word.isdigit() else Size(1, (word,)))
        sizes.append(size)
    shape = (sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], ONE_ROW)
    if kind == SYMMETRIC and shape[0] != shape[1]:
        _fail(text, at, len(given.strip()), "only a square matrix is symmetric")
    if kind == PROBABILITY and shape == SCALAR:
        _fail(text, at, len(given.strip()), "probabilities are the entries of a vector or a matrix")
    return shape, kind
