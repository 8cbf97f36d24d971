"""Bases of solutions of X' = A*X by eigenvalues, eigenvectors and chains of generalized ones.

Hirsch, Smale and Devaney, Differential Equations, Dynamical Systems, and an Introduction to Chaos
(2013), chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.maths.equations.ode.tools import Expr, settle, timed
from dlmath.maths.equations.ode.working import Equal, Working


def basis_of_matrix(sympy: Any, matrix: Any, t: Expr, work: Working) -> list[Any] | None:
    """Real solutions exp(lambda*t)*(v_k + t*v_(k-1) + ...), from chains of eigenvectors."""
    r = sympy.Symbol("r")
    polynomial = sympy.factor((matrix - r * sympy.eye(matrix.rows)).det(method="berkowitz"))
    work.step(
        "characteristic polynomial", "the eigenvalues are the roots of",
        before=Equal(sympy.expand(polynomial), sympy.S.Zero),
        after=Equal(polynomial, sympy.S.Zero),
    )  # fmt: skip
    found = sympy.roots(sympy.Poly(sympy.expand(polynomial), r))
    if sum(found.values()) != matrix.rows:
        return None
    basis: list[Any] = []
    done: list[Expr] = []
    for root in sorted(found, key=sympy.default_sort_key):
        value = sympy.simplify(root)
        is_real = value.is_real is not False and not value.has(sympy.I)
        if not is_real and any(sympy.simplify(sympy.conjugate(value) - o) == 0 for o in done):
            continue
        done.append(value)
        for chain in _chains(sympy, matrix, value, found[root]):
            work.step("eigenvector", "for the eigenvalue ", value, ": ", flat(sympy, chain[0]))
            if len(chain) > 1:
                work.step(
                    "generalized eigenvectors", "there are too few eigenvectors; further ones "
                    "solve (A - lambda)v = the one before: ",
                    *_commas([flat(sympy, v) for v in chain[1:]]),
                )  # fmt: skip
            for k in range(len(chain)):
                vector = sympy.zeros(matrix.rows, 1)
                for j in range(k + 1):
                    vector += t ** (k - j) / sympy.factorial(k - j) * chain[j]
                basis += _real_parts(sympy, vector, value, t, is_real=is_real)
    return basis


def flat(sympy: Any, column: Any) -> Any:
    """A column as a vector of the language."""
    return sympy.Tuple(*column)


def _commas(parts: Sequence[Any]) -> list[Any]:
    words: list[Any] = []
    for part in parts:
        words += [", ", part] if words else [part]
    return words


def _real_parts(sympy: Any, vector: Any, value: Expr, t: Expr, *, is_real: bool) -> list[Any]:
    if is_real:
        return [(sympy.exp(value * t) * vector).applyfunc(sympy.expand)]
    alpha, beta = value.as_real_imag()
    alpha, beta = sympy.simplify(alpha), sympy.simplify(beta)
    real = sympy.Dummy("t", real=True)
    parts = vector.subs(t, real)
    one, two = [], []
    cosine, sine = sympy.cos(beta * t), sympy.sin(beta * t)
    grow = sympy.exp(alpha * t)
    for entry in parts:
        a, b = sympy.expand(entry, complex=False).as_real_imag()
        a, b = a.subs(real, t), b.subs(real, t)
        one.append(sympy.expand(grow * (a * cosine - b * sine)))
        two.append(sympy.expand(grow * (a * sine + b * cosine)))
    return [sympy.Matrix(one), sympy.Matrix(two)]


def _chains(sympy: Any, matrix: Any, value: Expr, times: int) -> list[list[Any]]:
    """Chains v_0, v_1, ... with (A - value)*v_0 = 0 and (A - value)*v_k = v_(k-1)."""
    shifted = (matrix - value * sympy.eye(matrix.rows)).applyfunc(sympy.simplify)
    kernels: list[list[Any]] = [[]]
    power = sympy.eye(matrix.rows)
    while len(kernels[-1]) < times:
        power = (shifted * power).applyfunc(sympy.simplify)
        kernel = power.nullspace(simplify=True)
        if len(kernel) <= len(kernels[-1]):
            break
        kernels.append(kernel)
    chains: list[list[Any]] = []
    for height in range(len(kernels) - 1, 0, -1):
        for candidate in kernels[height]:
            used = [v for chain in chains for v in chain]
            tops = [chain[height - 1] for chain in chains if len(chain) >= height]
            lower = kernels[height - 1]
            span = [*lower, *tops]
            if _rank(sympy, [*span, candidate]) <= _rank(sympy, span):
                continue
            chain = [candidate]
            for _ in range(height - 1):
                chain.append((shifted * chain[-1]).applyfunc(sympy.simplify))
            chain.reverse()
            if _rank(sympy, [*used, *chain]) < len(used) + len(chain):
                continue
            chains.append(_without_denominators(sympy, chain))
            if sum(map(len, chains)) >= times:
                return chains
    return chains


def _without_denominators(sympy: Any, chain: list[Any]) -> list[Any]:
    entries = [e for v in chain for e in v if e.is_Rational]
    scale = sympy.ilcm(1, *[e.q for e in entries]) if entries else 1
    return [v * scale for v in chain]


def _rank(sympy: Any, vectors: Sequence[Any]) -> int:
    return int(sympy.Matrix.hstack(*vectors).rank(simplify=True)) if vectors else 0


def particular(sympy: Any, basis: list[Any], forcing: Any, t: Expr) -> Any | None:
    """Phi times the integral of Phi^(-1)*forcing."""
    from dlmath.maths.equations.ode.integrals import antiderivative

    phi = sympy.Matrix.hstack(*basis)
    inverse = timed(lambda: phi.inv(method="ADJ").applyfunc(sympy.simplify), 3.0)
    if inverse is None:
        return None
    weights = (inverse * forcing).applyfunc(lambda e: settle(sympy.expand(e)))
    grown = []
    for weight in weights:
        found = antiderivative(weight, t, 1.5)
        if found is None:
            return None
        grown.append(found)
    return (phi * sympy.Matrix(grown)).applyfunc(lambda e: _short_waves(sympy, e))


def _short_waves(sympy: Any, e: Expr) -> Expr:
    """cos(t)^2 + sin(t)^2 is 1, and exp(t)*exp(-t), too."""
    e = sympy.expand(sympy.powsimp(sympy.expand(e)))
    found = timed(lambda: sympy.expand(sympy.simplify(e)), 1.5)
    return e if found is None else found
