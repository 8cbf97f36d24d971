"""Random equations, whose solutions are verified by numbers alone."""

from __future__ import annotations

from typing import Any

import mpmath
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.maths.equations.ode.solving import assert_solves, function_of, right_sides, solved

SMALL = st.integers(-3, 3)


@settings(max_examples=8, deadline=None)
@given(a=SMALL, b=SMALL, c=SMALL, k=st.integers(0, 2), alpha=st.integers(-2, 2))
def test_constant_coefficients(a: int, b: int, c: int, k: int, alpha: int) -> None:
    text = f"y'' + ({a})*y' + ({b})*y = ({c})*x^{k}*exp(({alpha})*x)"
    (node,) = right_sides(solved(text))

    def equation(x: Any, y: Any, p: Any, q: Any) -> Any:
        return q + a * p + b * y - c * x**k * mpmath.exp(alpha * x)

    assert_solves(equation, node, 2, [0.4, -0.7], C1=0.6, C2=-1.3)


@settings(max_examples=6, deadline=None)
@given(
    power=st.integers(0, 2),
    a=st.integers(1, 3),
    shape=st.sampled_from(["y", "y^2", "1/y", "exp(-y)", "1 + y^2"]),
)
def test_separable_equations(power: int, a: int, shape: str) -> None:
    """The solution through (1/2, 1) is compared with numerical integration of the equation."""
    answer = solved(f"y' = {a}*x^{power}*({shape})", "y(1/2)=1")
    nodes = right_sides(answer)
    assert len(nodes) == 1
    exact = function_of(nodes[0])
    slopes: dict[str, Any] = {
        "y": lambda y: y,
        "y^2": lambda y: y**2,
        "1/y": lambda y: 1 / y,
        "exp(-y)": lambda y: mpmath.exp(-y),
        "1 + y^2": lambda y: 1 + y**2,
    }
    with mpmath.workdps(20):
        end = mpmath.mpf("0.55")
        flow = mpmath.odefun(lambda x, y: a * x**power * slopes[shape](y), mpmath.mpf("0.5"), 1)
        assert abs(exact(end) - flow(end)) < mpmath.mpf(10) ** -8
