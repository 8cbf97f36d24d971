"""Partial differential equations in closed form: kinds, solutions, what is refused."""

from __future__ import annotations

import math

import pytest

from dlmath import pde
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import read_differential
from dlmath.expression.text import to_text

ENDS = ["u(0,t)=0", "u(1,t)=0"]


def shown(equation: str, given: list[str], **options: object) -> str:
    answer = pde(equation, given, **options)
    assert answer.checks and not answer.refuted
    assert all(check.verdict == "passed" for check in answer.checks)
    text = str(answer)
    # What is printed reads back as the same equation.
    names = answer.result.args[0]
    back = read_differential([text], (), f"u({', '.join(to_text(a) for a in names.args)})",
                             partial=True)  # fmt: skip
    assert back.equations[0] is answer.result or to_text(back.equations[0]) == text
    return text


@pytest.mark.parametrize(
    ("equation", "kind"),
    [
        ("u_t = u_xx", "parabolic"),
        ("u_tt = u_xx", "hyperbolic"),
        ("u_xx + u_yy = 0", "elliptic"),
        ("u_t + u*u_x = 0", "first order"),
        ("u_xx + 2u_xy + u_yy = 0", "parabolic"),
        ("u_xx - 3u_xy + u_yy + u = 0", "hyperbolic"),
        ("y*u_xx + u_yy = 0", "mixed type"),
        ("u_t = u*u_xx", "parabolic"),
    ],
)
def test_kinds(equation, kind) -> None:
    from dlmath.maths.equations.pde.kinds import kind_of
    from dlmath.maths.equations.pde.read import read_equation

    problem = read_differential([equation], (), None, partial=True)
    assert kind_of(read_equation(problem, {})).name == kind


@pytest.mark.parametrize(
    ("equation", "given", "text"),
    [
        ("u_t = u_xx", ["u(x,0)=sin(pi*x)", *ENDS], "u(x, t) = exp(-pi**2*t)*sin(pi*x)"),
        ("u_t = k*u_xx", ["u(x,0)=exp(-x^2)"],
         "u(x, t) = exp(-x**2/(4*k*t + 1))/sqrt(4*k*t + 1)"),
        ("u_t = u_xx", ["u(x,0)=heaviside(x)"], "u(x, t) = (erf(x/(2*sqrt(t))) + 1)/2"),
        ("u_t = u_xx", ["u(x,0)=x^2 + sin(x)"], "u(x, t) = x**2 + 2*t + exp(-t)*sin(x)"),
        ("u_tt = c^2*u_xx", ["u(x,0)=0", "u_t(x,0)=x"], "u(x, t) = t*x"),
        ("u_xx + u_yy = 0",
         ["u(x,0)=0", "u(x,1)=sin(pi*x)", "u(0,y)=0", "u(1,y)=0"],
         "u(x, y) = sin(pi*x)*sinh(pi*y)/sinh(pi)"),
        ("u_t + c*u_x = 0", ["u(x,0)=exp(-x^2)"], "u(x, t) = exp(-(x - c*t)**2)"),
        ("u_t + x*u_x = 0", ["u(x,0)=cos(x)"], "u(x, t) = cos(x*exp(-t))"),
        ("x*u_x + y*u_y = u", ["u(x,1)=x^2"], "u(x, y) = x**2/y"),
        ("u_t + u*u_x = 0", ["u(x,0)=-x"], "u(x, t) = x/(t - 1)"),
        ("u_t = u_xx - u", ["u(x,0)=sin(pi*x)^3", *ENDS], None),
        ("u_t = u_xx + sin(pi*x)*exp(-t)", ["u(x,0)=0", *ENDS], None),
        ("u_tt + u_t = u_xx", ["u(x,0)=sin(pi*x)", "u_t(x,0)=0", *ENDS], None),
    ],
)  # fmt: skip
def test_closed_forms(equation, given, text) -> None:
    found = shown(equation, given)
    assert text is None or found == text


@pytest.mark.parametrize(
    ("equation", "given", "at", "value"),
    [
        # sums worked out apart from the program
        ("u_t = u_xx", ["u(x,0)=x*(1-x)", *ENDS], "x=1/2,t=1/10",
         sum(8 / math.pi**3 / n**3 * math.exp(-((n * math.pi) ** 2) / 10)
             * math.sin(n * math.pi / 2) for n in range(1, 40, 2))),
        ("u_t = u_xx", ["u(x,0)=x", "u_x(0,t)=0", "u_x(1,t)=0"], "x=1/4,t=1/20",
         0.5 - sum(4 / (n * math.pi) ** 2 * math.exp(-((n * math.pi) ** 2) / 20)
                   * math.cos(n * math.pi / 4) for n in range(1, 40, 2))),
        ("u_tt = u_xx", ["u(x,0)=0", "u_t(x,0)=x*(1-x)", *ENDS], "x=1/2,t=1/4",
         # d'Alembert: half the integral of the odd continuation
         0.5 * ((0.75**2 / 2 - 0.75**3 / 3) - (0.25**2 / 2 - 0.25**3 / 3))),
        ("u_t = u_xx", ["u(x,0)=0", "u(0,t)=1", "u(1,t)=3"], "x=1/2,t=5", 2.0),
        ("u_t = u_xx + 1", ["u(x,0)=0", "u(0,t)=0", "u_x(1,t)=0"], "x=1,t=20", 0.5),
        ("u_tt = u_xx", ["u(x,0)=piecewise((x,x<1/2),(1-x,true))", "u_t(x,0)=0", *ENDS],
         "x=1/2,t=1/4", 0.25),
    ],
)  # fmt: skip
def test_series_have_the_right_values(equation, given, at, value) -> None:
    answer = pde(equation, given, at=at)
    assert answer.value == pytest.approx(value, abs=2e-6)
    assert all(check.verdict == "passed" for check in answer.checks)


def test_coefficients_that_are_different_for_a_small_index_stand_apart() -> None:
    # x*sin(pi*x): the formula for the coefficient has a pole at n = 1
    answer = pde("u_t = u_xx", ["u(x,0)=x*sin(pi*x)", *ENDS], at="x=1/3,t=1/50")
    from scipy.integrate import quad

    def coefficient(n: int) -> float:
        return 2 * quad(lambda x: x * math.sin(math.pi * x) * math.sin(n * math.pi * x), 0, 1)[0]

    exact = sum(
        coefficient(n) * math.exp(-((n * math.pi) ** 2) / 50) * math.sin(n * math.pi / 3)
        for n in range(1, 15)
    )
    assert answer.value == pytest.approx(exact, abs=1e-8)


def test_terms_cut_the_series_off_and_say_what_is_lost() -> None:
    answer = pde("u_t = u_xx", ["u(x,0)=x*(1-x)", *ENDS], terms=1)
    assert str(answer) == "u(x, t) = 8*exp(-pi**2*t)*sin(pi*x)/pi**3"
    true = max(
        abs(x * (1 - x) - 8 / math.pi**3 * math.sin(math.pi * x))
        for x in (k / 200 for k in range(201))
    )
    assert answer.facts["truncation_error"] == pytest.approx(true, rel=1e-2)


def test_shock() -> None:
    answer = pde("u_t + u*u_x = 0", ["u(x,0)=exp(-x^2)"])
    assert str(answer) == "u(x, t) = exp(-(x - t*u(x, t))**2)"
    assert answer.facts["shock_time"] == pytest.approx(math.sqrt(math.e / 2))
    assert answer.facts["shock_place"] == pytest.approx(1 / math.sqrt(2), abs=1e-6)
    assert pde("u_t + u*u_x = 0", ["u(x,0)=atan(x)"]).facts["shock_time"] is None


def test_general_solutions_without_conditions() -> None:
    assert str(pde("u_t + c*u_x = 0")) == "u(x, t) = F(x - c*t)"
    assert str(pde("u_tt = 4*u_xx")) == "u(x, t) = F(x - 2*t) + G(x + 2*t)"


def test_an_integral_that_has_no_closed_form_is_left_standing() -> None:
    text = str(pde("u_t = u_xx", ["u(x,0)=1/(1+x^2)"]))
    assert text.startswith("u(x, t) = integrate(exp(-(x - s)**2/(4*t))")


def test_the_steps_end_in_the_answer() -> None:
    answer = pde("u_t = u_xx", ["u(x,0)=x*(1-x)", *ENDS], steps=True)
    assert answer.steps[-1].after is answer.result
    rules = [step.rule for step in answer.steps]
    assert rules[:3] == ["classify", "separate the variables", "eigenvalue problem"]
    coefficient = next(step for step in answer.steps if step.rule == "coefficients")
    from dlmath.expression.graph import number, substitute
    from dlmath.expression.numbers import evaluate

    assert evaluate(substitute(coefficient.after, {"n": number(3)})) == pytest.approx(
        8 / (27 * math.pi**3)
    )


def test_wrong_solutions_are_refuted() -> None:
    from dlmath.checks.pde import Claim, Given, check_conditions, check_residual, check_smooth
    from dlmath.expression.graph import ZERO
    from dlmath.expression.parser import parse

    equation = parse("a - b").node  # u_t - u_xx in symbols
    labels = {(0, 1): "a", (2, 0): "b"}

    def claim(text: str) -> Claim:
        return Claim(("x", "t"), parse(text).node, [], None, ZERO)

    assert check_residual(equation, labels, claim("exp(-t)*sin(x)")).verdict == "passed"
    assert check_residual(equation, labels, claim("exp(-2*t)*sin(x)")).verdict == "failed"
    given = [Given("t", ZERO, {(0, 0): parse("1").node}, parse("sin(x)").node)]
    assert check_conditions(claim("exp(-t)*sin(x)"), given).verdict == "passed"
    assert check_conditions(claim("2*exp(-t)*sin(x)"), given).verdict == "failed"
    assert check_smooth(claim("heaviside(x)")).verdict == "failed"


@pytest.mark.parametrize(
    ("equation", "given", "error", "message"),
    [
        ("u_t = -u_xx", ["u(x,0)=sin(pi*x)", *ENDS], Unsolved, "backwards"),
        ("u_t = u_xx", [], Unsolved, "needed to start from"),
        ("u_tt = u_xx", ["u(x,0)=1"], Unsolved, "u_t\\(x, 0\\) are needed"),
        ("u_t = u_xx", ["u(x,0)=1", "u(0,t)=0"], Unsolved, "half-lines"),
        ("u_t = u_xx", ["u(0,0)=1"], InvalidInput, "fixes one variable"),
        ("u_t = u_xx", ["u(x,0)=t", *ENDS], InvalidInput, "depends on it"),
        ("u_t = u_xx", ["u(0,t)=u(1,t)"], Unsolved, "several places"),
        ("u_t = u_xx + u_yy", [], Unsolved, "3 variables"),
        ("x + 1 = 0", [], InvalidInput, "no partial derivative"),
        ("u_xx = 0", [], InvalidInput, "one variable"),
    ],
)
def test_what_is_refused(equation, given, error, message) -> None:
    with pytest.raises(error, match=message):
        pde(equation, given)


def test_terms_are_a_small_whole_number() -> None:
    with pytest.raises(InvalidInput, match="--terms"):
        pde("u_t = u_xx", ["u(x,0)=x", *ENDS], terms=10_000)


def test_pictures() -> None:
    answer = pde("u_t = u_xx", ["u(x,0)=x*(1-x)", *ENDS], plot=True)
    assert len(answer.picture.curves) == 5 and answer.picture.panels[0].heat is not None
    plane = pde("u_xx + u_yy = 0", ["u(x,0)=0", "u(x,1)=sin(pi*x)", "u(0,y)=0", "u(1,y)=0"],
                plot=True)  # fmt: skip
    assert plane.picture.heat is not None


@pytest.mark.parametrize(
    ("equation", "given"),
    [
        ("u_t = u_xx + exp(-t)*x", ["u(x,0)=0", "u(0,t)=0", "u_x(1,t)=0"]),
        ("u_t = u_xx + cos(t)*sin(pi*x)", ["u(x,0)=x", "u(0,t)=1", "u(1,t)=2"]),
        ("u_t = u_xx/2 - u", ["u(x,0)=0", "u(0,t)=1", "u_x(1,t)=2"]),
        ("u_tt = u_xx + x", ["u(x,0)=0", "u_t(x,0)=0", "u_x(0,t)=0", "u_x(1,t)=0"]),
        ("u_tt + u_t/2 = 2*u_xx", ["u(x,0)=0", "u_t(x,0)=x*(1-x)", *ENDS]),
    ],
)
def test_series_agree_with_the_method_of_lines(equation, given) -> None:
    at = "x=1/2,t=1/5"
    exact = pde(equation, given, at=at)
    assert exact.facts["method"] == "separation of variables"
    assert all(check.verdict == "passed" for check in exact.checks)
    numbers = pde(equation, given, numeric=True, at=at)
    assert exact.value == pytest.approx(numbers.value, abs=3 * numbers.facts["error"] + 1e-6)
