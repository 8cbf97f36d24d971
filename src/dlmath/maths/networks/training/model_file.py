"""A trained network as a file: arrays of numbers and words in `.npz`, read without pickle."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import InvalidInput
from dlmath.maths.networks.training import activations, losses
from dlmath.maths.networks.training.encoding import Encoding
from dlmath.maths.networks.training.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FORMAT = "dlmath network 1"


class Model(NamedTuple):
    """A trained network with how columns go in and predictions come out."""

    network: Network
    theta: Array
    loss: str
    encoding: Encoding


def to_arrays(model: Model) -> dict[str, Array]:
    """Everything by name: `W1`, `b1`, ... for the layers, numbers and words."""
    import numpy as np

    encoding = model.encoding
    arrays = {
        "format": np.array(FORMAT),
        "activation": np.array(model.network.activation),
        "loss": np.array(model.loss),
        "kind": np.array(encoding.kind),
        "sizes": np.array(model.network.sizes),
        "features": np.array(encoding.features),
        "targets": np.array(encoding.targets),
        "classes": np.array(encoding.classes, dtype=str),
        "mean": encoding.mean,
        "scale": encoding.scale,
        "target_mean": encoding.target_mean,
        "target_scale": encoding.target_scale,
    }
    for place, name in enumerate(encoding.features):
        if name in encoding.words:
            arrays[f"words{place}"] = np.array(encoding.words[name])
    for place, (weights, biases) in enumerate(model.network.layers(model.theta), start=1):
        arrays[f"W{place}"], arrays[f"b{place}"] = weights, biases
    return arrays


def to_bytes(model: Model) -> bytes:
    """The content of a `.npz` file; the same model gives the same bytes."""
    import numpy as np

    stream = BytesIO()
    np.savez(stream, **to_arrays(model))  # type: ignore[arg-type]
    return stream.getvalue()


def from_bytes(content: bytes, name: str = "the file") -> Model:
    """The model of such a file. Raises InvalidInput where it is none, or its parts do not fit."""
    import zipfile
    import zlib

    import numpy as np

    hint = "dlmath train ... --save model.npz"
    try:
        with np.load(BytesIO(content), allow_pickle=False) as archive:
            if "format" not in archive.files:
                raise InvalidInput(_no_model(name), hint=hint)
            arrays = {key: archive[key] for key in archive.files}
    # What zipfile and numpy raise for bytes that are wrong, encrypted, or packed in another way.
    except (ValueError, OSError, EOFError, KeyError, AttributeError, TypeError) as error:
        raise InvalidInput(_no_model(name), hint=hint) from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, SyntaxError) as error:
        raise InvalidInput(_no_model(name), hint=hint) from error
    try:
        return _from_arrays(arrays)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise InvalidInput(f"{name} is damaged: its parts do not fit together") from error


def _no_model(name: str) -> str:
    return f"{name} is not a network that dlmath train has saved"


def _from_arrays(arrays: Mapping[str, Array]) -> Model:
    """Raises KeyError, ValueError where something is missing or does not fit."""
    import numpy as np

    if str(arrays["format"]) != FORMAT:
        raise ValueError("another format")
    sizes = _sizes(arrays["sizes"])
    activation, loss = str(arrays["activation"]), str(arrays["loss"])
    if activation not in activations.NAMES or loss not in losses.LOSSES:
        raise ValueError("an unknown name")
    kind = str(arrays["kind"])
    if kind not in losses.LOSSES[loss].kinds:
        raise ValueError("a loss of another kind")
    network = Network(sizes, activation)
    theta = np.empty(network.size)
    for place, (weights, biases) in enumerate(network.layers(theta), start=1):
        weights[...] = _finite(arrays[f"W{place}"], weights.shape)
        biases[...] = _finite(arrays[f"b{place}"], biases.shape)
    features, targets = _words(arrays["features"]), _words(arrays["targets"])
    words = {
        feature: _words(arrays[f"words{place}"])
        for place, feature in enumerate(features)
        if f"words{place}" in arrays
    }
    encoding = Encoding(
        features,
        words,
        targets,
        kind,
        _words(arrays["classes"]),
        _finite(arrays["mean"], (sizes[0],)),
        _finite(arrays["scale"], (sizes[0],)),
        _finite(arrays["target_mean"], (len(targets),)),
        _finite(arrays["target_scale"], (len(targets),)),
    )
    if len(encoding.inputs) != sizes[0] or encoding.outputs != sizes[-1]:
        raise ValueError("other numbers of inputs or outputs")
    if kind != losses.NUMBERS and (len(encoding.classes) < 2 or len(targets) != 1):
        raise ValueError("no classes")
    return Model(network, theta, loss, encoding)


def _sizes(array: Array) -> tuple[int, ...]:
    if array.ndim != 1 or array.dtype.kind not in "iu" or not 2 <= len(array) <= 1000:
        raise ValueError("the sizes are no list of whole numbers")
    sizes = tuple(int(size) for size in array)
    if not all(0 < size <= 10**9 for size in sizes):
        raise ValueError("a size is out of bounds")
    if sum((a + 1) * b for a, b in pairwise(sizes)) > 10**8:
        raise ValueError("too many parameters")
    return sizes


def _finite(array: Array, shape: tuple[int, ...]) -> Array:
    import numpy as np

    if array.shape != shape or array.dtype.kind != "f" or not np.isfinite(array).all():
        raise ValueError("an array of another shape or kind")
    return array.astype(float)


def _words(array: Array) -> tuple[str, ...]:
    if array.ndim != 1 or array.dtype.kind != "U":
        raise ValueError("no list of words")
    return tuple(map(str, array))
