"""What `study` says of functions, held against what is known of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import mpmath
import pytest

from dlmath.answer import PASSED, Answer
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.parser import parse
from dlmath.maths.calculus.study import study
from dlmath.render.json import plain_value
from dlmath.settings import Settings


def studied(
    text: str, lower: str | None = None, upper: str | None = None, **options: Any
) -> Answer:
    ends = [None if end is None else parse(end).node for end in (lower, upper)]
    return study(parse(text).node, "x", ends[0], ends[1], Settings(**options))


def facts(text: str, lower: str | None = None, upper: str | None = None) -> dict[str, Any]:
    answer = studied(text, lower, upper)
    assert answer.checks
    assert all(check.verdict == PASSED for check in answer.checks), answer.checks
    found: dict[str, Any] = plain_value(answer.facts)
    return found


KNOWN: list[tuple[str, dict[str, Any]]] = [
    (
        "x^3 - 3x",
        {
            "domain": "(-oo, oo)",
            "range": "(-oo, oo)",
            "parity": "odd",
            "zeros": ["-sqrt(3)", 0, "sqrt(3)"],
            "extrema": [
                {"x": -1, "y": 2, "kind": "local maximum"},
                {"x": 1, "y": -2, "kind": "local minimum"},
            ],
            "increasing": ["(-oo, -1)", "(1, oo)"],
            "decreasing": ["(-1, 1)"],
            "convex": ["(0, oo)"],
            "concave": ["(-oo, 0)"],
            "inflections": [{"x": 0, "y": 0}],
            "asymptotes": [],
        },
    ),
    (
        "x*exp(-x)",
        {
            "range": "(-oo, exp(-1)]",
            "extrema": [{"x": 1, "y": "exp(-1)", "kind": "global maximum"}],
            "inflections": [{"x": 2, "y": "2*exp(-2)"}],
            "asymptotes": ["y = 0"],
        },
    ),
    (
        "1/(x^2 - 1)",
        {
            "domain": "(-oo, -1) ∪ (-1, 1) ∪ (1, oo)",
            "range": "(-oo, -1] ∪ (0, oo)",
            "asymptotes": ["x = -1", "x = 1", "y = 0"],
            "increasing": ["(-oo, -1)", "(-1, 0)"],
            "concave": ["(-1, 1)"],
            "parity": "even",
        },
    ),
    ("(x^2 + 1)/x", {"asymptotes": ["x = 0", "y = x"], "range": "(-oo, -2] ∪ [2, oo)"}),
    (
        "abs(x^2 - 4)",
        {
            "kinks": [-2, 2],
            "extrema": [
                {"x": -2, "y": 0, "kind": "global minimum"},
                {"x": 0, "y": 4, "kind": "local maximum"},
                {"x": 2, "y": 0, "kind": "global minimum"},
            ],
            "concave": ["(-2, 2)"],
            "inflections": [],
        },
    ),
    (
        "relu(x)",
        {
            "extrema": [{"x": "(-oo, 0]", "y": 0, "kind": "global minimum"}],
            "zeros": ["(-oo, 0]"],
            "constant": ["(-oo, 0)"],
            "convex": ["(-oo, oo)"],
            "kinks": [0],
        },
    ),
    ("max(x, 1 - x)", {"range": "[1/2, oo)", "kinks": ["1/2"], "convex": ["(-oo, oo)"]}),
    (
        "x*log(x)",
        {
            "domain": "(0, oo)",
            "range": "[-exp(-1), oo)",
            "zeros": [1],
            "decreasing": ["(0, exp(-1))"],
        },
    ),
    (
        "sqrt(4 - x^2)",
        {
            "domain": "[-2, 2]",
            "range": "[0, 2]",
            "extrema": [
                {"x": -2, "y": 0, "kind": "global minimum"},
                {"x": 0, "y": 2, "kind": "global maximum"},
                {"x": 2, "y": 0, "kind": "global minimum"},
            ],
        },
    ),
    (
        "sin(x) + x/2",
        {
            "domain": "(-oo, oo)",
            "range": "(-oo, oo)",
            "period": None,
            "increasing": ["(0, 2*pi/3)", "(4*pi/3, 2*pi)"],
            "inflections": [{"x": 0, "y": 0}, {"x": "pi", "y": "pi/2"}],
        },
    ),
    ("tanh(x)", {"range": "(-1, 1)", "asymptotes": ["y = -1", "y = 1"], "convex": ["(-oo, 0)"]}),
    (
        "sigmoid(x)",
        {
            "range": "(0, 1)",
            "asymptotes": ["y = 0", "y = 1"],
            "inflections": [{"x": 0, "y": "1/2"}],
            "zeros": [],
        },
    ),
    ("log(x)/x", {"asymptotes": ["x = 0", "y = 0"], "increasing": ["(0, e)"]}),
    ("x^x", {"domain": "(0, oo)", "range": "[exp(-exp(-1)), oo)", "convex": ["(0, oo)"]}),
    (
        "tan(x)",
        {
            "domain": "(-pi/2, pi/2), repeated every pi",
            "period": "pi",
            "range": "(-oo, oo)",
            "asymptotes": ["x = -pi/2", "x = pi/2"],
        },
    ),
    ("exp(1/x)", {"range": "(0, 1) ∪ (1, oo)", "asymptotes": ["x = 0", "y = 1"]}),
    (
        "cos(x)",
        {
            "period": "2*pi",
            "extrema": [
                {"x": 0, "y": 1, "kind": "global maximum"},
                {"x": "pi", "y": -1, "kind": "global minimum"},
            ],
        },
    ),
    ("3", {"range": "{3}", "constant": ["(-oo, oo)"], "extrema": [], "zeros": []}),
    ("x - x", {"zeros": ["(-oo, oo)"], "range": "{0}"}),
    ("x^3", {"increasing": ["(-oo, oo)"], "extrema": []}),
    (
        "cbrt(x)",
        {"domain": "(-oo, oo)", "inflections": [{"x": 0, "y": 0}], "increasing": ["(-oo, oo)"]},
    ),
    (
        "sign(x)",
        {
            "range": "{-1} ∪ {0} ∪ {1}",
            "discontinuities": [{"x": 0, "kind": "jump"}],
            "extrema": [
                {"x": "(-oo, 0)", "y": -1, "kind": "global minimum"},
                {"x": "(0, oo)", "y": 1, "kind": "global maximum"},
            ],
        },
    ),
    (
        "piecewise((x^2, x < 1), (2 - x, x < 3), (5, true))",
        {
            "range": "(-1, oo)",
            "kinks": [1],
            "discontinuities": [{"x": 3, "kind": "jump"}],
            "zeros": [0, 2],
        },
    ),
    ("(x^2 - 1)/(x - 1)", {"range": "(-oo, 2) ∪ (2, oo)", "straight": ["(-oo, 1)", "(1, oo)"]}),
    ("leaky_relu(x, 1/5)", {"kinks": [0], "increasing": ["(-oo, oo)"]}),
    ("min(x, x^2)", {"concave": [], "convex": ["(0, 1)"], "kinks": [0, 1]}),
]


@pytest.mark.parametrize(("text", "known"), KNOWN, ids=[text for text, _ in KNOWN])
def test_known_functions(text: str, known: dict[str, Any]) -> None:
    found = facts(text)
    for name, value in known.items():
        assert found.get(name) == value, name


@pytest.mark.parametrize(
    ("text", "place", "least", "bends"),
    [
        (
            "silu(x)",
            -1.2784645427610738,
            -0.2784645427610738,
            [-2.399357280520468, 2.399357280520468],
        ),
        ("gelu(x)", -0.7517915246935645, -0.1699712074799037, [-(2**0.5), 2**0.5]),
        ("mish(x)", -1.1924312145154955, -0.3088434130172504, None),
    ],
)
def test_activations_with_one_valley(
    text: str, place: float, least: float, bends: list[float] | None
) -> None:
    found = facts(text)
    (extremum,) = found["extrema"]
    assert extremum["kind"] == "global minimum"
    assert extremum["x"] == pytest.approx(place, abs=1e-9)
    assert extremum["y"] == pytest.approx(least, abs=1e-9)
    assert found["asymptotes"] == ["y = 0", "y = x"]
    places = [mpmath.mpf(str(_number(point["x"]))) for point in found["inflections"]]
    if bends is not None:
        assert [float(p) for p in places] == pytest.approx(bends, abs=1e-9)
    else:
        assert len(places) == 2


def _number(value: Any) -> float:
    from dlmath.expression.numbers import evaluate

    return float(evaluate(parse(value).node)) if isinstance(value, str) else float(value)


POLYNOMIALS = ["x^5 - x - 1", "x^3 - 3x + 1", "(x - 1)^3*(x + 2)", "x^6 - 4x^4 + x", "x^4 + x + 1"]


@pytest.mark.parametrize("text", POLYNOMIALS)
def test_zeros_and_extrema_of_polynomials(text: str) -> None:
    """Against the eigenvalues that numpy takes for the roots."""
    import numpy as np

    from dlmath.expression.graph import symbol
    from dlmath.maths.calculus.antiderivatives.polynomial import polynomial

    coefficients = polynomial(parse(text).node, symbol("x"))
    assert coefficients is not None
    exact = [float(c.number) for c in coefficients]
    poly = np.polynomial.Polynomial(exact)

    def real_roots(p: Any) -> list[float]:
        roots = sorted(r.real for r in p.roots() if abs(r.imag) < 1e-4)
        distinct = roots[:1]
        for root in roots[1:]:
            if root - distinct[-1] > 1e-3:
                distinct.append(root)
        return distinct

    found = facts(text)
    assert [_number(z) for z in found["zeros"]] == pytest.approx(real_roots(poly), abs=1e-3)
    stationary = real_roots(poly.deriv())
    for extremum in found["extrema"]:
        x, y = _number(extremum["x"]), _number(extremum["y"])
        assert min(abs(x - s) for s in stationary) < 1e-3
        assert y == pytest.approx(poly(x), abs=1e-6)


def test_special_places_without_end_are_cut_off() -> None:
    answer = studied("x*sin(x)")
    found = plain_value(answer.facts)
    assert found["domain"] == "(-oo, oo)"
    assert len(found["extrema"]) == 7
    assert all("local" in one["kind"] for one in found["extrema"])
    assert any("studied on" in str(note) for note in answer.notes)


def test_ends_that_are_given_belong_to_the_study() -> None:
    found = facts("x^2", "-1", "2")
    assert found["domain"] == "[-1, 2]"
    assert found["range"] == "[0, 4]"
    assert [one["kind"] for one in found["extrema"]] == [
        "endpoint maximum",
        "global minimum",
        "global maximum",
    ]
    assert facts("1/x", "0", "1")["domain"] == "(0, 1]"


def test_values_are_put_in() -> None:
    answer = studied("a*x^2 + b", at={"a": parse("2").node, "b": parse("1").node})
    assert plain_value(answer.facts)["extrema"] == [{"x": 0, "y": 1, "kind": "global minimum"}]
    answer = studied("x^2", at={"x": parse("3").node})
    assert plain_value(answer.facts)["value"] == 9


def test_assumptions_bound_the_study() -> None:
    found = plain_value(studied("x^2", assume={"x": frozenset({"positive"})}).facts)
    assert found["increasing"] == ["(0, oo)"]
    assert found["decreasing"] == []


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("a*x^2", InvalidInput, "a has no value"),
        ("[x, 1]", InvalidInput, "not a vector"),
        ("log(-x^2 - 1)", Undefined, "no real value"),
        ("sin(1/x)", Unsolved, "near x = 0"),
    ],
)
def test_what_cannot_be_studied_is_said(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        studied(text)


def test_ends_must_be_an_interval() -> None:
    with pytest.raises(InvalidInput, match="empty"):
        studied("x", "1", "0")
    with pytest.raises(InvalidInput, match="takes a number"):
        studied("x", "a", "1")


def test_the_table_has_a_column_for_each_place_and_each_interval() -> None:
    (table,) = studied("x^3 - 3x").tables
    assert table.columns == ("x", "-oo", "", "-1", "", "0", "", "1", "", "oo")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["f'(x)"] == ("", "+", "0", "-", "", "-", "0", "+", "")
    assert rows["f''(x)"] == ("", "-", "", "-", "0", "+", "", "+", "")
    assert rows["f(x)"] == ("-oo", "↗", "2", "↘", "0", "↘", "-2", "↗", "oo")


def test_a_pole_is_a_bar_between_its_limits() -> None:
    (table,) = studied("1/x").tables
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["f(x)"] == ("0", "↘", "-oo || oo", "↘", "0")
    assert rows["f'(x)"] == ("", "-", "||", "-", "")


def test_summary() -> None:
    assert studied("relu(x) - x/2").result == (
        "decreasing on (-oo, 0), increasing on (0, oo); minimum 0 at x = 0"
    )
    assert studied("1/x").result == "decreasing on (-oo, 0) and (0, oo)"


def test_each_step_that_has_both_sides_is_an_equality() -> None:
    from dlmath.checks.values import same_values

    def walk(steps: Any) -> Any:
        for step in steps:
            yield step
            yield from walk(step.steps)

    answer = studied("x/(x^2 + 1)", steps=True)
    rules = [step.rule for step in answer.steps]
    assert rules.index("first derivative") < rules.index("second derivative") < rules.index("limit")
    assert any(step.rule == "test place" for step in walk(answer.steps))
    held = 0
    for step in walk(answer.steps):
        if step.before is None or step.after is None:
            continue
        if step.before.op in ("derive", "limit") or "derive" in str(step.before):
            continue
        assert same_values(step.before, step.after, ["x"]).verdict == PASSED
        held += 1
    assert held


def test_spans_do_not_overlap() -> None:
    """Rising and falling intervals tile the domain in order."""
    for text in ("x^4 - 2x^2 + 1", "abs(abs(x) - 1)", "x^2*exp(-x^2)"):
        found = facts(text)
        ends = sorted(
            (_end(part) for name in ("increasing", "decreasing") for part in found[name]),
        )
        assert ends[0][0] == -mpmath.inf
        assert ends[-1][1] == mpmath.inf
        assert all(abs(a[1] - b[0]) < 1e-9 for a, b in pairwise(ends))


def _end(span: str) -> tuple[Any, Any]:
    low, high = span.strip("()").split(", ")

    def value(text: str) -> Any:
        if text.endswith("oo"):
            return mpmath.inf if text == "oo" else -mpmath.inf
        return mpmath.mpf(_number(text))

    return value(low), value(high)
