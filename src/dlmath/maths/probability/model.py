"""Random variables together: independent, of one joint distribution, or one given another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import Joint

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Variable(NamedTuple):
    """One random variable, or several with a joint distribution."""

    names: tuple[str, ...]
    distribution: Distribution | Joint

    @property
    def name(self) -> str:
        """Of a single variable."""
        return self.names[0]


class Model:
    """Variables in order; the parameters of one may hold variables before it.

    Raises InvalidInput for a name that is given twice, or that a distribution holds before it is
    given.
    """

    def __init__(self, variables: Sequence[Variable], at: Mapping[str, Node] | None = None) -> None:
        names = [name for variable in variables for name in variable.names]
        for name in names:
            if names.count(name) > 1:
                raise InvalidInput(f"{name} is given two distributions")
        self.names = frozenset(names)
        values = {key: value for key, value in (at or {}).items() if key not in self.names}
        self.variables = [_filled(variable, values) for variable in variables]
        known: set[str] = set()
        for variable in self.variables:
            later = (variable.distribution.symbols() & self.names) - known
            if later:
                raise InvalidInput(
                    f"the distribution of {variable.names[0]} holds {sorted(later)[0]}, which is "
                    "given after it",
                    hint="give it before",
                )
            known |= set(variable.names)

    def parameters(self, *nodes: Node) -> frozenset[str]:
        """The symbols that are no random variables: in the distributions and in these nodes."""
        inside = [variable.distribution.symbols() for variable in self.variables]
        return frozenset().union(*inside, *(free_symbols(node) for node in nodes)) - self.names

    def parents(self, variable: Variable) -> frozenset[str]:
        """The random variables that its distribution holds."""
        return variable.distribution.symbols() & self.names

    def needed(self, *nodes: Node) -> list[Variable]:
        """The variables that these expressions hold, and those that they depend on; in order."""
        wanted = frozenset().union(*(free_symbols(node) for node in nodes)) & self.names
        kept: list[Variable] = []
        for variable in reversed(self.variables):
            if wanted & set(variable.names):
                kept.append(variable)
                wanted |= self.parents(variable)
        return kept[::-1]

    def sample(
        self, variables: Sequence[Variable], count: int, generator: numpy.random.Generator
    ) -> dict[str, Array]:
        """Draws of the variables, each of shape (count,). They must hold no parameters."""
        from dlmath.maths.probability.numeric import sample_given

        drawn: dict[str, Array] = {}
        for variable in variables:
            chosen = variable.distribution
            if isinstance(chosen, Joint):
                rows = chosen.sample(generator, count)
                drawn |= dict(zip(variable.names, rows.T, strict=True))
            else:
                drawn[variable.name] = sample_given(chosen, drawn, count, generator)
        return drawn


def with_own_noise(model: Model, nodes: Sequence[Node]) -> tuple[Model, tuple[Node, ...]]:
    """Y ~ normal(m(X), sigma) as m(X) + sigma*Z, where sigma holds no random variable."""
    from dlmath.expression.graph import ZERO, add, symbol

    instead: dict[str, Node] = {}
    variables: list[Variable] = []
    taken = set(model.names | model.parameters(*nodes))
    for variable in model.variables:
        chosen = variable.distribution
        if not isinstance(chosen, Distribution):
            variables.append(variable)
            continue
        filled = {name: substitute(v, instead) for name, v in chosen.parameters.items()}
        chosen = Distribution(chosen.family, filled)
        held = free_symbols(filled["mu"]) & model.names if "mu" in filled else frozenset()
        if (
            chosen.family.name == "normal"
            and held
            and not free_symbols(filled["sigma"]) & model.names
        ):
            name = f"Z_{variable.name}"
            while name in taken:
                name += "_"
            taken.add(name)
            instead[variable.name] = add(filled["mu"], symbol(name))
            chosen = Distribution(chosen.family, {**filled, "mu": ZERO})
            variables.append(Variable((name,), chosen))
        else:
            variables.append(variable._replace(distribution=chosen))
    if not instead:
        return model, tuple(nodes)
    return Model(variables), tuple(substitute(node, instead) for node in nodes)


def _filled(variable: Variable, values: Mapping[str, Node]) -> Variable:
    """With values for parameters that are symbols."""
    chosen = variable.distribution
    if not values:
        return variable
    if isinstance(chosen, Joint):
        return variable._replace(distribution=chosen.filled(values))
    filled = {name: substitute(value, dict(values)) for name, value in chosen.parameters.items()}
    return variable._replace(distribution=Distribution(chosen.family, filled))


def without_signs(node: Node, variables: Sequence[Variable]) -> Node:
    """|sigma| and sqrt(sigma^2) as sigma, where a family requires that a symbol is positive."""
    from dlmath.expression.graph import HALF, call, neg, number, power, replace, sqrt

    positive = {
        value
        for variable in variables
        if isinstance(variable.distribution, Distribution)
        for parameter in variable.distribution.family.parameters
        if parameter.requires == f"{parameter.name} > 0"
        and (value := variable.distribution.parameters[parameter.name]).op == "symbol"
    }
    signed = {call("abs", value): value for value in positive}
    for value in positive:
        square = power(value, number(2))
        signed[sqrt(square)] = value
        signed[power(square, neg(HALF))] = power(value, number(-1))
    return replace(node, signed)
