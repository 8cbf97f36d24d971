"""Eigenfunctions of -X'' = lambda^2 X on an interval, and expansions in them.

The four pairs of conditions (value or slope zero at either end) give sines and cosines. The
coefficients are integrals, found exactly with the index as a symbol; parts of the function that are
eigenfunctions themselves are taken out first, so that finite sums stay finite, and a coefficient
that is different for some small index stands apart. Every formula is compared with quadrature.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import DlmathError
from dlmath.expression.compile import compile_function
from dlmath.expression.from_sympy import Unsupported, from_sympy
from dlmath.expression.graph import (
    ONE,
    PI,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
    mul,
    number,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.expression.to_sympy import load_sympy, to_sympy
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.equations.pde.by_parts import antiderivative
from dlmath.settings import Settings

#: Indices at which a formula is compared with quadrature.
_COMPARED = 9
#: A finite sum is looked for up to this index.
_FINITE_MOST = 60


class Basis(NamedTuple):
    """Eigenfunctions for n = 1, 2, ..., on an interval of the variable.

    sine: are they sines (zero at the left end)? half: is lambda = (2n-1)*pi/(2L), not n*pi/L?
    counter: the name of n.
    """

    variable: str
    left: Node
    right: Node
    sine: bool
    half: bool
    counter: str

    @property
    def zero(self) -> bool:
        """Is 1 an eigenfunction, with the eigenvalue 0?"""
        return not self.sine and not self.half

    @property
    def length(self) -> Node:
        """The length of the interval."""
        return tidy(sub(self.right, self.left))

    def frequency(self, n: Node) -> Node:
        """lambda_n."""
        if self.half:
            top = sub(mul(number(2), n), ONE)
            return tidy(div(mul(top, PI), mul(number(2), self.length)))
        return tidy(div(mul(n, PI), self.length))

    def function(self, n: Node) -> Node:
        """X_n."""
        place = sub(symbol(self.variable), self.left)
        return tidy(call("sin" if self.sine else "cos", mul(self.frequency(n), place)))

    @property
    def n(self) -> Node:
        """The index as a node."""
        return symbol(self.counter)


class Expansion(NamedTuple):
    """A function as constant + finite terms + the sum over n from `start` of general * X_n.

    general: the coefficient in n, or None where the sum is finite. integral: what it was before it
    was worked out.
    """

    constant: Node
    finite: tuple[tuple[int, Node], ...]
    general: Node | None
    start: int
    integral: Node | None = None

    @property
    def empty(self) -> bool:
        """Is the function zero?"""
        return self.constant is ZERO and not self.finite and self.general is None

    def at(self, m: int, index: str) -> Node:
        """The coefficient of X_m."""
        for place, value in self.finite:
            if place == m:
                extra = value
                break
        else:
            extra = ZERO
        if self.general is None or m < self.start:
            return extra
        return tidy(add(extra, substitute(self.general, {index: number(m)})))


NOTHING = Expansion(ZERO, (), None, 1)


def basis_for(
    variable: str, left: Node, right: Node, left_kind: str, right_kind: str, taken: set[str]
) -> Basis:
    """The eigenfunctions for `value` or `slope` zero at the ends. taken: names that are in use."""
    index = next(name for name in ("n", "m", "k", "j", "n1", "n2") if name not in taken)
    return Basis(variable, left, right, left_kind == "value", left_kind != right_kind, index)


def eigen_words(basis: Basis) -> Sentence:
    """The eigenvalues and eigenfunctions."""
    n = basis.n
    also: Sentence = ("; and the constant 1 with lambda = 0",) if basis.zero else ()
    return ("lambda = ", basis.frequency(n), ", X = ", basis.function(n), ", ", n, " = 1, 2, ...",
            *also)  # fmt: skip


def expand(function: Node, basis: Basis, settings: Settings, seconds: float) -> Expansion | None:
    """The expansion of a function of the basis' variable; None where no formula is found."""
    if function is ZERO:
        return NOTHING
    finite, rest = eigen_parts(function, basis, seconds)
    constant = finite.pop(0, ZERO)
    if basis.zero and rest is not ZERO:
        mean = _definite(rest, basis, settings, seconds)
        if mean is None:
            return None
        constant = tidy(add(constant, div(mean, basis.length)))
    if rest is ZERO:
        return Expansion(constant, tuple(sorted(finite.items())), None, 1)
    integrand = tidy(mul(rest, basis.function(basis.n)))
    integral = _definite(integrand, basis, settings, seconds)
    if integral is None:
        return None
    general = _short(div(mul(number(2), integral), basis.length), basis, seconds)
    shown = div(
        mul(number(2), make("integrate",
                            (integrand, symbol(basis.variable), basis.left, basis.right))),
        basis.length,
    )  # fmt: skip
    return _settled(rest, basis, settings, seconds, constant, finite, general, shown)


def _settled(
    rest: Node,
    basis: Basis,
    settings: Settings,
    seconds: float,
    constant: Node,
    finite: dict[int, Node],
    general: Node,
    shown: Node,
) -> Expansion | None:
    """The formula compared with quadrature; indices where it is another stand apart."""
    exceptions: dict[int, Node] = {}
    right = 0
    for m in range(1, _COMPARED + 1):
        put = {basis.counter: number(m)}
        measured, claimed = _compare(rest, basis, substitute(general, put), m)
        if measured is None:
            return None
        if claimed is not None and abs(measured - claimed) <= 1e-7 * max(1.0, abs(measured)):
            right += 1
            continue
        if m > 4:
            return None
        alone = _definite(tidy(mul(rest, basis.function(number(m)))), basis, settings, seconds)
        if alone is None:
            return None
        value = _short(div(mul(number(2), alone), basis.length), basis, seconds)
        measured, claimed = _compare(rest, basis, value, m)
        if claimed is None or measured is None or abs(measured - claimed) > 1e-7:
            return None
        exceptions[m] = value
    start = max(exceptions, default=0) + 1
    for m in range(1, start):
        value = exceptions.get(m) or tidy(substitute(general, {basis.counter: number(m)}))
        finite[m] = tidy(add(finite.get(m, ZERO), value))
    kept = tuple((m, v) for m, v in sorted(finite.items()) if v is not ZERO)
    if general is ZERO:
        return Expansion(constant, kept, None, 1)
    return Expansion(constant, kept, general, start, shown)


def eigen_parts(function: Node, basis: Basis, seconds: float) -> tuple[dict[int, Node], Node]:
    """The terms that are eigenfunctions, by index (0: the constant), and the rest."""
    found: dict[int, Node] = {}
    rest: list[Node] = []
    for term in _summed_in(function, basis, seconds):
        m = _index_of(term, basis)
        if m is None:
            rest.append(term)
            continue
        coefficient = term if m == 0 else _coefficient(term, basis, m)
        if coefficient is None:
            rest.append(term)
        else:
            found[m] = tidy(add(found.get(m, ZERO), coefficient))
    return found, tidy(add(*rest)) if rest else ZERO


def _summed_in(function: Node, basis: Basis, seconds: float) -> list[Node]:
    """The terms; in each, products of waves of the variable of the basis become sums."""
    terms: list[Node] = []
    for term in function.args if function.op == "add" else (function,):
        if _index_of(term, basis) is not None:
            terms.append(term)
            continue
        factors = term.args if term.op == "mul" else (term,)
        outside = [f for f in factors if basis.variable not in free_symbols(f)]
        inside = mul(*(f for f in factors if basis.variable in free_symbols(f)))
        body = _as_sum(inside, seconds)
        parts = body.args if body.op == "add" else (body,)
        terms += [tidy(mul(*outside, part)) for part in parts]
    return terms


def _as_sum(function: Node, seconds: float) -> Node:
    """Products of sines and cosines as sums."""
    try:
        with within(min(2.0, seconds)):
            load_sympy()
            from sympy.simplify.fu import TR8

            expression = to_sympy(function, real=False)
            return tidy(from_sympy(TR8(expression.expand()).expand()))
    except (OutOfTime, Unsupported):
        return function
    except Exception:  # sympy fails with any exception at all
        return function


def _index_of(term: Node, basis: Basis) -> int | None:
    """m where the term has a factor sin or cos of frequency lambda_m; 0 for a constant."""
    if basis.variable not in free_symbols(term):
        return 0 if basis.zero else None
    factors = term.args if term.op == "mul" else (term,)
    inside = [f for f in factors if basis.variable in free_symbols(f)]
    if len(inside) != 1 or inside[0].op not in ("sin", "cos"):
        return None
    from dlmath.expression.gradient import gradient

    slope = tidy(gradient(inside[0].args[0], [basis.variable])[basis.variable])
    if basis.variable in free_symbols(slope):
        return None
    quotient = tidy(div(slope, basis.frequency(ONE)))
    if free_symbols(quotient):
        return None
    value = evaluate(quotient)
    if not isinstance(value, float) or value != value:
        return None
    # lambda_m/lambda_1 is m, or 2m - 1.
    m = (abs(value) + 1) / 2 if basis.half else abs(value)
    whole = round(m)
    return whole if abs(m - whole) < 1e-12 and 1 <= whole <= _FINITE_MOST else None


def _coefficient(term: Node, basis: Basis, m: int) -> Node | None:
    """c with term = c*X_m, or None: told by values, for a phase may hide it."""
    eigen = basis.function(number(m))
    names = sorted(free_symbols(term) | free_symbols(eigen))
    factors = term.args if term.op == "mul" else (term,)
    outside = mul(*(f for f in factors if basis.variable not in free_symbols(f)))
    inside = next(f for f in factors if basis.variable in free_symbols(f))
    rng = random.Random(1)  # noqa: S311
    signs = set()
    for _ in range(4):
        where = {name: rng.uniform(0.3, 1.3) for name in names}
        a, b = evaluate(inside, where), evaluate(eigen, where)
        if not isinstance(a, float) or not isinstance(b, float) or b == 0:
            return None
        for sign in (1, -1):
            if abs(a - sign * b) < 1e-9:
                signs.add(sign)
                break
        else:
            return None
    return tidy(mul(number(signs.pop()), outside)) if len(signs) == 1 else None


def _definite(integrand: Node, basis: Basis, settings: Settings, seconds: float) -> Node | None:
    """The integral over the interval, with the index as a whole number. Only a proposal."""
    pieces = _pieces(integrand, basis)
    if pieces is None:
        return None
    total: list[Node] = []
    for left, right, body in pieces:
        found = _antiderivative(body, basis, settings, seconds)
        if found is None:
            return None
        total.append(sub(substitute(found, {basis.variable: right}),
                         substitute(found, {basis.variable: left})))  # fmt: skip
    return _short(add(*total), basis, seconds)


def _pieces(integrand: Node, basis: Basis) -> list[tuple[Node, Node, Node]] | None:
    """Intervals between the breakpoints of `piecewise`, `abs` and `heaviside`, each smooth."""
    from dlmath.maths.equations.pde.pieces import split

    return split(integrand, basis.variable, basis.left, basis.right)


def _antiderivative(body: Node, basis: Basis, settings: Settings, seconds: float) -> Node | None:
    from dlmath.maths.calculus.integrate import integrate

    if body is ZERO:
        return ZERO
    waves = sum(part.op in ("sin", "cos") and basis.variable in free_symbols(part)
                for part in topological(body))  # fmt: skip
    if waves > 1:
        body = _as_sum(body, seconds)
    direct = antiderivative(body, basis.variable)
    if direct is not None:
        return direct
    known = dict(settings.assume)
    known[basis.counter] = frozenset({"integer", "positive"})
    quiet = Settings(assume=known, check=False, seconds=seconds)
    try:
        with within(seconds):
            answer = integrate(body, basis.variable, settings=quiet)
    except (DlmathError, OutOfTime):
        return None
    result = answer.result
    if not isinstance(result, Node) or any(p.op == "integrate" for p in topological(result)):
        return None
    return result


def _short(node: Node, basis: Basis, seconds: float) -> Node:
    """Simplified with the index as a positive whole number: sin(n*pi) is 0, cos(n*pi) (-1)^n."""
    known: dict[str, frozenset[str]] = {basis.counter: frozenset({"integer", "positive"})}
    for name in free_symbols(node) - {basis.counter, basis.variable}:
        known[name] = frozenset({"positive"})
    try:
        with within(min(4.0, seconds)):
            sympy = load_sympy()
            expression = to_sympy(node, known, real=False)
            best = sympy.expand_trig(expression)
            if sympy.count_ops(best) < 400:
                best = sympy.factor(sympy.simplify(best))
            found = tidy(from_sympy(best))
    except (OutOfTime, Unsupported):
        return tidy(node)
    except Exception:  # sympy fails with any exception at all
        return tidy(node)
    return found


def _compare(rest: Node, basis: Basis, claim: Node, m: int) -> tuple[float | None, float | None]:
    """The m-th coefficient by quadrature, and as claimed, with values for parameters."""
    import numpy

    names = free_symbols(rest) | free_symbols(basis.length) | free_symbols(basis.left)
    names |= free_symbols(claim)
    rng = random.Random(7)  # noqa: S311
    where = {n: rng.uniform(0.7, 1.6) for n in sorted(names - {basis.variable})}
    left, right = (evaluate(end, where) for end in (basis.left, basis.right))
    body = mul(rest, basis.function(number(m)))
    order = [basis.variable, *sorted(where)]
    try:
        run = compile_function([body], order, arrays=True)
        # Gauss-Legendre on many short pieces: kinks cost accuracy in one piece only.
        nodes, weights = numpy.polynomial.legendre.leggauss(8)
        edges = numpy.linspace(float(left), float(right), 5041)
        half = (edges[1:] - edges[:-1]) / 2
        middle = (edges[1:] + edges[:-1]) / 2
        x = (middle[:, None] + half[:, None] * nodes).ravel()
        values = numpy.broadcast_to(run(x, *(where[n] for n in sorted(where)))[0], x.shape)
        measured = (
            float((values.reshape(-1, 8) @ weights) @ half) * 2 / (float(right) - float(left))
        )
    except (DlmathError, ArithmeticError, ValueError, TypeError):
        return None, None
    if measured != measured:
        return None, None
    value = evaluate(claim, where)
    good = isinstance(value, (int, float)) and value == value and abs(value) < 1e200
    return measured, float(value) if good else None
