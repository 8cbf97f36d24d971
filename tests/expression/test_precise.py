"""Values to many digits: known constants, zeros, poles, huge and tiny numbers, and sympy."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from mpmath import mpf

from dlmath.errors import LimitReached
from dlmath.expression import graph, precise
from dlmath.expression.graph import PI, I, Node, call, make, number, symbol, vector
from dlmath.expression.to_sympy import Unsupported, to_sympy
from dlmath.expression.vocabulary import FUNCTIONS
from tests.expression.samples import SAMPLES, applied
from tests.expression.strategies import any_expressions, points

x, k = symbol("x"), symbol("k")
n = number
half_pi = graph.div(PI, n(2))
root_two = graph.sqrt(n(2))


def close(a: mpf, b: mpf, digits: int) -> bool:
    return bool(abs(a - b) <= abs(b) * mpf(10) ** (1 - digits))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (lambda: PI, "3.1415926535897932384626433832795028841971693993751"),
        (lambda: call("sin", n(10**22)), "-0.85220084976718880177270589375302936826176215041004"),
        (lambda: call("exp", n(-1000)), "5.0759588975494567652918094795743369193055992828928e-435"),
        (
            lambda: call("gamma", n(Fraction(1, 2))),
            "1.7724538509055160272981674833411451827975494561224",
        ),
        (lambda: call("zeta", n(3)), "1.2020569031595942853997381615114499907649862923405"),
        (lambda: call("erf", n(1)), "0.84270079294971486934122063508260925929606699796630"),
        (lambda: call("LambertW", n(1)), "0.56714329040978387299996866221035554975381578718651"),
        (lambda: call("Si", n(1)), "0.94608307036718301494135331382317965781233795473811"),
        (
            lambda: call("besselj", n(0), n(1)),
            "0.76519768655796655144971752610266322090927428975533",
        ),
        (lambda: call("softplus", n(0)), "0.69314718055994530941723212145817656807550013436026"),
        (lambda: graph.power(n(7), n(10**7)), "2.5e8450980"),
    ],
)
def test_known_constants(node, text):
    """Digits as published (OEIS and DLMF; the last by logarithms)."""
    value = precise.evaluate(node(), digits=50)
    with mpmath.workdps(60):
        assert close(value, mpf(text), 2 if len(text) < 20 else 49)


@pytest.mark.parametrize(
    "node",
    [
        lambda: call("sin", PI),
        lambda: call("sign", call("sin", PI)),
        lambda: graph.sub(graph.power(root_two, call("abs", n(2))), n(2)),
        lambda: graph.sub(graph.power(call("abs", root_two), n(2)), n(2)),
        lambda: graph.add(
            graph.power(call("sin", n(3)), n(2)), graph.power(call("cos", n(3)), n(2)), n(-1)
        ),
        lambda: graph.add(graph.power(I, n(2)), n(1)),
        lambda: call("im", graph.power(graph.sqrt(n(-2)), n(2))),
        lambda: call("relu", call("cos", half_pi)),
        lambda: call("zeta", n(-2)),
    ],
)
def test_what_is_zero_is_zero(node):
    assert precise.evaluate(node()) == 0


@pytest.mark.parametrize(
    "node",
    [
        lambda: call("tan", half_pi),
        lambda: call("atan", call("tan", half_pi)),
        lambda: graph.div(n(1), call("cos", half_pi)),
        lambda: call("gamma", call("sin", PI)),
        lambda: call("log", call("sin", PI)),
        lambda: call("digamma", n(-3)),
        lambda: call("factorial", n(-1)),
        lambda: call("cot", PI),
        lambda: call("zeta", n(1)),
        lambda: call("polylog", n(1), n(1)),
        lambda: call("elliptic_k", n(1)),
        lambda: call("besselk", n(0), n(0)),
        lambda: graph.div(n(0), call("sin", PI)),
        lambda: call("arg", call("sin", PI)),
    ],
)
def test_poles_are_undefined(node):
    assert mpmath.isnan(precise.evaluate(node()))


def test_steps_are_decided_by_the_true_value():
    two = graph.power(call("abs", root_two), n(2))
    assert precise.evaluate(call("floor", two)) == 2
    assert precise.evaluate(call("ceil", two)) == 2
    assert precise.evaluate(call("floor", graph.sub(two, call("exp", n(-100))))) == 1
    assert precise.evaluate(call("heaviside", graph.sub(two, n(2)))) == 0.5
    assert precise.evaluate(make("eq", (two, n(2)))) is True
    assert precise.evaluate(make("lt", (two, n(2)))) is False
    branch = make("piecewise", (n(1), make("lt", (call("sin", PI), n(0))), n(2), graph.TRUE))
    assert precise.evaluate(branch) == 2
    assert precise.evaluate(make("lt", (x, n(Fraction(1, 3)))), {"x": Fraction(1, 3)}) is False


def test_cancellation_is_followed_to_the_end():
    tiny = graph.add(n(1), call("exp", n(-200)), n(-1))
    assert close(precise.evaluate(tiny, digits=30), mpmath.exp(-200), 15)
    logarithm = call("log", graph.add(n(1), call("exp", n(-300))))
    assert close(precise.evaluate(logarithm, digits=30), mpmath.exp(-300), 15)
    ramanujan = graph.sub(call("exp", graph.mul(PI, graph.sqrt(n(163)))), n(640320**3 + 744))
    assert close(precise.evaluate(ramanujan, digits=10), mpf("-7.499274028018143e-13"), 10)
    assert close(precise.evaluate(call("sin", n(10**300))), mpmath.sin(mpf(10**300)), 3) is False
    with mpmath.workprec(1200):
        assert close(precise.evaluate(call("sin", n(10**300))), mpmath.sin(10**300), 30)


@pytest.mark.parametrize(
    "node",
    [
        lambda: call("exp", call("exp", call("exp", call("exp", n(10))))),
        lambda: graph.power(n(10), graph.power(n(10), graph.power(n(10), n(10**6)))),
        lambda: call("gamma", graph.power(n(10), n(10**10))),
        lambda: call("sin", graph.power(n(10), n(10**8))),
        lambda: call("factorial", call("factorial", call("factorial", n(20)))),
        lambda: call("besselj", n(10**40), n(10**40)),
    ],
)
def test_numbers_too_large_are_refused_at_once(node):
    with pytest.raises(LimitReached, match=r"large|settle"):
        precise.evaluate(node())


def test_large_but_possible_numbers():
    value = precise.evaluate(graph.power(n(10), n(10**10)), digits=20)
    assert precise.decimal_text(value, 5) == "1e10000000000"
    assert (
        precise.decimal_text(precise.evaluate(call("factorial", n(10**9))), 6)
        == "9.90463e8565705522"
    )


def test_values_of_every_kind():
    double = graph.mul(n(2), x)
    assert precise.evaluate(double, {"x": Fraction(1, 4)}) == 0.5
    assert precise.evaluate(double, {"x": 0.1}) == 0.2
    assert precise.evaluate(double, {"x": mpf("1e-1000000")}) == mpf("2e-1000000")
    assert precise.evaluate(double, {"x": 1 + 2j}) == mpmath.mpc(2, 4)
    assert precise.evaluate(double, {"x": mpmath.mpc(2, 0)}) == 4
    assert precise.evaluate(double, {"x": float("inf")}) == mpmath.inf
    assert precise.evaluate(vector([x, vector([x])]), {"x": 1}) == [1, [1]]
    assert isinstance(precise.evaluate(graph.sqrt(n(-4))), mpmath.mpc)
    assert isinstance(precise.evaluate(graph.power(graph.sqrt(n(-4)), n(2))), mpf)


def test_the_precision_of_the_caller_is_left_alone():
    before = mpmath.mp.prec
    precise.evaluate(call("sin", PI), digits=50)
    assert mpmath.mp.prec == before


def test_sums_in_which_zeros_are_judged_term_by_term():
    terms = make("sum", (call("sign", call("sin", graph.mul(PI, k))), k, n(1), n(4)))
    assert precise.evaluate(terms) == 0
    roots = make("product", (graph.sqrt(k), k, n(1), n(4)))
    assert close(precise.evaluate(roots, digits=40), mpmath.mpf(24) ** 0.5, 15)


@pytest.mark.parametrize(
    ("name", "operands"),
    [(name, operands) for name in FUNCTIONS for operands in SAMPLES[name]],
)
def test_functions_agree_with_sympy(name, operands):
    try:
        theirs = to_sympy(applied(name, operands))
    except Unsupported:
        pytest.skip("sympy has no such function")
    mine = precise.evaluate(applied(name, operands), digits=50)
    _assert_equal(mine, theirs, 45)


def _assert_equal(mine: object, theirs: object, digits: int) -> None:
    if isinstance(mine, list):
        for entry, other in zip(mine, theirs, strict=True):
            _assert_equal(entry, other, digits)
        return
    value = theirs.evalf(digits + 5)
    with mpmath.workdps(digits + 5):
        real, imaginary = (mpmath.mpmathify(str(part)) for part in value.as_real_imag())
        assert abs(mine - mpmath.mpc(real, imaginary)) <= abs(mine) * mpf(10) ** -digits


@given(any_expressions, points)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_random_expressions_agree_with_sympy(node: Node, point):
    import sympy

    try:
        mine = precise.evaluate(node, point, digits=30)
        given_ = {name: graph.number(value) for name, value in point.items()}
        theirs = to_sympy(graph.substitute(node, given_))
    except (Unsupported, LimitReached):
        return
    if mpmath.isnan(mine) or not theirs.is_number or theirs.has(sympy.zoo, sympy.nan, sympy.oo):
        return
    value = theirs.evalf(40, maxn=400)
    parts = value.as_real_imag()
    if not all(part.is_Float or part.is_Rational for part in parts):
        return
    with mpmath.workdps(40):
        real, imaginary = (mpmath.mpmathify(str(part.evalf(40))) for part in parts)
        difference = abs(mine - mpmath.mpc(real, imaginary))
        assert difference <= (abs(mine) + mpf("1e-60")) * mpf("1e-25")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (Fraction(1, 3), 10, "0.3333333333"),
        (mpf("1.5e-435"), 10, "1.5e-435"),
        (100, 10, "100"),
        (12345, 3, "1.23e4"),
        (0, 5, "0"),
        (-2.5, 5, "-2.5"),
        (mpmath.mpc(1, -2.5), 5, "1 - 2.5*i"),
        (mpmath.mpc(0, 1), 5, "i"),
        ([1, [Fraction(1, 2)]], 5, "[1, [0.5]]"),
        (mpmath.nan, 5, "undefined"),
        (-mpmath.inf, 5, "-oo"),
        (None, 5, "undefined"),
        (True, 5, "true"),
    ],
)
def test_decimal_text(value, digits, text):
    assert precise.decimal_text(value, digits) == text


def test_decimal_text_of_an_expression_has_all_its_digits():
    assert precise.decimal_text(root_two, 40) == "1.41421356237309504880168872420969807857"


def test_long_sums_stay_quick_and_right():
    """A sum of many fractions would be a fraction with tens of thousands of digits."""
    harmonic = make("sum", (graph.div(n(1), k), k, n(1), n(3000)))
    expected = mpmath.harmonic(3000)
    assert close(precise.evaluate(harmonic), expected, 15)
    telescope = make("product", (graph.add(n(1), graph.div(n(1), k)), k, n(1), n(500)))
    assert close(precise.evaluate(telescope), mpf(501), 30)


def test_a_steep_function_is_not_taken_for_a_pole():
    steep = call("gamma", n(10**40 + Fraction(1, 2)))
    with mpmath.workprec(3000):
        expected = mpmath.gamma(mpf(10) ** 40 + mpf(1) / 2)
    assert close(precise.evaluate(steep), expected, 25)
    assert precise.decimal_text(
        precise.evaluate(call("tan", call("exp", n(1000))), digits=20), 9
    ) == ("2.15204297")


@pytest.mark.parametrize(
    "node",
    [
        lambda: graph.sub(call("tanh", n(10**6)), n(1)),
        lambda: call("log", graph.sub(n(1), call("erf", n(10**4)))),
        lambda: call("log", graph.add(n(1), call("exp", n(-(10**6))))),
        lambda: call("floor", call("sigmoid", n(10**6))),
        lambda: make("lt", (call("tanh", n(10**6)), n(1))),
    ],
)
def test_what_cannot_be_told_from_zero_is_not_called_zero(node):
    with pytest.raises(LimitReached, match="too close"):
        precise.evaluate(node())


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (lambda: graph.sub(n(1), call("erf", n(30))), "2.56465620375611e-393"),
        (lambda: graph.sub(n(1), call("tanh", n(400))), "7.33574916835537e-348"),
        (lambda: graph.sub(call("softplus", n(900)), n(900)), "1.36447721236568e-391"),
        (lambda: graph.sub(call("exp", n(Fraction(1, 10**400))), n(1)), "1.0e-400"),
        (lambda: graph.sub(call("cos", n(Fraction(1, 10**200))), n(1)), "-5.0e-401"),
        (
            lambda: graph.sub(call("gamma", n(1 + Fraction(1, 10**400))), n(1)),
            "-5.77215664901533e-401",
        ),
    ],
)
def test_what_is_left_of_a_cancellation_is_seen(node, expected):
    assert precise.decimal_text(precise.evaluate(node(), digits=20), 14) == (
        precise.decimal_text(mpf(expected), 14)
    )
