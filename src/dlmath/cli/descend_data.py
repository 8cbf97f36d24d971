"""`descend` with `--data`: its own options, and the place of a part that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.cli.options import InvalidOption, read_whole
from dlmath.cli.read import Given, read_assignments, read_names
from dlmath.errors import InvalidInput

if TYPE_CHECKING:
    from dlmath.expression.graph import Node
    from dlmath.maths.optimization.plan import Options

#: Numbers of a parameter at most, along one side.
_LARGEST = 100_000


def descend_on_data(
    given: Given, expression: str, typed: Mapping[str, Any], options: Options
) -> Answer:
    """`descend` on a table. typed: the options as they were given. Raises InvalidInput."""
    from dlmath.cli.read_pieces import read_table
    from dlmath.maths.optimization import data_descent
    from dlmath.maths.optimization.data_problem import needed_columns
    from dlmath.maths.optimization.rows import PartError

    for name in ("starts", "box", "compare"):
        if typed[name] is not None:
            raise InvalidOption(
                f"--{name} does not go with --data",
                hint="--start random begins elsewhere for each --seed"
                if name != "compare"
                else "run it once for each --method",
            )
    formula = given.expression(expression)
    features = None if typed["features"] is None else read_names(typed["features"], "--features")
    begin = typed["start"]
    random = begin is not None and begin.strip() == "random"
    data, known = read_table(typed["data"], "--data", needed_columns(formula, features))
    asked = data_descent.DataOptions(
        batch=_whole(typed, "batch"),
        epochs=_whole(typed, "epochs"),
        shapes=None if typed["parameters"] is None else read_shapes(typed["parameters"]),
        features=features,
        known=known,
        random=random,
    )
    start: dict[str, Node] = {}
    if begin is not None and not random:
        start = read_assignments(begin, "--start")
    try:
        return data_descent.descend_on_data(formula, data, start, given.settings, options, asked)
    except PartError as error:
        raise placed(error, expression) from error


def _whole(typed: Mapping[str, Any], name: str) -> int | None:
    return None if typed[name] is None else read_whole(typed[name], f"--{name}", least=1)


def refuse_without_data(typed: Mapping[str, Any]) -> None:
    """Options that only mean something on data. Raises InvalidOption."""
    for name in ("batch", "epochs", "features", "parameters"):
        if typed[name] is not None:
            raise InvalidOption(
                f"--{name} goes with data", hint=f"add --data @file.csv, or leave --{name} out"
            )


def read_shapes(text: str) -> dict[str, tuple[int, ...]]:
    """Shapes of parameters: `W: 4,3; b: 3`. Raises InvalidOption with the place."""
    found: dict[str, tuple[int, ...]] = {}
    place = 0
    for part in text.split(";"):
        start, end = place, place + len(part)
        place = end + 1
        if not part.strip() and len(text.strip("; ")):
            continue
        name, colon, sizes = part.partition(":")
        numbers = [size.strip() for size in sizes.split(",")]
        whole = all(size.isascii() and size.isdigit() and len(size) < 7 for size in numbers)
        if not colon or not name.strip().isidentifier() or not whole or len(numbers) > 2:
            raise InvalidOption(
                "--parameters: a shape is a name, a colon and one or two lengths",
                text=text,
                start=start + len(part) - len(part.lstrip()),
                end=max(end, start + 1),
                hint='write "W: 4,3; b: 3"',
            )
        lengths = tuple(map(int, numbers))
        if not all(0 < length <= _LARGEST for length in lengths):
            raise InvalidOption(
                f"--parameters: a length is 1 to {_LARGEST}", text=text, start=start, end=end
            )
        if name.strip() in found:
            raise InvalidOption(f"--parameters: {name.strip()} is given twice")
        found[name.strip()] = lengths
    return found


def placed(error: Any, text: str) -> InvalidInput:
    """The same error with the place of its part in what was typed, where it is found there."""
    from dlmath.expression.text import to_text

    wanted = to_text(error.part)
    place = find_part(text, wanted)
    if place is None:
        return InvalidInput(f"{error.message}: {wanted}", hint=error.hint)
    return InvalidInput(error.message, text=text, start=place[0], end=place[1], hint=error.hint)


def find_part(text: str, part: str) -> tuple[int, int] | None:
    """Where the part stands in the text, spaces and the spelling of powers aside."""
    kept = [(place, letter) for place, letter in enumerate(text) if not letter.isspace()]
    plain = "".join(letter for _, letter in kept)
    for wanted in (part, part.replace("**", "^")):
        short = "".join(wanted.split())
        first = plain.find(short)
        if first >= 0 and short:
            return kept[first][0], kept[first + len(short) - 1][0] + 1
    return None
