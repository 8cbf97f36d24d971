"""Routes to an antiderivative, best-looking first. None is believed before it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node, free_symbols, symbol, topological
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.settings import Assumptions


class Candidate(NamedTuple):
    """A possible antiderivative.

    route: how it was found, in words. steps: the working where the route has one.
    conditions: what must hold of parameters.
    """

    antiderivative: Node
    route: str
    steps: tuple[Step, ...] = ()
    conditions: tuple[Sentence, ...] = ()


def candidates(
    integrand: Node, variable: str, assume: Assumptions, budget: Budget
) -> Iterator[Candidate]:
    """Antiderivatives from one route after the other, each within its share of the time."""
    found = _by_rules(integrand, variable, assume, budget.share(0.2, 5))
    if found is not None:
        yield found
    else:
        yield from _by_sides(integrand, variable, assume, budget)
    seen: set[Node] = set()
    for form in _forms(integrand, variable):
        for route in _routes(form is integrand):
            if budget.left < 0.2:
                return
            value = _by_sympy(form, variable, assume, route, budget.share(route.share, route.most))
            if value is not None and value not in seen:
                seen.add(value)
                yield Candidate(value, route.name)


def _by_rules(
    integrand: Node, variable: str, assume: Assumptions, seconds: float
) -> Candidate | None:
    from dlmath.maths.calculus.antiderivatives.rules import integrate_by_rules

    try:
        with within(seconds):
            found = integrate_by_rules(integrand, variable, assume)
    except OutOfTime:
        return None
    if found is None:
        return None
    conditions = tuple(getattr(found, "conditions", ()))
    return Candidate(found.antiderivative, "integration rules", tuple(found.steps), conditions)


def _by_sides(
    integrand: Node, variable: str, assume: Assumptions, budget: Budget
) -> Iterator[Candidate]:
    """For a square root of a square: f = +-g with smooth g, so F = G*f/g between the zeros of g."""
    from dlmath.expression.graph import div, mul, replace
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals.branches import without_square_roots_of_squares

    try:
        with within(budget.share(0.1, 2)):
            form = tidy(without_square_roots_of_squares(integrand, variable))
    except OutOfTime:
        return
    sizes = {p: p.args[0] for p in topological(form) if p.op == "abs" and p not in integrand.args}
    if form is tidy(integrand) or len(sizes) != 1:
        return
    smooth = tidy(replace(form, dict(sizes)))
    found = _by_rules(smooth, variable, assume, budget.share(0.15, 4))
    if found is not None:
        value = tidy(mul(found.antiderivative, div(integrand, smooth)))
        yield Candidate(value, "the antiderivative of the same function without the root")


def _forms(integrand: Node, variable: str) -> Iterator[Node]:
    """The integrand, then other ways of writing it that algorithms may know better."""
    from dlmath.maths.calculus.integrals.rewrites import rewrites

    yield integrand
    yield from rewrites(integrand, variable)


# --- sympy's algorithms -----------------------------------------------------------------------


class _Route(NamedTuple):
    name: str
    real: bool
    run: Callable[[Any, Any], Any]
    share: float
    most: float


def _routes(first: bool) -> list[_Route]:
    """The algorithms to try, for the integrand as typed or for a rewritten one."""
    if not first:
        return [
            _Route("integration by rules of sympy", True, _manual, 0.1, 3),
            _Route("the heuristic Risch algorithm", False, _heurisch, 0.1, 3),
        ]
    return [
        _Route("integration by rules of sympy", True, _manual, 0.15, 4),
        _Route("sympy's algorithms", False, _all, 0.25, 6),
        _Route("sympy's algorithms", True, _all, 0.12, 3),
        _Route("the Risch algorithm", False, _risch, 0.08, 2),
        _Route("Meijer G-functions", False, _meijer, 0.1, 3),
    ]


def _manual(f: Any, x: Any) -> Any:
    from sympy.integrals.manualintegrate import manualintegrate

    return manualintegrate(f, x)


def _all(f: Any, x: Any) -> Any:
    from sympy import integrate

    return integrate(f, x)


def _heurisch(f: Any, x: Any) -> Any:
    from sympy.integrals.heurisch import heurisch

    return heurisch(f, x)


def _risch(f: Any, x: Any) -> Any:
    from sympy import integrate

    return integrate(f, x, risch=True)


def _meijer(f: Any, x: Any) -> Any:
    from sympy.integrals.meijerint import meijerint_indefinite

    return meijerint_indefinite(f, x)


def _by_sympy(
    integrand: Node, variable: str, assume: Assumptions, route: _Route, seconds: float
) -> Node | None:
    """One algorithm's antiderivative as a graph, or None."""
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    try:
        with within(seconds):
            f = to_sympy(integrand, assume, real=route.real)
            x = next(s for s in f.free_symbols if s.name == variable)
            value = route.run(f, x)
            if value is None or value.has(sympy.Integral, sympy.nan, sympy.zoo):
                return None
            return from_sympy(_generic(sympy, _tidied(sympy, value)))
    except OutOfTime:
        return None
    except Exception:  # any failure inside sympy means that this route has nothing
        return None


def _generic(sympy: Any, value: Any) -> Any:
    """The branch for parameters in general position: `a != 0` is taken to hold."""
    pieces = list(value.atoms(sympy.Piecewise))
    for piece in sorted(pieces, key=lambda p: -sympy.count_ops(p)):
        expression, condition = piece.args[0]
        if condition.atoms(sympy.Unequality) or len(piece.args) == 2:
            value = value.xreplace({piece: expression})
    return value


def _tidied(sympy: Any, value: Any) -> Any:
    """The shorter of the value as it is and simplified, if that is quick."""
    try:
        with within(1.0):
            short = sympy.simplify(value)
    except OutOfTime:
        return value
    return short if sympy.count_ops(short) < sympy.count_ops(value) else value


# --- the working of a route without a trace ---------------------------------------------------


def verified_steps(integrand: Node, variable: str, found: Candidate) -> tuple[Step, ...]:
    """The rule trace, or for a route without one: what found it and the proof by derivative."""
    if found.steps:
        return found.steps
    from dlmath.expression.graph import make

    x = symbol(variable)
    question = make("integrate", (integrand, x))
    proof = Step(
        "check by differentiating",
        ("the derivative of ", found.antiderivative, " is the integrand"),
        make("derive", (found.antiderivative, x)),
        integrand,
    )
    text: Sentence = (f"found by {found.route}, which shows no working; its derivative proves it",)
    return (Step("antiderivative", text, question, found.antiderivative, (proof,)),)


def size(node: Node) -> int:
    """How much there is to read: operations, shared ones counted once."""
    return len(topological(node)) + sum(1 for part in topological(node) if free_symbols(part))
