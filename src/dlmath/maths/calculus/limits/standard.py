"""Rules of analysis: standard limits, l'Hôpital, exponential form, squeeze, series."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dlmath.answer import Sentence, Step
from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node, call
from dlmath.expression.tidy import expand, fraction_parts, split_coefficient, tidy
from dlmath.maths.calculus.limits.algebra import factors_of
from dlmath.maths.calculus.limits.rules import Rewrite
from dlmath.maths.calculus.limits.tends import (
    BOUNDED,
    FINITE,
    INFINITES,
    MINUS,
    PLUS,
    UNKNOWN,
    Tendencies,
)

if TYPE_CHECKING:
    from dlmath.maths.calculus.limits.rules import Solver

#: phi with phi(u)/u -> 1 as u -> 0.
_LIKE_ITS_OPERAND = frozenset("sin tan sinh tanh asin atan asinh atanh".split())

#: Derivative quotients may be this much larger than what they come from (nodes).
_GROWTH_ALLOWED = 30


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
        to = graph.ZERO if tendencies.is_zero(tendencies.of(inner)) else graph.INFINITY
        words += [", " if words else "", graph.div(base, same), " -> 1 as ", inner, " -> ", to]
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
    if tendencies.of(node).kind == PLUS and (node.op == "loggamma" or _is_log_factorial(node)):
        inner = node.args[0] if node.op == "loggamma" else node.args[0].args[0]
        return graph.mul(inner, call("log", inner)), inner
    if node.op == "LambertW" and len(node.args) == 1 and tendencies.of(node.args[0]).kind == PLUS:
        return call("log", node.args[0]), node.args[0]
    if node.op == "log" and len(node.args) == 1:
        inner = tidy(graph.sub(node.args[0], graph.ONE))
        return (inner, inner) if vanishes(inner) else None
    if node.op in _NEAR_ZERO and vanishes(node.args[-1]):
        return _NEAR_ZERO[node.op](node), node.args[-1]
    if node.op in ("acosh", "acos"):
        inner = tidy(graph.sub(node.args[0], graph.ONE))
        size = inner if node.op == "acosh" else tidy(graph.neg(inner))
        return (graph.sqrt(graph.mul(graph.TWO, size)), size) if vanishes(inner) else None
    if node.op in _STIRLING and tendencies.of(node.args[0]).kind == PLUS:
        return _STIRLING[node.op](node.args[0]), node.args[0]
    if node.op == "add" and len(node.args) == 2:
        return _difference_from_one(node, vanishes)
    return None


def _reciprocal_of(node: Node) -> Node:
    return graph.power(node.args[-1], graph.MINUS_ONE)


def _two_over_root_pi(node: Node) -> Node:
    return graph.mul(graph.TWO, graph.power(graph.PI, graph.neg(graph.HALF)), node.args[-1])


#: Special functions near 0 of their (last) operand u, by the first term of their expansions
#: (Abramowitz and Stegun, chapters 5 to 9).
_NEAR_ZERO: dict[str, Callable[[Node], Node]] = {
    "gamma": _reciprocal_of,
    "digamma": lambda node: graph.neg(_reciprocal_of(node)),
    "erf": _two_over_root_pi,
    "erfi": _two_over_root_pi,
    "Si": lambda node: node.args[0],
    "Shi": lambda node: node.args[0],
    "fresnelc": lambda node: node.args[0],
    "LambertW": lambda node: node.args[0],
}


def _is_log_factorial(node: Node) -> bool:
    return node.op == "log" and len(node.args) == 1 and node.args[0].op in _STIRLING


def _stirling(u: Node) -> Node:
    """sqrt(2*pi*u)*u^u*e^(-u), to which u! comes as near as one wants in proportion."""
    root = graph.sqrt(graph.mul(graph.TWO, graph.PI, u))
    return graph.mul(root, graph.power(u, u), call("exp", graph.neg(u)))


#: Functions that Stirling's formula describes for large operands.
_STIRLING: dict[str, Callable[[Node], Node]] = {
    "factorial": _stirling,
    "gamma": lambda u: graph.div(_stirling(u), u),
}


def _difference_from_one(node: Node, vanishes: Callable[[Node], bool]) -> tuple[Node, Node] | None:
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


def lhopital(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """0/0 or oo/oo: the quotient of the derivatives has the same limit, where it has one."""
    from dlmath.expression.gradient import gradient

    x = tendencies.problem.variable
    for numerator, denominator in _quotients(function, tendencies):
        form = _form(numerator, denominator, tendencies)
        if form is None:
            continue
        if not solver.may_differentiate():
            return None
        try:
            above = tidy(gradient(numerator, [x])[x])
            below = tidy(gradient(denominator, [x])[x])
        except DlmathError:  # a derivative that the language cannot say
            continue
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
        found.append((graph.mul(*zeros), _reciprocal(rest)))
        found.append((graph.mul(*rest), _reciprocal(zeros)))
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


def join_exponentials(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """Powers with the variable in the exponent under one exponential, where that settles it."""
    x = tendencies.problem.variable
    exponents: list[Node] = []
    rest: list[Node] = []
    for factor in factors_of(function):
        if factor.op == "exp":
            exponents.append(factor.args[0])
        elif factor.op == "pow" and x in graph.free_symbols(factor.args[1]):
            base, exponent = factor.args
            logarithm = _logarithm(base, solver)
            if logarithm is None:
                return None
            exponents.append(graph.mul(exponent, logarithm))
        else:
            rest.append(factor)
    if len(exponents) < 2:
        return None
    total = tidy(expand(graph.add(*exponents)))
    joined = call("exp", total)
    if not rest and tendencies.of(joined).node is None:
        text: Sentence = ("the powers together are ", joined)
        return Rewrite("exponential form", text, total, lambda limit: call("exp", limit))
    if tendencies.of(joined).node is None:
        return None
    text = ("the powers together are ", joined)
    return Rewrite("exponential form", text, graph.mul(*rest, joined))


def _logarithm(base: Node, solver: Solver) -> Node | None:
    """The logarithm of a positive product as a sum, or None where a factor is not positive."""
    parts: list[Node] = []
    for factor in factors_of(base):
        inner, size = factor, graph.ONE
        if factor.op == "pow" and factor.args[1].op == "number":
            inner, size = factor.args
        if solver.oracle.sign(inner) != 1:
            return None
        parts.append(graph.mul(size, tidy(call("log", inner))))
    return graph.add(*parts)


def continuity(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A continuous function of an open limit: the limit goes inside."""
    if function.op not in ("exp", "log", "atan", "sin", "cos", "tanh", "sigmoid", "abs", "erf"):
        return None
    if len(function.args) != 1:
        return None
    (inner,) = function.args
    if tendencies.of(inner).kind != UNKNOWN:
        return None

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


#: Functions in exponentials and logarithms, as they suit an operand near oo and -oo.
_WRITTEN_OUT: dict[str, tuple[Callable[[Node], Node], Callable[[Node], Node]]] = {
    "softplus": (
        lambda u: graph.add(u, call("log", graph.add(graph.ONE, call("exp", graph.neg(u))))),
        lambda u: call("log", graph.add(graph.ONE, call("exp", u))),
    ),
    "sigmoid": (
        lambda u: graph.div(graph.ONE, graph.add(graph.ONE, call("exp", graph.neg(u)))),
        lambda u: graph.div(call("exp", u), graph.add(graph.ONE, call("exp", u))),
    ),
    "silu": (
        lambda u: graph.div(u, graph.add(graph.ONE, call("exp", graph.neg(u)))),
        lambda u: graph.div(graph.mul(u, call("exp", u)), graph.add(graph.ONE, call("exp", u))),
    ),
    "sinh": (lambda u: _hyperbolic(u, -1), lambda u: _hyperbolic(u, -1)),
    "cosh": (lambda u: _hyperbolic(u, 1), lambda u: _hyperbolic(u, 1)),
    "tanh": (
        lambda u: _tanh(graph.neg(u), graph.ONE),
        lambda u: _tanh(u, graph.MINUS_ONE),
    ),
}


#: Ratios of sine and cosine.
_RATIOS: dict[str, Callable[[Node], Node]] = {
    "tan": lambda u: graph.div(call("sin", u), call("cos", u)),
    "sec": lambda u: graph.div(graph.ONE, call("cos", u)),
    "csc": lambda u: graph.div(graph.ONE, call("sin", u)),
    "cot": lambda u: graph.div(call("cos", u), call("sin", u)),
}


def _hyperbolic(u: Node, sign: int) -> Node:
    """(e^u + sign*e^(-u))/2"""
    falling = graph.mul(graph.number(sign), call("exp", graph.neg(u)))
    return graph.mul(graph.HALF, graph.add(call("exp", u), falling))


def _tanh(falling: Node, sign: Node) -> Node:
    """tanh through w = exp of twice a falling operand: sign*(1 - w)/(1 + w)."""
    w = call("exp", graph.mul(graph.TWO, falling))
    return graph.mul(sign, graph.div(graph.sub(graph.ONE, w), graph.add(graph.ONE, w)))


def binomials(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """binomial(n, k) by factorials, where all of them grow."""
    mapping: dict[Node, Node] = {}
    for part in graph.topological(function):
        if part.op != "binomial":
            continue
        n, k = part.args
        rest = tidy(graph.sub(n, k))
        if all(tendencies.of(arg).kind == PLUS for arg in (n, k, rest)):
            below = graph.mul(call("factorial", k), call("factorial", rest))
            mapping[part] = graph.div(call("factorial", n), below)
    if not mapping:
        return None
    return Rewrite("definition", ("binomials by factorials",), graph.replace(function, mapping))


def write_out(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """softplus, sinh and their kind by their definitions for large operands; tan at its poles."""
    mapping: dict[Node, Node] = {}
    words: list[str | Node] = []
    for part in graph.topological(function):
        if part.op in _RATIOS and tendencies.of(part).kind not in (FINITE, BOUNDED):
            mapping[part] = _RATIOS[part.op](part.args[0])
            words += [", " if words else "", part, " = ", mapping[part]]
            continue
        if part.op not in _WRITTEN_OUT or len(part.args) != 1:
            continue
        kind = tendencies.of(part.args[0]).kind
        if kind not in (PLUS, MINUS):
            continue
        mapping[part] = _WRITTEN_OUT[part.op][0 if kind == PLUS else 1](part.args[0])
        words += [", " if words else "", part, " = ", mapping[part]]
    if not mapping:
        return None
    return Rewrite("definition", tuple(words), tidy(graph.replace(function, mapping)))
