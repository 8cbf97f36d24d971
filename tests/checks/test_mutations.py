"""Right antiderivatives spoilt in every way that a rule can go wrong: the check refutes them.

Left out are spoilt forms that are right all the same (the absolute value of a positive function).
"""

from __future__ import annotations

import pytest

from dlmath.answer import PASSED
from dlmath.checks.antiderivative import Verdict, check_antiderivative
from dlmath.expression.gradient import gradient
from dlmath.expression.parser import parse

RIGHT = (
    "x^3/3 - 2*x",
    "x*log(abs(x)) - x",
    "abs(x - 3)*(x - 3)/2",
    "atan(x)",
    "sin(x)*exp(-x^2)",
    "log(abs(x^2 - 4))",
    "sign(x)*x^2",
    "exp(a*x)/a",
    "atan(x/a)/a",
)

SPOILT = (
    "({F})*sign(x)",  # the sign is wrong for x < 0
    "({F})*piecewise((2, x < 0), (1, true))",  # a factor is lost on one side
    "({F})*piecewise((1, x < 0), (1.001, true))",
    "2*({F})",
    "({F}) + heaviside(x - 1)",  # jumps where the integrand is continuous
    "({F}) + heaviside(x - 5.3)/100",
    "({F}) + sign(x + 7)",
    "({F}) + floor(x/3)",
    "({F}) + atan(tan(x/2)) - x/2",  # the arctangent of another branch
    "({F}) + x/10^9",
    "({F}) + x/10^14",
    "({F}) + sin(x)/10^6",
    "({F}) + relu(x - 50)",  # wrong only far away
    "({F}) + relu(-x - 200)",
    "({F}) + relu(1/100 - (x - 2.7)^2)",  # wrong only on a short stretch
)


def refuted(verdict: Verdict) -> bool:
    return verdict.check.verdict != PASSED or bool(verdict.jumps)


@pytest.mark.parametrize("right", RIGHT)
def test_right_ones_pass_and_spoilt_ones_do_not(right: str) -> None:
    antiderivative = parse(right).node
    integrand = gradient(antiderivative, ["x"])["x"]
    assert not refuted(check_antiderivative(antiderivative, integrand, "x"))
    passed = [
        form
        for form in SPOILT
        if not refuted(check_antiderivative(parse(form.format(F=right)).node, integrand, "x"))
    ]
    assert passed == []
