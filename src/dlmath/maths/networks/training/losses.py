"""Losses of a network's last layer, as functions of arrays.

`p` is what the last layer gives, before any sigmoid or softmax: these are taken together with the
logarithm of the loss, in the form that neither overflows nor rounds to log(0). Derivatives are
those of `expression.gradient`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.expression.compile import compile_function

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Kinds of targets: numbers, one of two classes, one of several.
NUMBERS, TWO, SEVERAL = "numbers", "two classes", "several classes"


class Loss(NamedTuple):
    """formula: of one entry, in p and y; "" where all entries of a row are needed.

    kinds: of targets that it is for. about: what it is, in the language.
    low, high: how the two classes are written, where it is for those.
    """

    name: str
    formula: str
    kinds: tuple[str, ...]
    about: str
    low: float = 0.0
    high: float = 1.0


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("mse", "mse(p, y)", (NUMBERS, TWO), "mse(p, y)"),
        Loss("mae", "mae(p, y)", (NUMBERS,), "mae(p, y)"),
        Loss("huber", "huber(p, y)", (NUMBERS,), "huber(p, y)"),
        Loss("bce", "softplus(p) - y*p", (TWO,), "bce(sigmoid(p), y)"),
        Loss("cross_entropy", "", (SEVERAL,), "cross_entropy(softmax(p), y)"),
        Loss("hinge", "hinge(p, y)", (TWO,), "hinge(p, y), where y is -1 or 1", low=-1.0),
    )
}

#: The loss where none is asked for.
DEFAULT = {NUMBERS: "mse", TWO: "bce", SEVERAL: "cross_entropy"}


class LossFunction(NamedTuple):
    """Both take what the last layer gives, shape (rows, outputs), and the targets.

    Targets have that shape too, or, for several classes, are the classes as whole numbers, shape
    (rows,). value: of every row and output, shape (rows, outputs) or (rows,). slope: the
    derivative of it by p, shape (rows, outputs).
    """

    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]

    def mean(self, p: Array, y: Array) -> float:
        """The mean over rows and outputs."""
        return float(self.value(p, y).mean())


@cache
def loss_function(name: str) -> LossFunction:
    """The loss of this name, one of `LOSSES`."""
    if name == "cross_entropy":
        return LossFunction(_cross_entropy, _cross_entropy_slope)
    from dlmath.expression.gradient import gradient
    from dlmath.expression.parser import parse

    formula = parse(LOSSES[name].formula).node
    slope = gradient(formula, ["p"])["p"]
    value_of = compile_function([formula], ["p", "y"], arrays=True, quiet=False)
    slope_of = compile_function([slope], ["p", "y"], arrays=True, quiet=False)
    return LossFunction(lambda p, y: value_of(p, y)[0], lambda p, y: slope_of(p, y)[0])


def probabilities(name: str, p: Array) -> Array | None:
    """Of the classes, shape (rows, classes); None where the loss gives none."""
    import numpy as np

    if name == "cross_entropy":
        return _softmax(p)
    if name != "bce":
        return None
    second = compile_function([_sigmoid()], ["p"], arrays=True)(p)[0]
    first = compile_function([_sigmoid()], ["p"], arrays=True)(-p)[0]
    return np.concatenate([first, second], axis=1)


def classes_of(name: str, p: Array) -> Array:
    """The most probable class of each row, from 0."""
    if name == "cross_entropy":
        highest: Array = p.argmax(axis=1)
        return highest
    loss = LOSSES[name]
    middle = 0.0 if name == "bce" else (loss.low + loss.high) / 2
    above: Array = (p[:, 0] > middle).astype(int)
    return above


def _sigmoid() -> Any:
    from dlmath.expression.graph import call, symbol

    return call("sigmoid", symbol("p"))


def _softmax(p: Array) -> Array:
    import numpy as np

    powers = np.exp(p - p.max(axis=1, keepdims=True))
    found: Array = powers / powers.sum(axis=1, keepdims=True)
    return found


def _cross_entropy(p: Array, y: Array) -> Array:
    """logsumexp(p) - p[y], the largest entry taken out first."""
    import numpy as np

    shifted = p - p.max(axis=1, keepdims=True)
    found: Array = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(p)), y]
    return found


def _cross_entropy_slope(p: Array, y: Array) -> Array:
    """softmax(p) less 1 at the class."""
    import numpy as np

    slope = _softmax(p)
    slope[np.arange(len(p)), y] -= 1.0
    return slope
