"""Power iteration: A x over and over, the eigenvalue it finds, and how fast.

R. von Mises, H. Pollaczek-Geiringer, "Praktische Verfahren der Gleichungsauflösung", 1929;
G. H. Golub, C. F. Van Loan, Matrix Computations, 2013, section 7.3.1.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import DIVERGES, UNSOLVED, Answer, Sentence, Step, Table
from dlmath.checks import matrix_floats as checks
from dlmath.errors import InvalidInput
from dlmath.maths.linear_algebra.numeric_matrix import EPS, Numeric, plain, relative, shown, size_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Steps that are taken at most.
STEPS_MOST = 2_000

#: Rows of the table: the first ones, then ever fewer, and the last.
_ROWS_FIRST = 10

#: Iterates up to this length are shown whole.
_SHOWN = 4

#: Moduli nearer than this are one; so are eigenvalues, which near a defective one lose half of
#: their digits.
_SAME_MODULUS, _SAME_VALUE = 1e-9, 1e-6

#: Parts of the start below this are taken as none.
_NO_PART = 1e-12

#: Errors between these are far enough from the start and from rounding to tell a rate.
_RATE_FROM, _RATE_TO = 1e-2, 1e-11


class State(NamedTuple):
    """An iterate of norm 1, its Rayleigh quotient, and the norm of A x - quotient x."""

    x: Array
    quotient: Any
    residual: float


class Spectrum(NamedTuple):
    """Eigenvalues by LAPACK, largest modulus first, with eigenvectors in columns.

    present: has the start a part along each? (None: the eigenvectors do not tell.)
    """

    values: Array
    vectors: Array
    present: Array | None


def power_iteration(work: Numeric, start: Array | None) -> None:
    """The eigenvalue of largest modulus with an eigenvector, by power iteration from `start`.

    start: of ones if None. Facts: `eigenvalue`, `eigenvector`, `iterations`, `dominant` (is it
    the largest?), `rate_observed` and `rate_predicted`: the factor by which the vector's error
    shrinks in each step, which tends to |lambda2/lambda1|; `residual`, `start`. The table has the
    iterates. Where nothing is approached the status is `diverges`, and a note says why.
    Raises InvalidInput where the start is zero or of another length.
    """
    import numpy as np

    a = work.a
    first = _start(start, work.height)
    states = _iterate(a, first)
    found = _spectrum(a, first)
    last = states[-1]
    work.answer.facts |= {
        "method": "power iteration",
        "start": plain(first),
        "iterations": len(states) - 1,
    }
    converged = last.residual <= _tolerance(a)
    target = last.quotient if converged else found.values[0]
    near = np.abs(found.values - target) <= _SAME_VALUE * max(abs(target), EPS)
    if not near.any():
        near = np.abs(found.values - target) == np.min(np.abs(found.values - target))
    errors = _errors(states, found.vectors[:, near])
    predicted = _predicted(found, near)
    observed = _observed(errors)
    work.answer.facts |= {"rate_observed": observed, "rate_predicted": predicted}
    work.answer.tables.append(_table(states, errors, target))
    if work.settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.linear_algebra import errors_picture

        put_picture(work.answer, errors_picture, errors)
    if work.settings.steps:
        work.answer.steps = _steps(states, work.height)
    if converged:
        _give(work, last, found, near)
    else:
        _say_why_not(work.answer, found, near, predicted)


def _start(start: Array | None, length: int) -> Array:
    import numpy as np

    if start is None:
        return np.ones(length)
    if start.shape != (length,):
        raise InvalidInput(
            f"the start has shape {start.shape}, and the matrix has {length} columns",
            hint="--start takes a vector with an entry for each column",
        )
    if not start.any():
        raise InvalidInput("the start is the zero vector, which stays zero")
    return start


def _tolerance(a: Array) -> float:
    return 16 * len(a) * EPS * checks.frobenius(a)


def _iterate(a: Array, first: Array) -> list[State]:
    import numpy as np

    states: list[State] = []
    x = first / np.max(np.abs(first))
    x = x / np.linalg.norm(x)
    limit = _tolerance(a)
    for _ in range(STEPS_MOST + 1):
        image = a @ x
        quotient = np.vdot(x, image)
        residual = checks.frobenius(image - quotient * x)
        states.append(State(x, plain(quotient), residual))
        if residual <= limit:
            break
        # The norm is above 0: an image of 0 has the residual 0.
        x = image / np.max(np.abs(image))
        x = x / np.linalg.norm(x)
    return states


def _spectrum(a: Array, first: Array) -> Spectrum:
    import numpy as np

    hermitian = bool(np.array_equal(a, a.conj().T))
    values, vectors = np.linalg.eigh(a) if hermitian else np.linalg.eig(a)
    order = np.argsort(-np.abs(values), kind="stable")
    values, vectors = values[order], vectors[:, order]
    present = None
    if hermitian or np.linalg.cond(vectors) < 1e8:
        parts = np.abs(np.linalg.solve(vectors, first.astype(vectors.dtype)))
        present = parts > _NO_PART * np.max(parts) * np.linalg.cond(vectors)
    return Spectrum(values, vectors, present)


# --- errors and rates -------------------------------------------------------------------------


def _errors(states: list[State], vectors: Array) -> list[float]:
    """The sine of the angle between each iterate and the eigenspace."""
    import numpy as np

    left, sizes, _ = np.linalg.svd(vectors, full_matrices=False)
    basis = left[:, sizes > 1e-6 * sizes[0]]
    return [float(np.linalg.norm(state.x - basis @ (basis.conj().T @ state.x))) for state in states]


def _predicted(found: Spectrum, near: Array) -> float | None:
    """|lambda2/lambda1|, lambda2 the next that the start has a part of; None at lambda1 = 0."""
    import numpy as np

    rest = ~near if found.present is None else ~near & found.present
    size = float(np.max(np.abs(found.values[near])))
    if not size:
        return None
    return float(np.max(np.abs(found.values[rest]), initial=0.0)) / size


def _observed(errors: list[float]) -> float | None:
    """The mean factor from an error to the next, over the later half of those that tell."""
    told = [k for k, error in enumerate(errors) if _RATE_TO < error < _RATE_FROM]
    if len(told) < 2:
        return None
    first, last = told[len(told) // 2 - 1 if len(told) == 2 else len(told) // 2], told[-1]
    if first == last:
        return None
    return exp(log(errors[last] / errors[first]) / (last - first))


# --- what is shown ----------------------------------------------------------------------------


def _table(states: list[State], errors: list[float], target: Any) -> Table:
    whole = len(states[0].x) <= _SHOWN
    columns = ("step", *(["x"] if whole else []), "Rayleigh quotient")
    columns += ("error of the quotient", "error of the vector", "rate")
    rows = []
    for k in rows_shown(len(states) - 1):
        rate = errors[k] / errors[k - 1] if k and errors[k - 1] > _RATE_TO else None
        iterate = [_rounded(states[k].x)] if whole else []
        away = float(abs(states[k].quotient - target))
        if away <= 8 * EPS * abs(target):
            away = 0.0  # rounding alone
        rows.append((k, *iterate, states[k].quotient, away, errors[k], rate))
    return Table("power iteration", columns, tuple(rows))


def rows_shown(last: int) -> list[int]:
    """The first steps, then each about a quarter later than the one before, and the last."""
    rows, step = [], 0
    while step < last:
        rows.append(step)
        step += 1 if step < _ROWS_FIRST else max(1, step // 4)
    return [*rows, last]


def _rounded(x: Array) -> str:
    entries = [f"{entry.real:.6g}" + (f"{entry.imag:+.6g}*i" if entry.imag else "") for entry in x]
    return "[" + ", ".join(entries) + "]"


def _steps(states: list[State], length: int) -> list[Step]:
    """The first iterates in words."""
    first: Sentence = (
        "multiply by A and divide by the norm, over and over; the Rayleigh quotient x^T*A*x of "
        "an iterate of norm 1 approaches the eigenvalue",
    )
    steps = [Step("power iteration", first)]
    for k, state in enumerate(states[:_ROWS_FIRST]):
        entries = f"x = {_rounded(state.x)}, " if length <= _SHOWN else ""
        words = f"step {k}: {entries}quotient {_number(state.quotient)}"
        steps.append(Step("iterate", (f"{words}, |A*x - quotient*x| = {state.residual:.2g}",)))
    if len(states) > _ROWS_FIRST:
        steps.append(Step("go on", (f"and so on, to step {len(states) - 1}",)))
    return steps


def _number(value: Any) -> str:
    if not (isinstance(value, complex) and value.imag):
        return f"{value.real:.10g}"
    imaginary = "i" if abs(value.imag) == 1 else f"{abs(value.imag):.10g}*i"
    if not value.real:
        return ("-" if value.imag < 0 else "") + imaginary
    return f"{value.real:.10g} {'-' if value.imag < 0 else '+'} {imaginary}"


def _give(work: Numeric, last: State, found: Spectrum, near: Array) -> None:
    """The eigenvalue and the vector, and what is special about them."""
    import numpy as np

    answer, a = work.answer, work.a
    value, x = last.quotient, last.x
    if isinstance(value, complex) and abs(value.imag) <= _tolerance(a):
        value = value.real
    largest = x[np.argmax(np.abs(x))]
    x = x * (abs(largest) / largest)
    answer.result = (shown(value, "lambda"), shown(x, "v"))
    size = abs(found.values[0])
    dominant = bool(abs(value) >= (1 - _SAME_VALUE) * size)
    answer.facts |= {"eigenvalue": value, "eigenvector": plain(x), "dominant": dominant}
    answer.facts["residual"] = relative(a @ x - value * x, size_of(a, x))
    if not dominant:
        answer.notes.append(
            (
                f"this is not the eigenvalue of largest modulus, {_number(plain(found.values[0]))}:"
                " the start has no part along its eigenvector; another --start finds it",
            )
        )
    elif found.present is not None and not found.present[near].any():
        answer.notes.append(
            ("the start has no part along this eigenvector: only rounding errors brought it in",)
        )
    rivals = _rivals(found, near)
    if dominant and len(rivals):
        other = _number(plain(rivals[0]))
        answer.notes.append(
            (f"{other} has the same modulus: from most starts the iteration does not converge",)
        )
    observed, predicted = answer.facts["rate_observed"], answer.facts["rate_predicted"]
    if observed is not None and predicted:
        answer.notes.append(
            (
                f"{answer.facts['iterations']} steps; the error shrinks by {observed:.6g} in each, "
                f"where the next eigenvalue over this one has modulus {predicted:.6g}",
            )
        )
    if np.array_equal(a, a.conj().T) and answer.facts["rate_predicted"]:
        answer.notes.append(
            ("A is symmetric: the error of the quotient shrinks with the square of the rate",)
        )
    work.check("A*v = lambda*v", a @ x - value * x, size_of(a, x))
    nearest = plain(found.values[np.argmin(np.abs(found.values - value))])
    # An eigenvalue is within |residual| times the condition of the eigenvectors.
    bound = 1e3 * len(a) * EPS * checks.frobenius(a) * _amplification(found)
    answer.checks.append(checks.close_numbers("an eigenvalue by LAPACK", value, nearest, bound))


def _amplification(found: Spectrum) -> float:
    """How much an error of A may grow in its eigenvalues (F. L. Bauer, C. T. Fike, 1960)."""
    import numpy as np

    return min(float(np.linalg.cond(found.vectors)), 1e8)


def _say_why_not(answer: Answer, found: Spectrum, near: Array, predicted: float | None) -> None:
    """Equal moduli, a defective eigenvalue, or slowness."""
    values = found.values
    size = abs(values[0])
    rivals = _rivals(found, near)
    steps = answer.facts["iterations"]
    if len(rivals):
        first, second = plain(values[0]), plain(rivals[0])
        pair = f"{_number(first)} and {_number(second)}"
        why = f"the eigenvalues {pair} have equal moduli, {size:.6g}"
        if isinstance(first, complex) and abs(first - complex(second).conjugate()) < 1e-9 * size:
            why = f"the eigenvalues {pair} are a complex pair of modulus {size:.6g}"
        answer.status, answer.result = DIVERGES, "does not converge"
        answer.facts["reason"] = why
        answer.notes.append((f"{why}: the iterates turn among their eigenvectors for ever",))
        return
    answer.status = UNSOLVED
    if int(near.sum()) > 1 and _is_defective(found, near):
        why = (
            f"the eigenvalue {_number(plain(values[0]))} is defective: "
            "errors shrink like 1/step, which is too slow"
        )
    elif predicted is not None and 0 < predicted < 1:
        needed = int(log(1e-14) / log(predicted)) + 1
        why = f"the rate |lambda2/lambda1| = {predicted:.8g} asks for about {needed} steps"
    else:
        why = "the iterates do not settle"
    answer.facts["reason"] = why
    answer.error = {"message": f"no convergence in {steps} steps: {why}"}


def _rivals(found: Spectrum, near: Array) -> Array:
    """The other eigenvalues of the largest modulus."""
    import numpy as np

    sizes = np.abs(found.values)
    others: Array = found.values[(sizes >= (1 - _SAME_MODULUS) * sizes[0]) & ~near]
    return others


def _is_defective(found: Spectrum, near: Array) -> bool:
    import numpy as np

    return bool(np.linalg.cond(found.vectors[:, near]) > 1e6)
