"""`matrix-derive`: derivatives of matrix expressions in matrix form, by differentials.

The differential of the expression is taken rule by rule, brought into the form `tr(G'*dX)` or
`J*dx`, and the derivative is read from it (J. R. Magnus and H. Neudecker, Matrix Differential
Calculus, chapters 8 and 9). Names and forms are those of K. B. Petersen and M. S. Pedersen, The
Matrix Cookbook, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlmath.answer import (
    ANSWERED,
    FAILED,
    REFUTED,
    UNAVAILABLE,
    UNSOLVED,
    Answer,
    Check,
    Formula,
    Sentence,
    Step,
)
from dlmath.errors import InvalidInput, Unsolved
from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.code import python_source
from dlmath.maths.networks.matrix_calculus.expression import (
    ONE_ROW,
    SCALAR,
    Expr,
    Shape,
    shape_text,
)
from dlmath.maths.networks.matrix_calculus.infer import read_inferring
from dlmath.maths.networks.matrix_calculus.numbers import evaluate
from dlmath.maths.networks.matrix_calculus.rebuild import replaced
from dlmath.maths.networks.matrix_calculus.resize import resized, small_shape
from dlmath.maths.networks.matrix_calculus.shapes import Shapes, read_shapes, spelled
from dlmath.maths.networks.matrix_calculus.values import parts_of, value_at
from dlmath.maths.networks.matrix_calculus.working import Derived, derive, second
from dlmath.maths.networks.matrix_calculus.write import to_latex, to_text
from dlmath.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from dlmath.checks.matrix_derivative import Operand

LAYOUTS = ("numerator", "denominator")


def matrix_derive(
    text: str,
    wrt: str,
    shapes: str = "",
    settings: Settings = DEFAULTS,
    *,
    layout: str | None = None,
    order: int = 1,
) -> Answer:
    """The derivative of a matrix expression by a matrix, vector or scalar, in matrix form.

    shapes: `A: m,n; x: n; S: n,n symmetric; y: k probability`. layout: `denominator` (the gradient
    of a scalar has the shape of the variable, which is the default for scalars) or `numerator`
    (row i of a Jacobian belongs to the i-th function, the default for all else). order: 2 is the
    Hessian of a scalar.
    Facts: `kind`, `shape`, `layout`, and `gradient`, `jacobian`, `hessian` or `derivative`;
    `differential`, from which it was read.
    Raises InvalidInput for shapes that do not fit and names without a shape, with the place.
    """
    f, notes, known = read_inferring(text, read_shapes(shapes))
    wrt = spelled(wrt)
    variable = _variable(wrt, f, known, text)
    if order == 2 and not f.is_scalar:
        raise InvalidInput(
            f"the Hessian is of a scalar; this expression is {shape_text(f.shape)}",
            text=text,
            start=0,
            end=len(text),
            hint="leave out --order 2 for the Jacobian, or take sum(...) or norm(...)^2 of it",
        )
    answer = Answer("matrix-derive", question=_question(text, f, wrt, order), notes=notes)
    try:
        derived = second(f, variable) if order == 2 else derive(f, variable)
    except Unsolved as error:
        answer.status = UNSOLVED
        answer.error = {"message": error.message}
        return answer
    chosen = layout or ("denominator" if derived.kind == "gradient" else "numerator")
    result = _laid_out(derived, chosen)
    _describe(answer, f, derived, result, chosen, known)
    _shorten(answer, result, known)
    if settings.assume:
        answer.notes.append(("--assume is not used; --shapes says what is known of a matrix",))
    if wrt not in f.names:
        answer.notes.append((f"the expression does not depend on {wrt}",))
    if settings.steps:
        answer.steps = [*_as_read(text, f), *derived.steps, *_layout_step(derived, result, chosen)]
    if settings.check:
        _check(answer, f, derived, result, known)
    if settings.at and answer.status == ANSWERED:
        value = value_at(result, settings.at, known)
        answer.value = answer.facts["value"] = value
    return answer


def _question(text: str, f: Expr, wrt: str, order: int) -> Sentence:
    head = "second derivative of " if order == 2 else "derivative of "
    return (head, Formula(" ".join(text.split()), to_latex(f)), " by ", Formula(wrt, wrt))


def _variable(wrt: str, f: Expr, known: Shapes, text: str) -> Expr:
    """The name that the derivative is taken by. Raises InvalidInput."""
    names = {part for part in f.names if part not in ("pi", "e")}
    if wrt not in names and wrt not in known:
        listed = ", ".join(sorted(names)) or "none"
        raise InvalidInput(
            f"there is no {wrt} in the expression to differentiate by",
            text=text,
            start=0,
            end=len(text),
            hint=f"names in it: {listed}",
        )
    shape, kind = known.get(wrt, (SCALAR, None))
    return build.name(wrt, shape, kind)


def _laid_out(derived: Derived, layout: str) -> Expr:
    """The derivative in the layout asked for; a gradient has the variable's shape by itself."""
    if derived.kind in ("hessian", "derivative"):
        return derived.result
    own = "denominator" if derived.kind == "gradient" else "numerator"
    return derived.result if layout == own else build.transpose(derived.result)


_CALLED = re.compile(r"\b\w+(?=\()")


def _as_read(text: str, f: Expr) -> list[Step]:
    """A step that says what the functions of the typed text stand for, where they were replaced."""
    written = to_text(f)
    if set(_CALLED.findall(text)) <= set(_CALLED.findall(written)):
        return []
    typed = " ".join(text.split())
    escaped = typed.replace("_", r"\_").replace("^", r"\^{}")
    words = ("in terms of functions that have a rule",)
    return [Step("definition", words, Formula(typed, rf"\texttt{{{escaped}}}"), formula(f))]


def _layout_step(derived: Derived, result: Expr, layout: str) -> list[Step]:
    if result is derived.result:
        return []
    words = f"in {layout} layout it is transposed"
    return [Step("layout", (words,), None, formula(result))]


def formula(e: Expr, code: Callable[[str], str] | None = None) -> Formula:
    """The expression for the renderers."""
    return Formula(to_text(e), to_latex(e), code)


#: Functions that a square matrix has as a whole too, beside those of its entries.
_OF_MATRICES = frozenset({"exp", "log", "sqrt", "sin", "cos", "sinh", "cosh"})


def _on_entries(f: Expr) -> list[Sentence]:
    """Says of a function of a square matrix that it is of each entry."""
    for part in parts_of(f):
        if part.op != "func" or part.value not in _OF_MATRICES or part.is_scalar:
            continue
        if part.rows == part.columns:
            return [(f"{to_text(part)} is of each entry, not the function of the whole matrix",)]
    return []


def _describe(
    answer: Answer, f: Expr, derived: Derived, result: Expr, layout: str, known: Shapes
) -> None:
    title = "".join(map(str, answer.question))

    def code(form: str) -> str:
        return _code(form, f, derived, result, known, title)

    answer.result = formula(result, code)
    answer.facts["kind"] = derived.kind
    answer.facts["shape"] = shape_fact(result.shape)
    answer.facts["layout"] = layout
    answer.facts[derived.kind] = to_text(result)
    answer.facts["differential"] = formula(derived.differential)
    answer.notes += derived.notes
    answer.notes += _on_entries(f)
    if any(part.op == "func" and part.value == "heaviside" for part in parts_of(result)):
        answer.notes.append(
            ("at a kink there is no derivative; heaviside is 1/2 there, where frameworks use 0",)
        )
    targets = [name for name, (_, kind) in known.items() if kind == build.PROBABILITY]
    if targets:
        answer.notes.append((f"the entries of {', '.join(targets)} are taken to sum to 1",))


#: An answer that is longer has a short form where a part of it repeats.
_LONG = 60


def _shorten(answer: Answer, result: Expr, known: Shapes) -> None:
    """A note with a letter for the longest part that repeats."""
    if len(to_text(result)) <= _LONG:
        return
    uses: dict[Expr, int] = {}
    stack = [result]
    while stack:
        part = stack.pop()
        uses[part] = uses.get(part, 0) + 1
        stack.extend(part.args if uses[part] == 1 or part.op != "func" else ())
        if len(uses) > _PARTS_MOST:
            return
    repeated = [e for e, count in uses.items() if count > 1 and e.op in ("func", "softmax", "inv")]
    if not repeated:
        return
    longest = max(repeated, key=lambda e: len(to_text(e)))
    letters = "spuvqrh" if longest.is_vector or longest.is_scalar else "SPUVQRH"
    taken = result.names | known.keys() | {n for s, _ in known.values() for z in s for n in z.names}
    letter = next((part for part in letters if part not in taken), None)
    if letter is None or len(to_text(longest)) < 8:
        return
    short = build.name(letter, longest.shape)
    shorter = replaced(result, lambda part: short if part is longest else None)
    answer.notes.append(
        ("with ", Formula(letter, letter), " = ", formula(longest), " it is ", formula(shorter))
    )


_PARTS_MOST = 5_000


def _code(form: str, f: Expr, derived: Derived, result: Expr, known: Shapes, title: str) -> str:
    """A module of Python: `python` is the derivative alone (numpy); the rest the value too."""
    if form == "python":
        return python_source([result], title, _arguments([result], derived.variable, known))
    name = "value_and_gradient" if derived.kind == "gradient" else "value_and_derivative"
    arguments = _arguments([f, result], derived.variable, known)
    return python_source([f, result], f"The value and the {title}.", arguments, name, form)


def _arguments(roots: Sequence[Expr], variable: Expr, known: Shapes) -> list[Expr]:
    """What they are functions of, with the variable, in alphabetical order."""
    occurring = frozenset[str]().union(*(root.names for root in roots))
    names = sorted({*occurring, str(variable.value)} - {"pi", "e"})
    scalar: tuple[Shape, None] = (SCALAR, None)
    return [build.name(name, *known.get(name, scalar)) for name in names]


def shape_fact(shape: Shape) -> list[int | str]:
    """The shape as `--shapes` has it: [] of a scalar, ["n"] of a vector, ["m", "n"]."""
    if shape == SCALAR:
        return []
    return [_size(part) for k, part in enumerate(shape) if k == 0 or part != ONE_ROW]


def _size(value: Any) -> int | str:
    return int(str(value)) if str(value).isdigit() else str(value)


# --- the check ------------------------------------------------------------------------------


def _check(answer: Answer, f: Expr, derived: Derived, result: Expr, known: Shapes) -> None:
    from dlmath.checks.matrix_derivative import NAME, check_matrix_derivative

    kind = "by scalar" if derived.kind == "derivative" else derived.kind
    operands = _operands(f, derived.variable, known)
    try:
        check = check_matrix_derivative(
            kind,
            _evaluator(resized(f)),
            _evaluator(resized(result)),
            str(derived.variable.value),
            operands,
            transposed=result is not derived.result,
        )
    except ValueError as error:  # sizes in numbers that smaller ones cannot stand for
        check = Check(NAME, UNAVAILABLE, f"not at small sizes: {error}")
    answer.checks.append(check)
    if check.verdict == FAILED:
        _withhold(answer, check)


def _withhold(answer: Answer, check: Check) -> None:
    answer.status = REFUTED
    for name in ("gradient", "jacobian", "hessian", "derivative", "differential"):
        answer.facts.pop(name, None)
    answer.steps = []


def _evaluator(e: Expr) -> Callable[[Mapping[str, Any], Mapping[str, int]], Any]:
    return lambda values, sizes: evaluate(e, values, sizes)


def _operands(f: Expr, variable: Expr, known: Shapes) -> dict[str, Operand]:
    from dlmath.checks.matrix_derivative import Operand

    found: dict[str, Operand] = {}
    scalar: tuple[Shape, None] = (SCALAR, None)
    sized = [name for name in known if name not in f.names]
    for name in sorted({*f.names, str(variable.value), *sized} - {"pi", "e"}):
        shape, kind = known.get(name, scalar)
        found[name] = Operand(
            small_shape(shape),
            symmetric=kind == build.SYMMETRIC,
            probability=kind == build.PROBABILITY,
        )
    return found
