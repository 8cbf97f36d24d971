"""Eigenvalues, singular values and what rests on them, where they have simple exact forms."""

from __future__ import annotations

from dlmath.checks import matrix as checks
from dlmath.checks import matrix_floats
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, add, call, div, free_symbols, mul, number, vector
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra import eigen as spectra
from dlmath.maths.linear_algebra import matrix_steps
from dlmath.maths.linear_algebra.exact_matrix import (
    Exact,
    NoExactForm,
    as_fact,
    nodes_adjoint,
)
from dlmath.maths.linear_algebra.factorizations import _tidied
from dlmath.maths.linear_algebra.fields import (
    NodeRows,
    elements,
    matrix_node,
    nodes,
    product,
    transposed,
)

#: Matrices up to this size are asked for exact eigenvalues.
_SIZE_MOST = 12

#: Entries of an exact singular value decomposition are written out up to this many characters.
_LONGEST = 80

_NO_ROOTS = "the characteristic polynomial has no roots of a simple exact form"


def eigen(work: Exact) -> None:
    if work.height > _SIZE_MOST:
        raise NoExactForm("the matrix is large for exact eigenvalues")
    pairs = spectra.eigen(work.rows, work.settings)
    if pairs is None:
        raise NoExactForm(_NO_ROOTS)
    parts: list[tuple[str, Node]] = []
    for pair in pairs:
        for k in range(pair.times):
            index = sum(name.startswith("lambda") for name, _ in parts) + 1
            parts.append((f"lambda{index}", pair.value))
            if k < len(pair.vectors):
                parts.append((f"v{index}", vector(pair.vectors[k])))
    answer = work.answer
    kept = dict(answer.facts)
    work.give_parts(parts)
    answer.facts = kept
    diagonalizable = all(len(pair.vectors) == pair.times for pair in pairs)
    answer.facts |= {
        "eigenvalues": [as_fact(pair.value) for pair in pairs],
        "multiplicities": [pair.times for pair in pairs],
        "geometric_multiplicities": [len(pair.vectors) for pair in pairs],
        "eigenvectors": [[as_fact(vector(v)) for v in pair.vectors] for pair in pairs],
        "diagonalizable": diagonalizable,
    }
    characteristic = spectra.polynomial(spectra.characteristic(work.rows, work.settings))
    answer.facts["characteristic_polynomial"] = characteristic
    for pair in pairs:
        if len(pair.vectors) < pair.times:
            answer.notes.append(
                (
                    "the matrix is defective: the eigenvalue ",
                    pair.value,
                    f" has multiplicity {pair.times} but only "
                    f"{_vectors(len(pair.vectors))} (geometric multiplicity)",
                )
            )
    _say_general(work, [pair.value for pair in pairs])
    if work.shows_steps:
        answer.steps = matrix_steps.eigenvalues(
            characteristic,
            [(pair.value, pair.times) for pair in pairs],
            [pair.vectors for pair in pairs],
        )
    work.check(
        lambda: checks.are_eigenvalues(work.rows, [(pair.value, pair.times) for pair in pairs]),
        lambda: checks.are_eigenvectors(work.rows, [(pair.value, pair.vectors) for pair in pairs]),
    )


def _say_general(work: Exact, values: list[Node], *, divided: bool = False) -> None:
    """With variables, values that differ as formulas are taken as different.

    divided: are they taken as different from 0 too?
    """
    from dlmath.expression.tidy import tidy

    gaps = [
        tidy(add(second, mul(number(-1), first)))
        for index, first in enumerate(values)
        for second in values[index + 1 :]
    ]
    formulas = [gap for gap in [*(values if divided else ()), *gaps] if free_symbols(gap)]
    if formulas:
        words: list[str | Node] = [
            "for general values of the variables; not where one of these is 0: "
        ]
        for index, node in enumerate(formulas):
            words += [", ", node] if index else [node]
        work.answer.notes.append(tuple(words))
        work.answer.facts["nonzero"] = formulas


def _vectors(count: int) -> str:
    return f"{count} independent eigenvector{'' if count == 1 else 's'}"


def _gram(work: Exact, rows: NodeRows) -> NodeRows:
    field = work.field
    return nodes(field, product(field, elements(field, nodes_adjoint(rows)), elements(field, rows)))


def svd(work: Exact) -> None:
    """Compact: as many singular values as the rank (for a zero matrix, one that is zero)."""
    if min(work.height, work.width) > _SIZE_MOST:
        raise NoExactForm("the matrix is large for exact singular values")
    wide = work.width > work.height
    rows = nodes_adjoint(work.rows) if wide else work.rows
    gram = _gram(work, rows)
    found = spectra.singular_values(gram, work.settings)
    if found is None:
        raise NoExactForm(_NO_ROOTS)
    sizes = [size for size, units in found for _ in units]
    right = [unit for _, units in found for unit in units]
    left = [
        [
            _tidied(div(add(*(mul(x, y) for x, y in zip(row, unit, strict=True))), size))
            for row in rows
        ]
        for size, unit in zip(sizes, right, strict=True)
    ]
    if not sizes:
        sizes = [number(0)]
        left = [[number(int(k == 0)) for k in range(len(rows))]]
        right = [[number(int(k == 0)) for k in range(len(rows[0]))]]
    if wide:
        left, right = right, left
    u, v = transposed(left), transposed(right)
    if any(len(to_text(entry)) > _LONGEST for row in (*u, *v) for entry in row):
        raise NoExactForm("the exact form is long")
    kept = dict(work.answer.facts)
    work.give_parts([("U", matrix_node(u)), ("S", vector(sizes)), ("V", matrix_node(v))])
    named = {name: work.answer.facts[name] for name in ("U", "S", "V")}
    work.answer.facts = kept | named | {"singular_values": named["S"]}
    work.answer.notes.append(("A = U*diag(S)*V^T, with a column for each singular value above 0",))
    _say_general(work, [size for size, _ in found], divided=True)
    if work.shows_steps:
        work.answer.steps = matrix_steps.singular(gram, found, wide, matrix_node(u))
    diagonal = [
        [size if i == j else number(0) for j in range(len(sizes))] for i, size in enumerate(sizes)
    ]
    unit_matrix = [[number(int(i == j)) for j in range(len(sizes))] for i in range(len(sizes))]
    work.check(
        lambda: checks.same_products(
            "U*diag(S)*V^T = A", [u, diagonal, checks.Adjoint(v)], [work.rows]
        ),
        lambda: checks.same_products("U^T*U = I", [checks.Adjoint(u), u], [unit_matrix]),
        lambda: checks.same_products("V^T*V = I", [checks.Adjoint(v), v], [unit_matrix]),
    )


def norm(work: Exact, order: str) -> None:
    from dlmath.expression.graph import is_number
    from dlmath.expression.tidy import tidy

    sizes = [[tidy(call("abs", entry)) for entry in row] for row in work.rows]
    if order == "2":
        work.give(_singular_extremes(work)[0])
    elif order == "fro":
        from dlmath.maths.linear_algebra.factorizations import length

        work.give(length([entry for row in work.rows for entry in row]))
    else:
        lines = sizes if order == "inf" else transposed(sizes)
        sums = [tidy(add(*line)) for line in lines]
        if all(is_number(part) for part in sums):
            work.give(max(sums, key=lambda part: part.number))
        elif any(free_symbols(part) for part in sums):
            work.give(sums[0] if len(sums) == 1 else call("max", *dict.fromkeys(sums)))
        else:
            from dlmath.expression.precise import evaluate

            work.give(max(sums, key=lambda part: evaluate(part, {}, 20)))
        work.answer.facts["sums"] = [as_fact(part) for part in sums]
    work.answer.facts["ord"] = order
    result = work.answer.result
    assert isinstance(result, Node)
    if work.shows_steps:
        work.answer.steps = matrix_steps.norm(work.rows, order, result)
    work.check(lambda: matrix_floats.is_norm(work.rows, order, result))


def condition(work: Exact, order: str) -> None:
    from dlmath.maths.linear_algebra import elimination
    from dlmath.maths.linear_algebra.fields import nodes as to_nodes

    if order == "2":
        largest, smallest, full = _singular_extremes(work)
        if not full:
            _infinite(work)
            return
        work.give(_tidied(div(largest, smallest)))
        _show_condition(work, largest, smallest, order)
    else:
        if work.height != work.width:
            raise InvalidInput(
                f"the condition number in the {order} norm takes a square matrix",
                hint="--ord 2 takes any shape",
            )
        found = elimination.inverse(work.field, work.a)[0]
        if found is None:
            _infinite(work)
            return
        inverse = Exact(matrix_node(to_nodes(work.field, found)), None, work.settings, work.answer)
        norm(inverse, order)
        second = work.answer.result
        work.answer.checks.clear()
        norm(work, order)
        first = work.answer.result
        assert isinstance(first, Node) and isinstance(second, Node)
        work.answer.facts.pop("sums", None)
        work.answer.checks.clear()
        work.give(_tidied(mul(first, second)))
        _show_condition(work, first, second, order)
    work.answer.facts["ord"] = order
    result = work.answer.result
    assert isinstance(result, Node)
    work.check(lambda: matrix_floats.is_condition(work.rows, order, result))


def _show_condition(work: Exact, first: Node, second: Node, order: str) -> None:
    result = work.answer.result
    assert isinstance(result, Node)
    if work.shows_steps:
        work.answer.steps = matrix_steps.condition(first, second, order, result)


def _infinite(work: Exact) -> None:
    from dlmath.expression.graph import INFINITY

    work.answer.result = INFINITY
    work.answer.notes.append(("the columns are dependent: the condition number is infinite",))
    reduced = _rank(work)
    work.answer.facts["rank"] = reduced
    work.check(lambda: checks.has_rank(work.rows, reduced))


def _rank(work: Exact) -> int:
    from dlmath.maths.linear_algebra import elimination

    return elimination.reduce(work.field, work.a).rank


def _singular_extremes(work: Exact) -> tuple[Node, Node, bool]:
    """The largest and the least singular value above zero; are the columns (rows) independent?"""
    from dlmath.expression.graph import sqrt

    shorter = min(work.height, work.width)
    if shorter > _SIZE_MOST:
        raise NoExactForm("the matrix is large for exact singular values")
    rows = nodes_adjoint(work.rows) if work.width > work.height else work.rows
    values = spectra.eigenvalues(_gram(work, rows), work.settings)
    if values is None or any(free_symbols(value) for value, _ in values):
        raise NoExactForm(_NO_ROOTS)
    zero = number(0)
    above = [value for value, _ in values if value is not zero]
    if not above:
        return zero, zero, False
    full = len(above) == len(values)
    return _tidied(sqrt(above[-1])), _tidied(sqrt(above[0])), full


def exponential(work: Exact) -> None:
    if work.height > _SIZE_MOST:
        raise NoExactForm("the matrix is large for an exact exponential")
    values = spectra.eigenvalues(work.rows, work.settings)
    if values is None:
        raise NoExactForm(_NO_ROOTS)
    pair = _rotation(values)
    if pair is not None and work.height == 2:
        result = _turning(work.rows, *pair)
    else:
        result = spectra.exponential(work.rows, values, work.settings)
        _say_general(work, [value for value, _ in values])
    work.give(matrix_node(result))
    work.answer.facts["eigenvalues"] = [as_fact(value) for value, _ in values]
    if work.shows_steps:
        work.answer.steps = matrix_steps.exponential(values, matrix_node(result))
    work.check(lambda: checks.is_exponential(work.rows, result))


def _rotation(values: list[tuple[Node, int]]) -> tuple[Node, Node] | None:
    """Real and imaginary part of a complex pair."""
    from dlmath.expression.graph import I, contains
    from dlmath.maths.linear_algebra.fields import conjugated

    if len(values) != 2 or not all(contains(value, {"constant"}) for value, _ in values):
        return None
    first, second = (value for value, _ in values)
    real = _tidied(div(add(first, second), number(2)))
    imaginary = _tidied(div(add(second, mul(number(-1), first)), mul(number(2), I)))
    if imaginary.op == "abs":
        imaginary = imaginary.args[0]  # only cos(b) and sin(b)/b are taken, which are even
    both = add(real, imaginary)
    return None if conjugated(both) is not _tidied(both) else (real, imaginary)


def _turning(rows: NodeRows, real: Node, imaginary: Node) -> NodeRows:
    """e^real (cos(b) I + sin(b)/b (A - real I)) for eigenvalues real +- b*i."""
    result = []
    for i, row in enumerate(rows):
        line = []
        for j, entry in enumerate(row):
            shifted = add(entry, mul(number(-1), real)) if i == j else entry
            turned = mul(div(call("sin", imaginary), imaginary), shifted)
            total = add(call("cos", imaginary), turned) if i == j else turned
            line.append(_tidied(mul(call("exp", real), total)))
        result.append(line)
    return result
