"""What `--axes`, `--shape` and `--slice` say, held against the shape of the tensor."""

from __future__ import annotations

import re
from math import prod

from dlmath.errors import InvalidInput
from dlmath.maths.linear_algebra.tensor_values import Index, Shape, operand_name, shape_text

_WHOLE = re.compile(r"\s*([+-]?\d{1,9})\s*")


def _whole_numbers(text: str, option: str, example: str) -> list[int]:
    """Whole numbers with commas between them. Raises InvalidInput with the place."""
    numbers: list[int] = []
    position = 0
    for part in text.strip("()[] ").split(",") if text.strip("()[] ") else []:
        match = _WHOLE.fullmatch(part)
        if match is None:
            start = text.index(part, position) if part in text else 0
            raise InvalidInput(
                f"{option}: whole numbers with commas between them are taken",
                text=text, start=start, end=start + max(1, len(part)),
                hint=f"for example: {option} {example}",
            )  # fmt: skip
        numbers.append(int(match[1]))
        position += len(part) + 1
    return numbers


def _axis(number: int, shape: Shape, which: str) -> int:
    """An axis counted from 0, or from the end when negative. Raises InvalidInput."""
    rank = len(shape)
    if not -rank <= number < rank:
        last = f"its axes are 0 to {rank - 1}" if rank else "a number has no axes"
        raise InvalidInput(
            f"--axes: the {which} operand, of shape {shape_text(shape)}, has no axis {number}",
            hint=last,
        )
    return number % rank


def read_permutation(text: str | None, shape: Shape) -> tuple[int, ...]:
    """The order of the axes of a transpose; reversed if not given."""
    rank = len(shape)
    if text is None:
        return tuple(reversed(range(rank)))
    axes = tuple(_axis(k, shape, "first") for k in _whole_numbers(text, "--axes", "1,0"))
    if sorted(axes) != list(range(rank)):
        example = ",".join(map(str, reversed(range(rank))))
        raise InvalidInput(
            f"--axes: a transpose of a tensor with {rank} axes names each of them once",
            hint=f"for example: --axes {example}",
        )
    return axes


def read_pairs(text: str | None, shapes: list[Shape]) -> list[tuple[int, int]]:
    """Pairs of axes to contract: of two operands one axis each, of one operand two of its own.

    Without text: the last axis of the first and the first axis of the second, or the first two
    axes of the only operand. Raises InvalidInput where axes are missing, repeated or of different
    sizes.
    """
    first, second = shapes[0], shapes[-1]
    alone = len(shapes) == 1
    if text is None:
        _require_axes(shapes, 2 if alone else 1)
        pairs = [(0, 1)] if alone else [(len(first) - 1, 0)]
    else:
        pairs = []
        for part in text.split(";"):
            numbers = _whole_numbers(part, "--axes", "1,0")
            if len(numbers) != 2:
                raise InvalidInput(
                    f'--axes: a pair of axes is two numbers, not "{part.strip()}"',
                    hint='--axes "1,0" for one pair, --axes "1,0; 2,1" for two',
                )
            a = _axis(numbers[0], first, "first")
            pairs.append((a, _axis(numbers[1], second, "first" if alone else "second")))
    _require_fit(pairs, first, second, alone=alone)
    return pairs


def _require_axes(shapes: list[Shape], least: int) -> None:
    for k, shape in enumerate(shapes):
        if len(shape) < least:
            raise InvalidInput(
                f"the {operand_name(k)} operand has the shape {shape_text(shape)}: "
                f"{'two axes are' if least == 2 else 'an axis is'} needed to contract"
            )


def _require_fit(pairs: list[tuple[int, int]], first: Shape, second: Shape, *, alone: bool) -> None:
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    used = [left + right] if alone else [left, right]
    if any(len(set(axes)) < len(axes) for axes in used):
        raise InvalidInput("--axes: an axis is contracted only once")
    for a, b in pairs:
        if first[a] != second[b]:
            where = "the same operand" if alone else "the second operand"
            fits = [k for k, length in enumerate(second) if length == first[a] and k != a]
            raise InvalidInput(
                f"axis {a} of the first operand has size {first[a]}, "
                f"and axis {b} of {where} has size {second[b]}",
                hint=f"axis {fits[0]} of {where} would fit: --axes {a},{fits[0]}"
                if fits
                else f"the shapes are {shape_text(first)} and {shape_text(second)}",
            )


def read_shape(text: str | None, shape: Shape) -> Shape:
    """The shape of `--shape`, with its one -1 worked out. Raises InvalidInput."""
    size = prod(shape)
    if text is None:
        raise InvalidInput(
            "reshape needs a shape", hint=f"for example: --shape {size}, or --shape -1,1"
        )
    wanted = _whole_numbers(text, "--shape", "2,-1")
    unknown = [k for k, length in enumerate(wanted) if length == -1]
    for length in wanted:
        if length < 1 and length != -1:
            raise InvalidInput(f"--shape: an axis has a size from 1 up, or -1, not {length}")
    if len(unknown) > 1:
        raise InvalidInput("--shape: only one size can be -1", hint="give the others as numbers")
    known = prod(length for length in wanted if length != -1)
    if unknown and size % known == 0:
        wanted[unknown[0]] = size // known
    elif unknown or known != size:
        raise InvalidInput(
            f"{size} entries, of shape {shape_text(shape)}, do not fill "
            f"{'rows of' if unknown else ''} {known}".replace("  ", " "),
            hint=f"the sizes must multiply to {size}",
        )
    return tuple(wanted)


# --- slices ----------------------------------------------------------------------------------


def read_slice(text: str | None, shape: Shape) -> tuple[int | slice, ...]:
    """`0,:,1:3` as Python reads it, one part for each axis. Raises InvalidInput with the place.

    A number takes one place of an axis and drops it; `start:stop:step` takes a range; axes left out
    at the end are taken whole, and `...` stands for as many whole axes as are missing.
    """
    if text is None:
        raise InvalidInput("slice needs --slice", hint='for example: --slice "0,:,1:3"')
    parts = _parts(text)
    dots = [k for k, (part, _) in enumerate(parts) if part == "..."]
    given = len(parts) - len(dots)
    if len(dots) > 1:
        raise _at(text, parts[dots[1]], "the dots ... may stand once")
    if given > len(shape):
        raise _at(
            text, parts[-1],
            f"{given} parts, and the tensor of shape {shape_text(shape)} has {len(shape)} axes",
        )  # fmt: skip
    missing = len(shape) - given
    where = dots[0] if dots else len(parts)
    named = parts[:where] + [(":", 0)] * missing + parts[where + 1 :]
    return tuple(
        _one(text, part, axis, length)
        for axis, (part, length) in enumerate(zip(named, shape, strict=True))
    )


def _parts(text: str) -> list[tuple[str, int]]:
    """The parts between commas, each with its place in the text."""
    inner = text.strip()
    start = text.index(inner) if inner else 0
    if inner.startswith("[") and inner.endswith("]"):
        inner, start = inner[1:-1], start + 1
    found = []
    for part in inner.split(",") if inner.strip() else []:
        found.append((part.strip(), start + len(part) - len(part.lstrip())))
        start += len(part) + 1
    return found


def _at(text: str, part: tuple[str, int], message: str, hint: str | None = None) -> InvalidInput:
    start = part[1]
    return InvalidInput(
        f"--slice: {message}", text=text, start=start, end=start + max(1, len(part[0])), hint=hint
    )


def _one(text: str, part: tuple[str, int], axis: int, length: int) -> int | slice:
    """One part of a slice, made to lie within the axis."""
    pieces = part[0].split(":")
    numbers: list[int | None] = []
    for piece in pieces:
        match = _WHOLE.fullmatch(piece)
        if match is None and (piece.strip() or len(pieces) == 1):
            hint = "for example: 0 or -1, 1:3, ::2, :"
            raise _at(text, part, f'"{part[0]}" is not a place or a range', hint)
        numbers.append(int(match[1]) if match else None)
    if len(pieces) > 3:
        raise _at(text, part, "a range is start:stop:step")
    if len(pieces) == 1:
        place = numbers[0]
        assert place is not None
        if not -length <= place < length:
            raise _at(text, part, f"axis {axis} has the places 0 to {length - 1}, not {place}")
        return place % length
    if len(numbers) == 3 and numbers[2] == 0:
        raise _at(text, part, "the step of a range is not 0")
    found = slice(*numbers)
    if not range(length)[found]:
        raise _at(text, part, f"nothing is left of axis {axis}, which has {length} places")
    return found


def source_of(selection: tuple[int | slice, ...], shape: Shape) -> tuple[Shape, list[list[int]]]:
    """The shape of a slice, and for each axis of the tensor the places taken (one if dropped)."""
    places = [
        [part] if isinstance(part, int) else list(range(length)[part])
        for part, length in zip(selection, shape, strict=True)
    ]
    kept = zip(selection, places, strict=True)
    return tuple(len(taken) for part, taken in kept if isinstance(part, slice)), places


def sliced_index(
    index: Index, selection: tuple[int | slice, ...], places: list[list[int]]
) -> Index:
    """The index in the tensor of an entry of its slice."""
    rest = iter(index)
    return tuple(
        taken[0] if isinstance(part, int) else taken[next(rest)]
        for part, taken in zip(selection, places, strict=True)
    )
