"""Random matrix expressions: no derivative is refuted, each reads back, each step is true."""

from __future__ import annotations

import random
import re

import pytest

from dlmath.answer import PASSED
from dlmath.maths.networks.matrix_calculus.read import read
from dlmath.maths.networks.matrix_calculus.shapes import read_shapes
from dlmath.maths.networks.matrix_calculus.write import to_text
from dlmath.maths.networks.matrix_derive import matrix_derive
from dlmath.settings import Settings
from tests.maths.networks.matrix_identities import Identity
from tests.maths.networks.test_matrix_derive import compared

SHAPES = "A: m,n; B: n,m; X: n,n; S: n,n symmetric; x, y: n; b: m; t: 1"

Shape = tuple[str, str]

SCALAR: Shape = ("1", "1")

LEAVES: dict[Shape, list[str]] = {
    ("m", "n"): ["A", "B'"],
    ("n", "m"): ["B", "A'"],
    ("n", "n"): ["X", "X'", "S", "eye(n)"],
    ("m", "m"): ["A*A'", "eye(m)"],
    ("n", "1"): ["x", "y", "ones(n)"],
    ("m", "1"): ["b"],
    SCALAR: ["t", "2", "n"],
}
FUNCTIONS = "exp sigmoid tanh sin softplus silu".split()
OF_ANY = ["sum(#)", "norm(#)", "norm(#)^2", "mean(#)"]
#: `#` stands for a part of the shape in the second place.
SCALARS = [
    ("tr(#)", ("n", "n")),
    ("log(abs(det(# + 3*eye(n))))", ("n", "n")),
    ("logsumexp(#)", ("n", "1")),
    ("sin(#)", SCALAR),
    ("(#)^3", SCALAR),
    ("x'*(#)*y", ("n", "n")),
]
SQUARES = [
    ("inv(# + 3*eye(n))", ("n", "n")),
    ("(#)^2", ("n", "n")),
    ("diag(#)", ("n", "1")),
    ("(#)*x'", ("n", "1")),
]
VECTORS = [
    ("softmax(#)", ("n", "1")),
    ("diag(#)", ("n", "n")),
    ("diag(#)*y", ("n", "1")),
    ("(#)/(1 + norm(#))", ("n", "1")),
]


def expression(chance: random.Random, shape: Shape, depth: int) -> str:
    """An expression of the shape, nested so deeply at most."""
    if depth == 0 or chance.random() < 0.15:
        return f"({chance.choice(LEAVES[shape])})"

    def part(of: Shape) -> str:
        return expression(chance, of, depth - 1)

    kind = chance.choice(["sum", "product", "own", "own", "function"])
    if kind == "sum":
        return f"({part(shape)} {chance.choice('+-')} {part(shape)})"
    if kind == "function" and shape != SCALAR:
        return f"({chance.choice(FUNCTIONS)}({part(shape)}/4).*{part(shape)})"
    if kind == "product":
        inner = chance.choice("mn")
        left, right = (shape[0], inner), (inner, shape[1])
        if shape != SCALAR and {left, right} <= LEAVES.keys():
            return f"({part(left)}*{part(right)})"
        return f"({part(SCALAR)}*{part(shape)})"
    forms = {SCALAR: SCALARS, ("n", "n"): SQUARES, ("n", "1"): VECTORS}.get(shape)
    if shape == SCALAR and chance.random() < 0.5:
        of = chance.choice([("m", "n"), ("n", "n"), ("n", "1")])
        return chance.choice(OF_ANY).replace("#", part(of))
    if forms is None:
        return f"(({part(SCALAR)})*{part(shape)})"
    form, of = chance.choice(forms)
    return f"({form.replace('#', part(of))})"


@pytest.mark.parametrize("seed", range(90))
def test_random_expression(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  nothing secret
    shape = chance.choice([SCALAR, SCALAR, ("n", "1"), ("m", "1"), ("n", "n"), ("m", "n")])
    text = expression(chance, shape, 2 + seed % 2)
    names = sorted(set(re.findall(r"\b[ABXSxybt]\b", text)))
    if not names:
        return
    wrt = chance.choice(names)
    order = 2 if shape == SCALAR and wrt in "xybt" and seed % 3 == 0 else 1
    answer = matrix_derive(text, wrt, SHAPES, Settings(steps=True), order=order)
    assert [check.verdict for check in answer.checks] == [PASSED], text
    result = str(answer.result)
    assert to_text(read(result, read_shapes(SHAPES)).expression) == result
    compared(answer.steps, Identity("random", text, wrt, SHAPES, result, order))
