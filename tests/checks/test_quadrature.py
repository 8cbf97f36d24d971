"""Closed forms against measured values."""

import mpmath

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.quadrature import agrees, check_quadrature, check_second
from dlmath.expression.parser import parse


def test_a_closed_form_must_have_the_measured_value() -> None:
    value = mpmath.mpf("1.5707963267948966192")
    assert agrees(parse("pi/2").node, value, mpmath.mpf(0))
    assert not agrees(parse("pi/2 + 10^-7").node, value, mpmath.mpf("1e-12"))
    assert not agrees(parse("oo").node, value, mpmath.mpf(1))
    assert not agrees(parse("1/0").node, value, mpmath.mpf(1))


def test_verdicts() -> None:
    half = parse("a/2").node
    right = [({"a": 3}, mpmath.mpf("1.5"), mpmath.mpf(0))]
    wrong = [*right, ({"a": -3}, mpmath.mpf("1.5"), mpmath.mpf(0))]
    assert check_quadrature(half, right).verdict == PASSED
    assert check_quadrature(half, wrong).verdict == FAILED
    assert check_quadrature(half, []).verdict == UNAVAILABLE
    assert check_second(mpmath.mpf(1), mpmath.mpf(1), "").verdict == PASSED
    assert check_second(mpmath.mpf(1), mpmath.mpf("1.1"), "").verdict == FAILED
