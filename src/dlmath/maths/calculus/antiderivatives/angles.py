"""Sines and cosines of different arguments, and rational functions of them."""

from __future__ import annotations

from fractions import Fraction

from dlmath.answer import Sentence
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
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.derivative import CIRCULAR, in_sines
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    is_zero,
    multiplied_out,
    sign_of,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.calculus.antiderivatives.rational import root
from dlmath.maths.calculus.antiderivatives.substitution import substituted
from dlmath.maths.calculus.antiderivatives.together import together
from dlmath.maths.calculus.antiderivatives.trig import again

# --- products of different arguments, and with other factors --------------------------------

Wave = tuple[Node, str, Node]


def product_to_sum_rule(problem: Problem) -> Plan | None:
    """Products of sines and cosines (perhaps with other factors) as a sum of them."""
    waves: list[Node] = []
    rest: dict[Node, Node] = {}
    for base, exponent in problem.product.powers.items():
        size = whole(exponent)
        if base.op in ("sin", "cos") and size is not None and 0 < size < 12:
            waves += [base] * size
        else:
            rest[base] = exponent
    if not 2 <= len(waves) <= 12 or any(linear(w.args[0], problem.x) is None for w in waves):
        return None
    if not rest and len({wave.args[0] for wave in waves}) == 1:
        return None
    total = _linearised(waves)
    outside = from_powers(rest) if rest else ONE
    written = add(*(mul(outside, term) for term in total))
    text: Sentence = ("write the product of sines and cosines as a sum",)
    return again(problem, "product to sum", text, multiplied_out(written) if rest else written)


def _linearised(waves: list[Node]) -> list[Node]:
    """A product of sines and cosines as terms of single ones."""
    first, *others = waves
    terms: list[Wave] = [(ONE, first.op, first.args[0])]
    for wave in others:
        terms = [new for term in terms for new in _times_wave(term, wave.op, wave.args[0])]
    return [tidy(mul(factor, call(name, angle))) for factor, name, angle in terms]


def _times_wave(term: Wave, name: str, angle: Node) -> list[Wave]:
    factor, old, known = term
    half = mul(HALF, factor)
    apart, together = tidy(sub(known, angle)), tidy(add(known, angle))
    if old == name == "cos":
        return [(half, "cos", apart), (half, "cos", together)]
    if old == name == "sin":
        return [(half, "cos", apart), (neg(half), "cos", together)]
    if old == "sin":
        return [(half, "sin", together), (half, "sin", apart)]
    return [(half, "sin", together), (neg(half), "sin", apart)]


# --- rational functions of sine and cosine --------------------------------------------------


def one_angle(problem: Problem) -> Node | None:
    """The linear argument that all circular functions share, when x occurs nowhere else."""
    angles = {part.args[0] for part in problem.nodes if part.op in CIRCULAR}
    if len(angles) != 1:
        return None
    angle = angles.pop()
    allowed = {"add", "mul", "pow"} | set(CIRCULAR)
    inside = _below(angle)
    if any(part.op not in allowed for part in problem.nodes if part not in inside):
        return None
    return angle if linear(angle, problem.x) is not None else None


def _below(node: Node) -> set[Node]:

    return set(topological(node))


def linear_trig_rule(problem: Problem) -> Plan | None:
    """1/(A + B*cos + C*sin), in the form that is continuous (Rubi's rule 4.7)."""
    powers = problem.product.powers
    if len(powers) != 1 or problem.product.constant is not ONE:
        return None
    ((base, exponent),) = powers.items()
    if exponent is not MINUS_ONE or base.op != "add":
        return None
    found = _linear_in_waves(base, problem)
    if found is None:
        return None
    angle, a, b, c = found
    inner = linear(angle, problem.x)
    if inner is None:
        return None
    return _linear_trig(problem, angle, inner[0], a, b, c)


def _linear_in_waves(base: Node, problem: Problem) -> tuple[Node, Node, Node, Node] | None:
    """(angle, A, B, C) with base = A + B*cos(angle) + C*sin(angle)."""
    parts: dict[str, list[Node]] = {"cos": [], "sin": []}
    constant: list[Node] = []
    angles: set[Node] = set()
    for term in base.args:
        if not depends(term, problem.x):
            constant.append(term)
            continue
        product = as_product(term, problem.x)
        if len(product.powers) != 1:
            return None
        ((wave, size),) = product.powers.items()
        if wave.op not in parts or size is not ONE:
            return None
        parts[wave.op].append(product.constant)
        angles.add(wave.args[0])
    if len(angles) != 1:
        return None
    return angles.pop(), add(*constant), add(*parts["cos"]), add(*parts["sin"])


def _linear_trig(
    problem: Problem, angle: Node, slope: Node, a: Node, b: Node, c: Node
) -> Plan | None:
    if a is ZERO:
        return None
    if sign_of(a) == -1:
        a, b, c, slope = (tidy(neg(each)) for each in (a, b, c, slope))
    size = multiplied_out(sub(power(a, TWO), add(power(b, TWO), power(c, TWO))))
    sign = sign_of(size, problem.search.positive)
    sine, cosine = call("sin", angle), call("cos", angle)
    if size is ZERO:
        return None
    if sign == -1:
        return None
    gap = root(size)
    inside = div(sub(mul(c, cosine), mul(b, sine)), add(a, gap, mul(b, cosine), mul(c, sine)))
    value = div(add(angle, mul(TWO, call("atan", inside))), gap)
    conditions: tuple[Sentence, ...] = () if sign == 1 else ((size, " is positive"),)
    text: Sentence = ("known integral, from ", call("tan", div(angle, TWO)),
                      " as new variable, in its continuous form")  # fmt: skip
    return problem.plan("known integral", text, div(value, slope), conditions=conditions)


def half_tangent_rule(problem: Problem) -> Plan | None:
    """t = tan(angle/2) makes a rational function of sine and cosine rational."""
    angle = one_angle(problem)
    if angle is None or problem.depth > 6:
        return None
    inner = linear(angle, problem.x)
    assert inner is not None
    t = problem.new_variable(("t",))
    t2 = power(t, TWO)
    below = power(add(ONE, t2), MINUS_ONE)
    written = replace(
        in_sines(problem.integrand),
        {
            call("sin", angle): mul(TWO, t, below),
            call("cos", angle): mul(sub(ONE, t2), below),
        },
    )
    if depends(written, problem.x):
        return None
    value = together(mul(TWO, below, written, power(inner[0], MINUS_ONE)), t)
    if value is None:
        return None
    text: Sentence = (
        "substitute ", t, " = ", call("tan", div(angle, TWO)), ", so ", call("sin", angle), " = ",
        mul(TWO, t, below), ", ", call("cos", angle), " = ", mul(sub(ONE, t2), below),
        ", d", problem.x, " = ", tidy(div(mul(TWO, below), inner[0])), " d", t,
    )  # fmt: skip
    return substituted(problem, call("tan", tidy(div(angle, TWO))), t, value, text)


# --- multiples of an angle, roots of 1 + cos ------------------------------------------------


def multiple_angle_rule(problem: Problem) -> Plan | None:
    """Functions of whole multiples of one angle written with the angle itself."""
    angles = {part.args[0] for part in problem.nodes if part.op in CIRCULAR}
    if not 2 <= len(angles) <= 3 or problem.depth > 5:
        return None
    for angle in angles:
        sizes = {other: _times(other, angle, problem.x) for other in angles}
        if any(size is None or not 1 <= size <= 6 for size in sizes.values()):
            continue
        mapping: dict[Node, Node] = {}
        for other, size in sizes.items():
            if size is not None and size > 1:
                sine, cosine = _multiple_angle(angle, size)
                mapping[call("sin", other)], mapping[call("cos", other)] = sine, cosine
        written = replace(in_sines(problem.integrand), mapping)
        text: Sentence = ("write with functions of ", angle, " alone")
        return again(problem, "identity", text, tidy(written))
    return None


def _times(node: Node, angle: Node, x: Node) -> int | None:
    """k with node = k*angle for a whole k, else None."""
    this, that = linear(node, x), linear(angle, x)
    if this is None or that is None:
        return None
    size = whole(tidy(div(this[0], that[0])))
    return size if size is not None and is_zero(sub(node, mul(number(size), angle))) else None


def _multiple_angle(angle: Node, size: int) -> tuple[Node, Node]:
    """sin and cos of size*angle by the addition theorems."""
    one, other = call("sin", angle), call("cos", angle)
    sine, cosine = one, other
    for _ in range(size - 1):
        sine, cosine = (
            add(mul(sine, other), mul(cosine, one)),
            sub(mul(cosine, other), mul(sine, one)),
        )
    return sine, cosine


def half_angle_root_rule(problem: Problem) -> Plan | None:
    """sqrt(a + a*cos(z)) is sqrt(2*a)*|cos(z/2)|, and so for a minus sign and for sine."""
    for base, exponent in problem.product.powers.items():
        if not is_number(exponent) or exponent.number != Fraction(1, 2) or base.op != "add":
            continue
        found = _linear_in_waves(base, problem)
        if found is None:
            continue
        angle, a, b, c = found
        if b is ZERO:
            angle, b = tidy(sub(angle, div(PI, TWO))), c
        elif c is not ZERO:
            continue
        name = "cos" if is_zero(sub(a, b)) else "sin" if is_zero(add(a, b)) else ""
        if not name or linear(angle, problem.x) is None:
            continue
        half = call(name, tidy(mul(HALF, angle)))
        rest = {old: e for old, e in problem.product.powers.items() if old is not base}
        rooted = mul(power(mul(TWO, a), HALF), call("abs", half))
        text: Sentence = ("half-angle formula: ", base, " = ", tidy(mul(TWO, a, power(half, TWO))))
        return again(problem, "half-angle formula", text, mul(rooted, from_powers(rest)))
    return None
