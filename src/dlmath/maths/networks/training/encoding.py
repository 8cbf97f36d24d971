"""Columns of a table as what goes into a network and what should come out.

Numbers are standardized: less their mean, over their standard deviation. A column of two words is
0 or 1, a column of more is one column of 0 and 1 for each word. The mean and the deviation are
those of the rows that are trained on, and belong to the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.columns import Columns
from dlmath.errors import InvalidInput
from dlmath.maths.networks.training.losses import LOSSES, NUMBERS, SEVERAL, TWO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Classes at most.
CLASSES_MOST = 1000


class Encoding(NamedTuple):
    """How columns become numbers of the network and back.

    features: columns that go in. words: of a feature that is a column of words, its words.
    targets: columns that come out. kind: `numbers`, `two classes`, `several classes`. classes:
    their names, as words or as the numbers that they are in the data; () for numbers.
    mean, scale: of each input, shape (inputs,). target_mean, target_scale: shape (targets,).
    """

    features: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    targets: tuple[str, ...]
    kind: str
    classes: tuple[str, ...]
    mean: Array
    scale: Array
    target_mean: Array
    target_scale: Array

    @property
    def inputs(self) -> list[str]:
        """A name for each input of the network: `age`, `color=red`."""
        found: list[str] = []
        for name in self.features:
            words = self.words.get(name, ())
            found += [f"{name}={word}" for word in words] if len(words) > 2 else [name]
        return found

    @property
    def outputs(self) -> int:
        """Units of the last layer."""
        if self.kind == SEVERAL:
            return len(self.classes)
        return len(self.targets) if self.kind == NUMBERS else 1

    def x(self, columns: Columns) -> Array:
        """The inputs of each row, shape (rows, inputs), standardized.

        Raises InvalidInput for a column that is missing or of another kind, or a new word.
        """
        found: Array = (_inputs(columns, self.features, self.words) - self.mean) / self.scale
        return found

    def y(self, columns: Columns, loss: str) -> Array:
        """The targets in the form of the loss. Raises InvalidInput as `x` does."""
        import numpy as np

        if self.kind == NUMBERS:
            stacked = np.column_stack([columns.column(name) for name in self.targets])
            found: Array = (stacked - self.target_mean) / self.target_scale
            return found
        places = self.class_places(columns)
        if self.kind == SEVERAL:
            return places
        return np.where(places == 1, LOSSES[loss].high, LOSSES[loss].low)[:, None]

    def class_places(self, columns: Columns) -> Array:
        """The class of each row, from 0. Raises InvalidInput for one that is not known."""
        import numpy as np

        (name,) = self.targets
        values = columns.column(name)
        if name in columns.categories:
            found = [_place_of(word, self.classes) for word in columns.categories[name]]
        else:
            numbers, values = np.unique(values, return_inverse=True)
            found = [_place_of(_class_name(number), self.classes) for number in numbers]
        places: Array = np.array(found, dtype=int)[values.astype(int)]
        if (places < 0).any():
            row = int(np.argmax(places < 0))
            given = columns.categories.get(name)
            value = given[int(values[row])] if given else _class_name(columns.column(name)[row])
            raise InvalidInput(
                f"row {row + 1} of the data: {name} is {value}, which is none of the classes",
                hint="the classes are " + _listed(self.classes),
            )
        return places

    def restored(self, y: Array) -> Array:
        """Targets that are numbers in the units of the data, shape (rows, targets)."""
        found: Array = y * self.target_scale + self.target_mean
        return found


def _place_of(value: str, classes: Sequence[str]) -> int:
    return classes.index(value) if value in classes else -1


def _class_name(value: float) -> str:
    """A number as the name of a class: `3`, not `3.0`."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f", ... ({len(names)})" if len(names) > 12 else "")


def _inputs(
    columns: Columns, features: Sequence[str], words: Mapping[str, tuple[str, ...]]
) -> Array:
    import numpy as np

    missing = [name for name in features if name not in columns.names]
    if missing:
        raise InvalidInput(
            f"the data have no column {_listed(missing)}",
            hint="the network takes " + _listed(features),
        )
    blocks: list[Array] = []
    for name in features:
        values, given = columns.column(name), columns.categories.get(name)
        known = words.get(name)
        if (given is None) != (known is None):
            kinds = ("numbers", "words") if known else ("words", "numbers")
            raise InvalidInput(f"the column {name} holds {kinds[0]}; the network takes {kinds[1]}")
        if known is None or given is None:
            blocks.append(values[:, None])
            continue
        places = np.array([_place_of(word, known) for word in given])[values.astype(int)]
        if (places < 0).any():
            row = int(np.argmax(places < 0))
            raise InvalidInput(
                f"row {row + 1} of the data: {name} is {given[int(values[row])]}, a word that the"
                " network was not trained on",
                hint="its words are " + _listed(known),
            )
        if len(known) > 2:
            blocks.append((places[:, None] == np.arange(len(known))).astype(float))
        else:
            blocks.append(places[:, None].astype(float))
    return np.concatenate(blocks, axis=1)


def read_kind(
    columns: Columns, targets: Sequence[str], loss: str | None, outputs: int | None
) -> tuple[str, tuple[str, ...]]:
    """What the targets are, and the classes. Raises InvalidInput where the loss does not fit.

    A column of words is classes. Numbers are classes where the loss is one of classes, where they
    are 0 and 1 alone, or where there are as many whole numbers as outputs, which are several.
    """
    import numpy as np

    worded = [name for name in targets if name in columns.categories]
    if len(targets) > 1:
        if worded:
            raise InvalidInput(
                f"several targets must be numbers, and {worded[0]} is a column of words",
                hint=f"--target {worded[0]} alone",
            )
        return _fitting(NUMBERS, (), targets, loss)
    (name,) = targets
    if worded:
        words = columns.categories[name]
        return _fitting(_of_classes(words, name, loss, outputs), words, targets, loss)
    values = np.unique(columns.column(name))
    whole = bool((values == np.floor(values)).all())
    asked = loss is not None and NUMBERS not in LOSSES[loss].kinds
    for_two = loss is None or TWO in LOSSES[loss].kinds
    zero_one = for_two and values.tolist() == [0.0, 1.0]
    as_many = loss is None and outputs is not None and outputs > 1 and len(values) == outputs
    if not whole or not (asked or zero_one or as_many):
        if asked:
            raise InvalidInput(
                f"{loss} is a loss of classes, and {name} holds numbers such as"
                f" {values[values != np.floor(values)][0]:g}",
                hint="--loss mse for numbers",
            )
        return _fitting(NUMBERS, (), targets, loss)
    if len(values) > CLASSES_MOST:
        raise InvalidInput(
            f"{name} has {len(values)} different numbers: too many classes", hint="--loss mse"
        )
    classes = tuple(map(_class_name, values))
    return _fitting(_of_classes(classes, name, loss, outputs), classes, targets, loss)


def _of_classes(classes: Sequence[str], name: str, loss: str | None, outputs: int | None) -> str:
    if len(classes) < 2:
        raise InvalidInput(
            f"every row has the same {name}, {classes[0]}: there is nothing to tell apart"
        )
    if len(classes) > 2 or loss == "cross_entropy" or (loss is None and outputs == 2):
        return SEVERAL
    return TWO


def _fitting(
    kind: str, classes: Sequence[str], targets: Sequence[str], loss: str | None
) -> tuple[str, tuple[str, ...]]:
    if loss is not None and kind not in LOSSES[loss].kinds:
        what = f"{targets[0]} holds {kind if kind == NUMBERS else _count(classes)}"
        others = [name for name, other in LOSSES.items() if kind in other.kinds]
        raise InvalidInput(
            f"the loss {loss} does not fit: {what}", hint=f"--loss {' or '.join(others)}"
        )
    return kind, tuple(classes)


def _count(classes: Sequence[str]) -> str:
    return f"{len(classes)} classes ({_listed(classes)})"


def make_encoding(
    columns: Columns,
    features: Sequence[str],
    targets: Sequence[str],
    kind: str,
    classes: tuple[str, ...],
    *,
    trained: Array,
    standardize: bool,
) -> Encoding:
    """The encoding of these columns. trained: the numbers of the rows that are trained on."""
    import numpy as np

    words = {name: columns.categories[name] for name in features if name in columns.categories}
    x = _inputs(columns, features, words)[trained]
    mean, scale = np.zeros(x.shape[1]), np.ones(x.shape[1])
    target_mean, target_scale = np.zeros(len(targets)), np.ones(len(targets))
    if standardize:
        mean, scale = _standard(x)
    if standardize and kind == NUMBERS:
        stacked = np.column_stack([columns.column(name) for name in targets])
        target_mean, target_scale = _standard(stacked[trained])
    made = Encoding(
        tuple(features),
        words,
        tuple(targets),
        kind,
        classes,
        mean,
        scale,
        target_mean,
        target_scale,
    )
    too_large = ~np.isfinite(np.concatenate([mean + scale, target_mean + target_scale]))
    if too_large.any():
        name = [*made.inputs, *targets][int(np.argmax(too_large))]
        raise InvalidInput(
            f"the numbers of {name} are too large for their standard deviation",
            hint="give the column in another unit",
        )
    return made


def _standard(values: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each column; 1 where all rows are equal."""
    import numpy as np

    with np.errstate(all="ignore"):
        mean, scale = values.mean(axis=0), values.std(axis=0)
    return mean, np.where(scale > 1e-12 * np.abs(mean), scale, 1.0)
