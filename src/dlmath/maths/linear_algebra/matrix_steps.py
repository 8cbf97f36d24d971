"""The working of matrix operations, written from what the algorithms record."""

from __future__ import annotations

from dlmath.answer import Answer, Sentence, Step
from dlmath.expression.graph import (
    Node,
    call,
    is_number,
    number,
    unfolded,
    vector,
)
from dlmath.maths.linear_algebra.factorizations import Orthogonal, Squares, _tidied
from dlmath.maths.linear_algebra.fields import (
    Field,
    NodeRows,
    Rows,
    elements,
    matrix_node,
    nodes,
    transposed,
)


class Recorder:
    """Takes each row operation with the matrix after it, where somebody will read them."""

    def __init__(self, field: Field, wanted: bool) -> None:
        self._field = field
        self._wanted = wanted
        self._steps: list[Step] = []

    def __bool__(self) -> bool:
        """Will the record be read?"""
        return self._wanted

    def __call__(self, words: Sentence, rows: Rows) -> None:
        exchange = len(words) == 1 and "<->" in str(words[0])
        rule = "exchange rows" if exchange else "row operation"
        self._steps.append(Step(rule, words, None, matrix_node(nodes(self._field, rows))))

    def finished(
        self, rule: str, words: Sentence, result: Node | None, start: Sentence | None = None
    ) -> list[Step]:
        """The operations, then what they show."""
        first = [Step("set up", start)] if start else []
        return [*first, *self._steps, Step(rule, words, None, result)]


def trace(rows: NodeRows, total: Node) -> list[Step]:
    """The sum of the diagonal."""
    written = unfolded("add", [rows[index][index] for index in range(len(rows))])
    if len(rows) == 1:
        return [Step("trace", ("the only entry: ", total), None, total)]
    return [Step("add the diagonal", ("the trace is ", written), written, total)]


def determinant(field: Field, rows: NodeRows, value: Node) -> list[Step]:
    """Expansion where the matrix is small or a line is nearly empty, else elimination."""
    if len(rows) == 1:
        return [Step("determinant", ("the only entry: ", value), None, value)]
    if len(rows) == 2:
        (a, b), (c, d) = rows
        written = add_unfolded(unfolded("mul", [a, d]), unfolded("mul", [b, c]))
        return [Step("two by two", ("a*d - b*c: ", written), written, value)]
    best = max(rows, key=lambda row: sum(entry is number(0) for entry in row))
    filled = sum(entry is not number(0) for entry in best)
    if len(rows) == 3 or filled <= 1:
        return _expansion(field, rows, rows.index(best), value)
    return _elimination(field, rows, value)


def add_unfolded(first: Node, second: Node) -> Node:
    """first - second, left as it stands."""
    return unfolded("add", [first, unfolded("mul", [number(-1), second])])


def _expansion(field: Field, rows: NodeRows, row: int, value: Node) -> list[Step]:
    from dlmath.maths.linear_algebra.determinant import determinant as found
    from dlmath.maths.linear_algebra.determinant import minor

    parts, terms = [], []
    for column, entry in enumerate(rows[row]):
        if entry is number(0):
            continue
        small = minor(rows, row, column)
        size = field.node(found(field, elements(field, small)))
        sign = -1 if (row + column) % 2 else 1
        place = f"row {row + 1}, column {column + 1}"
        text: Sentence = (f"without {place}: ", size, f", with the sign {'-' if sign < 0 else '+'}")
        parts.append(Step("minor", text, call("det", matrix_node(small)), size))
        terms.append(unfolded("mul", [number(sign), entry, size]))
    if not terms:
        return [
            Step("expansion", (f"row {row + 1} is zero, and so is the determinant",), None, value)
        ]
    written = unfolded("add", terms) if len(terms) > 1 else terms[0]
    words: Sentence = (f"expand by row {row + 1}: ", written)
    return [Step("expansion", words, written, value, tuple(parts))]


def _elimination(field: Field, rows: NodeRows, value: Node) -> list[Step]:
    from dlmath.maths.linear_algebra.factorizations import lu

    recorder = Recorder(field, True)
    triangular = lu(field, elements(field, rows), recorder).upper
    steps = recorder.finished("triangular", (), None)[:-1]
    exchanges = sum(step.rule == "exchange rows" for step in steps)
    diagonal = [field.node(triangular[index][index]) for index in range(len(rows))]
    written = unfolded("mul", [number((-1) ** exchanges), *diagonal])
    words: Sentence = (
        "the product of the diagonal"
        + (f", with a change of sign for each of {exchanges} exchanges: " if exchanges else ": "),
        written,
    )
    return [*steps, Step("determinant", words, written, value)]


def squarings(field: Field, steps: list[tuple[int, Rows]], exponent: int) -> list[Step]:
    """Each power that repeated squaring makes."""
    sign = "-" if exponent < 0 else ""
    return [
        Step(
            "power",
            (
                f"A^{sign}{reached}"
                + (f" = (A^{sign}{reached // 2})^2" if reached % 2 == 0 else ""),
            ),
            None,
            matrix_node(nodes(field, rows)),
        )
        for reached, rows in steps
    ]


def definiteness(minors: list[Node], coefficients: list[Node], answer: Answer) -> list[Step]:
    """The leading minors, and the signs of the characteristic polynomial."""
    from dlmath.maths.linear_algebra.eigen import polynomial

    parts = tuple(
        Step("leading minor", (f"of size {index + 1}: ", node), None, node)
        for index, node in enumerate(minors)
    )
    facts = answer.facts
    words: Sentence = (
        "all eigenvalues are real; the changes of sign in the characteristic polynomial ",
        polynomial(coefficients),
        f" count the positive ones: {facts['positive']} positive, {facts['negative']} negative, "
        f"{facts['zero']} zero",
    )
    return [
        Step("leading minors", ("determinants of the upper left corners",), None, None, parts),
        Step("signs", words),
        Step("so", (f"the matrix is {answer.result}",)),
    ]


def gram_schmidt(field: Field, rows: NodeRows, found: Orthogonal, q: NodeRows) -> list[Step]:
    """Each column less its projections on the vectors before it, then divided by its length."""
    columns = transposed(rows)
    steps = []
    made = {origin: k for k, origin in enumerate(found.origin)}
    units = transposed(q)
    for j in range(len(columns)):
        taken = []
        for k in range(len(found.vectors)):
            share = found.shares[k][j]
            if found.origin[k] < j and share:
                words: Sentence = (
                    f"the share of u{k + 1} in column {j + 1} is ",
                    field.node(share),
                )
                taken.append(Step("projection", words, None, field.node(share)))
        if j not in made:
            text: Sentence = (f"column {j + 1} depends on those before it: nothing is left",)
            steps.append(Step("dependent", text, None, None, tuple(taken)))
            continue
        k = made[j]
        rest = vector(field.node(entry) for entry in found.vectors[k])
        start = f"u{k + 1} = column {j + 1}" + (" less its projections" if taken else "")
        steps.append(Step("orthogonal", (f"{start}: ", rest), None, rest, tuple(taken)))
        unit = vector(units[k])
        length: Sentence = (
            f"q{k + 1} = u{k + 1} divided by its length, the root of ",
            field.node(found.squares[k]),
        )
        steps.append(Step("unit length", length, None, unit))
    closing: Sentence = ("the q are the columns of Q; R holds the shares times the lengths",)
    return [*steps, Step("QR", closing, None, matrix_node(q))]


def cholesky(field: Field, squares: Squares, pivots: list[Node]) -> list[Step]:
    """Pivot by pivot, to the one that fails if there is one."""
    steps = []
    for index, pivot in enumerate(pivots):
        fails = is_number(pivot) and pivot.number <= 0
        words: Sentence = (
            f"pivot {index + 1}, what row {index + 1} leaves on the diagonal: ",
            pivot,
            ", which is not positive: there is no factor" if fails else "",
        )
        column = vector(field.node(row[index]) for row in squares.lower)
        parts = (
            ()
            if fails
            else (
                Step(
                    "column",
                    (f"column {index + 1} of L is this times the root of the pivot",),
                    None,
                    column,
                ),
            )
        )
        steps.append(Step("pivot", words, None, pivot, parts))
        if fails:
            break
    return steps


def eigenvalues(
    characteristic: Node, values: list[tuple[Node, int]], spaces: list[NodeRows]
) -> list[Step]:
    """The characteristic polynomial, its roots, and the null space for each."""
    steps = [
        Step(
            "characteristic polynomial",
            ("det(lambda*I - A) = ", characteristic),
            None,
            characteristic,
        )
    ]
    for (value, count), basis in zip(values, spaces, strict=True):
        times = f", {count} times" if count > 1 else ""
        steps.append(Step("root", ("it is zero at lambda = ", value, times), None, value))
        found = vector(vector(entry) for entry in basis)
        words: Sentence = (
            "the null space of A - lambda*I, of dimension ",
            number(len(basis)),
        )
        steps.append(Step("eigenvectors", words, None, found))
    return steps


def singular(
    gram: NodeRows, found: list[tuple[Node, list[list[Node]]]], wide: bool, left: Node
) -> list[Step]:
    """From the eigenvalues of A^T*A (of A*A^T for a wide matrix)."""
    from dlmath.expression.graph import power

    name = "A*A^T" if wide else "A^T*A"
    steps = [Step("symmetric product", (f"{name} is",), None, matrix_node(gram))]
    for size, units in found:
        square = _tidied(power(size, number(2)))
        words: Sentence = (
            "the eigenvalue ",
            square,
            f" of {name} gives the singular value ",
            size,
        )
        basis = vector(vector(unit) for unit in units)
        steps.append(Step("singular value", words, None, basis))
    closing: Sentence = ("the other side: A (or A^T) times each vector, divided by its value",)
    return [*steps, Step("SVD", closing, None, left)]


def exponential(values: list[tuple[Node, int]], result: Node) -> list[Step]:
    """The eigenvalues, and interpolation of e^x on them."""
    parts = []
    for value, count in values:
        times = f", {count} times" if count > 1 else ""
        parts.append(Step("eigenvalue", ("", value, times), None, value))
    words: Sentence = (
        "e^A is the polynomial in A that agrees with e^x at the eigenvalues "
        "(with derivatives where they repeat)",
    )
    return [
        Step("eigenvalues", ("of A",), None, None, tuple(parts)),
        Step("e^A", words, None, result),
    ]


def transposed_rows(rows: NodeRows, result: Node) -> list[Step]:
    """Each column, as the row that it becomes."""
    parts = tuple(
        Step(
            "row", (f"column {index + 1} is row {index + 1} of the transpose",), None, vector(line)
        )
        for index, line in enumerate(transposed(rows))
    )
    return [Step("transpose", ("columns become rows",), None, result, parts)]


def pseudoinverse(
    rows: NodeRows, pivots: list[int], field: Field, reduced: Rows, result: Node
) -> list[Step]:
    """The rank factorization, and the formula."""
    if not pivots:
        return [Step("zero", ("the pseudoinverse of zero is zero, transposed",), None, result)]
    left = matrix_node([row[k] for k in pivots] for row in rows)
    right = matrix_node(nodes(field, reduced[: len(pivots)]))
    formula: Sentence = ("A^+ = R^T*(R*R^T)^-1*(C^T*C)^-1*C^T",)
    return [
        Step(
            "pivot columns",
            ("C, the columns of A with a leading 1 in its reduced form",),
            None,
            left,
        ),
        Step(
            "reduced rows",
            ("R, the rows of the reduced form that are not zero: A = C*R",),
            None,
            right,
        ),
        Step("pseudoinverse", formula, None, result),
    ]


_NORMS = {
    "1": "the largest sum of absolute values in a column",
    "inf": "the largest sum of absolute values in a row",
    "2": "the largest singular value: the root of the largest eigenvalue of A^T*A",
    "fro": "the root of the sum of the squares of all entries",
}


def norm(rows: NodeRows, order: str, result: Node) -> list[Step]:
    """What the norm is, and the sums it is taken from."""
    words: Sentence = (_NORMS[order],)
    if order == "2":
        return [Step("norm", words, None, result)]
    if order == "fro":
        from dlmath.expression.graph import sqrt

        squares = [_square(entry) for row in rows for entry in row]
        written = sqrt(unfolded("add", squares)) if len(squares) > 1 else sqrt(squares[0])
        return [Step("norm", words, written, result)]
    from dlmath.expression.graph import add
    from dlmath.expression.tidy import tidy

    name = "row" if order == "inf" else "column"
    parts = []
    for index, line in enumerate(rows if order == "inf" else transposed(rows)):
        total = tidy(add(*(call("abs", entry) for entry in line)))
        parts.append(Step("sum", (f"{name} {index + 1}: ", total), None, total))
    return [Step("norm", words, None, result, tuple(parts))]


def _square(entry: Node) -> Node:
    """The square of the size of an entry, left as it stands."""
    from dlmath.expression.tidy import tidy

    return unfolded("pow", [tidy(call("abs", entry)), number(2)])


def condition(first: Node, second: Node, order: str, result: Node) -> list[Step]:
    """The two numbers that the condition number is made of."""
    if order == "2":
        parts: Sentence = ("the largest singular value is ", first, ", the least ", second)
        words: Sentence = ("the condition number is their ratio",)
    else:
        parts = ("the norm of A is ", first, ", that of its inverse ", second)
        words = ("the condition number is their product",)
    return [Step("norms", parts), Step("condition number", words, None, result)]
