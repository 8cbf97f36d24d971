"""The derivative with its working: the differential, its form, the derivative read from it.

The answer is the last expression of the working; nothing is written beside it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from dlmath.answer import Formula, Sentence, Step
from dlmath.errors import Unsolved
from dlmath.maths.networks.matrix_calculus import differentials, rules
from dlmath.maths.networks.matrix_calculus.build import (
    ONE,
    SYMMETRIC,
    add,
    differential_name,
    is_differential_name,
    kind_of,
    mul,
    number,
    transpose,
    vec,
    zeros,
)
from dlmath.maths.networks.matrix_calculus.expression import SCALAR, Expr, make
from dlmath.maths.networks.matrix_calculus.identify import gradient_of, jacobian_of
from dlmath.maths.networks.matrix_calculus.rebuild import replaced
from dlmath.maths.networks.matrix_calculus.tidy import tidy
from dlmath.maths.networks.matrix_calculus.write import to_latex, to_text

#: A working has no more levels than this.
_LEVELS_MOST = 60

#: An expression has no more parts than this.
PARTS_MOST = 20_000


class Derived(NamedTuple):
    """kind: gradient, jacobian, hessian or derivative (by a scalar); result: the derivative, a
    gradient in the shape of the variable, a Jacobian with a row for each function; differential:
    what it was read from."""

    kind: str
    variable: Expr
    result: Expr
    differential: Expr
    steps: tuple[Step, ...]
    notes: tuple[Sentence, ...]


def shown(e: Expr) -> Formula:
    """The expression as part of the working."""
    return Formula(to_text(e), to_latex(e))


def _says(rule: rules.Rule) -> Formula:
    """A rule inside a sentence."""
    return Formula(rule.text, rule.latex)


def derive(f: Expr, variable: Expr) -> Derived:
    """The derivative of f by the variable. Raises Unsolved where no rule leads there."""
    df, steps = _differential(f, variable)
    if f.is_scalar:
        return _gradient(f, variable, df, steps)
    if variable.is_scalar:
        return _by_scalar(f, variable, df, steps)
    return _jacobian(variable, df, steps)


def second(f: Expr, variable: Expr) -> Derived:
    """The Hessian of a scalar f: the Jacobian of its gradient. Raises Unsolved."""
    first = derive(f, variable)
    column = vec(first.result)
    words = ("the gradient by ", shown(variable))
    steps: list[Step] = [Step("gradient", words, None, shown(first.result), first.steps)]
    df, more = _differential(column, variable)
    steps += more
    found = _jacobian(variable, df, steps)
    return found._replace(kind="hessian", notes=first.notes)


def _differential(f: Expr, variable: Expr) -> tuple[Expr, list[Step]]:
    """df with its working."""
    whole = make("d", (f,), None, f.shape)
    state = differentials.start(f, variable)
    steps: list[Step] = []
    if state is not whole:
        words = (f"what does not depend on {variable.value} has the differential 0",)
        steps.append(Step("linearity", words, shown(whole), shown(state)))
    for _ in range(_LEVELS_MOST):
        if differentials.is_done(state):
            return state, steps
        result, used = differentials.expanded(state, variable)
        if _count(result) > PARTS_MOST:
            raise Unsolved("the differential has too many terms")
        names = ", ".join(rule.name for rule in used)
        words_of: list[str] = []
        for rule in used:
            says = _says(rule)
            words_of += [", ", says] if words_of else [says]
        steps.append(Step(names, tuple(words_of), shown(state), shown(result)))
        state = result
    raise Unsolved("the expression is nested too deeply")


def _count(e: Expr) -> int:
    total = 0
    stack = [e]
    while stack and total <= PARTS_MOST:
        part = stack.pop()
        total += 1
        stack.extend(part.args)
    return total


def _gradient(f: Expr, variable: Expr, df: Expr, steps: list[Step]) -> Derived:
    raw = gradient_of(df, variable)
    form = _trace_form(raw, variable)
    dx = shown(differential_name(variable))
    if variable.is_scalar:
        words: Sentence = ("the factor of ", dx)
    elif variable.is_vector:
        words = ("a row times ", dx, "; a scalar is its own transpose")
    else:
        transposed, turned = map(_says, rules.TRACES)
        words = (transposed, " and ", turned, " bring ", dx, " to the end")
    if to_text(df) != to_text(form):
        steps.append(Step("trace form", words, shown(df), shown(form), _terms(df, variable)))
    identity = rules.IDENTITIES[0 if variable.is_scalar else 1 if variable.is_vector else 2]
    says = (_says(identity), " says that the derivative is")
    steps.append(Step("identification", says, None, shown(raw)))
    result = tidy(raw)
    notes: tuple[Sentence, ...] = ()
    if result is not raw:
        steps.append(Step("common factors", (), shown(raw), shown(result)))
    if kind_of(variable) == SYMMETRIC:
        result, notes = _symmetric(result, variable, steps)
    return Derived("gradient", variable, result, form, tuple(steps), notes)


def _terms(df: Expr, variable: Expr) -> tuple[Step, ...]:
    """Each term by itself, where there are several."""
    if df.op != "add":
        return ()
    steps = []
    for place, term in enumerate(df.args, start=1):
        form = _trace_form(gradient_of(term, variable), variable)
        if to_text(form) != to_text(term):
            steps.append(Step(f"term {place}", (), shown(term), shown(form)))
    return tuple(steps)


def _trace_form(gradient: Expr, variable: Expr) -> Expr:
    """`tr(G'*dX)`, `g'*dx` or `g*dt`, as it stands."""
    dx = differential_name(variable)
    turned = gradient
    if variable.is_vector or (not variable.is_scalar and kind_of(variable) != SYMMETRIC):
        simple = gradient.op in ("transpose", "name") or transpose(gradient) is gradient
        turned = transpose(gradient) if simple else make(
            "transpose", (gradient,), None, (gradient.columns, gradient.rows)
        )  # fmt: skip
    elif not variable.is_scalar:
        turned = transpose(gradient)
    if gradient is ONE:
        return dx
    if gradient.op == "eye":
        return make("tr", (dx,), None, SCALAR)
    if variable.is_scalar:
        return mul(gradient, dx)
    product = make("mul", (turned, dx), None, (turned.rows, dx.columns))
    return product if variable.is_vector else make("tr", (product,), None, SCALAR)


def _symmetric(
    result: Expr, variable: Expr, steps: list[Step]
) -> tuple[Expr, tuple[Sentence, ...]]:
    """The symmetric part, which is all that a symmetric dX sees."""
    half = tidy(mul(number(1) if result is transpose(result) else _HALF, _doubled(result)))
    if half is not result:
        words = (f"d{variable.value} is symmetric: the symmetric part of the gradient counts",)
        steps.append(Step("symmetric part", words, None, shown(half)))
    x = variable.value
    note: Sentence = (
        f"{x} is symmetric, and so is the gradient G: df = tr(G*d{x}); the derivative by the "
        "entries on and below the diagonal alone is 2*G - diag(diag(G))",
    )
    return half, (note,)


_HALF = number(Fraction(1, 2))


def _doubled(result: Expr) -> Expr:
    turned = transpose(result)
    return result if turned is result else add(result, turned)


def _by_scalar(f: Expr, variable: Expr, df: Expr, steps: list[Step]) -> Derived:
    def one(part: Expr) -> Expr | None:
        is_dt = part.op == "name" and is_differential_name(str(part.value))
        return ONE if is_dt else None

    raw = replaced(df, one)
    if raw.shape != f.shape:
        raw = zeros(f.shape)
    dt = differential_name(variable)
    form = make("mul", (dt, raw), None, f.shape)
    says = (_says(rules.BY_SCALAR), " says that the derivative is")
    steps.append(Step("identification", says, None, shown(raw)))
    result = tidy(raw)
    if result is not raw:
        steps.append(Step("common factors", (), shown(raw), shown(result)))
    return Derived("derivative", variable, result, form, tuple(steps), ())


def _jacobian(variable: Expr, df: Expr, steps: list[Step]) -> Derived:
    raw = jacobian_of(df, variable)
    dx = differential_name(variable)
    right = dx if variable.is_vector else make("vec", (dx,), None, (raw.columns, SCALAR[1]))
    form = make("mul", (raw, right), None, (raw.rows, SCALAR[1]))
    if df.is_vector and variable.is_vector:
        says: Sentence = (_says(rules.JACOBIAN), " says that the Jacobian is")
    else:
        says = (_says(rules.VEC_OF_PRODUCT), " gives ", _says(rules.VEC_JACOBIAN), ", so J is")
    steps.append(Step("identification", says, None, shown(raw)))
    result = tidy(raw)
    if result is not raw:
        steps.append(Step("common factors", (), shown(raw), shown(result)))
    return Derived("jacobian", variable, result, form, tuple(steps), ())
