"""All real solutions of a system of polynomial equations, with exact coefficients.

The system is split into components by factoring; a Groebner basis (B. Buchberger, 1965) says of
each whether it has finitely many solutions. Those are written by one number: a linear form that
tells them apart generates the algebra of the component, and its minimal polynomial has exactly one
real root for each real solution (D. Cox, J. Little and D. O'Shea, Using Algebraic Geometry, 2005,
chapter 2). So the list is complete, and every solution is known to any number of digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple

from dlmath.expression.graph import Node, add, mul, number, power, symbol
from dlmath.expression.to_sympy import load_sympy
from dlmath.maths.optimization.extrema.radicals import exact_root_of
from dlmath.maths.optimization.quadratics import Polynomial

#: Digits of the solutions.
DIGITS = 60

#: Solutions (complex ones counted) of one component, and components, that are followed.
_MOST_SOLUTIONS = 120
_MOST_COMPONENTS = 2000


class TooLarge(Exception):
    """The system is beyond what is followed here."""


class Root(NamedTuple):
    """One real solution: digits of every variable, and its exact form where that is short."""

    values: tuple[Any, ...]
    exact: tuple[Node | None, ...]


class Family(NamedTuple):
    """Infinitely many solutions: what satisfies all the equations (expressions that are zero)."""

    equations: tuple[Node, ...]


class Solutions(NamedTuple):
    """All real solutions of a system."""

    roots: list[Root]
    families: list[Family]


def prepare() -> None:
    """Imports what elimination needs: an import must not be interrupted by a limit of time."""
    load_sympy()
    import_module("sympy.polys.groebnertools")


def solve(polynomials: Sequence[Polynomial], names: Sequence[str], wanted: int) -> Solutions:
    """The real solutions; the first `wanted` of the variables are what is asked for.

    Where the others (multipliers) are not determined, a root holds the wanted ones alone.
    Raises TooLarge.
    """
    return _Solver(names, wanted).solve(polynomials)


class _Solver:
    def __init__(self, names: Sequence[str], wanted: int) -> None:
        sympy = load_sympy()
        self.sympy = sympy
        self.groebner = import_module("sympy.polys.groebnertools").groebner
        self.names = list(names)
        self.wanted = wanted
        count = len(self.names)
        # Multipliers first: they are eliminated first.
        self.ring, *_ = sympy.ring([f"v{index}" for index in range(count)], sympy.QQ, sympy.grevlex)
        self.roots: list[Root] = []
        self.families: list[Family] = []
        self._seen: set[frozenset[Any]] = set()

    def solve(self, polynomials: Sequence[Polynomial]) -> Solutions:
        elements = [self._element(one) for one in polynomials]
        waiting = [[one for one in elements if one]]
        done = 0
        while waiting:
            current = waiting.pop()
            key = frozenset(current)
            if key in self._seen:
                continue
            self._seen.add(key)
            done += 1
            if done > _MOST_COMPONENTS:
                raise TooLarge
            waiting.extend(self._component(current))
        return Solutions(_distinct(self.roots, self.wanted), _minimal(self.families))

    def _element(self, one: Polynomial) -> Any:
        qq = self.sympy.QQ
        return self.ring.from_dict(
            {power_: qq(size.numerator, size.denominator) for power_, size in one.items()}
        )

    # --- splitting ------------------------------------------------------------------------

    def _component(self, current: list[Any]) -> Iterator[list[Any]]:
        """The parts into which a component splits; solutions of one that does not are kept."""
        parts = self._split(current)
        if parts is not None:
            yield from parts
            return
        basis = self._groebner(current)
        if basis is None:
            return
        parts = self._split(basis)
        if parts is not None:
            yield from parts
            return
        if self._is_finite(basis):
            yield from self._points(basis)
        else:
            yield from self._endless(basis)

    def _split(self, current: list[Any]) -> list[list[Any]] | None:
        """One list for each factor of the first polynomial that has several; None without one."""
        for place, one in enumerate(current):
            if one.is_ground:
                return [] if one else [[p for p in current if p is not one]]
            factors = [factor for factor, _ in one.factor_list()[1]]
            if len(factors) > 1 or factors[0].monic() != one.monic():
                rest = current[:place] + current[place + 1 :]
                return [[*rest, factor.monic()] for factor in factors]
            if _never_zero(one):
                return []
        return None

    def _groebner(self, current: list[Any]) -> list[Any] | None:
        """The reduced basis, or None where there is no solution."""
        basis = list(self.groebner(current, self.ring)) if current else []
        return None if any(one.is_ground for one in basis) else basis

    def _is_finite(self, basis: list[Any]) -> bool:
        """Is a power of every variable among the leading monomials?"""
        pure = set()
        for one in basis:
            used = [index for index, e in enumerate(one.LM) if e]
            if len(used) == 1:
                pure.add(used[0])
        return len(pure) == len(self.names)

    # --- finitely many solutions ----------------------------------------------------------

    def _points(self, basis: list[Any]) -> Iterator[list[Any]]:
        algebra = _Algebra(self.ring, basis)
        minimal = []
        for generator in self.ring.gens:
            found = algebra.minimal_polynomial(generator)
            factors = self._factors(found)
            if len(factors) > 1 or len(factors[0]) != len(found):
                for factor in factors:
                    yield [*basis, _at(factor, generator, self.ring)]
                return
            minimal.append(found)
        for form in self._forms(minimal, algebra.size):
            found = algebra.minimal_polynomial(form)
            factors = self._factors(found)
            if len(factors) > 1 or len(factors[0]) != len(found):
                for factor in factors:
                    yield [*basis, _at(factor, form, self.ring)]
                return
            if len(found) == algebra.size + 1:
                self._keep(algebra, form, found, minimal)
                return
        raise TooLarge

    def _forms(self, minimal: list[list[Fraction]], size: int) -> Iterator[Any]:
        """Linear forms that may tell all solutions apart, single variables first."""
        for generator, found in zip(self.ring.gens, minimal, strict=True):
            if len(found) == size + 1:
                yield generator
        for factors in product((1, 2, -1, 3, 5), repeat=len(self.ring.gens) - 1):
            form = self.ring.gens[0]
            for factor, generator in zip(factors, self.ring.gens[1:], strict=True):
                form = form + factor * generator
            yield form

    def _factors(self, coefficients: list[Fraction]) -> list[list[Fraction]]:
        """The distinct irreducible factors of a polynomial of one variable, ascending, monic."""
        sympy = self.sympy
        x = sympy.Symbol("x")
        values = [sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)]
        poly = sympy.Poly.from_list(values, x, domain="QQ")
        return [_ascending(factor.monic()) for factor, _ in poly.factor_list()[1]]

    def _keep(
        self, algebra: _Algebra, form: Any, found: list[Fraction], minimal: list[list[Fraction]]
    ) -> None:
        """Every real root of the minimal polynomial gives one solution."""
        import mpmath

        columns = algebra.in_powers_of(form)
        for root in real_roots(found, self.sympy):
            with mpmath.workdps(DIGITS + 15):
                values = []
                for column in columns:
                    terms = [mpmath.mpf(c.numerator) / c.denominator for c in reversed(column)]
                    values.append(+mpmath.polyval(terms, root))
                exact = tuple(
                    exact_root_of(poly, value) for poly, value in zip(minimal, values, strict=True)
                )
            self.roots.append(Root(tuple(values), exact))

    # --- infinitely many ------------------------------------------------------------------

    def _endless(self, basis: list[Any]) -> Iterator[list[Any]]:
        """A curve or more of solutions, in all variables or in those that are not wanted."""
        extra = _forced_by_squares(basis)
        if extra:
            yield [*basis, *extra]
            return
        if self.wanted == len(self.names):
            self.families.append(self._family(basis))
            return
        lex, *_ = self.sympy.ring(
            [f"v{i}" for i in reversed(range(len(self.names)))], self.sympy.QQ, self.sympy.lex
        )
        turned = [lex.from_dict({tuple(reversed(m)): c for m, c in one.items()}) for one in basis]
        kept: list[Polynomial] = []
        for one in self.groebner(turned, lex):
            powers = [tuple(reversed(monomial)) for monomial in list(one)]
            if all(not any(p[self.wanted :]) for p in powers):
                kept.append(
                    {
                        p[: self.wanted]: Fraction(int(c.numerator), int(c.denominator))
                        for p, c in zip(powers, one.values(), strict=True)
                    }
                )
        inner = _Solver(self.names[: self.wanted], self.wanted)
        found = inner.solve(kept)
        self.roots += found.roots
        self.families += found.families

    def _family(self, basis: list[Any]) -> Family:
        return Family(tuple(self._node(one) for one in basis))

    def _node(self, element: Any) -> Node:
        common = 1
        for size in element.values():
            common = common * int(size.denominator) // _gcd(common, int(size.denominator))
        terms = []
        for monomial, size in element.terms():
            factor = Fraction(int(size.numerator), int(size.denominator)) * common
            powers = [
                power(symbol(name), number(e))
                for name, e in zip(self.names, monomial, strict=True)
                if e
            ]
            terms.append(mul(number(factor), *powers))
        return add(*terms)


def _gcd(a: int, b: int) -> int:
    from math import gcd

    return gcd(a, b)


def _never_zero(one: Any) -> bool:
    """A constant and even powers, all of one sign."""
    constant = one.coeff(1)
    if not constant:
        return False
    return all(
        size * constant > 0 and all(e % 2 == 0 for e in monomial) for monomial, size in one.terms()
    )


def _forced_by_squares(basis: list[Any]) -> list[Any]:
    """Where even powers of one sign sum to zero, each of them is zero."""
    for one in basis:
        terms = one.terms()
        signs = {size > 0 for _, size in terms}
        if (
            len(terms) > 1
            and len(signs) == 1
            and all(all(e % 2 == 0 for e in monomial) for monomial, _ in terms)
        ):
            ring = one.ring
            return [ring.from_dict({monomial: ring.domain(1)}) for monomial, _ in terms]
    return []


def _ascending(poly: Any) -> list[Fraction]:
    return [Fraction(int(c.p), int(c.q)) for c in reversed(poly.all_coeffs())]


def _at(coefficients: list[Fraction], element: Any, ring: Any) -> Any:
    """The polynomial of one variable at an element of the ring."""
    result = ring.zero
    for size in reversed(coefficients):
        result = result * element + ring.domain(size.numerator, size.denominator)
    return result


class _Algebra:
    """Polynomials modulo a basis with finitely many solutions: a vector space of finite size."""

    def __init__(self, ring: Any, basis: list[Any]) -> None:
        self.ring = ring
        self.basis = basis
        self.monomials = self._standard()
        self.size = len(self.monomials)
        self._place = {monomial: index for index, monomial in enumerate(self.monomials)}

    def _standard(self) -> list[tuple[int, ...]]:
        """The monomials that no leading monomial divides."""
        leading = [one.LM for one in self.basis]
        count = self.ring.ngens
        found = [(0,) * count]
        for monomial in found:
            for index in range(count):
                more = tuple(e + (i == index) for i, e in enumerate(monomial))
                divided = any(all(a <= b for a, b in zip(m, more, strict=True)) for m in leading)
                if not divided and more not in found:
                    found.append(more)
                    if len(found) > _MOST_SOLUTIONS:
                        raise TooLarge
        return found

    def vector(self, element: Any) -> list[Fraction]:
        row = [Fraction(0)] * self.size
        for monomial, size in element.terms():
            row[self._place[tuple(monomial)]] = Fraction(int(size.numerator), int(size.denominator))
        return row

    def _powers(self, form: Any) -> Iterator[Any]:
        current = self.ring.one
        while True:
            yield current
            current = (current * form).rem(self.basis)

    def minimal_polynomial(self, form: Any) -> list[Fraction]:
        """The monic polynomial of least degree that vanishes at the element, ascending."""
        echelon = _Echelon()
        for element in self._powers(form):
            relation = echelon.add(self.vector(element))
            if relation is not None:
                return relation
        raise AssertionError

    def in_powers_of(self, form: Any) -> list[list[Fraction]]:
        """Each variable as a polynomial in a form that generates the algebra, ascending."""
        echelon = _Echelon()
        for element in self._powers(form):
            if echelon.add(self.vector(element)) is not None:
                break
        return [
            echelon.coordinates(self.vector(generator.rem(self.basis)))
            for generator in self.ring.gens
        ]


class _Echelon:
    """Vectors one after another, reduced by those before; remembers how they were combined."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, list[Fraction], list[Fraction]]] = []
        self.count = 0

    def _reduced(self, row: list[Fraction], marks: list[Fraction]) -> None:
        for pivot, other, how in self.rows:
            factor = row[pivot]
            if factor:
                for index, value in enumerate(other):
                    if value:
                        row[index] -= factor * value
                for index, value in enumerate(how):
                    marks[index] -= factor * value

    def add(self, vector: list[Fraction]) -> list[Fraction] | None:
        """None where it is independent; else the relation: sum of c_k * vector_k = 0, c_n = 1."""
        row = list(vector)
        marks = [Fraction(0)] * self.count + [Fraction(1)]
        self._reduced(row, marks)
        pivot = next((index for index, value in enumerate(row) if value), None)
        if pivot is None:
            return marks
        scale = row[pivot]
        self.rows.append((pivot, [v / scale for v in row], [m / scale for m in marks]))
        self.count += 1
        return None

    def coordinates(self, vector: list[Fraction]) -> list[Fraction]:
        """The vector as a combination of those added."""
        row = list(vector)
        marks = [Fraction(0)] * self.count
        self._reduced(row, marks)
        return [-mark for mark in marks]


def real_roots(coefficients: list[Fraction], sympy: Any) -> list[Any]:
    """The real roots of a polynomial without multiple roots, to DIGITS digits, ascending."""
    import mpmath

    x = sympy.Symbol("x")
    values = [sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)]
    if len(values) == 2:
        root = -coefficients[0] / coefficients[1]
        with mpmath.workdps(DIGITS + 15):
            return [mpmath.mpf(root.numerator) / root.denominator]
    poly = sympy.Poly.from_list(values, x, domain="QQ")
    found = []
    for (low, high), _ in poly.intervals():
        a, b = poly.refine_root(low, high, eps=sympy.Rational(1, 10**12))
        with mpmath.workdps(DIGITS + 20):
            terms = [mpmath.mpf(int(v.p)) / int(v.q) for v in values]
            place = (mpmath.mpf(int(a.p)) / int(a.q) + mpmath.mpf(int(b.p)) / int(b.q)) / 2
            for _ in range(9):
                value, slope = mpmath.polyval(terms, place, derivative=True)
                if slope == 0 or value == 0:
                    break
                place -= value / slope
        found.append(place)
    return found


def _distinct(roots: list[Root], wanted: int) -> list[Root]:
    """Each solution once; the same place with other multipliers stays apart."""
    kept: list[Root] = []
    for root in roots:
        same = [
            other
            for other in kept
            if len(other.values) == len(root.values)
            and all(
                abs(a - b) <= 1e-40 * max(1, abs(a))
                for a, b in zip(other.values, root.values, strict=True)
            )
        ]
        if not same:
            kept.append(root)
    return kept


def _minimal(families: list[Family]) -> list[Family]:
    return list(dict.fromkeys(families))
