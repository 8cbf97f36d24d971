"""Two vectors: angle, projection, cross and outer product, exact."""

from __future__ import annotations

from typing import Any

from dlmath.answer import DOES_NOT_EXIST, Answer, Check, Step
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import (
    PI,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    number,
    sqrt,
    sub,
    unfolded,
    vector,
)
from dlmath.maths.linear_algebra.angle import is_complex, known_degrees
from dlmath.maths.linear_algebra.vector_checks import (
    Pair,
    at_points,
    check_angle,
    check_orthogonal,
    dotted,
)
from dlmath.maths.linear_algebra.vector_scalars import (
    clean,
    combination,
    conjugated,
    fill,
    inner,
    is_zero,
    matrix_of,
    note_complex,
    quotient,
    squared_length,
)
from dlmath.settings import Settings

#: Working is written out for at most this many entries.
SHOWN_ENTRIES = 40

#: An exact outer product has at most so many entries.
PRODUCTS_MOST = 100_000


def no_answer(question: tuple[str | Node, ...], reason: str) -> Answer:
    """The answer where there is none, and why."""
    answer = Answer("vector", question, "does not exist", DOES_NOT_EXIST)
    answer.notes.append((reason,))
    return answer


# --- angle -----------------------------------------------------------------------------------


def angle(a: Node, b: Node, settings: Settings) -> Answer:
    """The angle in radians, from 0 to pi. Facts: `degrees`, `cosine`, `dot`, `norm_a`, `norm_b`.

    Of complex vectors: the angle of their real and imaginary parts taken as coordinates, whose
    cosine is the real part of <a, b>.
    """
    question = ("angle between ", a, " and ", b)
    a_squared, b_squared = squared_length(a.args), squared_length(b.args)
    if is_zero(a_squared) or is_zero(b_squared):
        return no_answer(question, "a zero vector makes no angle")
    product = _real_part(inner(a.args, b.args))
    norm_a, norm_b = clean(sqrt(a_squared)), clean(sqrt(b_squared))
    cosine = clean(div(product, clean(mul(norm_a, norm_b))))
    degrees = None
    if is_number(product) and is_number(a_squared) and is_number(b_squared):
        degrees = known_degrees(product.number, a_squared.number, b_squared.number)
    if degrees is None:
        result = clean(call("acos", cosine))
    else:
        result = clean(div(mul(number(degrees), PI), number(180)))
    answer = fill(Answer("vector", question), result, settings)
    if answer.value is not None:
        answer.value = _float_of(result)
    answer.facts.update(
        degrees=_degrees(result, degrees),
        cosine=cosine,
        dot=product,
        norm_a=norm_a,
        norm_b=norm_b,
    )
    if is_complex(a) or is_complex(b):
        answer.notes.append(
            ("complex entries: the angle of real and imaginary parts taken as coordinates",)
        )
    if settings.steps:
        answer.steps = _angle_steps(a, b, answer, result)
    if settings.check:
        answer.checks = [check_angle(a, b, result, answer.value)]
    return answer


def _real_part(product: Node) -> Node:
    """(z + conj(z))/2"""
    if not is_complex(product):
        return product
    return clean(div(add(product, conjugated(product)), number(2)))


def _degrees(radians: Node, known: int | None) -> int | float | Node:
    if known is not None:
        return known
    in_degrees = clean(div(mul(number(180), radians), PI))
    return in_degrees if free_symbols(in_degrees) else _float_of(in_degrees)


def _float_of(node: Node) -> float:
    """The value from many digits: a small angle keeps its own, which the cosine of floats loses."""
    from dlmath.expression.precise import evaluate

    return float(evaluate(node, {}, 40))


def _angle_steps(a: Node, b: Node, answer: Answer, result: Node) -> list[Step]:
    norm_a, norm_b, product = (answer.facts[name] for name in ("norm_a", "norm_b", "dot"))
    cosine = answer.facts["cosine"]
    steps = [
        Step("length of a", ("the length of the first",), call("norm", a), norm_a),
        Step("length of b", ("the length of the second",), call("norm", b), norm_b),
    ]
    if not (is_complex(a) or is_complex(b)):
        pairs = [unfolded("mul", [x, y]) for x, y in zip(a.args, b.args, strict=True)]
        written = unfolded("add", pairs) if len(pairs) > 1 else pairs[0]
        shown = written if len(pairs) <= SHOWN_ENTRIES else call("dot", a, b)
        steps.append(Step("dot product", ("multiply entry by entry and add",), shown, product))
    quotient_ = div(product, unfolded("mul", [norm_a, norm_b]))
    steps.append(Step("cosine", ("divide by both lengths",), quotient_, cosine))
    steps.append(Step("angle", ("take the inverse cosine",), call("acos", cosine), result))
    return steps


# --- projection ------------------------------------------------------------------------------


def project(a: Node, b: Node, settings: Settings) -> Answer:
    """The part of a along b. Facts: `coefficient` (<b, a>/<b, b>), `rejection` (what remains)."""
    question = ("projection of ", a, " onto ", b)
    squared = squared_length(b.args)
    if is_zero(squared):
        return no_answer(question, "a zero vector has no direction to project onto")
    product = inner(b.args, a.args)
    coefficient = quotient(product, squared)
    result = vector(combination([coefficient], [b.args]))
    answer = fill(Answer("vector", question), result, settings)
    rejection = vector(clean(sub(x, y)) for x, y in zip(a.args, result.args, strict=True))
    answer.facts.update(coefficient=coefficient, rejection=rejection)
    note_complex(answer, a, b)
    if free_symbols(squared):
        answer.notes.append(("where the length of the second vector is not 0",))
    if settings.steps:
        answer.steps = _project_steps(a, b, (product, squared, coefficient), result)
    if settings.check:
        answer.checks = [check_orthogonal("remainder is perpendicular", result, b, a)]
    return answer


def _project_steps(a: Node, b: Node, parts: tuple[Node, Node, Node], result: Node) -> list[Step]:
    product, squared, coefficient = parts
    steps = []
    if not (is_complex(a) or is_complex(b)):
        steps = [
            Step("dot product", ("the product of the two",), call("dot", b, a), product),
            Step("dot product", ("the second with itself",), call("dot", b, b), squared),
        ]
    ratio = unfolded("mul", [product, unfolded("pow", [squared, number(-1)])])
    return [
        *steps,
        Step("coefficient", ("how often b is contained in a",), ratio, coefficient),
        Step("scale", ("b times the coefficient",), mul(coefficient, b), result),
    ]


# --- products --------------------------------------------------------------------------------

#: For each entry of a cross product: the entries of a and b multiplied, then those subtracted.
_CROSS = (((1, 2), (2, 1)), ((2, 0), (0, 2)), ((0, 1), (1, 0)))


def cross(a: Node, b: Node, settings: Settings) -> Answer:
    """The vector perpendicular to both. Facts: `area` of the parallelogram, `dot`.

    Raises InvalidInput where the vectors do not have three entries.
    """
    require_space(len(a.args))
    entries, written = [], []
    for (i, j), (m, n) in _CROSS:
        plus = unfolded("mul", [a.args[i], b.args[j]])
        minus = unfolded("mul", [a.args[m], b.args[n]])
        written.append(unfolded("add", [plus, unfolded("mul", [number(-1), minus])]))
        entries.append(clean(sub(mul(a.args[i], b.args[j]), mul(a.args[m], b.args[n]))))
    result = vector(entries)
    answer = fill(Answer("vector", (a, " × ", b)), result, settings)
    answer.facts["area"] = clean(sqrt(squared_length(entries)))
    if is_complex(a) or is_complex(b):
        answer.notes.append(("complex entries are multiplied as they are, without conjugation",))
    elif all(map(is_zero, entries)):
        answer.notes.append(("the vectors are parallel: their cross product is 0",))
    if settings.steps:
        words = ("the first entry is a2*b3 - a3*b2, and so on in turn",)
        answer.steps = [Step("cross product", words, vector(written), result)]
    if settings.check:
        answer.checks = [_check_cross(a, b, result)]
    return answer


def require_space(length: int) -> None:
    """Raises InvalidInput where vectors of this length have no cross product."""
    if length == 2:
        raise InvalidInput(
            "the cross product takes vectors of length 3, and these have length 2",
            hint="add a third entry 0: the last entry of the product is then the signed area",
        )
    if length != 3:
        raise InvalidInput(
            f"the cross product takes vectors of length 3, and these have length {length}",
            hint="only in three dimensions is one direction perpendicular to two vectors",
        )


def _check_cross(a: Node, b: Node, result: Node) -> Check:
    """Perpendicular to both; |a x b|^2 = (a.a)(b.b) - (a.b)^2; the determinant with it is >= 0."""

    def pairs(values: list[Any]) -> list[Pair]:
        c, x, y = values
        xx, yy, xy, cc = (_plain(p, q) for p, q in ((x, x), (y, y), (x, y), (c, c)))
        size = sum(abs(p) ** 2 for p in x) * sum(abs(p) ** 2 for p in y)
        # Lagrange's identity leaves the sign open; the determinant of a, b, c settles it.
        determinant = sum(
            x[i] * (y[(i + 1) % 3] * c[(i + 2) % 3] - y[(i + 2) % 3] * c[(i + 1) % 3])
            for i in range(3)
        )
        return [
            (_plain(c, x), 0.0, size),
            (_plain(c, y), 0.0, size),
            (cc, xx * yy - xy * xy, size),
            (determinant, cc, size),
        ]

    return at_points("perpendicular, right-handed, Lagrange's identity", [result, a, b], pairs)


def _plain(x: list[Any], y: list[Any]) -> Any:
    return sum(p * q for p, q in zip(x, y, strict=True))


def outer(a: Node, b: Node, settings: Settings) -> Answer:
    """The matrix of all products a_i*b_j. Fact: `rank`. Raises LimitReached where it is huge."""
    if len(a.args) * len(b.args) > PRODUCTS_MOST:
        raise LimitReached(
            f"{len(a.args)} times {len(b.args)} exact products: at most {PRODUCTS_MOST}",
            hint="put the vectors in .npy files",
        )
    result = matrix_of([[clean(mul(x, y)) for y in b.args] for x in a.args])
    answer = fill(Answer("vector", ("outer product of ", a, " and ", b)), result, settings)
    zero = all(map(is_zero, a.args)) or all(map(is_zero, b.args))
    answer.facts["rank"] = 0 if zero else 1
    if is_complex(a) or is_complex(b):
        answer.notes.append(("complex entries are multiplied as they are, without conjugation",))
    if settings.steps:
        shown = len(a.args) * len(b.args) <= 2 * SHOWN_ENTRIES
        written = matrix_of([[unfolded("mul", [x, y]) for y in b.args] for x in a.args])
        words = ("the entry in row i, column j is a_i*b_j",)
        answer.steps = [Step("outer product", words, written if shown else None, result)]
    if settings.check:
        answer.checks = [_check_outer(a, b, result)]
    return answer


def _check_outer(a: Node, b: Node, result: Node) -> Check:
    """The matrix times conj(b), and conj(a) times the matrix, give multiples known beforehand."""

    def pairs(values: list[Any]) -> list[Pair]:
        matrix, x, y = values
        found: list[Pair] = []
        weights = [1.0 + 0.5 * k for k in range(len(y))]
        total, size = dotted(weights, y)
        for row, entry in zip(matrix, x, strict=True):
            found.append((dotted(weights, row)[0], entry * total, abs(entry) * size))
        down = [1.0 + 0.25 * k for k in range(len(x))]
        total, size = dotted(down, x)
        for k, entry in enumerate(y):
            column = [row[k] for row in matrix]
            found.append((dotted(down, column)[0], total * entry, size * abs(entry)))
        return found

    return at_points("weighted sums of rows and columns", [result, a, b], pairs)
