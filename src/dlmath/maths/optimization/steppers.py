"""Steps of the optimizers on arrays, from the same rules as the loop of `descend`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput
from dlmath.maths.optimization.methods import (
    METHODS,
    Method,
    find_method,
    parameters_of,
    rules_with_decay,
)

if TYPE_CHECKING:
    import numpy as np

    from dlmath.expression.graph import Node

    Array = np.ndarray[Any, np.dtype[np.float64]]


class ArrayStepper:
    """An optimizer for one array of parameters; it remembers what its method remembers.

    steps: how many are done. memory: name to array, all of the parameters' shape.
    """

    def __init__(self, method: Method, shape: tuple[int, ...], parameters: dict[str, float]):
        import numpy as np

        self.method = method
        self.parameters = parameters
        self.steps = 0
        self.memory: dict[str, Array] = {name: np.zeros(shape) for name in method.memory}
        self._shape = shape
        self._update = _compiled(method, parameters)

    def step(self, parameters: Array, gradient: Array, rate: float) -> Array:
        """The parameters after one more step: new array, the old one is left as it was.

        parameters, gradient: arrays of the stepper's shape. rate: the learning rate of this step.
        """
        self.steps += 1
        new, *memory = self._update(
            parameters, gradient, float(rate), float(self.steps), *self.memory.values()
        )
        self.memory = dict(zip(self.memory, memory, strict=True))
        return new  # type: ignore[no-any-return]


def array_stepper(
    method: str, shape: tuple[int, ...], **hyperparameters: float | None
) -> ArrayStepper:
    """An object whose `step(parameters, gradient, rate)` gives the new parameters.

    method: a name of `methods.METHODS` that has rules (not newton, bfgs, conjugate).
    hyperparameters: momentum, beta1, beta2, epsilon, rho, momentum_decay, weight_decay; one that
    is None has its default. Raises InvalidInput for a method or a parameter that does not fit.
    """
    chosen = find_method(method)
    if chosen.searches:
        names = ", ".join(name for name, other in METHODS.items() if not other.searches)
        raise InvalidInput(
            f"{method} searches along a line and cannot step on minibatches",
            hint=f"use one of {names}",
        )
    return ArrayStepper(chosen, shape, parameters_of(chosen, hyperparameters))


def _compiled(method: Method, parameters: dict[str, float]) -> Callable[..., tuple[Any, ...]]:
    """update(x, g, rate, k, *memory) -> (new x, *new memory).

    What depends on the rate and the step alone (bias corrections) is computed as one number.
    """
    from fractions import Fraction

    from dlmath.expression.compile import compile_function
    from dlmath.expression.graph import free_symbols, number, replace, substitute, symbol
    from dlmath.expression.parser import parse

    names = ["x", "g", *method.memory]
    values: dict[str, Node] = {name: symbol(name) for name in (*names, "rate", "k")}
    values |= {name: number(Fraction(value)) for name, value in parameters.items()}
    for target, rule in rules_with_decay(method, parameters):
        values[target] = substitute(parse(rule).node, values)
    outputs = [values["x"], *(values[name] for name in method.memory)]
    scalars = list(dict.fromkeys(part for node in outputs for part in _scalars(node, free_symbols)))
    stand_ins = {part: symbol(f"scalar.{place}") for place, part in enumerate(scalars)}
    of_arrays = compile_function(
        [replace(node, stand_ins) for node in outputs],
        [*names, *(symbol.name for symbol in stand_ins.values())],
        arrays=True,
    )
    of_numbers = compile_function(scalars, ["rate", "k"])

    def update(x: Array, g: Array, rate: float, k: float, *memory: Array) -> tuple[Any, ...]:
        return of_arrays(x, g, *memory, *of_numbers(rate, k))

    return update


def _scalars(node: Node, free_symbols: Callable[[Node], frozenset[str]]) -> list[Node]:
    """The largest parts that depend on the rate or the number of the step, and on nothing else."""
    free = free_symbols(node)
    if free and free <= {"rate", "k"}:
        return [node]
    return [part for inner in node.args for part in _scalars(inner, free_symbols)]


def clipped(gradients: Sequence[Array], limit: float) -> list[Array]:
    """The gradients, shortened together where their common Euclidean norm is above the limit.

    R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks,
    ICML 2013; torch.nn.utils.clip_grad_norm_ divides by norm + 1e-6 where this divides by norm.
    """
    norm = sqrt(sum(float((gradient * gradient).sum()) for gradient in gradients))
    if norm <= limit:
        return list(gradients)
    return [gradient * (limit / norm) for gradient in gradients]
