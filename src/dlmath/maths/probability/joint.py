"""Distributions of several values at once, and of one of several classes.

Their formulas depend on how many values there are, so each family is a function that makes the
distribution. The source is N. L. Johnson, S. Kotz and N. Balakrishnan, "Discrete Multivariate
Distributions", and S. Kotz, N. Balakrishnan and N. L. Johnson, "Continuous Multivariate
Distributions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_integer,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    substitute,
    symbol,
    vector,
)
from dlmath.expression.tidy import tidy

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Joint(NamedTuple):
    """A distribution of `dimension` values.

    parameters: name in words to value. density, log_density: of the values. mean: a vector (of
    the class's place where dimension is 1 and it is categorical). covariance: a matrix. support:
    in words. sample: (generator, count) to an array of shape (count, dimension).
    """

    name: str
    parameters: Mapping[str, Node]
    dimension: int
    density: Callable[[Sequence[Node]], Node]
    log_density: Callable[[Sequence[Node]], Node]
    mean: Node
    covariance: Node
    entropy: Node | None
    mode: Node | None
    support: Sentence
    sample: Callable[[numpy.random.Generator, int], Array]
    discrete: bool = False

    def symbols(self) -> frozenset[str]:
        """The variables in its parameters."""
        return frozenset().union(*(free_symbols(value) for value in self.parameters.values()))

    def filled(self, values: Mapping[str, Node]) -> Joint:
        """With values for symbols. Raises InvalidInput where the family does not allow them."""
        if not self.symbols() & set(values):
            return self
        found = [substitute(value, dict(values)) for value in self.parameters.values()]
        return JOINT[self.name](
            Given(found, [None] * len(found), lambda _, words: InvalidInput(words))
        )


class Given(NamedTuple):
    """The parameters as typed, and how to refuse one of them: by its place and why."""

    values: Sequence[Node]
    names: Sequence[str | None]
    fail: Callable[[int, str], InvalidInput]


def total(terms: Sequence[Node]) -> Node:
    """The sum; 0 of nothing."""
    return add(*terms) if terms else ZERO


def probabilities(entries: Sequence[Node], refuse: Callable[[str], Exception]) -> list[Node]:
    """Entries that are not negative and add up to one, as far as they are numbers.

    Raises what `refuse` makes of the words.
    """
    from dlmath.expression.numbers import evaluate
    from dlmath.maths.probability.distribution import truth

    for entry in entries:
        value = None if free_symbols(entry) else evaluate(entry)
        if value is not None and (not isinstance(value, (int, float)) or not 0 <= value <= 1):
            from dlmath.expression.text import to_text

            raise refuse(f"{to_text(entry)} is no probability, which lies from 0 to 1")
    whole = tidy(total(entries))
    if not free_symbols(whole) and whole is not ONE:
        from dlmath.expression.text import to_text

        exactly = truth(call_equal(whole)) is True
        if not exactly:
            shown = to_text(whole) if whole.op == "number" else f"{evaluate(whole):.10g}"
            raise refuse(f"the probabilities add up to {shown}, not to 1")
    return list(entries)


def call_equal(whole: Node) -> Node:
    """The condition that it is 1."""
    from dlmath.expression.graph import eq_node

    return eq_node(whole, ONE)


# --- one of several classes -----------------------------------------------------------------


def categorical(given: Given) -> Joint:
    """`categorical(1/2, 1/3, 1/6)`: the place of a class, counted from 0."""
    entries = list(given.values)
    if len(entries) == 1:
        if entries[0].op != "vector":
            raise given.fail(0, "categorical takes the probability of each class")
        entries = list(entries[0].args)
    _require_scalars(entries, given)
    p = probabilities(entries, lambda words: given.fail(0, words))
    places = [number(place) for place in range(len(p))]
    mean = total([mul(k, q) for k, q in zip(places, p, strict=True)])
    square = total([mul(power(k, TWO), q) for k, q in zip(places, p, strict=True)])
    density = _chosen(p)
    return Joint(
        "categorical",
        {"probabilities": vector(p)},
        1,
        density,
        lambda x: call("log", density(x)),
        tidy(mean),
        tidy(sub(square, power(mean, TWO))),
        tidy(neg(total([mul(q, call("log", q)) for q in p if q is not ZERO]))),
        _most_likely(p),
        ("0, 1, ..., ", number(len(p) - 1)),
        _categorical_sample(p),
        discrete=True,
    )


def _require_scalars(entries: Sequence[Node], given: Given) -> None:
    for entry in entries:
        if entry.op == "vector":
            raise given.fail(0, "each entry must be a number, not a vector")


def _chosen(p: Sequence[Node]) -> Callable[[Sequence[Node]], Node]:
    """The probability of the class at a place; cases where the place is a symbol."""
    from dlmath.expression.graph import TRUE, eq_node, make

    def density(x: Sequence[Node]) -> Node:
        place = x[0]
        if is_integer(place):
            at = int(place.number)
            return p[at] if 0 <= at < len(p) else ZERO
        if not free_symbols(place):
            return ZERO
        cases: list[Node] = []
        for k, q in enumerate(p):
            cases += [q, eq_node(place, number(k))]
        return make("piecewise", [*cases, ZERO, TRUE])

    return density


def _most_likely(p: Sequence[Node]) -> Node | None:
    values = _floats(p)
    if values is None:
        return None
    return number(max(range(len(values)), key=values.__getitem__))


def _floats(entries: Sequence[Node]) -> list[float] | None:
    from dlmath.expression.numbers import evaluate, to_float

    if any(free_symbols(entry) for entry in entries):
        return None
    return [float(to_float(evaluate(entry))) for entry in entries]


def _categorical_sample(p: Sequence[Node]) -> Callable[[numpy.random.Generator, int], Array]:
    def sample(generator: numpy.random.Generator, count: int) -> Array:
        import numpy as np

        weights = np.array(_floats(p))
        return generator.choice(len(p), count, p=weights / weights.sum())[:, None]

    return sample


def multinomial(given: Given) -> Joint:
    """`multinomial(n, [p1, p2, ...])`: how often each class comes in n draws."""
    if len(given.values) != 2 or given.values[1].op != "vector":
        raise given.fail(0, "multinomial takes the number of draws and a vector of probabilities")
    n, entries = given.values[0], list(given.values[1].args)
    _require_scalars(entries, given)
    p = probabilities(entries, lambda words: given.fail(1, words))
    if not free_symbols(n) and not (is_integer(n) and n.number >= 0):
        raise given.fail(0, "the number of draws must be a whole number that is not negative")

    def log_density(x: Sequence[Node]) -> Node:
        parts = [call("loggamma", add(n, ONE))]
        for k, q in zip(x, p, strict=True):
            parts += [mul(k, call("log", q)), neg(call("loggamma", add(k, ONE)))]
        return add(*parts)

    def density(x: Sequence[Node]) -> Node:
        above = [call("factorial", n), *(power(q, k) for q, k in zip(p, x, strict=True))]
        below = [power(call("factorial", k), MINUS_ONE) for k in x]
        return mul(*above, *below)

    def sample(generator: numpy.random.Generator, count: int) -> Array:
        return generator.multinomial(int(n.number), _floats(p) or [], count)

    rows = [
        [mul(n, q, sub(ONE, q)) if i == j else neg(mul(n, q, r)) for j, r in enumerate(p)]
        for i, q in enumerate(p)
    ]
    return Joint(
        "multinomial",
        {"number of draws": n, "probabilities": vector(p)},
        len(p),
        density,
        log_density,
        tidy(vector(mul(n, q) for q in p)),
        tidy(vector(vector(row) for row in rows)),
        None,
        None,
        ("whole numbers that are not negative and add up to ", n),
        sample,
        discrete=True,
    )


# --- vectors --------------------------------------------------------------------------------


def multivariate_normal(given: Given) -> Joint:
    """`multivariate_normal([m1, m2], [[s11, s12], [s12, s22]])`: mean and covariance."""
    from dlmath.maths.probability.covariance import decomposed

    if len(given.values) != 2 or any(value.op != "vector" for value in given.values):
        raise given.fail(0, "multivariate_normal takes a vector of means and a covariance matrix")
    mean = list(given.values[0].args)
    rows = [list(row.args) if row.op == "vector" else [] for row in given.values[1].args]
    size = len(mean)
    if len(rows) != size or any(len(row) != size for row in rows):
        raise given.fail(1, f"the covariance matrix must be {size} x {size}, as the mean says")
    inverse, determinant = decomposed(rows, lambda words: given.fail(1, words))

    def quadratic(x: Sequence[Node]) -> Node:
        off = [sub(value, m) for value, m in zip(x, mean, strict=True)]
        terms = [
            mul(off[i], entry, off[j])
            for i, row in enumerate(inverse)
            for j, entry in enumerate(row)
            if entry is not ZERO
        ]
        return tidy(total(terms))

    scale = tidy(mul(power(mul(TWO, PI), number(size)), determinant))

    def density(x: Sequence[Node]) -> Node:
        return div(call("exp", neg(mul(HALF, quadratic(x)))), sqrt(scale))

    def log_density(x: Sequence[Node]) -> Node:
        return neg(mul(HALF, add(quadratic(x), call("log", scale))))

    def sample(generator: numpy.random.Generator, count: int) -> Array:
        import numpy as np

        covariance = np.array([_floats(row) for row in rows])
        factor = np.linalg.cholesky(covariance)
        normal = generator.standard_normal((count, size))
        drawn: Array = normal @ factor.T + np.array(_floats(mean))
        return drawn

    exponent = add(number(size), mul(number(size), call("log", mul(TWO, PI))))
    return Joint(
        "multivariate_normal",
        {"mean": vector(mean), "covariance": vector(vector(row) for row in rows)},
        size,
        density,
        log_density,
        vector(mean),
        vector(vector(row) for row in rows),
        tidy(mul(HALF, add(exponent, call("log", determinant)))),
        vector(mean),
        ("all vectors of ", number(size), " numbers"),
        sample,
    )


def dirichlet(given: Given) -> Joint:
    """`dirichlet(a1, a2, ...)`: probabilities that add up to one, with these concentrations."""
    entries = list(given.values)
    if len(entries) == 1 and entries[0].op == "vector":
        entries = list(entries[0].args)
    _require_scalars(entries, given)
    if len(entries) < 2:
        raise given.fail(0, "dirichlet takes at least two concentrations")
    for entry in entries:
        value = _floats([entry])
        if value is not None and not value[0] > 0:
            raise given.fail(0, "each concentration must be above 0")
    whole = total(entries)

    def log_density(x: Sequence[Node]) -> Node:
        parts = [call("loggamma", whole)]
        for a, value in zip(entries, x, strict=True):
            parts += [neg(call("loggamma", a)), mul(sub(a, ONE), call("log", value))]
        return add(*parts)

    def density(x: Sequence[Node]) -> Node:
        powers = [power(value, sub(a, ONE)) for a, value in zip(entries, x, strict=True)]
        below = [power(call("gamma", a), MINUS_ONE) for a in entries]
        return mul(call("gamma", whole), *powers, *below)

    def sample(generator: numpy.random.Generator, count: int) -> Array:
        return generator.dirichlet(_floats(entries) or [], count)

    squared = mul(power(whole, TWO), add(whole, ONE))
    rows = [
        [
            div(mul(a, sub(whole, a)) if i == j else neg(mul(a, b)), squared)
            for j, b in enumerate(entries)
        ]
        for i, a in enumerate(entries)
    ]
    size = number(len(entries))
    terms = [mul(sub(a, ONE), call("digamma", a)) for a in entries]
    entropy = add(
        total([call("loggamma", a) for a in entries]),
        neg(call("loggamma", whole)),
        mul(sub(whole, size), call("digamma", whole)),
        neg(total(terms)),
    )
    values = _floats(entries)
    mode = None
    if values is not None and min(values) > 1:
        mode = tidy(vector(div(sub(a, ONE), sub(whole, size)) for a in entries))
    return Joint(
        "dirichlet",
        {"concentrations": vector(entries)},
        len(entries),
        density,
        log_density,
        tidy(vector(div(a, whole) for a in entries)),
        tidy(vector(vector(row) for row in rows)),
        tidy(entropy),
        mode,
        ("probabilities that add up to 1",),
        sample,
    )


JOINT: dict[str, Callable[[Given], Joint]] = {
    "categorical": categorical,
    "multinomial": multinomial,
    "multivariate_normal": multivariate_normal,
    "mvn": multivariate_normal,
    "multinormal": multivariate_normal,
    "dirichlet": dirichlet,
}


def outcomes(joint: Joint) -> list[Node]:
    """Symbols for the values: x1, x2, ...; x for one."""
    if joint.dimension == 1:
        return [symbol("x")]
    return [symbol(f"x{place}") for place in range(1, joint.dimension + 1)]
