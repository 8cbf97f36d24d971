"""Vectors and reductions written out by entries have the values of the functions themselves."""

from __future__ import annotations

import numpy as np
import pytest

from dlmath.checks.values import compare_values, sample_points
from dlmath.errors import InvalidInput
from dlmath.expression.elements import expand_vectors, shape_of
from dlmath.expression.graph import Node, contains, free_symbols
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import FUNCTIONS


def read(text: str) -> Node:
    return parse(text).node


@pytest.mark.parametrize(
    "text",
    [
        "norm([x, y, 2])",
        "norm([x, y], 3)",
        "norm([x, -y], oo)",
        "mean([x, y, 3])",
        "var([x, y, 3])",
        "max([x, y, 1])",
        "min([x, y, 1])",
        "dot([x, 2], [y, 3])",
        "dot([[1, x], [y, 2]], [3, 4])",
        "logsumexp([x/9, y/9])",
        "softmax([x/9, y/9])",
        "log_softmax([x/9, y/9])",
        "mse([x, 1], [y, 2])",
        "mae([x, 1], [y, 2])",
        "huber([x, 1], [y, 2])",
        "huber(x, y, 3)",
        "bce([sigmoid(x), 1/3], [1, 0])",
        "cross_entropy(softmax([x/9, y/9]), [1, 0])",
        "kl_div([1/3, 2/3], [sigmoid(x), sigmoid(y)])",
        "hinge([x, y], [1, -1])",
        "sin([x, y])",
        "2*[x, y] - [1, x]/3 + 1",
        "[[1, x], [y, 2]]*[[x, 0], [1, y]]*[1, 2]",
        "[[1, x], [y, 2]]^3",
        "relu([x, y]) + [1, 2]",
        "mse(x, y)",
    ],
)
def test_written_out_has_the_same_values(text: str) -> None:
    node = read(text)
    expanded = expand_vectors(node)
    reductions = {name for name, f in FUNCTIONS.items() if f.kind in ("reduction", "vector")}
    assert not contains(expanded, reductions - {"max", "min"})
    found = compare_values(node, expanded, sample_points(sorted(free_symbols(node)), {}, 8))
    assert found.different is None
    assert found.agreed == 8


def test_an_expression_without_vectors_is_returned_as_it_is() -> None:
    node = read("sin(x)^2 + max(x, 3)/sigmoid(y) - sum(k^2, k, 1, n)")
    assert expand_vectors(node) is node


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x + 1", ()),
        ("[x, 1]", (2,)),
        ("[[1, 2, 3], [4, 5, 6]]", (2, 3)),
        ("[[1, 2, 3], [4, 5, 6]]*[1, 2, 3]", (2,)),
        ("norm([1, 2])", ()),
        ("softmax([1, 2, 3])", (3,)),
        ("[[[1, 2]], [[3, 4]]]", (2, 1, 2)),
    ],
)
def test_shapes(text: str, shape: tuple[int, ...]) -> None:
    assert shape_of(read(text)) == shape


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2] + [1, 2, 3]", ("length 2", "length 3")),
        ("[[1, 2], [3, 4]]*[1, 2, 3]", ("2 by 2", "length 3")),
        ("mse([1, 2], [1, 2, 3])", ("length 2", "length 3")),
    ],
)
def test_a_mismatch_names_both_shapes(text: str, words: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        shape_of(read(text))
    assert all(word in caught.value.message for word in words)


@pytest.mark.parametrize(
    "text", ["piecewise(([1, x], x > 0), (1, true))", "piecewise((1, [1, x] == [1, 2]), (2, true))"]
)
def test_branches_have_one_shape_and_conditions_are_of_numbers(text: str) -> None:
    with pytest.raises(InvalidInput):
        expand_vectors(read(text))


def test_the_product_of_two_vectors_is_refused_with_what_to_write() -> None:
    with pytest.raises(InvalidInput) as caught:
        expand_vectors(read("[1, 2]*[3, 4]"))
    assert "dot(a, b)" in (caught.value.hint or "")


def test_an_operation_goes_into_the_entries() -> None:
    node = expand_vectors(read("derive([x, x^2], x)"))
    assert to_text(node) == "[derive(x, x), derive(x**2, x)]"


def test_numpy_agrees() -> None:
    a = [[1.5, -2.0], [0.25, 3.0]]
    v = [0.5, -1.25]
    text = "[[3/2, -2], [1/4, 3]]*[1/2, -5/4]"
    assert evaluate(expand_vectors(read(text))) == pytest.approx(np.array(a) @ np.array(v))
    assert evaluate(expand_vectors(read("var([1, 2, 4])"))) == pytest.approx(np.var([1, 2, 4]))
