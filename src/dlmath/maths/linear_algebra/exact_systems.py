"""Exact linear systems: reduced rows, inverse, null space, solutions, pseudoinverse."""

from __future__ import annotations

from dlmath.checks import matrix as checks
from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    Node,
    add,
    free_symbols,
    mul,
    number,
    symbol,
    vector,
)
from dlmath.maths.linear_algebra import elimination, matrix_steps
from dlmath.maths.linear_algebra.determinant import determinant
from dlmath.maths.linear_algebra.exact_matrix import (
    Exact,
    NoExactForm,
    as_fact,
    as_rows,
    singular_words,
)
from dlmath.maths.linear_algebra.fields import (
    NodeRows,
    adjoint,
    elements,
    identity,
    matrix_node,
    nodes,
    product,
    value_of,
)

# --- systems ----------------------------------------------------------------------------------


def rref(work: Exact) -> None:
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    reduced = elimination.reduce(work.field, work.a, record=recorder)
    work.suppose(reduced.divided)
    result = nodes(work.field, reduced.rows)
    work.give(matrix_node(result))
    work.answer.facts["rank"] = reduced.rank
    work.answer.facts["pivots"] = [column + 1 for column in reduced.pivots]
    if work.shows_steps:
        work.answer.steps = recorder.finished(
            "reduced", ("the reduced row echelon form",), matrix_node(result)
        )
    work.check(lambda: checks.is_reduced(work.rows, result))


def inverse(work: Exact) -> None:
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    found, reduced = elimination.inverse(work.field, work.a, recorder)
    if found is None:
        work.refuse(singular_words(work, reduced.rank))
        work.answer.facts["rank"] = reduced.rank
        if work.shows_steps:
            work.answer.steps = recorder.finished(
                "singular", ("the left half does not become the identity",), None
            )
        work.check(lambda: checks.has_rank(work.rows, reduced.rank))
        return
    value = work.field.node(determinant(work.field, work.a))
    work.suppose([work.field.element(value)])
    result = nodes(work.field, found)
    work.give(matrix_node(result))
    work.answer.facts["det"] = as_fact(value)
    if work.shows_steps:
        start = ("write the identity to the right of A, and reduce: [A | I] becomes [I | A^-1]",)
        work.answer.steps = recorder.finished(
            "inverse", ("the right half is the inverse",), matrix_node(result), start
        )
    unit = nodes(work.field, identity(work.field, work.height))
    work.check(
        lambda: checks.same_products("A*A^-1 = I", [work.rows, result], [unit]),
    )


def nullspace(work: Exact) -> None:
    from dlmath.maths.linear_algebra.eigen import whole

    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    reduced = elimination.reduce(work.field, work.a, record=recorder)
    work.suppose(reduced.divided)
    basis = [
        whole(vector_)
        for vector_ in nodes(work.field, elimination.null_space(work.field, reduced, work.width))
    ]
    work.answer.facts |= {
        "dimension": len(basis),
        "rank": reduced.rank,
        "free_columns": [k + 1 for k in range(work.width) if k not in reduced.pivots],
    }
    found = vector(vector(entry) for entry in basis)
    work.answer.value = value_of(found) if basis else []
    work.answer.facts["basis"] = as_fact(found) if basis else []
    if basis:
        work.answer.result = tuple(vector(entry) for entry in basis)
        work.answer.notes.append(("a basis of the solutions of A*x = 0, one vector a line",))
    else:
        work.answer.result = vector([number(0)] * work.width)
        work.answer.notes.append(("A*x = 0 has the zero vector as its only solution",))
    if work.shows_steps:
        words = (
            "each free column gives a solution: its variable 1, the other free ones 0 "
            "(stretched to whole numbers)",
        )
        work.answer.steps = recorder.finished("null space", words, found if basis else None)
    work.check(lambda: checks.is_null_space(work.rows, basis))


def solve(work: Exact) -> None:
    assert work.b is not None
    b = as_rows(work.b)
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    found = elimination.solve(work.field, work.a, elements(work.field, b), recorder)
    if found.rank == work.height == work.width:
        work.suppose([determinant(work.field, work.a)])
    else:
        work.suppose(found.reduced.divided)
    work.answer.facts["rank"] = found.rank
    if found.particular is None:
        _no_solution(work, b, found, recorder)
        return
    particular = nodes(work.field, found.particular)
    if found.basis:
        _many_solutions(work, b, found, particular, recorder)
        return
    work.answer.facts["solutions"] = "one"
    result = _as_given(work.b, particular)
    work.give(result)
    if work.shows_steps:
        work.answer.steps = recorder.finished(
            "solution",
            ("the columns of A became the identity: the right side is the solution",),
            result,
            ("write b to the right of A, and reduce",),
        )
    work.check(
        lambda: checks.same_products("A*x = b", [work.rows, particular], [b]),
        lambda: checks.has_rank(work.rows, work.width, "rank of A = number of unknowns"),
    )


def _as_given(b: Node, rows: NodeRows) -> Node:
    """A solution in the form of the right side: a vector for a vector."""
    return matrix_node(rows) if b.args[0].op == "vector" else vector(row[0] for row in rows)


def _no_solution(
    work: Exact, b: NodeRows, found: elimination.Solutions, recorder: matrix_steps.Recorder
) -> None:
    rank = found.rank
    work.refuse(
        f"the system has no solution: the rank of A is {rank}, that of [A | b] is greater, "
        "so the equations contradict each other"
    )
    work.answer.result = "no solution"
    work.answer.facts["solutions"] = "none"
    if work.shows_steps:
        work.answer.steps = recorder.finished(
            "contradiction", ("a row says 0 = something that is not 0: there is no solution",), None
        )
    work.check(lambda: checks.is_inconsistent(work.rows, b))


def _many_solutions(
    work: Exact,
    b: NodeRows,
    found: elimination.Solutions,
    particular: NodeRows,
    recorder: matrix_steps.Recorder,
) -> None:
    from dlmath.expression.tidy import tidy

    assert work.b is not None
    basis = nodes(work.field, found.basis)
    work.answer.facts |= {
        "solutions": "infinitely many",
        "particular": as_fact(_as_given(work.b, particular)),
        "null_space": [[as_fact(entry) for entry in row] for row in basis],
        "free_variables": len(basis),
    }
    if work.b.args[0].op == "vector":
        work.answer.result = _as_given(work.b, particular)
        work.answer.notes.append(
            (
                "infinitely many solutions: add to each column any combination of the null space ",
                vector(vector(row) for row in basis),
            )
        )
    else:
        names = parameters(work.rows, b, len(basis))
        entries = []
        for index in range(work.width):
            terms = [mul(row[index], symbol(name)) for row, name in zip(basis, names, strict=True)]
            entries.append(tidy(add(particular[index][0], *terms)))
        free = ", ".join(names)
        work.answer.result = (
            vector(entries),
            f"for any {'number' if len(names) == 1 else 'numbers'} {free}",
        )
        work.answer.facts["parameters"] = names
        work.answer.notes.append(
            (
                f"infinitely many solutions: {free} may be any "
                f"{'number' if len(names) == 1 else 'numbers'}",
            )
        )
    if work.shows_steps:
        given = work.answer.result
        work.answer.steps = recorder.finished(
            "solutions",
            ("the columns without a leading 1 are free: their variables are parameters",),
            given[0] if isinstance(given, tuple) and isinstance(given[0], Node) else None,
            ("write b to the right of A, and reduce",),
        )
    work.check(
        lambda: checks.same_products("A*x = b", [work.rows, particular], [b]),
        lambda: checks.is_null_space(work.rows, basis),
    )


def parameters(a: NodeRows, b: NodeRows, count: int) -> list[str]:
    """Names for free parameters that no entry uses: `t`, or `t1`, `t2`."""
    used = {
        name for rows in (a, b) for row in rows for entry in row for name in free_symbols(entry)
    }
    for letter in ("t", "s", "r", "q", "p", "u", "v", "w"):
        names = [letter] if count == 1 else [f"{letter}{k + 1}" for k in range(count)]
        if not used & set(names):
            return names
    raise Unsolved("no letter is left for a parameter", hint="rename a variable")


def pinv(work: Exact) -> None:
    """By a rank factorization A = C R: A+ = R* (R R*)^-1 (C* C)^-1 C*."""
    field = work.field
    reduced = elimination.reduce(field, work.a)
    work.suppose(reduced.divided)
    work.answer.facts["rank"] = reduced.rank
    if not reduced.rank:
        result = [[number(0)] * work.height for _ in range(work.width)]
    else:
        left = [[row[k] for k in reduced.pivots] for row in work.a]
        right = reduced.rows[: reduced.rank]
        left_turned, right_turned = adjoint(field, left), adjoint(field, right)
        inner = elimination.inverse(field, product(field, left_turned, left))[0]
        outer = elimination.inverse(field, product(field, right, right_turned))[0]
        if inner is None or outer is None:
            raise NoExactForm("the columns could not be told apart exactly")
        middle = product(field, outer, inner)
        found = product(field, product(field, right_turned, middle), left_turned)
        result = nodes(field, found)
    work.give(matrix_node(result))
    if work.shows_steps:
        work.answer.steps = matrix_steps.pseudoinverse(
            work.rows, reduced.pivots, field, reduced.rows, matrix_node(result)
        )
    one, two = [work.rows, result], [result, work.rows]
    work.check(
        lambda: checks.same_products("A*X*A = A", [*one, work.rows], [work.rows]),
        lambda: checks.same_products("X*A*X = X", [*two, result], [result]),
        lambda: checks.is_hermitian_product("A*X and X*A are symmetric", one, two),
    )
