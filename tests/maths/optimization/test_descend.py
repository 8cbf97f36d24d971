"""Verdicts, facts, kinds of points, what is refused, and the working of descents."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dlmath.answer import ANSWERED, DIVERGES, Answer
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.descend import descend
from dlmath.maths.optimization.facts import rows_shown
from dlmath.settings import Settings
from tests.maths.optimization.test_methods import ROSENBROCK, run


def notes(answer: Answer) -> str:
    return "; ".join("".join(str(part) for part in note) for note in answer.notes)


# --- the Rosenbrock function -----------------------------------------------------------------


def test_the_curvature_at_the_minimum() -> None:
    facts = run(ROSENBROCK, "x=1,y=1").facts
    assert facts["eigenvalues"] == pytest.approx([0.39936, 1001.60], rel=1e-5)
    assert facts["condition"] == pytest.approx(2508, rel=1e-4)
    assert facts["stable_rate"] == pytest.approx(0.0019968, rel=1e-4)
    assert facts["kind"] == "minimum"


def test_just_below_the_stable_rate_it_converges() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=0.0019, steps_max=30_000)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["at"] == pytest.approx({"x": 1, "y": 1}, abs=1e-7)
    assert answer.facts["rate_observed"] == pytest.approx(answer.facts["rate_predicted"], rel=1e-6)


def test_at_0_002_it_comes_close() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=0.002, steps_max=10_000, tolerance=1e-3)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["at"] == pytest.approx({"x": 1, "y": 1}, abs=3e-3)


def test_at_0_005_it_bounces() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=0.005, steps_max=3000)
    assert answer.status == ANSWERED
    assert answer.facts["reason"] == "bouncing"
    assert "not converged: bouncing" in notes(answer)
    assert answer.facts["kind"] is None


def test_at_0_01_it_diverges_at_step_3() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=0.01)
    assert answer.status == DIVERGES
    assert answer.result == "diverges"
    assert answer.facts["verdict"] == "diverged at step 3"
    assert answer.facts["minimum"] is None
    assert answer.value is None
    assert "above 0.0013277, the largest stable rate" in notes(answer)


# --- verdicts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "start", "options", "reason", "words"),
    [
        ("x^2", "x=1", {}, "converged", ""),
        ("x^2", "x=1", {"rate": 1.1}, "diverged", "try below it, for example 0.5"),
        ("x^2", "x=1", {"rate": 1.001}, "diverged", "still growing"),
        ("x^2", "x=1", {"rate": 1.0}, "bouncing", "not converged"),
        ("|x|", "x=0.55", {}, "bouncing", "smaller --rate"),
        ("x^2", "x=1", {"steps_max": 5}, "steps_max", "a rate near 0.5"),
        ("x^2", "x=1", {"rate": 1.2, "steps_max": 2}, "steps_max", "above 1, the largest stable"),
        ("x^2", "x=1", {"rate": 1e-5}, "steps_max", "crawling"),
        ("x^2", "x=1", {"rate": 1e-18}, "stalled", "too small"),
        ("x^4", "x=1", {}, "steps_max", "every step gains less"),
        ("x", "x=0", {}, "diverged", "not converged: the function falls without bound along x"),
        ("x^2 + 2*y", "x=0,y=0", {}, "diverged", "falls without bound along y"),
        ("softplus(x)", "x=900", {}, "steps_max", "no minimum found, the function keeps falling"),
        ("exp(-x)", "x=0", {}, "steps_max", "not converged"),
        ("-x^2", "x=1", {}, "diverged", "falls without bound"),
        ("x^2", "x=1", {"tolerance": 0.0, "rate": 0.3}, "converged", ""),
    ],
)
def test_verdicts(
    expression: str, start: str, options: dict[str, float], reason: str, words: str
) -> None:
    answer = run(expression, start, **options)
    assert answer.facts["reason"] == reason
    assert words in notes(answer)
    assert (answer.status == DIVERGES) == (reason == "diverged")
    assert not answer.refuted


def test_a_rounding_floor_counts_as_converged() -> None:
    answer = run(ROSENBROCK, "x=1.1,y=1.2", rate=0.001, steps_max=200_000, tolerance=0.0)
    assert answer.facts["reason"] == "converged"
    assert "precision of floats" in answer.facts["verdict"]


def test_the_time_budget_ends_an_endless_run_with_what_was_reached() -> None:
    progress: list[float] = []
    settings = Settings(seconds=0.5, progress=lambda done, words: progress.append(done))
    answer = descend(
        parse("x^2 + y^2/1000").node,
        {"x": parse("1").node, "y": parse("1").node},
        settings,
        rate=1e-9,
        steps_max=10**12,
    )
    assert answer.status == "limit_reached"
    assert answer.result is None
    assert answer.error is not None
    assert "the time is used up after" in answer.error["message"]
    assert answer.facts["at"]["x"] < 1
    assert progress and all(0 <= done < 1 for done in progress)


# --- kinds of points -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "start", "kind"),
    [
        ("x^2 - y^2", "x=0,y=0", "saddle"),
        ("x^2 - y^2", "x=1,y=0", "saddle"),
        ("x^3", "x=0", "saddle"),
        ("-x^2", "x=0", "maximum"),
        ("-x^4", "x=0", "maximum"),
        ("x^4", "x=0", "minimum"),
        ("|x|", "x=0", "minimum"),
        ("(x - y)^2", "x=1,y=0", "minimum"),
        ("relu(x)", "x=-1", "flat"),
        ("cos(x)", "x=0", "maximum"),
        ("cos(x)", "x=1", "minimum"),
        ("cosh(x)*10^10", "x=1", "minimum"),
    ],
)
def test_kinds(expression: str, start: str, kind: str) -> None:
    answer = run(expression, start)
    assert answer.facts["kind"] == kind
    if kind in ("saddle", "maximum"):
        assert answer.facts["minimum"] is None
        assert kind in notes(answer)


@pytest.mark.parametrize(
    ("expression", "start", "options"),
    [
        ("x^3", "x=1", {"rate": 0.1, "steps_max": 10**6, "tolerance": 1e-9}),
        ("exp(-x)", "x=18.5", {}),
        ("atan(x)", "x=-20000", {}),
    ],
)
def test_a_small_gradient_is_not_yet_a_minimum(
    expression: str, start: str, options: dict[str, float]
) -> None:
    answer = run(expression, start, **options)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["kind"] == "flat"


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "start", "message", "hint"),
    [
        ("x^2 + y", "", "the start point is missing", "add --start x=1,y=1"),
        ("x^2 + y", "x=1", "the start gives no value to y", "--start x=1,y=1"),
        ("x^2", "y=1", "the start names y, which the function does not contain", "x=1"),
        ("x^2", "x=1+2i", "the start of x is complex", ""),
        ("x^2", "x=10^400", "the start of x is not finite, or beyond the largest float", ""),
        ("x^2", "x=log(0)", "the start of x is not a number", ""),
        ("x^2", "x=abc", "the start of x is not a number: abc", "write x=1"),
        ("[x, 2*x]", "x=1", "must be one number; this one has 2 entries", "norm"),
        ("5", "x=1", "no variable to descend on", ""),
        ("exp(x)", "x=700", "too steep", ""),
    ],
)
def test_starts_that_do_not_fit(expression: str, start: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run(expression, start) if start else descend(parse(expression).node, {}, Settings())
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    "options",
    [
        {"rate": 0.0},
        {"rate": -0.1},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"steps_max": 0},
        {"tolerance": -1.0},
        {"trace": 0},
        {"momentum": 0.5},
        {"momentum": 2.0, "method": "momentum"},
    ],
)
def test_options_that_do_not_fit(options: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        run("x^2", "x=1", **options)


def test_a_start_outside_the_domain_is_named() -> None:
    with pytest.raises(Undefined, match=r"log\(x\) has no real value there"):
        run("log(x)", "x=-1")


@pytest.mark.parametrize(
    ("expression", "start", "rate", "place"),
    [
        ("log(x)", "x=0.5", 1.0, r"step 1: log\(x\) has no real value at x = -1.5"),
        ("x + sqrt(y)", "x=1,y=1", 0.5, r"step 4: sqrt\(y\) has no real value"),
        ("1/x", "x=-1", 1.0, r"step 1: 1/x has no real value at x = 0"),
    ],
)
def test_leaving_the_domain_names_the_step_and_the_part(
    expression: str, start: str, rate: float, place: str
) -> None:
    with pytest.raises(Undefined, match=place) as caught:
        run(expression, start, rate=rate)
    assert "smaller rate" in (caught.value.hint or "")


# --- what can be descended -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "start", "at"),
    [
        ("mse([w + b, 2*w + b], [1, 3])", "w=0,b=0", {"w": 2.0, "b": -1.0}),
        ("logsumexp([x, -x])", "x=2", {"x": 0.0}),
        ("sum(k*x^2, k, 1, 3) + x", "x=1", {"x": -1 / 12}),
        ("gamma(x)", "x=3", {"x": 1.4616321449683622}),
        ("x^x", "x=0.5", {"x": 0.36787944117144233}),
        ("piecewise((x^2, x > -3), (9, true))", "x=2", {"x": 0.0}),
    ],
)
def test_functions_of_every_sort(expression: str, start: str, at: dict[str, float]) -> None:
    answer = run(expression, start, steps_max=4000)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["at"] == pytest.approx(at, abs=1e-6)
    assert not answer.refuted


def test_other_variables_are_held_fixed() -> None:
    answer = descend(
        parse("(x - a)^2").node, {"x": parse("0").node}, Settings(at={"a": parse("3").node})
    )
    assert answer.facts["at"] == pytest.approx({"x": 3.0}, abs=1e-7)


def test_awkward_names_are_ordinary_variables() -> None:
    answer = run("(lambda - 1)^2 + (g - 2)^2 + (k*x - 1)^2", "lambda=0,g=0,k=1,x=2", method="adam")
    assert answer.facts["at"]["lambda"] == pytest.approx(1, abs=1e-6)
    assert answer.facts["at"]["g"] == pytest.approx(2, abs=1e-6)


def test_many_variables() -> None:
    names = [f"x{i}" for i in range(1, 21)]
    expression = " + ".join(f"{i}*({name} - {i})^2" for i, name in enumerate(names, 1))
    answer = run(expression, ",".join(f"{name}=0" for name in names), steps_max=3000)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["eigenvalues"] == pytest.approx([2.0 * i for i in range(1, 21)])


# --- what is shown ---------------------------------------------------------------------------


def test_the_answer_is_the_end_point_and_reads_back() -> None:
    answer = run("(x - 1/3)^2 + (y + 2)^2", "x=0,y=0")
    assert answer.result == "x = 0.3333333325, y = -1.999999995"
    read = parse_assignments(answer.result)
    for name, value in answer.facts["at"].items():
        assert float(read[name].number) == pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize(
    ("last", "rows", "shown"),
    [
        (3, 10, [0, 1, 2, 3]),
        (1000, 2, [0, 1000]),
        (1000, 1, [1000]),
        (0, 10, [0]),
        (10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]),
    ],
)
def test_rows_of_the_table(last: int, rows: int, shown: list[int]) -> None:
    assert rows_shown(last, rows) == shown


@pytest.mark.parametrize("rows", [3, 4, 10, 50])
@pytest.mark.parametrize("last", [60, 1000, 10**9])
def test_a_table_has_the_rows_asked_for_first_and_last_among_them(rows: int, last: int) -> None:
    shown = rows_shown(last, rows)
    assert len(shown) == rows
    assert (shown[0], shown[-1]) == (0, last)
    assert shown == sorted(set(shown))


def test_the_table_holds_values_of_the_function() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", method="adam", trace=12)
    table = answer.tables[0]
    assert table.columns == ("step", "x", "y", "value", "gradient norm")
    for _, x, y, value, _ in table.rows:
        assert value == pytest.approx((1 - x) ** 2 + 100 * (y - x * x) ** 2, rel=1e-9)


def test_the_working_fills_in_the_first_steps() -> None:
    answer = descend(
        parse("x^2 + 3*y").node,
        {"x": parse("-1").node, "y": parse("2").node},
        Settings(steps=True),
        rate=0.1,
        steps_max=7,
    )
    gradient, rule, first, second, verdict = answer.steps
    for part in gradient.steps:
        assert part.before is not None and part.after is not None
        point = {"x": 0.4, "y": -0.7}
        assert evaluate(part.after, point) in (0.8, 3.0)
    assert "rate = 0.1" in str(rule.text)
    assert (
        "".join(map(str, first.steps[0].text)) == "the slope by x is -2; x = (-1) - 0.1*(-2) = -0.8"
    )
    assert "".join(map(str, first.steps[1].text)) == "the slope by y is 3; y = 2 - 0.1*3 = 1.7"
    assert "".join(map(str, second.steps[0].text)).endswith("x = (-0.8) - 0.1*(-1.6) = -0.64")
    assert str(answer.result) in str(verdict.text)


@pytest.mark.parametrize("method", ["momentum", "nesterov", "adam"])
def test_the_numbers_of_the_working_are_those_of_the_run(method: str) -> None:
    answer = descend(
        parse("x^2").node,
        {"x": parse("1").node},
        Settings(steps=True),
        method=method,
        rate=0.1,
        trace=20,
        steps_max=15,
    )
    for step, row in zip(answer.steps[2:4], answer.tables[0].rows[1:3], strict=True):
        words = "".join(map(str, step.steps[0].text))
        for part in words.split("; ")[1:]:
            _, formula, value = part.split(" = ")
            filled_in = evaluate(parse(formula).node)
            assert filled_in == pytest.approx(float(value), rel=1e-8)
        assert float(words.rsplit(" = ", 1)[1]) == pytest.approx(row[1])


def test_a_descent_needs_neither_sympy_nor_numpy() -> None:
    script = (
        "import sys\n"
        "from dlmath.expression.parser import parse, parse_assignments\n"
        "from dlmath.maths.optimization.descend import descend\n"
        "from dlmath.settings import Settings\n"
        "descend(parse('x^2+3*y^2').node, parse_assignments('x=1,y=2'), Settings(steps=True))\n"
        "print([m for m in ('sympy', 'numpy', 'mpmath') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
