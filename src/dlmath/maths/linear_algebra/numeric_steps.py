"""The working in floating point, in words with a few digits; the answer has them all.

Elimination with the largest pivots, and what eigenvalues and singular values come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Working is written out for matrices of at most so many entries.
SHOWN_ENTRIES = 64

_DIGITS = 6

_SET_UP = {
    "solve": "write b to the right of A, and reduce",
    "inverse": "write the identity to the right of A, and reduce: [A | I] becomes [I | A^-1]",
}

_READ_OFF = {
    "solve": "the right side is the solution where the left side is the identity",
    "inverse": "the right half is the inverse",
    "rref": "the reduced row echelon form",
    "rank": "the rank is the number of rows that are not zero",
    "nullspace": "each column without a pivot gives a solution of A*x = 0",
}


def numeric_steps(operation: str, a: Array, b: Array | None) -> list[Step]:
    """The working of an operation, or nothing where it is not written out."""
    import numpy as np

    if a.size > SHOWN_ENTRIES:
        return []
    if operation == "svd":
        return _singular(a)
    if operation == "eigen":
        return _eigen(a)
    if operation == "det":
        return _determinant(a)
    if operation not in _READ_OFF:
        return []
    held = a
    steps = [Step("set up", (_SET_UP[operation],))] if operation in _SET_UP else []
    if operation == "inverse":
        held = np.hstack([a, np.eye(len(a))])
    elif b is not None:
        held = np.hstack([a, b if b.ndim == 2 else b[:, None]])
    steps += _reduction(held, a.shape[1])
    return [*steps, Step("read off", (_READ_OFF[operation],))]


def _reduction(held: Array, columns: int) -> list[Step]:
    """Gauss-Jordan with the largest pivots on the first columns."""
    import numpy as np

    rows, steps, top = held.copy(), [], 0
    limit = max(rows.shape) * 2.3e-16 * float(np.max(np.abs(rows)))
    for column in range(columns):
        if top == len(rows):
            break
        best = top + int(np.argmax(np.abs(rows[top:, column])))
        if abs(rows[best, column]) <= limit:
            rows[top:, column] = 0
            continue
        if best != top:
            rows[[top, best]] = rows[[best, top]]
            steps.append(_step("exchange rows", f"R{top + 1} <-> R{best + 1}", rows))
        if rows[top, column] != 1:
            pivot = rows[top, column]
            rows[top] = rows[top] / pivot
            steps.append(_step("row operation", f"R{top + 1} <- R{top + 1} / {_few(pivot)}", rows))
        for index in range(len(rows)):
            factor = rows[index, column]
            if index == top or not factor:
                continue
            rows[index] -= factor * rows[top]
            rows[index, column] = 0
            words = f"R{index + 1} <- R{index + 1} - ({_few(factor)})*R{top + 1}"
            steps.append(_step("row operation", words, rows))
        top += 1
    return steps


def _determinant(a: Array) -> list[Step]:
    import numpy as np
    from scipy.linalg import lu

    order, _, upper = lu(a, p_indices=True)
    exchanged = round(float(np.linalg.det(np.eye(len(a))[order])))
    factors = " * ".join(f"({_few(entry)})" for entry in np.diagonal(upper))
    sign, value = "" if exchanged > 0 else "-", exchanged * np.prod(np.diagonal(upper))
    words = "the product of the diagonal, with the sign of the exchanges of rows"
    return [
        _step("triangular", "by elimination with the largest pivots", upper),
        Step("determinant", (f"{words}: {sign}{factors} = {_few(value)}",)),
    ]


def _singular(a: Array) -> list[Step]:
    import numpy as np

    wide = a.shape[1] > a.shape[0]
    gram = a @ a.conj().T if wide else a.conj().T @ a
    name = "A*A^T" if wide else "A^T*A"
    values, vectors = np.linalg.eigh(gram)
    steps = [_step("symmetric product", f"{name} is", gram)]
    for value, vector in zip(values[::-1], vectors.T[::-1], strict=True):
        root = float(np.sqrt(max(value, 0.0)))
        words = f"the eigenvalue {_few(value)} gives the singular value {_few(root)}, vector"
        steps.append(_step("singular value", words, vector))
    other = "A^T" if wide else "A"
    words = f"the vectors of the other side: {other} times each, divided by its singular value"
    return [*steps, Step("SVD", (words,))]


def _eigen(a: Array) -> list[Step]:
    import numpy as np

    coefficients = np.poly(a)
    terms = []
    for place, coefficient in enumerate(coefficients):
        power = len(coefficients) - 1 - place
        variable = "" if not power else "lambda" if power == 1 else f"lambda**{power}"
        terms.append(f"({_few(coefficient)})*{variable}" if variable else f"({_few(coefficient)})")
    terms[0] = terms[0].removeprefix("(1)*")
    words = f"det(lambda*I - A) = {' + '.join(terms)}"
    values, vectors = np.linalg.eig(a)
    steps = [Step("characteristic polynomial", (words,))]
    for value, vector in zip(values, vectors.T, strict=True):
        found = f"it is zero at lambda = {_few(value)}; A - lambda*I takes to 0 the vector"
        steps.append(_step("root", found, vector))
    return steps


def _step(rule: str, words: str, shown: Array) -> Step:
    return Step(rule, (f"{words}: {_text(shown)}",))


def _text(array: Array) -> str:
    if array.ndim == 0:
        return _few(array.item())
    return "[" + ", ".join(_text(part) for part in array) + "]"


def _few(value: Any) -> str:
    """A few digits, and no -0."""
    if isinstance(value, complex) or hasattr(value, "imag"):
        real, imaginary = float(value.real) + 0.0, float(value.imag)
        if imaginary:
            sign = "-" if imaginary < 0 else "+"
            return f"{real:.{_DIGITS}g} {sign} {abs(imaginary):.{_DIGITS}g}*i"
        return f"{real:.{_DIGITS}g}"
    return f"{value + 0.0:.{_DIGITS}g}"
