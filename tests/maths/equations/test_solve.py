"""Equations in one unknown: the complete set of real solutions of each, and what is thrown out.

A newcomer adds a row: `equation | solutions`, separated by `;`, with `n` for any integer; `none`,
`all`, or a condition where whole intervals are solutions.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlmath
from dlmath.answer import DOES_NOT_EXIST, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression import precise
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text

TABLE = """
x^2 = 4 | -2; 2
2x + 3 = 7 - x | 4/3
3*(x - 2) = 5x + 1 | -7/2
x/2 + x/3 = 5 | 6
x^2 - 5x + 6 = 0 | 2; 3
x^2 = 2 | -sqrt(2); sqrt(2)
x^2 + x - 1 = 0 | -1/2 - sqrt(5)/2; -1/2 + sqrt(5)/2
x^2 + 1 = 0 | none
x^2 - 6x + 9 = 0 | 3
x^2 = x | 0; 1
x^3 = 8 | 2
x^3 = -8 | -2
x^3 = x | -1; 0; 1
x^3 - 6x^2 + 11x - 6 = 0 | 1; 2; 3
x^3 - 2x + 1 = 0 | 1; -1/2 - sqrt(5)/2; -1/2 + sqrt(5)/2
x^3 + x + 1 = 0 | -0.68232780382801932737
x^3 - 3x + 1 = 0 | 2*cos(2*pi/9); 2*cos(4*pi/9); 2*cos(8*pi/9)
x^4 = 16 | -2; 2
x^4 = -1 | none
x^4 - 5x^2 + 4 = 0 | -2; -1; 1; 2
x^4 - 10x^2 + 1 = 0 | sqrt(2) + sqrt(3); sqrt(3) - sqrt(2); sqrt(2) - sqrt(3); -sqrt(2) - sqrt(3)
x^4 + 4 = 0 | none
x^4 + x^2 - 2 = 0 | -1; 1
x^5 - x - 1 = 0 | 1.1673039782614186843
x^6 - 9x^3 + 8 = 0 | 1; 2
(x - 1)^2*(x + 2)^3 = 0 | -2; 1
(x^2 - 1)^2 = 9 | -2; 2
(2x - 1)^3 = 27 | 2
(x - 1)^4 = 16 | -1; 3
x^100 = 1 | -1; 1
6x^2 + x - 2 = 0 | -2/3; 1/2
0.1*x^2 = 0.4 | -2; 2
x = x | all
x + 1 = x | none
2*(x + 1) = 2x + 2 | all
0*x = 0 | all
(x^2 - 1)/(x - 1) = 0 | -1
x/x = 1 | x != 0
(x^2 - 1)/(x - 1) = x + 1 | x != 1
1/x = 0 | none
1/((x - 2) - (x - 2)) = cos(x + 1) | none
1/x = 2 | 1/2
1/x + 1/(x + 1) = 1 | 1/2 - sqrt(5)/2; 1/2 + sqrt(5)/2
x/(x - 1) = 1/(x - 1) | none
(x^2 - 4)/(x^2 - x - 2) = 0 | -2
1/(x - 1) = 1/(x^2 - 1) | 0
2/(x - 3) - 3/(x + 3) = 12/(x^2 - 9) | none
x + 1/x = 5/2 | 1/2; 2
1/(1 + 1/x) = 2 | -2
1/x^2 = 4 | -1/2; 1/2
sqrt(x) = 3 | 9
sqrt(x) = -1 | none
sqrt(x + 1) = x - 1 | 3
sqrt(x) + sqrt(x - 5) = 5 | 9
sqrt(2x + 3) - sqrt(x + 1) = 1 | -1; 3
sqrt(x) = x | 0; 1
sqrt(x^2) = x | x >= 0
sqrt(x^2 + 9) = 5 | -4; 4
sqrt(x + 7) = x - 5 | 9
sqrt(x) + 2 = 0 | none
x - 5*sqrt(x) + 6 = 0 | 4; 9
cbrt(x) = -2 | -8
cbrt(x - 1) = 3 | 28
x^(1/3) = 2 | 8
x^(2/3) = 4 | 8
x^(-1/2) = 3 | 1/9
sqrt(1 - x) = sqrt(x) | 1/2
sqrt(x - 3) = sqrt(1 - x) | none
sqrt(4 - x^2) = x | sqrt(2)
abs(x) = 3 | -3; 3
abs(x) = -2 | none
abs(x - 1) = 2 | -1; 3
abs(2x + 1) = 0 | -1/2
abs(x) + abs(x - 2) = 3 | -1/2; 5/2
abs(x) + abs(x - 2) = 2 | x >= 0 and x <= 2
abs(x - 1) = x - 1 | x >= 1
abs(x) = x^2 | -1; 0; 1
abs(x^2 - 4) = 3 | -sqrt(7); -1; 1; sqrt(7)
abs(x - 1) = 2x | 1/3
exp(x) = 2 | log(2)
exp(x) = 0 | none
exp(x) = -1 | none
exp(2x) - 3*exp(x) + 2 = 0 | 0; log(2)
exp(x) + exp(-x) = 4 | log(2 - sqrt(3)); log(2 + sqrt(3))
2^x = 8 | 3
2^x = 10 | log(10)/log(2)
4^x - 2^(x + 1) - 3 = 0 | log(3)/log(2)
2^x = 3^(x + 1) | log(3)/log(2/3)
9^x = 27^(x - 1) | 3
2^(x^2) = 16 | -2; 2
exp(x^2) = e^(3x - 2) | 1; 2
x*exp(x) = 2 | LambertW(2)
x*exp(x) = -1/5 | LambertW(-1/5); LambertW(-1/5, -1)
x*exp(x) = -1 | none
x*exp(x) = 0 | 0
exp(x) = x + 2 | -2 - LambertW(-exp(-2)); -2 - LambertW(-exp(-2), -1)
x^2 = 2^x | -0.76666469596212309311; 2; 4
x^x = 4 | 2
x^2*exp(x) = exp(x) | -1; 1
log(x) = 2 | exp(2)
log(x) + log(x - 3) = log(10) | 5
log(x)^2 = log(x) | 1; e
log(x^2) = 2*log(3) | -3; 3
log(x, 2) = 5 | 32
log(x, 2) + log(x, 4) = 3 | 4
log10(x) = -2 | 1/100
log(x - 1) - log(x + 1) = 1 | none
log(x + 1) = log(2x - 3) | 4
x*log(x) = 1 | exp(LambertW(1))
x + log(x) = 2 | LambertW(exp(2))
log(log(x)) = 0 | e
log(abs(x)) = 0 | -1; 1
sin(x) = 1/2 | pi/6 + 2*pi*n; 5*pi/6 + 2*pi*n
sin(x) = 0 | pi*n
sin(x) = 2 | none
cos(x) = -1 | pi + 2*pi*n
cos(x) = 1/3 | acos(1/3) + 2*pi*n; 2*pi*n - acos(1/3)
tan(x) = 1 | pi/4 + pi*n
cot(x) = sqrt(3) | pi/6 + pi*n
sin(2x) = 1 | pi/4 + pi*n
sin(x)^2 = 1/4 | pi/6 + pi*n; 5*pi/6 + pi*n
2*sin(x)^2 - sin(x) - 1 = 0 | pi/2 + 2*pi*n; 7*pi/6 + 2*pi*n; 11*pi/6 + 2*pi*n
sin(x) = cos(x) | pi/4 + pi*n
sin(2x) = sin(x) | pi*n; pi/3 + 2*pi*n; 5*pi/3 + 2*pi*n
cos(2x) = sin(x) | pi/6 + 2*pi*n; 5*pi/6 + 2*pi*n; 3*pi/2 + 2*pi*n
cos(x) = cos(3x) | pi*n/2
sin(x) + cos(x) = 1 | 2*pi*n; pi/2 + 2*pi*n
sin(x) + cos(x) = 2 | none
sqrt(3)*sin(x) + cos(x) = 1 | 2*pi*n; 2*pi/3 + 2*pi*n
sin(x)*cos(x) = 1/4 | pi/12 + pi*n; 5*pi/12 + pi*n
sin(x) + sin(2x) + sin(3x) = 0 | pi*n/2; 2*pi/3 + 2*pi*n; 4*pi/3 + 2*pi*n
tan(x)^2 = 3 | pi/3 + pi*n; 2*pi/3 + pi*n
sec(x) = 2 | pi/3 + 2*pi*n; 5*pi/3 + 2*pi*n
csc(x) = 1/2 | none
cos(x)^2 = cos(x) | 2*pi*n; pi/2 + pi*n
sin(x)/cos(x) = 0 | pi*n
sin(x)/x = 0 | pi*n where n != 0
asin(x) = pi/6 | 1/2
asin(x) = 2 | none
acos(x) = pi/3 | 1/2
atan(x) = pi/4 | 1
atan(x) = 2 | none
sinh(x) = 1 | log(1 + sqrt(2))
cosh(x) = 2 | log(2 + sqrt(3)); log(2 - sqrt(3))
cosh(x) = 1/2 | none
tanh(x) = 1/2 | log(3)/2
tanh(x) = 1 | none
sinh(x) + cosh(x) = 3 | log(3)
sigmoid(x) = 0.9 | log(9)
sigmoid(x) = 1 | none
sigmoid(2x - 1) = 1/2 | 1/2
relu(x - 1) = 2 | 3
relu(x) = -1 | none
relu(x) = 0 | x <= 0
softplus(x) = 1 | log(e - 1)
leaky_relu(x) = -0.01 | -1
elu(x) = -1/2 | log(1/2)
elu(x) = -1 | none
softsign(x) = 1/2 | 1
hardtanh(x) = 1 | x >= 1
hardtanh(x) = 0.5 | 0.5
hard_sigmoid(x) = 0.5 | 0
silu(x) = 0 | 0
gelu(x) = 1 | 1.14445071835287891
floor(x) = 3 | x >= 3 and x < 4
ceil(x) = 1/2 | none
sign(x) = 1 | x > 0
max(x, 2) = 3 | 3
max(x, 2) = 2 | x <= 2
min(x, x^2) = 1/4 | 1/2
piecewise((x^2, x < 0), (x + 1, true)) = 4 | -2; 3
heaviside(x) = 1 | x > 0
cos(x) = x | 0.73908513321516064166
exp(-x) = x | LambertW(1)
x^3 = cos(x) | 0.86547403310161444662
exp(x) = 3x | 0.61906128673594511215; 1.5121345516578424739
log(x) = x - 2 | 0.15859433956303936215; 3.1461932206205825852
x^4 = exp(x) | -0.81555341880896067; 1.4296118247255556; 8.6131694564413985
2^x + 3^x + 5^x = 7 | 0.71551402756953
erf(x) = 1/2 | 0.47693627620446987338
x = 5 | 5
(x + 1)*(x - 1) = x^2 - 1 | all
log(x) = log(x) | x > 0
sin(x)^2 + cos(x)^2 = 1 | all
(sqrt(2) - 1)*x = 1 | 1 + sqrt(2)
x^2 - 2*sqrt(2)*x + 2 = 0 | sqrt(2)
x^2 + pi*x = 0 | -pi; 0
pi*x = 2 | 2/pi
sigmoid(x) + sigmoid(-x) = 1 | all
asin(x) + acos(x) = pi/2 | x >= -1 and x <= 1
2*sin(x)*cos(x) = sqrt(3)/2 | pi/6 + pi*n; pi/3 + pi*n
sin(x)^4 + cos(x)^4 = 1 | pi*n/2
erf(x) = 1 | none
abs(x - 1) + abs(x - 2) = 1 | x >= 1 and x <= 2
sqrt(x^2 - 2x) = sqrt(x - 2) | 2
(x^2 - x - 1)^(x + 2) = 1 | -2; -1; 0; 2
log(x)*log(x + 1) = 0 | 1
sqrt(5 - x) = x*sqrt(5 - x) | 1; 5
tan(x)*cos(x) = 0 | pi*n
cos(x)/(1 - sin(x)) = 0 | 3*pi/2 + 2*pi*n
tan(2x)*tan(x) = 1 | pi/6 + pi*n; 5*pi/6 + pi*n
min(x, 1) = max(x, 0) | x >= 0 and x <= 1
sin(pi*x) = 0 | n
sin(cos(x)) = 0 | pi/2 + pi*n
exp(sin(x)) = 1 | pi*n
x^2*(x - 1)/(x*(x - 1)) = 0 | none
x*sin(x) = 0 | pi*n
x/(1 + abs(x)) = -0.9 | -9
log(1 + exp(x)) = 5 | log(exp(5) - 1)
1/(1 + exp(-(2x - 3))) = 0.8 | log(2) + 3/2
tanh(x) = x | 0
x^x = -1 | -1
x^x = 1/4 | -2
(x^2 - 5x + 5)^(x^2 - 11x + 30) = 1 | 1; 2; 3; 4; 5; 6
norm([x, 3]) = 5 | -4; 4
mse([x, 1], [2, 3]) = 4 | 0; 4
derive(x^3, x) = 12 | -2; 2
atan(x) + atan(2x) = pi/4 | (sqrt(17) - 3)/4
sec(x) + tan(x) = 1 | 2*pi*n
cos(x) + cos(2x) + cos(3x) = 0 | pi/4 + pi*n/2; 2*pi/3 + 2*pi*n; 4*pi/3 + 2*pi*n
log(x^2) = 2*log(x) | x > 0
softplus(x) = x + 1 | -log(e - 1)
x^pi = 2 | 2^(1/pi)
sqrt(x)*log(x) = 0 | 1
sqrt(x)^2 = x | x >= 0
sqrt(x)*sqrt(x) = 3 | 3
sqrt(x - 2)*sqrt(x - 5) = 2 | 6
exp(log(x)) = x | x > 0
sqrt(sin(x)) = 0 | pi*n
sqrt(x)*sin(x) = 0 | pi*n where n >= 0
sin(x^2) = 0 | sqrt(pi*n) where n >= 0; -sqrt(pi*n) where n >= 0
x*log(x) = 0 | 1
factorial(3)*x = 12 | 2
"""

ROWS = [tuple(part.strip() for part in line.split(" | ")) for line in TABLE.strip().splitlines()]

#: Where families are compared, member by member.
REACH = 14


def numbers(node: Node, condition: str | None = None) -> list[Any]:
    """The values of a solution; of a family those near 0."""
    names = sorted(free_symbols(node))
    found = []
    for integers in product(range(-40, 41), repeat=len(names)):
        place = dict(zip(names, integers, strict=True))
        if condition is not None and not precise.evaluate(
            parse(condition, condition=True).node, place
        ):
            continue
        value = precise.evaluate(node, place, 25)
        assert not hasattr(value, "_mpc_"), node
        if not names or abs(value) <= REACH:
            found.append(value)
    return found


def distinct(values: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in sorted(values):
        if not kept or abs(value - kept[-1]) > 1e-11 * max(1, abs(value)):
            kept.append(value)
    return kept


def solutions(answer: Answer, name: str = "x") -> list[Any]:
    """The values of all solutions, as numbers."""
    found = []
    cases = {
        one[name]: case["if"] for case in answer.facts.get("cases", ()) for one in case["solutions"]
    }
    for one in answer.facts["solutions"]:
        value = one[name]
        found += (
            numbers(value, cases.get(value)) if isinstance(value, Node) else [mpmath.mpf(value)]
        )
    return distinct(found)


def expected(text: str) -> list[Any]:
    found = []
    for part in text.split(";"):
        value, _, condition = part.partition(" where ")
        found += numbers(parse(value).node, condition or None)
    return distinct(found)


def assert_same(found: list[Any], wanted: list[Any]) -> None:
    assert len(found) == len(wanted), (found, wanted)
    for a, b in zip(found, wanted, strict=True):
        assert abs(a - b) <= 1e-11 * max(1, abs(b)), (found, wanted)


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_the_complete_set_of_solutions(text: str, wanted: str) -> None:
    answer = dlmath.solve(text)
    assert not answer.refuted, answer.checks
    if wanted == "none":
        assert answer.status == DOES_NOT_EXIST
        assert answer.facts["solutions"] == []
        assert "no " in str(answer.result)
        assert answer.facts["reason"]
    elif wanted == "all":
        assert answer.result == "all real numbers"
    elif wanted.startswith(("x <", "x >", "x !=")):
        assert_same_condition(answer, wanted)
    else:
        assert_same(solutions(answer), expected(wanted))
        assert answer.checks
        for line in answer.result if isinstance(answer.result, tuple) else (answer.result,):
            # what plain prints reads back as an equation
            assert line is not None
            text = line if isinstance(line, str) else to_text(line)
            assert parse(text, equation=True).node.op == "eq"


def assert_same_condition(answer: Answer, wanted: str) -> None:
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    nodes = [part for part in parts if isinstance(part, Node)]
    other = parse(wanted, condition=True).node
    for k in range(-40, 41):
        place = {"x": mpmath.mpf(k) / 8}
        holds = any(precise.evaluate(node, place) is True for node in nodes)
        assert holds is precise.evaluate(other, place), place


def test_thrown_out_solutions_are_said() -> None:
    answer = dlmath.solve("log(x) + log(x - 3) = log(10)")
    assert [str(one["x"].value) for one in answer.facts["thrown_out"]] == ["-2"]
    assert any("thrown out" in str(note[0]) for note in answer.notes)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("(x - 1)^2*(x + 2)^3 = 0", [3, 2]),
        ("x^2 - 6x + 9 = 0", [2]),
        ("x^2 = 4", [1, 1]),
        ("x^3*exp(x) = 0", [3]),
        ("abs(x) = 0", [None]),
        ("x^2 + abs(x) = 0", [None]),
        ("abs(x) = 3", [1, 1]),
        ("(x^5 - x - 1)^2 = 0", [2]),
    ],
)
def test_multiplicities(text: str, counts: list[int | None]) -> None:
    assert dlmath.solve(text).facts["multiplicities"] == counts


def test_value_of_a_single_number() -> None:
    assert dlmath.solve("2x = 3").value == parse("3/2").node.number
    assert dlmath.solve("x^2 = 4").value is None
    assert dlmath.solve("cos(x) = x").value == pytest.approx(0.7390851332151607, rel=1e-15)


def test_members_of_families_between_ends() -> None:
    answer = dlmath.solve("sin(x) = 1/2", lower=0, upper=10)
    assert str(answer) == "x = pi/6\nx = 5*pi/6\nx = 13*pi/6\nx = 17*pi/6"
    assert dlmath.solve("x^2 = 4", lower=0).facts["solutions"] == [{"x": parse("2").node}]


def test_near_a_place() -> None:
    answer = dlmath.solve("tan(x) = x", near="4.4")
    assert solutions(answer)[0] == pytest.approx(4.493409457909064)


def test_assumptions_on_the_unknown() -> None:
    assert str(dlmath.solve("x^2 = 4", assume="x>0")) == "x = 2"
    assert str(dlmath.solve("(2x - 1)*(x - 3) = 0", assume="x integer")) == "x = 3"


def test_digits() -> None:
    answer = dlmath.solve("x^2 = 2", digits=20)
    assert answer.decimal == "x = -1.4142135623730950488\nx = 1.4142135623730950488"


def test_complex_solutions() -> None:
    answer = dlmath.solve("x^4 = 1", domain="complex")
    values = [precise.evaluate(one["x"], {}, 20) for one in answer.facts["solutions"]]
    assert len(values) == 4
    assert all(abs(value**4 - 1) < 1e-15 for value in values)
    assert dlmath.solve("x^2 + 1 = 0").facts["complex"] == 2
    five = dlmath.solve("x^5 - x - 1 = 0", domain="complex")
    assert len(five.facts["solutions"]) == 5
    assert dlmath.solve("x^2 + 2x + 5 = 0", domain="complex").facts["solutions"] == [
        {"x": parse("-1 - 2*i").node},
        {"x": parse("2*i - 1").node},
    ]


# --- letters --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "unknown", "wanted"),
    [
        ("a*x = b", "x", "x = b/a"),
        ("a*x + b = c", "x", "x = (-b + c)/a"),
        ("exp(k*t) = 2", "t", "t = log(2)/k"),
        ("y = m*x + q", "x", "x = (-q + y)/m"),
        ("E = m*c^2", "m", "m = E/c**2"),
        ("sigmoid(w*x + b) = 1/2", "x", "x = -b/w"),
    ],
)
def test_letters(text: str, unknown: str, wanted: str) -> None:
    answer = dlmath.solve(text, unknown)
    found, other = (parse(one, equation=True).node.args[1] for one in (str(answer), wanted))
    assert dlmath.check(found, other).facts["equal"]


def test_equal_for_special_letters_only() -> None:
    answer = dlmath.solve("1/(x - a) = 1/(x - b)", "x")
    assert answer.result == "no solution"
    assert answer.facts["cases"] == [{"if": "a - b = 0", "solutions": "all"}]


def test_complex_solutions_are_never_lost_by_real_rules() -> None:
    with pytest.raises(Unsolved):
        dlmath.solve("exp(x) = -1", domain="complex")


def test_vectors_entry_by_entry() -> None:
    assert str(dlmath.solve("[x + y, x - y] = [3, 1]")) == "x = 2\ny = 1"


def test_a_sum_up_to_the_unknown() -> None:
    assert str(dlmath.solve("sum(k, k, 1, n) = 55", "n")) == "n = 10"


def test_cases_of_letters() -> None:
    answer = dlmath.solve("a*x = b", "x")
    assert answer.facts["cases"][0]["if"] == "a != 0"
    assert answer.facts["cases"][1]["if"] == "a = 0"
    quadratic = dlmath.solve("a*x^2 + b*x + c = 0", "x")
    assert len(quadratic.facts["solutions"]) == 2
    assert quadratic.facts["cases"][0]["if"] == "a != 0 and b**2 - 4*a*c >= 0"
    with_numbers = dlmath.solve("a*x^2 + b*x + c = 0", "x", at="a=1,b=-3,c=2")
    assert str(with_numbers) == "x = 1\nx = 2"


# --- wrong input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("equations", "unknowns", "words"),
    [
        ("5", "", "there is no unknown"),
        ("p*q = 1", "", "several unknowns"),
        ("x = 1", "y", "does not occur"),
        ("[x, 1] = 2", "x", "of the same length"),
        ([], "", "no equation"),
    ],
)
def test_wrong_input(equations: Any, unknowns: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        dlmath.solve(equations, unknowns or ())


def test_an_empty_interval() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        dlmath.solve("x = 1", lower=3, upper=2)


def test_letters_without_a_rule_are_not_guessed() -> None:
    with pytest.raises(Unsolved):
        dlmath.solve("cos(a*x) = x^2 + b", "x")


# --- random ---------------------------------------------------------------------------------

ROOTS = st.lists(st.fractions(-6, 6, max_denominator=4), min_size=1, max_size=5)


@given(ROOTS)
@settings(max_examples=15, deadline=None)
def test_polynomials_with_known_roots(roots: list[Any]) -> None:
    text = "*".join(f"(x - ({root}))" for root in roots)
    answer = dlmath.solve(f"{text} = 0")
    wanted = sorted(set(roots))
    assert [one["x"].number for one in answer.facts["solutions"]] == wanted
    assert answer.facts["multiplicities"] == [roots.count(root) for root in wanted]
    opened = dlmath.simplify(text, form="expand").result
    assert isinstance(opened, Node)
    again = dlmath.solve(opened)
    assert [one["x"].number for one in again.facts["solutions"]] == wanted


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=7).filter(lambda c: c[-1] != 0))
@settings(max_examples=25, deadline=None)
def test_polynomials_against_numpy(coefficients: list[int]) -> None:
    import numpy as np

    text = " + ".join(f"({c})*x^{k}" for k, c in enumerate(coefficients))
    answer = dlmath.solve(f"{text} = 0")
    found = solutions(answer)
    roots = np.roots(coefficients[::-1])
    for value in found:
        assert min(abs(roots - float(value))) < 1e-2
    simple = [root.real for root in roots if abs(root.imag) < 1e-9]
    for root in simple:
        assert any(abs(float(value) - root) < 1e-4 for value in found)


@given(
    st.integers(-5, 5),
    st.integers(1, 4),
    st.integers(-6, 6),
    st.integers(-3, 3),
    st.integers(-5, 5),
)
@settings(max_examples=20, deadline=None)
def test_radical_equations(a: int, b: int, c: int, d: int, e: int) -> None:
    """sqrt(b*x + a) = d*x + e*c against a scan of values."""
    answer = dlmath.solve(f"sqrt({b}*x + ({a})) = ({d})*x + ({e})")
    assert not answer.refuted
    for value in solutions(answer):
        left = mpmath.sqrt(b * value + a)
        assert abs(left - (d * value + e)) < 1e-15
    # squaring: the candidates are the roots of a quadratic; exactly those with a right side >= 0
    square = [d * d, 2 * d * e - b, e * e - a]
    import numpy as np

    wanted = [
        root.real
        for root in np.roots(np.trim_zeros(square, "f"))
        if abs(root.imag) < 1e-12 and d * root.real + e >= 1e-9
    ]
    found = [float(value) for value in solutions(answer)]
    for root in wanted:
        assert any(abs(root - value) < 1e-6 for value in found)
    del c


@given(st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4))
@settings(max_examples=20, deadline=None)
def test_rational_equations(a: int, b: int, c: int, d: int) -> None:
    answer = dlmath.solve(f"(x^2 + ({a})*x + ({b}))/((x - ({c}))*(x - ({d}))) = 0")
    for value in solutions(answer):
        assert abs(value * value + a * value + b) < 1e-12
        assert value not in (c, d)
    inside = a * a - 4 * b
    candidates = 0 if inside < 0 else 1 if inside == 0 else 2
    thrown = len({z for z in (c, d) if z * z + a * z + b == 0})
    assert len(solutions(answer)) == candidates - thrown
