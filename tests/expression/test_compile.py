"""Generated functions against the walk of the graph, and what the generated text may hold."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression import compile as compiling
from dlmath.expression import graph, numbers
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import call, make, number, symbol, vector
from dlmath.expression.vocabulary import FUNCTIONS
from tests.expression.samples import SAMPLES
from tests.expression.strategies import NAMES, any_expressions, points

x, y, k = symbol("x"), symbol("y"), symbol("k")
n = number


def _variables(operands):
    """Variables in the places of the numbers, and their values in order."""
    names: list[str] = []
    values: list[float] = []

    def place(operand):
        if isinstance(operand, list):
            return vector([place(entry) for entry in operand])
        names.append(f"v{len(names)}")
        values.append(float(operand))
        return symbol(names[-1])

    return [place(operand) for operand in operands], names, values


@pytest.mark.parametrize("arrays", [False, True])
@pytest.mark.parametrize(
    ("name", "operands"), [(name, part) for name in FUNCTIONS for part in SAMPLES[name]]
)
def test_every_function_compiles(name, operands, arrays):
    nodes, names, values = _variables(operands)
    node = call(name, *nodes)
    expected = np.asarray(numbers.evaluate(node, dict(zip(names, values, strict=True))))
    function = compile_function([node], names, arrays=arrays)
    given_ = [np.full(2, value) for value in values] if arrays else values
    (computed,) = function(*given_)
    result = np.asarray(computed)
    if arrays:
        result = np.asarray(np.broadcast_to(result, (*expected.shape, 2)))[..., 0]
    assert result == pytest.approx(expected, rel=1e-12)


@given(any_expressions, points)
@settings(max_examples=200, derandomize=True, deadline=None)
def test_generated_code_gives_the_value_of_the_graph(node, point):
    values = {name: float(value) for name, value in point.items()}
    expected = numbers.evaluate(node, values)
    try:
        (computed,) = compile_function([node], NAMES)(*(values[name] for name in NAMES))
    except (ValueError, ArithmeticError):
        computed = math.nan
    if isinstance(expected, complex) or math.isnan(computed):
        return  # not real, here or on the way
    assert computed == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_common_parts_are_computed_once(monkeypatch):
    sources = _recorded(monkeypatch)
    part = call("sin", graph.mul(x, y))
    function = compile_function([part, graph.power(part, n(2)), call("exp", part)], ["x", "y"])
    assert function(0.5, 2.0) == pytest.approx(
        (math.sin(1), math.sin(1) ** 2, math.exp(math.sin(1)))
    )
    assert sources[0].count("f_sin(") == 1


def _recorded(monkeypatch) -> list[str]:
    sources: list[str] = []
    run = compiling.executed

    def recording(source, namespace):
        sources.append(source)
        return run(source, namespace)

    monkeypatch.setattr(compiling, "executed", recording)
    return sources


def test_names_are_never_pasted(monkeypatch):
    sources = _recorded(monkeypatch)
    hostile = "__import__('os').system('true')"
    strange = symbol(hostile)
    function = compile_function(
        [graph.mul(strange, make("sum", (strange, strange, n(1), n(3))))], [hostile]
    )
    assert function(2.0) == (12.0,)
    assert not any("import" in source or "system" in source for source in sources)
    namespace = {}
    run = compiling.executed
    monkeypatch.setattr(
        compiling, "executed", lambda source, names: namespace.update(names) or run(source, names)
    )
    compile_function([call("exp", strange)], [hostile])
    assert namespace["__builtins__"] == {}


def test_whole_powers_are_products(monkeypatch):
    sources = _recorded(monkeypatch)
    for exponent in (-5, -2, -1, 2, 3, 4, 7, 8):
        function = compile_function([graph.power(x, n(exponent))], ["x"])
        assert function(1.7) == pytest.approx((1.7**exponent,), rel=1e-15)
    assert not any("f_power" in source for source in sources)
    assert compile_function([graph.power(x, n(9))], ["x"])(1.7) == pytest.approx((1.7**9,))
    assert compile_function([graph.power(x, n(Fraction(-1, 2)))], ["x"])(4.0) == (0.5,)


def test_undefined_values_raise_in_floats_and_are_nan_in_arrays():
    for node in (graph.div(n(1), x), call("log", x), graph.power(x, n(Fraction(-3, 2)))):
        with pytest.raises((ValueError, ArithmeticError)):
            compile_function([node], ["x"])(0.0)
        (many,) = compile_function([node], ["x"], arrays=True)(np.array([0.0, 1.0]))
        assert np.isnan(many[0]) and np.isfinite(many[1])


def test_branches_compute_what_is_taken_and_no_more():
    node = make(
        "piecewise",
        (
            call("log", x),
            make("gt", (x, n(0))),
            graph.div(n(1), x),
            make("lt", (x, n(0))),
            n(7),
            graph.TRUE,
        ),
    )
    function = compile_function([graph.add(node, n(1)), node], ["x"])
    assert function(math.e) == pytest.approx((2, 1))
    assert function(-2.0) == (0.5, -0.5)
    assert function(0.0) == (8, 7)
    (many,) = compile_function([node], ["x"], arrays=True)(np.array([math.e, -2.0, 0.0, np.nan]))
    assert many[:3] == pytest.approx([1, -0.5, 7]) and np.isnan(many[3])


def test_logic_of_arrays_knows_undecided():
    less, log_less = make("lt", (x, n(1))), make("lt", (call("log", x), n(1)))
    for op, expected in (("and", [math.nan, 1]), ("or", [1, 1])):
        node = make("piecewise", (n(1), make(op, (less, log_less)), n(2), graph.TRUE))
        (many,) = compile_function([node], ["x"], arrays=True)(np.array([-1.0, 0.5]))
        assert many == pytest.approx(expected, nan_ok=True)


def test_loops_over_sums():
    node = make("sum", (graph.mul(call("exp", x), graph.power(k, n(2))), k, n(1), y))
    assert compile_function([node], ["x", "y"])(0.0, 3.0) == (14.0,)
    with pytest.raises(ValueError, match="whole"):
        compile_function([node], ["x", "y"])(0.0, 2.5)
    nested = make("product", (make("sum", (graph.add(k, y), k, n(1), y)), y, n(1), n(3)))
    assert compile_function([nested], [])() == (numbers.evaluate(nested),)


def test_vectors_come_out_nested():
    matrix = vector([vector([x, y]), vector([y, x])])
    assert compile_function([matrix, graph.mul(matrix, vector([x, y]))], ["x", "y"])(1.0, 2.0) == (
        ((1.0, 2.0), (2.0, 1.0)),
        (5.0, 4.0),
    )


def test_deep_and_wide_graphs_compile():
    deep = x
    for _ in range(2000):
        deep = call("sin", graph.add(deep, n(Fraction(1, 10))))
    wide = graph.add(*(graph.mul(n(power), graph.power(x, n(power))) for power in range(2, 2000)))
    (a, b) = compile_function([deep, wide], ["x"])(0.5)
    assert a == pytest.approx(numbers.evaluate(deep, {"x": 0.5}))
    assert b == pytest.approx(numbers.evaluate(wide, {"x": 0.5}))


def test_what_cannot_be_compiled_says_so():
    with pytest.raises(InvalidInput, match="no value"):
        compile_function([y], ["x"])
    with pytest.raises(InvalidInput, match="real"):
        compile_function([graph.mul(graph.I, x)], ["x"])
    node = x
    for _ in range(100):
        node = make("piecewise", (n(0), make("lt", (x, n(0))), call("sin", node), graph.TRUE))
    with pytest.raises(LimitReached, match="nested"):
        compile_function([node], ["x"])


def test_floats_need_no_numpy():
    program = (
        "import sys\n"
        "from dlmath.expression import graph, compile, gradient\n"
        "x = graph.symbol('x')\n"
        "f = graph.call('softplus', graph.power(x, graph.TWO))\n"
        "slope = gradient.gradient(f, ['x'])['x']\n"
        "compile.compile_function([f, slope], ['x'])(1.0)\n"
        "sys.exit(bool({'numpy', 'sympy', 'mpmath'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
