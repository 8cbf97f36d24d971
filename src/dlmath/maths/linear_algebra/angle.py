"""Lengths, cosine, angle and projection of two vectors: what their dot product tells of them."""

from __future__ import annotations

from fractions import Fraction
from math import atan2, degrees, sqrt
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, Answer, Check, Fact, Sentence, Step
from dlmath.expression.graph import (
    PI,
    TWO,
    ZERO,
    I,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    number,
    power,
    topological,
    unfolded,
    vector,
)
from dlmath.expression.graph import sqrt as root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Squared cosines whose angle is a whole number of degrees.
_KNOWN_DEGREES = {
    Fraction(0): 90,
    Fraction(1, 4): 60,
    Fraction(1, 2): 45,
    Fraction(3, 4): 30,
    Fraction(1): 0,
}


def is_complex(node: Node) -> bool:
    """Does the imaginary unit occur?"""
    return any(part is I for part in topological(node))


def squared_norm(a: Node) -> Node:
    """The sum of the squares of the entries, tidied."""
    from dlmath.expression.tidy import tidy

    return tidy(add(*(power(entry, TWO) for entry in a.args)))


def norm(a: Node) -> Node:
    """The Euclidean length, tidied."""
    from dlmath.expression.tidy import tidy

    return tidy(root(squared_norm(a)))


def add_facts(answer: Answer, a: Node, b: Node, product: Node) -> None:
    """Adds `angle`, `cosine`, `norm_a`, `norm_b` and `projection` of the vectors a and b.

    product: their dot product. What a zero vector does not have is None, and a note says so.
    """
    from dlmath.expression.tidy import tidy

    a_squared, b_squared = squared_norm(a), squared_norm(b)
    norm_a, norm_b = norm(a), norm(b)
    cosine: Node | None = None
    angle: Fact = None
    projection: Node | None = None
    if not (_vanishes(a_squared) or _vanishes(b_squared)):
        cosine = tidy(div(product, mul(norm_a, norm_b)))
        angle = _angle(product, a_squared, b_squared, cosine)
    else:
        answer.notes.append(("a zero vector makes no angle",))
    if not _vanishes(b_squared):
        scale = div(product, b_squared)
        projection = vector(tidy(mul(scale, entry)) for entry in b.args)
    answer.facts.update(
        angle=angle, cosine=cosine, norm_a=norm_a, norm_b=norm_b, projection=projection
    )


def _vanishes(squared: Node) -> bool:
    """Is this squared length surely 0?"""
    if squared is ZERO:
        return True
    if free_symbols(squared) or is_number(squared):
        return False
    from dlmath.expression.precise import evaluate

    return bool(abs(evaluate(squared, {}, 40)) < 1e-35)


def _angle(product: Node, a_squared: Node, b_squared: Node, cosine: Node) -> Fact:
    """{radians, degrees}: numbers, or expressions when the vectors hold variables."""
    if free_symbols(cosine):
        angle = call("acos", cosine)
        return {"radians": angle, "degrees": div(mul(number(180), angle), PI)}
    if is_number(product) and is_number(a_squared) and is_number(b_squared):
        return _exact_angle(product.number, a_squared.number, b_squared.number)
    from math import acos

    from dlmath.expression.numbers import evaluate

    radians = acos(max(-1.0, min(1.0, float(evaluate(cosine)))))
    return {"radians": radians, "degrees": degrees(radians)}


def _exact_angle(product: Fraction | int, a: Fraction | int, b: Fraction | int) -> Fact:
    """The angle from the exact dot product and squared lengths.

    The tangent is the square root of the Gram determinant a*b - product^2 over the product; exact
    arithmetic keeps the digits of small angles, which the inverse cosine loses.
    """
    from math import pi

    whole = known_degrees(product, a, b)
    if whole is not None:
        return {"radians": pi * whole / 180, "degrees": whole}
    squared = Fraction(product * product) / (a * b)
    radians = atan2(sqrt(1 - squared), sqrt(squared) if product > 0 else -sqrt(squared))
    return {"radians": radians, "degrees": degrees(radians)}


def known_degrees(product: Fraction | int, a: Fraction | int, b: Fraction | int) -> int | None:
    """The angle where it is a multiple of 30 or 45 degrees; from dot product, squared lengths."""
    whole = _KNOWN_DEGREES.get(Fraction(product * product) / (a * b))
    if whole is None:
        return None
    return whole if product >= 0 else 180 - whole


# --- the working and the check ---------------------------------------------------------------


def steps(a: Node, b: Node, product: Node, answer: Answer) -> list[Step]:
    """From the dot product to lengths, cosine and angle; empty where there is no angle."""
    cosine, angle = answer.facts.get("cosine"), answer.facts.get("angle")
    if cosine is None or angle is None:
        return []
    norm_a, norm_b = answer.facts["norm_a"], answer.facts["norm_b"]
    written = unfolded("mul", [product, power(norm_a, number(-1)), power(norm_b, number(-1))])
    if norm_a is norm_b or is_number(norm_a) or is_number(norm_b):
        written = div(product, unfolded("mul", [norm_a, norm_b]))
    radians = angle["radians"]
    words: Sentence
    if isinstance(radians, Node):
        words = ("the angle is its inverse cosine: ", radians)
    else:
        size = f"{radians:.10g}, or {angle['degrees']:.10g} degrees"
        words = (f"the angle is its inverse cosine: {size}",)
    return [
        _length_step("the length of the first", a, norm_a),
        _length_step("the length of the second", b, norm_b),
        Step("cosine", ("the cosine is the product over both lengths",), written, cosine),
        Step("angle", words),
    ]


def _length_step(what: str, a: Node, length: Node) -> Step:
    squares = unfolded("add", [unfolded("pow", [entry, TWO]) for entry in a.args])
    before = root(squares) if len(a.args) > 1 else call("norm", a)
    return Step("length", (what,), before, length)


def cauchy_schwarz(a: Node, b: Node, product: Node) -> list[Check]:
    """(a·b)^2 is at most (a·a)(b·b), exactly, for rational entries."""
    a_squared, b_squared = squared_norm(a), squared_norm(b)
    if not (is_number(a_squared) and is_number(b_squared) and is_number(product)):
        return []
    holds = product.number**2 <= a_squared.number * b_squared.number
    detail = "(a·b)^2 is at most (a·a)(b·b)" if holds else "(a·b)^2 exceeds (a·a)(b·b)"
    return [Check("Cauchy-Schwarz inequality", PASSED if holds else FAILED, detail)]


# --- arrays from files -----------------------------------------------------------------------


def add_array_facts(answer: Answer, a: Array, b: Array) -> None:
    """The same facts as numbers, for vectors read from files."""
    from dlmath.maths.linear_algebra.accurate import dot

    names = ("angle", "cosine", "norm_a", "norm_b", "projection")
    answer.facts.update(dict.fromkeys(names))
    try:
        product, a_squared, b_squared = dot(a, b), dot(a, a), dot(b, b)
        norm_a, norm_b = sqrt(a_squared), sqrt(b_squared)
    except OverflowError:
        answer.notes.append(("the lengths are beyond the largest float",))
        return
    answer.facts.update(norm_a=norm_a, norm_b=norm_b)
    if not (a_squared and b_squared):
        answer.notes.append(("a zero vector makes no angle",))
    else:
        cosine = max(-1.0, min(1.0, product / norm_a / norm_b))
        radians = _array_angle(a, b, norm_a, norm_b)
        answer.facts["angle"] = {"radians": radians, "degrees": degrees(radians)}
        answer.facts["cosine"] = cosine
    if b_squared:
        answer.facts["projection"] = [product / b_squared * entry for entry in b.tolist()]


def _array_angle(a: Array, b: Array, norm_a: float, norm_b: float) -> float:
    """2*atan2(|u - v|, |u + v|) of the unit vectors u and v.

    W. Kahan, "How futile are mindless assessments of roundoff", 2006, section 12: accurate for
    nearly parallel vectors too.
    """
    import numpy as np

    u, v = a / norm_a, b / norm_b
    return 2 * atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v)))
