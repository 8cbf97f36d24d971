"""Rules of analysis: standard limits, l'Hôpital, exponential form, squeeze, series."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dlmath.answer import Sentence, Step
from dlmath.expression import graph
from dlmath.expression.graph import Node, call
from dlmath.expression.tidy import fraction_parts, split_coefficient, tidy
from dlmath.maths.calculus.limit_algebra import factors_of
from dlmath.maths.calculus.limit_rules import Rewrite
from dlmath.maths.calculus.limit_tends import FINITE, INFINITES, PLUS, Tendencies

if TYPE_CHECKING:
    from dlmath.maths.calculus.limit_rules import Solver

#: phi with phi(u)/u -> 1 as u -> 0.
_LIKE_ITS_OPERAND = frozenset("sin tan sinh tanh asin atan asinh atanh".split())

#: Derivative quotients may be this much larger than what they come from (nodes).
_GROWTH_ALLOWED = 60


def standard_limits(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """Factors like sin(u), e^u - 1, log(1 + u), 1 - cos(u) replaced by what they are near u = 0."""
    replaced: list[Node] = []
    words: list[str | Node] = []
    for factor in factors_of(function):
        base, size = factor, graph.ONE
        if factor.op == "pow" and factor.args[1].op == "number":
            base, size = factor.args
        found = _equivalent(base, tendencies)
        if found is None:
            replaced.append(factor)
            continue
        same, inner = found
        words += [", " if words else "", graph.div(base, same), " -> 1 as ", inner, " -> 0"]
        replaced.append(graph.power(same, size))
    if not words:
        return None
    return Rewrite("standard limits", tuple(words), tidy(graph.mul(*replaced)))


def _equivalent(node: Node, tendencies: Tendencies) -> tuple[Node, Node] | None:
    """(e, u) with node/e -> 1 because u -> 0, or None."""
    x = tendencies.problem.variable
    if x not in graph.free_symbols(node):
        return None

    def vanishes(inner: Node) -> bool:
        return x in graph.free_symbols(inner) and tendencies.is_zero(tendencies.of(inner))

    if node.op in _LIKE_ITS_OPERAND and vanishes(node.args[0]):
        return node.args[0], node.args[0]
    if node.op == "log" and len(node.args) == 1:
        inner = tidy(graph.sub(node.args[0], graph.ONE))
        return (inner, inner) if vanishes(inner) else None
    if node.op == "add" and len(node.args) == 2:
        return _difference_from_one(node, vanishes)
    return None


def _difference_from_one(
    node: Node, vanishes: Callable[[Node], bool]
) -> tuple[Node, Node] | None:
    """phi(u) - 1 with phi(u) -> 1, or 1 - phi(u)."""
    number = next((arg for arg in node.args if arg.op == "number"), None)
    if number is None or abs(number.number) != 1:
        return None
    other = next(arg for arg in node.args if arg is not number)
    coefficient, unit = split_coefficient(other)
    if coefficient != -number.number:
        return None
    sign = graph.number(coefficient)
    if unit.op == "exp" and vanishes(unit.args[0]):
        return graph.mul(sign, unit.args[0]), unit.args[0]
    if unit.op in ("cos", "cosh") and vanishes(unit.args[0]):
        half = graph.mul(graph.HALF, graph.power(unit.args[0], graph.TWO))
        return (graph.mul(sign, graph.neg(half) if unit.op == "cos" else half), unit.args[0])
    if unit.op != "pow":
        return None
    base, exponent = unit.args
    if not graph.free_symbols(base) and vanishes(exponent):
        return graph.mul(sign, exponent, call("log", base)), exponent
    inner = tidy(graph.sub(base, graph.ONE))
    if exponent.op == "number" and vanishes(inner):
        return graph.mul(sign, exponent, inner), inner
    return None


# --- l'Hôpital --------------------------------------------------------------------------------


def lhopital(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """0/0 or oo/oo: the quotient of the derivatives has the same limit, where it has one."""
    from dlmath.expression.gradient import gradient

    x = tendencies.problem.variable
    for numerator, denominator in _quotients(function, tendencies):
        form = _form(numerator, denominator, tendencies)
        if form is None:
            continue
        above = tidy(gradient(numerator, [x])[x])
        below = tidy(gradient(denominator, [x])[x])
        if below is graph.ZERO:
            continue
        quotient = tidy(graph.div(above, below))
        size = len(graph.topological(quotient))
        if size > len(graph.topological(function)) + _GROWTH_ALLOWED:
            continue
        text: Sentence = (
            f"the form is {form}: differentiate ",
            numerator,
            " to ",
            above,
            " and ",
            denominator,
            " to ",
            below,
        )
        return Rewrite("l'Hôpital", text, quotient)
    return None


def _form(numerator: Node, denominator: Node, tendencies: Tendencies) -> str | None:
    above, below = tendencies.of(numerator), tendencies.of(denominator)
    if tendencies.is_zero(above) and tendencies.is_zero(below):
        return "0/0"
    if above.kind in INFINITES and below.kind in INFINITES:
        return "oo/oo"
    return None


def _quotients(function: Node, tendencies: Tendencies) -> list[tuple[Node, Node]]:
    """The ways to see a product as a quotient, the usual one first."""
    found = [fraction_parts(function)]
    if function.op != "mul":
        return found
    logarithms = [part for part in function.args if _is_logarithmic(part)]
    others = [part for part in function.args if part not in logarithms]
    if logarithms and others:
        found.append((graph.mul(*logarithms), _reciprocal(others)))
    zeros = [part for part in function.args if tendencies.is_zero(tendencies.of(part))]
    rest = [part for part in function.args if part not in zeros]
    if zeros and rest:
        found.append((graph.mul(*rest), _reciprocal(zeros)))
        found.append((graph.mul(*zeros), _reciprocal(rest)))
    return [pair for pair in found if pair[1] is not graph.ONE]


def _is_logarithmic(part: Node) -> bool:
    base = part.args[0] if part.op == "pow" and graph.is_integer(part.args[1]) else part
    return base.op in ("log", "atan", "acot")


def _reciprocal(parts: list[Node]) -> Node:
    return tidy(graph.power(graph.mul(*parts), graph.MINUS_ONE))


# --- powers, logarithms, squeezing ------------------------------------------------------------


def powers(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """u^v of the form 1^oo, 0^0 or oo^0, through its logarithm."""
    if function.op != "pow":
        return None
    base, exponent = function.args
    if tendencies.problem.variable not in graph.free_symbols(exponent):
        return None

    def raised(limit: Node) -> Node:
        return call("exp", limit)

    near_one = tidy(graph.sub(base, graph.ONE))
    if tendencies.is_zero(tendencies.of(near_one)):
        text: Sentence = (
            "the form is 1^oo: (1 + u)^(1/u) -> e with u = ",
            near_one,
            ", so the limit is e to the limit of exponent times u",
        )
        return Rewrite("standard limits", text, tidy(graph.mul(exponent, near_one)), raised)
    inside = tidy(graph.mul(exponent, call("log", base)))
    return Rewrite("exponential form", ("write u^v as e^(v*log(u))",), inside, raised)


def continuity(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A continuous function of an open limit: the limit goes inside."""
    if function.op not in ("exp", "log", "atan", "sin", "cos", "tanh", "sigmoid", "abs", "erf"):
        return None
    if len(function.args) != 1:
        return None
    (inner,) = function.args

    def outer(limit: Node) -> Node:
        return graph.make(function.op, (limit,))

    return Rewrite("continuity", (f"{function.op} is continuous",), inner, outer)


def squeeze_floor(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """u - 1 < floor(u) <= u: a product with floor(u) is squeezed between two limits."""
    if function.op != "mul":
        return None
    for factor in function.args:
        if factor.op not in ("floor", "ceil"):
            continue
        (inner,) = factor.args
        if tendencies.of(inner).kind not in INFINITES:
            continue
        shift = graph.MINUS_ONE if factor.op == "floor" else graph.ONE
        bounds = [
            tidy(graph.replace(function, {factor: bound}))
            for bound in (inner, graph.add(inner, shift))
        ]
        traces = [solver.solve(bound, 3) for bound in bounds]
        if traces[0] is None or traces[1] is None or traces[0].value is not traces[1].value:
            return None
        other = traces[1]
        step = Step(
            "the other bound",
            ("the other bound tends to the same",),
            solver.limit_of(bounds[1]),
            other.value,
            other.steps,
        )
        text: Sentence = (factor, " lies between ", inner, " and ", graph.add(inner, shift))
        return Rewrite("squeeze", text, bounds[0], None, (step,))
    return None


def substitute_reciprocal(
    function: Node, tendencies: Tendencies, _solver: Solver
) -> Rewrite | None:
    """Roots of a sum at oo that have the same order: u*(sqrt(1 + ...) - 1) by the largest power."""
    if not tendencies.problem.at_infinity or function.op != "add":
        return None
    if any(tendencies.of(term).kind not in (FINITE, *INFINITES) for term in function.args):
        return None
    x = graph.symbol(tendencies.problem.variable)
    if tendencies.of(x).kind != PLUS:
        return None
    degrees = [tendencies.growth(term) for term in function.args]
    if any(degree is None or not degree.exact for degree in degrees):
        return None
    unit = split_coefficient(function.args[0])[1]
    inside = graph.add(*(tidy(graph.div(term, unit)) for term in function.args))
    text: Sentence = ("take out ", unit)
    return Rewrite("factor", text, graph.mul(unit, inside))
