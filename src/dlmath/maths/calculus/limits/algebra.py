"""Rules that rewrite a function by algebra: kinks, cancelling, conjugates, dominant terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.answer import Sentence
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import expand, fraction_parts, split_coefficient, tidy
from dlmath.maths.calculus.limits.kinks import KINKED, branch
from dlmath.maths.calculus.limits.rules import Rewrite
from dlmath.maths.calculus.limits.tends import FINITE, UNKNOWN, Tendencies

if TYPE_CHECKING:
    from dlmath.maths.calculus.limits.rules import Solver

#: No polynomial of a higher degree is divided out.
_MOST_DEGREE = 40


def factors_of(node: Node) -> tuple[Node, ...]:
    """The factors of a product, or the node alone."""
    return node.args if node.op == "mul" else (node,)


def resolve_kinks(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """|u| is u or -u on this side, floor(u) a whole number, max(u, v) one of the two."""
    x = tendencies.problem.variable
    mapping: dict[Node, Node] = {}
    words: list[str | Node] = ["near the point on this side "]
    for part in graph.topological(function):
        if part.op not in KINKED or x not in graph.free_symbols(part):
            continue
        if any(arg is not part and arg in mapping for arg in graph.topological(part)):
            continue  # the inner kink first
        chosen = branch(part, solver.oracle)
        if chosen is not None:
            words += [", " if mapping else "", part, " = ", chosen]
            mapping[part] = chosen
    if not mapping:
        return None
    return Rewrite("resolve kinks", tuple(words), tidy(graph.replace(function, mapping)))


def simplify(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """Like terms and like powers collected, or a product multiplied out, where that is shorter."""
    size = _length(function)
    simpler = tidy(function)
    if _length(simpler) < size:
        return Rewrite("simplify", ("collect like terms and powers",), simpler)
    opened = tidy(expand(function))
    if _length(opened) < size or tendencies.of(opened).node is not None:
        return Rewrite("simplify", ("multiply out",), opened)
    return None


def _length(node: Node) -> int:
    """How long the expression is when written, counting repeated parts each time."""
    lengths: dict[Node, int] = {}
    for part in graph.topological(node):
        lengths[part] = 1 + sum(lengths[arg] for arg in part.args)
    return lengths[node]


# --- cancelling -----------------------------------------------------------------------------


def cancel(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A factor x - a of polynomials above and below the bar, cancelled."""
    problem = tendencies.problem
    if problem.at_infinity:
        return None
    numerator, denominator = fraction_parts(function)
    if not (
        tendencies.is_zero(tendencies.of(numerator))
        and tendencies.is_zero(tendencies.of(denominator))
    ):
        return None
    above, lost_above = _divided(numerator, problem.variable, problem.point)
    below, lost_below = _divided(denominator, problem.variable, problem.point)
    common = min(lost_above, lost_below)
    if common == 0:
        return None
    factor = tidy(graph.sub(graph.symbol(problem.variable), problem.point))
    above = graph.mul(graph.power(factor, graph.number(lost_above - common)), above)
    below = graph.mul(graph.power(factor, graph.number(lost_below - common)), below)
    cancelled = graph.power(factor, graph.number(common))
    text: Sentence = (
        "both vanish there; ",
        numerator,
        " = ",
        graph.mul(cancelled, above),
        *(
            ()
            if denominator is cancelled
            else (" and ", denominator, " = ", graph.mul(cancelled, below))
        ),
        "; cancel ",
        cancelled,
    )
    return Rewrite("cancel the common factor", text, tidy(graph.div(above, below)))


def _divided(product: Node, variable: str, point: Node) -> tuple[Node, int]:
    """The product with every factor x - point of its polynomials taken out, and how many."""
    rest: list[Node] = []
    count = 0
    for factor in factors_of(product):
        base, size = factor, 1
        if factor.op == "pow" and graph.is_integer(factor.args[1]):
            base, size = factor.args[0], int(factor.args[1].number)
        coefficients = polynomial(base, variable) if size > 0 else None
        if coefficients is None or len(coefficients) < 2:
            rest.append(factor)
            continue
        taken = 0
        while len(coefficients) > 1:
            quotient, remainder = _synthetic(coefficients, point)
            if remainder is not graph.ZERO:
                break
            coefficients, taken = quotient, taken + 1
        count += taken * size
        left = from_coefficients(coefficients, variable) if taken else base
        rest.append(graph.power(left, graph.number(size)))
    return graph.mul(*rest), count


def polynomial(node: Node, variable: str) -> list[Node] | None:
    """The coefficients of a polynomial in the variable, of the lowest degree first, or None."""
    x = graph.symbol(variable)
    if variable not in graph.free_symbols(node):
        return [node]
    collected: dict[int, list[Node]] = {}
    expanded = expand(node)
    for term in expanded.args if expanded.op == "add" else (expanded,):
        degree = 0
        fixed: list[Node] = []
        for factor in factors_of(term):
            if variable not in graph.free_symbols(factor):
                fixed.append(factor)
            elif factor is x:
                degree += 1
            elif factor.op == "pow" and factor.args[0] is x and graph.is_integer(factor.args[1]):
                degree += int(factor.args[1].number)
            else:
                return None
        if degree < 0 or degree > _MOST_DEGREE:
            return None
        collected.setdefault(degree, []).append(graph.mul(*fixed))
    return [tidy(graph.add(*collected.get(degree, []))) for degree in range(max(collected) + 1)]


def from_coefficients(coefficients: list[Node], variable: str) -> Node:
    """The polynomial with these coefficients, of the lowest degree first."""
    x = graph.symbol(variable)
    return tidy(
        graph.add(
            *(
                graph.mul(coefficient, graph.power(x, graph.number(degree)))
                for degree, coefficient in enumerate(coefficients)
            )
        )
    )


def _synthetic(coefficients: list[Node], point: Node) -> tuple[list[Node], Node]:
    """Division by x - point (Horner's scheme): the quotient and the remainder."""
    carried = graph.ZERO
    row: list[Node] = []
    for coefficient in reversed(coefficients):
        carried = tidy(expand(graph.add(coefficient, graph.mul(point, carried))))
        row.append(carried)
    remainder = row.pop()
    return row[::-1], remainder


# --- conjugates -----------------------------------------------------------------------------


def conjugate(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A difference with square roots, multiplied by its conjugate above and below."""
    x = tendencies.problem.variable
    factors = factors_of(function)
    for index, factor in enumerate(factors):
        base, size = factor, 1
        if factor.op == "pow" and factor.args[1] is graph.MINUS_ONE:
            base, size = factor.args[0], -1
        if (
            base.op != "add"
            or len(base.args) != 2
            or not any(_has_root(term, x) for term in base.args)
        ):
            continue
        tends = tendencies.of(base)
        if not (tendencies.is_zero(tends) or tends.kind == UNKNOWN):
            continue
        first, second = base.args
        partner = graph.sub(first, second)
        square = tidy(
            expand(
                graph.sub(
                    expand(graph.power(first, graph.TWO)), expand(graph.power(second, graph.TWO))
                )
            )
        )
        if any(_has_root(part, x) for part in graph.topological(square)):
            continue
        rest = factors[:index] + factors[index + 1 :]
        ratio = graph.div(square, partner) if size > 0 else graph.div(partner, square)
        text: Sentence = ("multiply above and below by the conjugate ", partner)
        return Rewrite("conjugate", text, graph.mul(*rest, ratio))
    return None


def _has_root(node: Node, variable: str) -> bool:
    """Is this a square root with the variable in it, possibly with other factors?"""
    return any(
        part.op == "pow"
        and part.args[1].op == "number"
        and part.args[1].number.denominator == 2
        and variable in graph.free_symbols(part)
        for part in factors_of(node)
    )


# --- differences of infinities ----------------------------------------------------------------


def combine(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """Fractions in a sum over one denominator: of oo - oo, or of a sum that is a factor."""
    for factor in factors_of(function):
        if factor.op != "add":
            continue
        joined = _over_one_denominator(factor, tendencies.problem.variable)
        if joined is None:
            continue
        whole, common = joined
        text: Sentence = ("over the common denominator ", common)
        return Rewrite("common denominator", text, graph.replace(function, {factor: whole}))
    return None


def _over_one_denominator(node: Node, variable: str) -> tuple[Node, Node] | None:
    """The sum as one fraction, and its denominator; None where no term is a fraction."""
    parts = [fraction_parts(term) for term in node.args]
    denominators = list(
        dict.fromkeys(below for _, below in parts if variable in graph.free_symbols(below))
    )
    if not denominators:
        return None
    common = graph.mul(*denominators)
    tops: list[Node] = []
    for above, below in parts:
        if below in denominators:
            missing = graph.mul(*(other for other in denominators if other is not below))
            tops.append(graph.mul(above, missing))
        else:
            tops.append(graph.div(graph.mul(above, common), below))
    numerator = tidy(graph.add(*(tidy(top) for top in tops)))
    if polynomial(numerator, variable) is not None:
        numerator = tidy(expand(numerator))
    return graph.div(numerator, common), common


def join_logarithms(function: Node, _tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """log(a) - log(b) is log(a/b), for positive a and b."""
    if function.op != "add":
        return None
    inside: list[Node] = []
    rest: list[Node] = []
    for term in function.args:
        coefficient, unit = split_coefficient(term)
        if unit.op == "log" and len(unit.args) == 1 and abs(coefficient) == 1:
            inside.append(graph.power(unit.args[0], graph.number(coefficient)))
        else:
            rest.append(term)
    if len(inside) < 2:
        return None
    joined = graph.call("log", tidy(graph.mul(*inside)))
    return Rewrite(
        "logarithms",
        ("differences of logarithms are the logarithm of a quotient",),
        graph.add(*rest, joined),
    )


def join_roots(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """sqrt(a)*sqrt(b) is sqrt(a*b) for positive a and b, and 1/sqrt(b) is sqrt(1/b)."""
    groups: dict[Node, list[Node]] = {}
    rest: list[Node] = []
    for factor in factors_of(function):
        if factor.op != "pow" or factor.args[1].op != "number":
            rest.append(factor)
            continue
        base, size = factor.args
        fixed = tendencies.problem.variable not in graph.free_symbols(base)
        if fixed or graph.is_integer(size) or solver.oracle.sign(base) != 1:
            rest.append(factor)
            continue
        key = size if size.number > 0 else graph.neg(size)
        groups.setdefault(key, []).append(base if size is key else graph.div(graph.ONE, base))
    joined = [graph.power(tidy(graph.mul(*bases)), size) for size, bases in groups.items()]
    if not any(len(bases) > 1 for bases in groups.values()):
        return None
    return Rewrite(
        "join roots", ("roots of positive factors under one root",), graph.mul(*rest, *joined)
    )


def product_of_limits(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A factor with a finite limit other than 0, taken out of the limit of a product."""
    if function.op != "mul":
        return None
    known: list[Node] = []
    open_: list[Node] = []
    for factor in function.args:
        tends = tendencies.of(factor)
        moves = tendencies.problem.variable in graph.free_symbols(factor)
        if moves and tends.kind == FINITE and not tendencies.is_zero(tends):
            known.append(factor)
        else:
            open_.append(factor)
    if not known or not open_:
        return None
    value = tidy(graph.mul(*(tendencies.of(factor).value or factor for factor in known)))
    text: Sentence = ("the factor ", graph.mul(*known), " -> ", value, " comes out of the limit")
    return Rewrite(
        "product of limits",
        text,
        graph.mul(*open_),
        lambda limit: graph.mul(value, limit),
    )
