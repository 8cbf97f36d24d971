"""Distributions of several values: scipy's densities, sums over outcomes, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import dlmath
from dlmath.answer import PASSED
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.probability.dist import Questions, dist
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.reading import read_distribution


def read(text: str) -> Joint:
    found = read_distribution(text)
    assert isinstance(found, Joint)
    return found


def values(node: Node) -> object:
    return to_float(evaluate(node))


@pytest.mark.parametrize(
    ("text", "peer", "point"),
    [
        ("mvn([1, 2], [[2, 1/2], [1/2, 1]])",
         stats.multivariate_normal([1, 2], [[2, 0.5], [0.5, 1]]), "[0.3, 1.5]"),
        ("dirichlet(2, 3, 4)", stats.dirichlet([2, 3, 4]), "[0.2, 0.3, 0.5]"),
        ("multinomial(5, [0.2, 0.3, 0.5])", stats.multinomial(5, [0.2, 0.3, 0.5]), "[1, 1, 3]"),
    ],
)  # fmt: skip
def test_densities_means_covariances_are_scipys(text: str, peer: object, point: str) -> None:
    joint = read(text)
    node = parse(point).node
    place = np.array(values(node))
    theirs = peer.pmf(place) if joint.discrete else peer.pdf(place)  # type: ignore[attr-defined]
    assert values(joint.density(node.args)) == pytest.approx(float(theirs))
    assert np.exp(values(joint.log_density(node.args))) == pytest.approx(float(theirs))
    covariance = peer.cov() if callable(peer.cov) else peer.cov  # type: ignore[attr-defined]
    assert np.allclose(np.array(values(joint.covariance)), covariance)
    if joint.entropy is not None:
        assert values(joint.entropy) == pytest.approx(float(peer.entropy()))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "categorical(1/2, 1/3, 1/6)",
        "multinomial(4, [1/2, 1/4, 1/4])",
        "multinomial(200, [1/2, 1/4, 1/4])",
        "mvn([0, 0], [[1, rho], [rho, 1]])",
        "mvn([a, b, c], [[2, 1, 0], [1, 2, 1], [0, 1, 2]])",
        "dirichlet(a, b, c)",
        "dirichlet(1/2, 1/2)",
    ],
)
def test_every_summary_is_confirmed(text: str) -> None:
    answer = dist(read(text))
    assert [check.verdict for check in answer.checks] == [PASSED], answer.checks


def test_a_wrong_covariance_or_density_is_refuted() -> None:
    from dlmath.maths.probability.joint_checks import check_density
    from dlmath.maths.probability.joint_summary import _by_sum, _points

    right = read("multinomial(3, [1/2, 1/2])")
    wrong = right._replace(covariance=parse("[[1, -1], [-1, 1]]").node)
    assert _by_sum(wrong, _points(wrong)).verdict == "failed"
    normal = read("mvn([0, 0], [[1, rho], [rho, 1]])")
    other = read("mvn([0, 0], [[1, rho], [rho, 2]])")
    assert check_density(normal._replace(log_density=other.log_density)).verdict == "failed"


def test_samples_are_rows() -> None:
    asked = Questions(sample_size=3, seed=1)
    for text, width in (("mvn([0, 9], [[1, 0], [0, 1]])", 2), ("dirichlet(1, 1, 1)", 3)):
        drawn = dist(read(text), asked).value
        assert [len(row) for row in drawn] == [width] * 3
    assert set(dist(read("categorical(0, 1)"), asked).value) == {1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("categorical(0.2, 0.3, 0.4)", "add up to 9/10"),
        ("categorical(-1/2, 3/2)", "no probability"),
        ("multinomial(2.5, [1])", "whole number"),
        ("mvn([0, 0], [[1, 2], [2, 1]])", "not positive definite"),
        ("mvn([0, 0], [[1, 1], [0, 1]])", "not symmetric"),
        ("mvn([0, 0], [[1]])", "2 x 2"),
        ("dirichlet(1)", "at least two"),
        ("dirichlet(0, 1)", "above 0"),
        ("categorical", "needs its parameters"),
    ],
)
def test_refusals(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_distribution(text)


def test_densities_outside_the_support() -> None:
    assert str(dist(read("dirichlet(1, 2)"), Questions(parse("[1/2, 1]").node))) == "0"
    assert str(dist(read("multinomial(4, [1/2, 1/2])"), Questions(parse("[1, 1]").node))) == "0"
    assert to_text(read("categorical(1/4, 3/4)").mean) == "3/4"
    with pytest.raises(InvalidInput, match="2 values"):
        dist(read("dirichlet(1, 2)"), Questions(parse("1/2").node))
    with pytest.raises(InvalidInput, match="one variable"):
        dist(read("dirichlet(1, 2)"), Questions(cumulative=parse("1/2").node))


def test_two_normal_variables_are_drawn_as_level_lines() -> None:
    answer = dlmath.dist("mvn([1, 2], [[1, r], [r, 1]])", at={"r": 0.5}, plot=True)
    contour = answer.picture.contour
    top = 1 / (2 * math.pi * math.sqrt(0.75))
    assert contour.levels[-1] == pytest.approx(0.8 * top)
    bars = dlmath.dist("categorical(0.2, 0.3, 0.5)", plot=True).picture.bars[0]
    assert bars.height == [0.2, 0.3, 0.5]
