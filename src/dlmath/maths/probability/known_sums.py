"""Sums of independent variables whose distribution is known: sums of Poisson variables are Poisson.

The rules are those of N. L. Johnson, S. Kotz and N. Balakrishnan, "Univariate Discrete
Distributions" and "Continuous Univariate Distributions": the characteristic functions multiplied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from dlmath.answer import Step
from dlmath.expression.graph import (
    HALF,
    ONE,
    TWO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    power,
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.model import Model, Variable

#: Comparisons, whose two sides are brought to one.
_COMPARE = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


class Combined(NamedTuple):
    """A model in which sums of variables are variables of their own.

    nodes: the expressions in the new variables. steps: what was put together.
    """

    model: Model
    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]


class _Sum(NamedTuple):
    """The distribution of X + r*Y is that of the first plus the number beside it."""

    distribution: Distribution
    shift: Node | None = None


def combined(model: Model, nodes: Sequence[Node]) -> Combined:
    """The same expressions with sums of variables as variables, as far as rules for them go."""
    steps: list[Step] = []
    here = tuple(nodes)
    found = True
    while found:
        found = False
        here_sided = tuple(_on_one_side(node) for node in here)
        free = _independent(model, here)
        for x, y in combinations(free, 2):
            merged = _merged(model, here_sided, x, y)
            if merged is not None:
                model, here, step = merged
                steps.append(step)
                found = True
                break
    return Combined(model, here, tuple(steps))


def _on_one_side(node: Node) -> Node:
    """Every comparison as one of a difference, multiplied out, with 0."""
    from dlmath.expression.graph import ZERO, make

    sides: dict[Node, Node] = {}
    for part in topological(node):
        if part.op in _COMPARE and part.args[1] is not ZERO:
            difference = tidy(expand(sub(*part.args)))
            sides[part] = make(part.op, (difference, ZERO))
    return replace(node, sides) if sides else node


def _independent(model: Model, nodes: Sequence[Node]) -> list[Variable]:
    """Single variables in the expressions that depend on no other, and no other on them."""
    needed = model.needed(*nodes)
    held = frozenset().union(*(model.parents(variable) for variable in needed))
    return [
        variable
        for variable in needed
        if isinstance(variable.distribution, Distribution)
        and not model.parents(variable)
        and variable.name not in held
    ]


def _merged(
    model: Model, nodes: tuple[Node, ...], x: Variable, y: Variable
) -> tuple[Model, tuple[Node, ...], Step] | None:
    """The sum of two variables as one, where both occur in such sums alone."""
    assert isinstance(x.distribution, Distribution)
    assert isinstance(y.distribution, Distribution)
    places = _places(nodes, x.name, y.name)
    if not places:
        return None
    ratios = {tidy(div(b, a)) for a, b, _ in places.values()}
    if len(ratios) != 1:
        return None
    (ratio,) = ratios
    rule = _rule(x.distribution, y.distribution)
    found = (
        None if rule is None else rule(x.distribution.parameters, y.distribution.parameters, ratio)
    )
    if found is None:
        return None
    name = _fresh(model, nodes)
    whole = symbol(name) if found.shift is None else add(symbol(name), found.shift)
    changed = {
        place: tidy(expand(total([*rest, mul(a, whole)]))) for place, (a, _, rest) in places.items()
    }
    new_nodes = tuple(replace(node, changed) for node in nodes)
    if any({x.name, y.name} & free_symbols(node) for node in new_nodes):
        return None
    variables = [v for v in model.variables if v is not x and v is not y]
    variables.append(Variable((name,), found.distribution))
    from dlmath.maths.probability.summary import describe_sentence

    combination = tidy(add(symbol(x.name), mul(ratio, symbol(y.name))))
    if found.shift is not None:
        combination = tidy(sub(combination, found.shift))
    words = (f"{name} = ", combination, " has a ", *describe_sentence(found.distribution))
    return Model(variables), new_nodes, Step("sum of variables", words)


def _fresh(model: Model, nodes: Sequence[Node]) -> str:
    used = model.names | model.parameters(*nodes)
    return next(
        name for name in ("S", "T", *(f"S{k}" for k in range(len(used) + 1))) if name not in used
    )


def _places(
    nodes: Sequence[Node], x: str, y: str
) -> dict[Node, tuple[Node, Node, list[Node]]] | None:
    """The sums in which both variables stand: their factors, and the other terms."""
    found: dict[Node, tuple[Node, Node, list[Node]]] = {}
    for node in nodes:
        for part in topological(node):
            if part.op != "add":
                continue
            factors: dict[str, list[Node]] = {x: [], y: []}
            rest: list[Node] = []
            for term in part.args:
                own = next((n for n in (x, y) if _factor(term, n) is not None), None)
                if own is None:
                    rest.append(term)
                else:
                    factor = _factor(term, own)
                    assert factor is not None
                    factors[own].append(factor)
            if not factors[x] and not factors[y]:
                continue
            if not factors[x] or not factors[y]:
                return None
            found[part] = total(factors[x]), total(factors[y]), rest
    return found


def _factor(term: Node, name: str) -> Node | None:
    """The factor of a variable in a term that holds it once; None for other terms."""
    if term is symbol(name):
        return ONE
    if term.op != "mul" or symbol(name) not in term.args:
        return None
    others = [factor for factor in term.args if factor is not symbol(name)]
    if len(others) != len(term.args) - 1 or any(free_symbols(o) & {name} for o in others):
        return None
    return mul(*others) if not any(free_symbols(o) for o in others) else None


# --- the rules ------------------------------------------------------------------------------

_Parameters = Mapping[str, Node]
_Rule = Callable[[_Parameters, _Parameters, Node], _Sum | None]


def _made(family: str, **parameters: Node) -> _Sum:
    from dlmath.maths.probability.reading import BY_NAME

    values = {name: tidy(value) for name, value in parameters.items()}
    return _Sum(Distribution(BY_NAME[family], values))


def _rule(x: Distribution, y: Distribution) -> _Rule | None:
    """What is known of sums of two families; of gamma distributions under any of their names."""
    first, second = x.family.name, y.family.name
    if first == second and first in _SAME_FAMILY:
        return _SAME_FAMILY[first]
    if first in _AS_GAMMA and second in _AS_GAMMA:
        gamma, other = _AS_GAMMA[first], _AS_GAMMA[second]
        return lambda p, q, ratio: _gammas(gamma(p), other(q), ratio)
    if first in _AS_BINOMIAL and second in _AS_BINOMIAL:
        trials, more = _AS_BINOMIAL[first], _AS_BINOMIAL[second]
        return lambda p, q, ratio: _binomials(trials(p), more(q), ratio)
    if first in _AS_FAILURES and second in _AS_FAILURES:
        failures, further = _AS_FAILURES[first], _AS_FAILURES[second]
        return lambda p, q, ratio: _failures(failures(p), further(q), ratio)
    return None


def _normals(p: _Parameters, q: _Parameters, ratio: Node) -> _Sum | None:
    variance = add(power(p["sigma"], TWO), mul(power(ratio, TWO), power(q["sigma"], TWO)))
    return _made("normal", mu=add(p["mu"], mul(ratio, q["mu"])), sigma=sqrt(tidy(variance)))


def _cauchys(p: _Parameters, q: _Parameters, ratio: Node) -> _Sum | None:
    scale = add(p["s"], mul(call("abs", ratio), q["s"]))
    return _made("cauchy", mu=add(p["mu"], mul(ratio, q["mu"])), s=scale)


def _poissons(p: _Parameters, q: _Parameters, ratio: Node) -> _Sum | None:
    return _made("poisson", mu=add(p["mu"], q["mu"])) if ratio is ONE else None


def _chi_squareds(p: _Parameters, q: _Parameters, ratio: Node) -> _Sum | None:
    return _made("chi_squared", nu=add(p["nu"], q["nu"])) if ratio is ONE else None


_SAME_FAMILY: dict[str, _Rule] = {
    "normal": _normals,
    "cauchy": _cauchys,
    "poisson": _poissons,
    "chi_squared": _chi_squareds,
}

#: Shape and rate.
_AS_GAMMA: dict[str, Callable[[_Parameters], tuple[Node, Node]]] = {
    "gamma": lambda p: (p["alpha"], p["beta"]),
    "exponential": lambda p: (ONE, p["lambda"]),
    "chi_squared": lambda p: (mul(HALF, p["nu"]), HALF),
}

#: Trials and probability of success.
_AS_BINOMIAL: dict[str, Callable[[_Parameters], tuple[Node, Node]]] = {
    "binomial": lambda p: (p["n"], p["p"]),
    "bernoulli": lambda p: (ONE, p["p"]),
}

#: Successes waited for, their probability, and what is counted beside the failures.
_AS_FAILURES: dict[str, Callable[[_Parameters], tuple[Node, Node, Node | None]]] = {
    "negative_binomial": lambda p: (p["r"], p["p"], None),
    "geometric": lambda p: (ONE, p["p"], ONE),
}


def _gammas(p: tuple[Node, Node], q: tuple[Node, Node], ratio: Node) -> _Sum | None:
    """X + r*Y, where the rate of r*Y is that of X."""
    if not _is_above_zero(ratio) or tidy(div(q[1], ratio)) is not tidy(p[1]):
        return None
    return _made("gamma", alpha=add(p[0], q[0]), beta=p[1])


def _is_above_zero(ratio: Node) -> bool:
    return ratio.op == "number" and not isinstance(ratio.number, complex) and ratio.number > 0


def _binomials(p: tuple[Node, Node], q: tuple[Node, Node], ratio: Node) -> _Sum | None:
    if ratio is not ONE or tidy(p[1]) is not tidy(q[1]):
        return None
    return _made("binomial", n=add(p[0], q[0]), p=p[1])


def _failures(
    p: tuple[Node, Node, Node | None], q: tuple[Node, Node, Node | None], ratio: Node
) -> _Sum | None:
    if ratio is not ONE or tidy(p[1]) is not tidy(q[1]):
        return None
    found = _made("negative_binomial", r=add(p[0], q[0]), p=p[1])
    shifts = [one for one in (p[2], q[2]) if one is not None]
    return found._replace(shift=tidy(total(shifts)) if shifts else None)
