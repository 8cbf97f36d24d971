"""A perceptron of several layers: values forward, the gradient backward, on arrays of rows.

D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors,
Nature 323, 1986. All parameters are one vector, so that one optimizer serves them: for each layer
the weights, shape (inputs, units), row after row, then the biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dlmath.maths.networks.training.activations import kernel
from dlmath.maths.networks.training.losses import loss_function

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Rows that go forward together: so many that their arrays stay in the cache.
PART = 512

#: name: (factor of the variance, inputs alone?, uniform?): the variance of a weight is the factor
#: over the inputs, or over the mean of inputs and outputs.
INITIALIZATIONS: dict[str, tuple[float, bool, bool]] = {
    "xavier": (1.0, False, False),
    "xavier-uniform": (1.0, False, True),
    "he": (2.0, True, False),
    "he-uniform": (2.0, True, True),
    "lecun": (1.0, True, False),
    "lecun-uniform": (1.0, True, True),
}


class Network:
    """Layers of units; the hidden ones have an activation, the last gives what it sums up.

    sizes: inputs, units of each hidden layer, outputs. activation: of `activations.NAMES`.
    size: how many parameters. layers: weights and biases are slices of the vector of parameters.
    """

    def __init__(self, sizes: Sequence[int], activation: str) -> None:
        self.sizes = tuple(sizes)
        self.activation = activation
        self.kernel = kernel(activation)
        self.slots: list[tuple[slice, tuple[int, int], slice]] = []
        start = 0
        for inputs, units in pairwise(self.sizes):
            middle = start + inputs * units
            self.slots.append(
                (slice(start, middle), (inputs, units), slice(middle, middle + units))
            )
            start = middle + units
        self.size = start

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """Weights (inputs, units) and biases (units,) of each layer: views of theta."""
        return [(theta[w].reshape(shape), theta[b]) for w, shape, b in self.slots]

    def start(self, initialization: str, seed: int) -> Array:
        """Random weights by the seed, biases 0.

        X. Glorot, Y. Bengio, AISTATS 2010 (xavier); K. He and others, ICCV 2015 (he); Y. LeCun and
        others, Efficient BackProp, 1998 (lecun).
        """
        import numpy as np

        factor, by_inputs, uniform = INITIALIZATIONS[initialization]
        random = np.random.default_rng(seed)
        theta = np.zeros(self.size)
        for (weights, _), (_, shape, _) in zip(self.layers(theta), self.slots, strict=True):
            count = shape[0] if by_inputs else (shape[0] + shape[1]) / 2
            deviation = (factor / count) ** 0.5
            if uniform:
                weights[...] = random.uniform(-1, 1, shape) * (3**0.5 * deviation)
            else:
                weights[...] = random.standard_normal(shape) * deviation
        return theta

    def forward(self, theta: Array, x: Array) -> Array:
        """What the last layer gives, shape (rows, outputs). x: shape (rows, inputs)."""
        import numpy as np

        if len(x) > PART:
            parts = [self.forward(theta, x[k : k + PART]) for k in range(0, len(x), PART)]
            return np.concatenate(parts)
        *hidden, (weights, biases) = self.layers(theta)
        for inner, shift in hidden:
            x = self.kernel.value(_sums(x, inner, shift))
        return _sums(x, weights, biases)

    def passes(self, theta: Array, x: Array) -> list[tuple[Array, Array]]:
        """Of every layer what it sums up and what it passes on, both of shape (rows, units)."""
        found = []
        for place, (weights, biases) in enumerate(self.layers(theta)):
            z = _sums(x, weights, biases)
            x = z if place == len(self.slots) - 1 else self.kernel.value(z)
            found.append((z, x))
        return found

    def loss(self, theta: Array, x: Array, y: Array, loss: str) -> float:
        """The mean loss over the rows."""
        return loss_function(loss).mean(self.forward(theta, x), y)

    def gradient(
        self,
        theta: Array,
        x: Array,
        y: Array,
        loss: str,
        dropout: float = 0.0,
        random: numpy.random.Generator | None = None,
    ) -> Array:
        """The gradient of the mean loss by all parameters, shape (size,).

        dropout: the part of the hidden units that is left out of this pass, drawn from `random`
        for each row; those that stay count 1/(1 - dropout) (N. Srivastava and others, Dropout,
        JMLR 15, 2014, with the scaling of training).
        """
        import numpy as np

        layers = self.layers(theta)
        inputs, slopes = [x], []
        for weights, biases in layers[:-1]:
            value, slope = self.kernel.both(_sums(inputs[-1], weights, biases))
            if dropout:
                assert random is not None
                kept = (random.random(value.shape) >= dropout) / (1 - dropout)
                value, slope = value * kept, slope * kept
            inputs.append(value)
            slopes.append(slope)
        weights, biases = layers[-1]
        delta = loss_function(loss).slope(_sums(inputs[-1], weights, biases), y)
        delta = delta / (len(x) * self.sizes[-1] if delta.ndim == y.ndim else len(x))
        found = np.empty(self.size)
        for place in range(len(layers) - 1, -1, -1):
            w, shape, b = self.slots[place]
            np.matmul(inputs[place].T, delta, out=found[w].reshape(shape))
            np.add.reduce(delta, axis=0, out=found[b])
            if place:
                delta = delta @ layers[place][0].T
                delta *= slopes[place - 1]
        return found

    def norms(self, vector: Array) -> list[float]:
        """The Euclidean norm of each layer's part of a vector such as the gradient."""
        import numpy as np

        return [float(np.linalg.norm(vector[w.start : b.stop])) for w, _, b in self.slots]

    def weights_only(self) -> Array:
        """1 for each weight and 0 for each bias, shape (size,)."""
        import numpy as np

        found = np.zeros(self.size)
        for w, _, _ in self.slots:
            found[w] = 1.0
        return found


def _sums(x: Array, weights: Array, biases: Array) -> Array:
    """What the units sum up, shape (rows, units)."""
    z: Array = x @ weights
    z += biases
    return z
