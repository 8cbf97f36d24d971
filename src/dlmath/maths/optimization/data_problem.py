"""What a formula over data means: which names are columns, which are parameters, and of what shape.

A name of the formula that is a column of the data stands for its value in a row; `X` stands for
several columns at once, a vector in each row; every other name is a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from math import isfinite, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Node, contains, free_symbols, substitute, symbol, topological
from dlmath.expression.vocabulary import CONSTANTS, OPERATIONS
from dlmath.maths.optimization.rows import Names, PartError, Shape, lower
from dlmath.maths.optimization.rows_run import RowFunction
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: The name that stands for the feature columns.
BLOCK = "X"

#: Parameters at most, counted number by number.
MOST = 1_000_000

#: Entries of a vector or matrix that are written out in the answer.
SHOWN = 60

#: The standard deviation of a random start.
SPREAD = 0.5

_STATEMENTS = ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false")


class DataProblem(NamedTuple):
    """A loss over data, ready to be made small.

    formula: operations carried out and `--at` put in. columns: those that the formula reads, in
    the order of the data. blocks: names for several columns. parameters: name to shape.
    function: value and gradient. start: of all parameters, one after another.
    words: of a column of words, its words. chosen: was the start given, at least in part?
    """

    formula: Node
    columns: tuple[str, ...]
    blocks: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Shape]
    function: RowFunction
    start: Floats
    words: Mapping[str, tuple[str, ...]]
    chosen: bool
    notes: list[Sentence]

    @property
    def names(self) -> list[str]:
        """A name for every number of the parameters: `b`, `W[1]`, `W[2,3]`, counted from 1."""
        found: list[str] = []
        for name, shape in self.parameters.items():
            found += entry_names(name, shape)
        return found

    def at(self, theta: Floats) -> dict[str, Any]:
        """Parameters by name: numbers, and nested lists for vectors and matrices."""
        return {
            name: theta[self.function.slots[name]].reshape(shape).tolist()
            if shape
            else float(theta[self.function.slots[name].start])
            for name, shape in self.parameters.items()
        }


def entry_names(name: str, shape: Shape) -> list[str]:
    """`W[1]`, `W[2]` of a vector, `W[1,1]`, ... of a matrix, the name itself of a number."""
    if not shape:
        return [name]
    if len(shape) == 1:
        return [f"{name}[{place}]" for place in range(1, shape[0] + 1)]
    rows, columns = range(1, shape[0] + 1), range(1, shape[1] + 1)
    return [f"{name}[{row},{column}]" for row in rows for column in columns]


def needed_columns(formula: Node, features: Sequence[str] | None) -> set[str] | None:
    """The columns that must be read, None for all: the names of the formula that may be columns."""
    names = set(free_symbols(formula))
    if BLOCK in names:
        return names | set(features) if features is not None else None
    return names


def read_data_problem(
    formula: Node,
    available: Sequence[str],
    words: Mapping[str, tuple[str, ...]],
    start: Mapping[str, Node] | None,
    settings: Settings,
    *,
    shapes: Mapping[str, Shape] | None = None,
    features: Sequence[str] | None = None,
    known: Sequence[str] | None = None,
    seed: int = 0,
) -> DataProblem:
    """The problem of making the formula small over the rows of data with these columns.

    available: the names of all columns. words: for columns of words, the words. start: values of
    parameters, vectors included; 0 for what is not given; None: random numbers of standard
    deviation `SPREAD`, by seed. shapes: of parameters that are vectors or matrices. features: the
    columns that X stands for. known: the names of all columns of the file, where not all were read.
    Raises InvalidInput (`rows.PartError` with the part of the formula) where names or shapes do
    not fit, LimitReached for too many parameters.
    """
    formula = _read(formula, available, settings)
    used = _in_order(formula)
    blocks, notes = _blocks(used, available, words, features, {*(start or {}), *(shapes or {})})
    columns = [name for name in available if name in used]
    members = {name for names in blocks.values() for name in names}
    if not columns and not blocks:
        raise InvalidInput(
            "the formula names no column of the data",
            hint="the columns are " + ", ".join((known or available)[:12]),
        )
    names = [name for name in used if name not in columns and name not in blocks]
    if not names:
        raise InvalidInput(
            "the formula has no parameter: every name in it is a column",
            hint="for example mean((w*x + b - y)^2), where w and b are no columns",
        )
    given = _start_values(start or {}, names, available)
    parameters = _shapes(names, given, shapes or {}, available)
    others = [name for name in known or available if name not in used]
    _refuse_near_columns(names, {*given, *(shapes or {})}, others)
    notes += _constants(formula, known or available)
    notes += [_on_words(name, words[name]) for name in columns if name in words]
    counted = {name: len(listed) for name, listed in words.items()}
    root = lower(formula, Names(frozenset(columns), counted, blocks, parameters))
    function = RowFunction(root, parameters)
    read = tuple(name for name in available if name in used or name in members)
    return DataProblem(
        formula,
        read,
        blocks,
        parameters,
        function,
        _start(function, given, None if start is not None else seed),
        words,
        bool(given),
        notes,
    )


def _read(formula: Node, available: Sequence[str], settings: Settings) -> Node:
    fixed = {name: value for name, value in settings.at.items() if name not in available}
    clash = sorted(set(settings.at) - set(fixed))
    if clash:
        raise InvalidInput(f"--at gives {clash[0]} a value, and it is a column of the data")
    if contains(formula, set(OPERATIONS) - {"piecewise", "sum", "product"}):
        from dlmath.maths.operations import carry_out

        formula = carry_out(formula, settings)
    if formula.op in _STATEMENTS:
        raise InvalidInput(
            "a statement cannot be minimized", hint="write the loss alone: mean((w*x + b - y)^2)"
        )
    return substitute(formula, fixed) if fixed else formula


def _in_order(formula: Node) -> list[str]:
    """The free names in the order in which they are written, as far as the graph tells."""
    free = free_symbols(formula)
    names = [part.name for part in topological(formula) if part.op == "symbol"]
    return [name for name in dict.fromkeys(names) if name in free]


def _blocks(
    used: Sequence[str],
    available: Sequence[str],
    words: Mapping[str, tuple[str, ...]],
    features: Sequence[str] | None,
    parameters: set[str],
) -> tuple[dict[str, tuple[str, ...]], list[Sentence]]:
    """What X stands for, with a note that says so where nobody said it."""
    taken = BLOCK in available or BLOCK in parameters
    if features is not None:
        if BLOCK not in used or taken:
            raise InvalidInput(
                f"features are given, and the formula has no {BLOCK} that stands for them",
                hint=f"write {BLOCK} for the vector of features: mean((dot(X, W) + b - y)^2)",
            )
        unknown = [name for name in features if name not in available]
        if unknown:
            raise InvalidInput(
                f"the data have no column {unknown[0]}",
                hint="the columns are " + ", ".join(available[:12]),
            )
        worded = [name for name in features if name in words and len(words[name]) > 2]
        if worded:
            raise InvalidInput(f"the column {worded[0]} holds words, which are no feature numbers")
        return {BLOCK: tuple(features)}, []
    if BLOCK not in used or taken:
        return {}, []
    members = [name for name in available if name not in used and name not in words]
    if not members:
        raise InvalidInput(
            f"there is no column left for {BLOCK}: the formula names them all",
            hint="say which they are: --features x1,x2",
        )
    shown = ", ".join(members[:12]) + (f", ... ({len(members)} columns)" * (len(members) > 12))
    return {BLOCK: tuple(members)}, [(f"{BLOCK} is the vector of {shown}",)]


def _refuse_near_columns(names: Sequence[str], given: set[str], unused: Sequence[str]) -> None:
    """Raises PartError for a parameter that looks like a column that the formula does not name."""
    lowered = {name.lower(): name for name in unused}
    for name in names:
        if name in given:
            continue
        near = [lowered[name.lower()]] if name.lower() in lowered and len(name) > 1 else []
        if len(name) > 3:
            near = near or get_close_matches(name, unused, 1, 0.8)
        if near:
            raise PartError(
                f"the data have no column {name}",
                symbol(name),
                hint=f"is it {near[0]}? For a parameter of that name write --start {name}=0",
            )


def _on_words(name: str, words: Sequence[str]) -> Sentence:
    """Which number stands for which word."""
    shown = [f"{place} for {word}" for place, word in enumerate(words[:12])]
    if len(words) > 12:
        return (f"{name} is {', '.join(shown)}, ... ({len(words)} words)",)
    return (f"{name} is {' and '.join([', '.join(shown[:-1]), shown[-1]][-len(shown) :])}",)


def _constants(formula: Node, available: Sequence[str]) -> list[Sentence]:
    """A column whose name is a constant of the language cannot be named."""
    present = {part.name for part in topological(formula) if part.op == "constant"}
    return [
        (f"{name} is the constant here, not the column of that name",)
        for name in available
        if CONSTANTS.get(name) in present
    ]


# --- parameters ---------------------------------------------------------------------------------


def _start_values(
    start: Mapping[str, Node], names: Sequence[str], available: Sequence[str]
) -> dict[str, Any]:
    import numpy as np

    from dlmath.expression.numbers import evaluate
    from dlmath.expression.text import to_text

    values: dict[str, Any] = {}
    for name, node in start.items():
        _check_parameter(name, names, available, "the start")
        found = None if free_symbols(node) else evaluate(node)
        try:
            array = np.array(found, dtype=float)
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"the start of {name} is not real: {to_text(node)}") from error
        if found is None or isinstance(found, bool) or not np.isfinite(array).all():
            raise InvalidInput(
                f"the start of {name} is not a finite number: {to_text(node)}",
                hint=f"write {name}=1, or {name}=[0,0,0] for a vector",
            )
        if array.ndim > 2 or not array.size:
            raise InvalidInput(f"the start of {name} must be a number, a vector or a matrix")
        values[name] = array
    return values


def _check_parameter(name: str, names: Sequence[str], available: Sequence[str], where: str) -> None:
    if name in available:
        raise InvalidInput(f"{where} names {name}, which is a column of the data")
    if name not in names:
        raise InvalidInput(
            f"{where} names {name}, which the formula does not contain",
            hint="its parameters are " + ", ".join(names),
        )


def _shapes(
    names: Sequence[str],
    given: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    available: Sequence[str],
) -> dict[str, Shape]:
    """The shape of each parameter: as said, else as its start is, else a number."""
    for name in shapes:
        _check_parameter(name, names, available, "--parameters")
    found: dict[str, Shape] = {}
    for name in names:
        start = given.get(name)
        own = tuple(start.shape) if start is not None else ()
        said = shapes.get(name, own)
        if start is not None and own and own != said:
            raise InvalidInput(
                f"the start of {name} has the shape {_sizes(own)}, and --parameters says"
                f" {_sizes(said)}"
            )
        found[name] = said
    if sum(prod(shape) for shape in found.values()) > MOST:
        raise LimitReached(f"more than {MOST} parameters are too many")
    return found


def _sizes(shape: Shape) -> str:
    return ",".join(map(str, shape)) or "of a number"


def _start(function: RowFunction, given: Mapping[str, Any], seed: int | None) -> Floats:
    """All parameters one after another: as given, else 0, or random by a seed."""
    import numpy as np

    theta = np.zeros(function.size)
    if seed is not None:
        theta = random_start(function, seed)
    for name, value in given.items():
        theta[function.slots[name]] = np.ravel(value) if value.ndim else float(value)
    return theta


def random_start(function: RowFunction, seed: int, attempt: int = 0) -> Floats:
    """Small random numbers, the same for the same seed and attempt."""
    import numpy as np

    return SPREAD * np.random.default_rng([seed, attempt]).standard_normal(function.size)


def answer_text(at: Mapping[str, Any], digits: int) -> str:
    """`w = 2, W = [1, 2.5]`, to so many significant digits; of many numbers, how many."""
    return ", ".join(f"{name} {_value_text(value, digits)}" for name, value in at.items())


def _value_text(value: Any, digits: int) -> str:
    sizes: list[int] = []
    inner = value
    while isinstance(inner, list):
        sizes.append(len(inner))
        inner = inner[0]
    if prod(sizes) > SHOWN:
        return f"of {' by '.join(map(str, sizes))} numbers"
    return f"= {_number_text(value, digits)}"


def _number_text(value: Any, digits: int) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_number_text(part, digits) for part in value) + "]"
    if not isfinite(value):
        return str(value)
    from dlmath.maths.optimization.objective import decimal

    return decimal(value, digits)
