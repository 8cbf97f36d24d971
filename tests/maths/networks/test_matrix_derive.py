"""matrix-derive: identities of the literature, their working, the check, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Formula, Step
from dlmath.checks.matrix_derivative import Operand, check_matrix_derivative
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.parser import parse_assignments
from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.expression import SCALAR
from dlmath.maths.networks.matrix_calculus.numbers import evaluate, size_value
from dlmath.maths.networks.matrix_calculus.read import read
from dlmath.maths.networks.matrix_calculus.shapes import Shapes, read_shapes
from dlmath.maths.networks.matrix_calculus.write import to_latex, to_text
from dlmath.maths.networks.matrix_derive import matrix_derive
from dlmath.render.errors import error_text
from dlmath.render.latex import answer_latex
from dlmath.settings import Settings
from tests.maths.networks.matrix_identities import IDENTITIES, Identity

STEPS = Settings(steps=True)


def answered(identity: Identity, **options: object):  # type: ignore[no-untyped-def]
    return matrix_derive(
        identity.expression,
        identity.wrt,
        identity.shapes,
        STEPS,
        order=identity.order,
        **options,  # type: ignore[arg-type]
    )


def test_there_are_many_and_each_once() -> None:
    assert len(IDENTITIES) >= 100
    assert len({(i.expression, i.wrt, i.shapes, i.order) for i in IDENTITIES}) == len(IDENTITIES)


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.source)
def test_identity(identity: Identity) -> None:
    """The form of the book; passed by numbers; reads back as itself; every step is true."""
    answer = answered(identity)
    assert str(answer.result) == identity.expected
    assert [check.verdict for check in answer.checks] == [PASSED]
    again = read(identity.expected, shapes_of(identity)).expression
    assert to_text(again) == identity.expected
    assert answer.steps[-1].after == answer.result
    assert compared(answer.steps, identity) >= 1


# --- the working ----------------------------------------------------------------------------


def shapes_of(identity: Identity) -> Shapes:
    """The shapes with what reading the expression found out of them."""
    return read(identity.expression, read_shapes(identity.shapes)).shapes


def flat(steps: tuple[Step, ...] | list[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from flat(step.steps)


def compared(steps: list[Step], identity: Identity) -> int:
    """How many steps have two sides, all of them equal at some random matrices."""
    shapes = shapes_of(identity)
    shape, kind = shapes.get(identity.wrt, (SCALAR, None))
    variable = build.name(identity.wrt, shape, kind)
    values, sizes = sample(shapes, variable)
    count = 0
    for step in flat(steps):
        if step.before is None or step.after is None:
            continue
        sides = []
        for side in (step.before, step.after):
            assert isinstance(side, Formula)
            expression = read(str(side), shapes, variable).expression
            sides.append(evaluate(expression, values, sizes))
        assert np.allclose(sides[0], sides[1], rtol=1e-6, atol=1e-7), (step.before, step.after)
        assert np.all(np.isfinite(sides[0]))
        count += 1
    return count


def sample(shapes: Shapes, variable: build.Expr) -> tuple[dict[str, np.ndarray], dict[str, int]]:  # type: ignore[name-defined]
    generator = np.random.default_rng(5)
    names = sorted({n for shape, _ in shapes.values() for part in shape for n in part.names})
    sizes = {name: 2 + k for k, name in enumerate(names)}
    if {"m", "n"} <= set(names) and sizes["m"] > sizes["n"]:
        sizes["m"], sizes["n"] = sizes["n"], sizes["m"]
    values = {}
    given = {**shapes, "d:" + str(variable.value): (variable.shape, build.kind_of(variable))}
    for name, (shape, kind) in given.items():
        rows, columns = (size_value(part, sizes) for part in shape)
        drawn = 0.3 * generator.normal(size=(rows, columns)) + 0.1
        if columns == 1:
            drawn = np.abs(drawn)
        if rows == columns:
            drawn = drawn + np.eye(rows)
        if kind == build.SYMMETRIC:
            drawn = (drawn + drawn.T) / 2
        if kind == build.PROBABILITY:
            drawn = np.exp(drawn) / np.exp(drawn).sum(axis=0 if columns == 1 else 1, keepdims=True)
        values[name] = drawn
    return values, sizes


def test_a_false_step_is_seen() -> None:
    identity = next(i for i in IDENTITIES if i.source == "(108)")
    false = Step("wrong", (), Formula("d(tr(X'*B*X))", ""), Formula("tr(X'*B*dX)", ""))
    with pytest.raises(AssertionError):
        compared([false], identity)


# --- the check ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("(A + A')*X", PASSED),
        ("X'*(A + A')", FAILED),
        ("(A + A)*X", FAILED),
        ("1.0001*(A + A')*X", FAILED),
        ("A*X", FAILED),
    ],
)
def test_the_check_can_fail(claim: str, verdict: str) -> None:
    assert verdict_of("tr(X'*A*X)", claim) == verdict


def verdict_of(function: str, claim: str) -> str:
    """What the check says of a gradient by X."""
    shapes = read_shapes("X: n,m; A: n,n")
    f = read(function, shapes).expression
    g = read(claim, shapes).expression
    operands = {name: Operand(shape) for name, (shape, _) in shapes.items()}
    check = check_matrix_derivative(
        "gradient",
        lambda values, sizes: evaluate(f, values, sizes),
        lambda values, sizes: evaluate(g, values, sizes),
        "X",
        operands,
    )
    return check.verdict


def test_rounding_is_no_proof() -> None:
    """Differences of values so large say nothing of slopes so small."""
    assert verdict_of("10^12 + tr(X'*X)", "2*X") == UNAVAILABLE
    assert verdict_of("10^12 + tr(X'*X)", "3*X") != PASSED
    assert verdict_of("tr(A)", "zeros(n, m)") == PASSED
    assert verdict_of("tr(A) + norm(X)/10^9", "zeros(n, m)") != PASSED


# --- layouts, kinds and facts ---------------------------------------------------------------


def test_layouts() -> None:
    def result(text: str, wrt: str, layout: str | None) -> tuple[str, str]:
        answer = matrix_derive(text, wrt, "A: m,n; x: n; a: n; X: m,n; B: n,m", layout=layout)
        assert answer.checks[0].verdict == PASSED
        return str(answer.result), str(answer.facts["layout"])

    assert result("a'*x", "x", None) == ("a", "denominator")
    assert result("a'*x", "x", "numerator") == ("a'", "numerator")
    assert result("tr(B*X)", "X", "numerator") == ("B", "numerator")
    assert result("A*x", "x", None) == ("A", "numerator")
    assert result("A*x", "x", "denominator") == ("A'", "denominator")


def test_facts() -> None:
    answer = matrix_derive("norm(A*x - b)^2", "x", "A: m,n; x: n; b: m")
    assert answer.facts == {
        "kind": "gradient",
        "shape": ["n"],
        "layout": "denominator",
        "gradient": "2*A'*(A*x - b)",
        "differential": "(2*A'*(A*x - b))'*dx",
    }
    assert matrix_derive("A*x", "x", "A: 3,4; x: 4").facts["shape"] == [3, 4]
    assert matrix_derive("x'*x", "x", "x: n", layout="numerator").facts["shape"] == [1, "n"]
    assert matrix_derive("t^2", "t").facts["shape"] == []


def test_large_sizes_are_checked_at_small_ones() -> None:
    shapes = "A: 2000,1000; x: 1000; b: 2000"
    answer = matrix_derive("norm(A*x - b)^2/2000 + sum(ones(1000).*x)", "x", shapes)
    assert str(answer.result) == "A'*(A*x - b)/1000 + ones(1000)"
    assert answer.checks[0].verdict == PASSED
    answer = matrix_derive("A*X", "X", "A: 500,400; X: 400,300")
    assert str(answer.result) == "kron(eye(300), A)"
    assert answer.checks[0].verdict == PASSED


def test_greek_letters() -> None:
    answer = matrix_derive("λ*x₁'*x₁", "x₁", "λ: 1; x₁: n")
    assert str(answer.result) == "2*lambda*x_1"


def test_no_dependence_is_zero() -> None:
    assert str(matrix_derive("a'*a", "X", "a: n; X: m,n").result) == "zeros(m, n)"
    assert str(matrix_derive("b", "x", "b: m; x: n").result) == "zeros(m, n)"


def test_a_symmetric_variable() -> None:
    answer = matrix_derive("a'*X*b", "X", "X: n,n symmetric; a, b: n")
    assert str(answer.result) == "(a*b' + b*a')/2"
    assert answer.checks[0].verdict == PASSED
    assert any("symmetric" in str(part) for note in answer.notes for part in note)


def test_the_target_of_cross_entropy_is_named() -> None:
    answer = matrix_derive("cross_entropy(softmax(z), y)", "z", "z, y: k")
    assert str(answer.result) == "softmax(z) - y"
    assert ("the entries of y are taken to sum to 1",) in answer.notes
    plain = matrix_derive("-sum(y.*log(softmax(z)))", "z", "z, y: k")
    assert plain.checks[0].verdict == PASSED
    assert "sum(y)" in str(plain.result)


@pytest.mark.parametrize(
    ("text", "wrt", "shapes", "expected", "note"),
    [
        ("norm(A*x - b)^2", "x", "A: m,n", "2*A'*(A*x - b)", "x is taken as a vector of n"),
        ("x'*S*x + c", "x", "S: n,n symmetric", "2*S*x", "c is taken as a scalar"),
        ("lambda*x'*x", "x", "x: n", "2*lambda*x", "lambda has no shape: it is taken as a scalar"),
    ],
)
def test_shapes_that_alone_fit(text: str, wrt: str, shapes: str, expected: str, note: str) -> None:
    answer = matrix_derive(text, wrt, shapes)
    assert str(answer.result) == expected
    assert any(note in str(part) for sentence in answer.notes for part in sentence)


def test_shapes_that_are_not_guessed() -> None:
    with pytest.raises(InvalidInput, match="C has no shape") as caught:
        matrix_derive("A*C*x", "x", "A: m,n; x: k")
    assert caught.value.hint == "the only shapes that fit: C: n,k"
    with pytest.raises(InvalidInput) as caught:
        matrix_derive("norm(A*x - t*b)^2", "t", "A: m,n")
    assert caught.value.hint == "several shapes would fit x, t, b: give them in --shapes"


def test_what_has_no_rule_is_unsolved() -> None:
    answer = matrix_derive("sum(digamma(x))", "x", "x: n")
    assert answer.status == "unsolved"
    assert answer.error == {"message": "the derivative of digamma cannot be written with matrices"}
    assert answer.result is None


# --- reading --------------------------------------------------------------------------------

SHAPES = "A: m,n; B: n,m; S: n,n; x: n; b: m; t: 1"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A.T*b", "A'*b"),
        ("A^T*b", "A'*b"),
        ("2 A' b", "2*A'*b"),
        ("S^-1", "inv(S)"),
        ("S^-2*x", "inv(S)^2*x"),
        ("(A*B)'", "B'*A'"),
        ("A'/2", "A'/2"),
        ("x.*x", "x.^2"),
        ("1./x", "1./x"),
        ("x**2 - x", None),
        ("x.**2", "x.^2"),
        ("x² ", None),
        ("S²", "S^2"),
        ("trace(S)", "tr(S)"),
        ("log(det(S))", "logdet(S)"),
        ("dot(x, x)", "x'*x"),
        ("x*x'*x", "(x'*x)*x"),
        ("b'*A*x", "b'*A*x"),
        ("x'*A'*b", "b'*A*x"),
        ("-(x - x)", "zeros(n)"),
        ("3*t*t", "3*t^2"),
        ("inv(S)*S*x", "x"),
        ("diag(x)*x", "x.^2"),
        ("eye(n)*x", "x"),
        ("norm(x, 1)", "sum(abs(x))"),
        ("n*t", "n*t"),
        ("|t|", "abs(t)"),
        ("||A*x - b||^2", "norm(A*x - b)^2"),
        ("mean(x)", "sum(x)/n"),
        ("x'*ones(n)", "sum(x)"),
    ],
)
def test_reading(text: str, written: str | None) -> None:
    shapes = read_shapes(SHAPES)
    if written is None:
        with pytest.raises(InvalidInput):
            read(text, shapes)
        return
    found = read(text, shapes).expression
    assert to_text(found) == written
    assert read(written, shapes).expression is found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A*b", "A is m x n and b is a vector of m: n columns of the first do not meet m rows"),
        ("A*b", "hint: A'*b would fit"),
        ("A*x + x", "A*x is a vector of m and x is a vector of n: they cannot be added"),
        ("A + 1", "hint: for the scalar in every entry write 1*ones(m, n)"),
        ("A + B", "hint: B' would fit"),
        ("A.*B", "element by element"),
        ("det(A)", "det needs a square matrix; this one is m x n"),
        ("tr(x)", "tr needs a square matrix; this one is n"),
        ("A^2", "only a square matrix has powers"),
        ("x/x", "x is a vector of n: only scalars divide"),
        ("C*x", "C has no shape"),
        ("A*c + x", "c has no shape and is taken as a scalar"),
        ("I*x", "write eye(n) for the identity"),
        ("foo(A)", "there is no function foo of matrices"),
        ("A(x)", "A is not a function here"),
        ("A*", "something is missing here"),
        ("(A*x", "this parenthesis is not closed"),
        ("[1, 2]*x", "matrices are given by name and shape here"),
        ("A = B", "an expression is expected, not an equation"),
        ("*A", "* does not fit here"),
        ("S^0.5", "the power of a matrix is a whole number"),
        ("S^99", "powers of matrices are read up to 12"),
        ("dot(x, b)", "dot needs two vectors of one size"),
        ("kron(A)", "kron takes 2 operands, not 1"),
        ("norm(A, 2)", "this norm of a matrix has no rule here"),
        ("eye(k)", "a size is a whole number or a size of --shapes"),
        ("reshape(x, m, n)", "n does not fill m x n"),
    ],
)
def test_mistakes(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(text, read_shapes(SHAPES))
    assert message in error_text(caught.value, width=200)


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ("A m,n", "a colon is missing between a name and its shape"),
        ("A: m,n; A: n", "A has two shapes"),
        ("A: m,n,k", "a shape has one size or two"),
        ("A: m,n symmetric", "only a square matrix is symmetric"),
        ("A: m,n funny", "funny is not known of a matrix"),
        ("A: 0,n", "a size is a whole number above 0 or a name"),
        ("n: 3; A: n,n", "n is a matrix and a size at once"),
        ("2A: n", "the name of a matrix, vector or scalar is expected here"),
        ("c: 1 probability", "probabilities are the entries of a vector or a matrix"),
    ],
)
def test_mistakes_in_shapes(shapes: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_shapes(shapes)
    assert message in error_text(caught.value, width=200)


def test_the_hessian_is_of_a_scalar() -> None:
    with pytest.raises(InvalidInput, match="the Hessian is of a scalar"):
        matrix_derive("A*x", "x", "A: m,n; x: n", order=2)


def test_the_variable_must_occur() -> None:
    with pytest.raises(InvalidInput, match="there is no Z in the expression"):
        matrix_derive("A*x", "Z", "A: m,n; x: n")


# --- values and LaTeX ------------------------------------------------------------------------


def test_at_given_matrices() -> None:
    at = parse_assignments("A=[1,2;3,4;5,6],x=[1,2],b=[1,1,1]")
    answer = matrix_derive("norm(A*x - b)^2", "x", "A: m,n; x: n; b: m", Settings(at=at))
    assert answer.value == [228, 288]
    at = parse_assignments("X=[2,0;0,4]")
    assert matrix_derive("logdet(X)", "X", "X: n,n", Settings(at=at)).value == [[0.5, 0], [0, 0.25]]
    assert matrix_derive("t^3", "t", "", Settings(at=parse_assignments("t=2"))).value == 12


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("A=[1,2;3,4;5,6],x=[1,2]", "--at has no value for b"),
        ("A=[1,2;3,4;5,6],x=[1,2,3],b=[1,1,1]", "x has 3 where n = 2 is expected"),
        ("A=[1,2;3,4],x=[1,y],b=[1,1]", "x needs numbers, and y is a name"),
    ],
)
def test_mistakes_at_given_matrices(at: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        matrix_derive(
            "norm(A*x - b)^2",
            "x",
            "A: m,n; x: n; b: m",
            Settings(at=parse_assignments(at), check=False),
        )


def test_no_value_at_a_singular_matrix() -> None:
    with pytest.raises(Undefined):
        matrix_derive("logdet(X)", "X", "X: n,n", Settings(at=parse_assignments("X=[1,2;2,4]")))


def test_latex_is_balanced() -> None:
    for identity in IDENTITIES:
        answer = matrix_derive(
            identity.expression,
            identity.wrt,
            identity.shapes,
            Settings(steps=True, check=False),
            order=identity.order,
        )
        text = answer_latex(answer, steps=True)
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")
    assert to_latex(read("2*A'*(A*x - b)/m", read_shapes(SHAPES)).expression) == (
        r"\frac{2 A^{\top} \left(A x - b\right)}{m}"
    )


def test_a_long_answer_has_a_short_form() -> None:
    identity = next(i for i in IDENTITIES if i.source == "attention scores")
    answer = answered(identity)
    note = "".join(str(part) for part in answer.notes[-1])
    assert note == "with S = softmax(Q*K'/sqrt(d)) it is (S.*(G - (S.*G)*ones(m, m)))*K/sqrt(d)"
