"""Second-order linear equations whose solutions are Airy, Bessel, Whittaker or Gauss functions.

With y = f*u the equation is u'' + I*u = 0. The invariants: Bessel, I = A*X^e + D/X^2 (Abramowitz
and Stegun 9.1.51); Whittaker, I = A*X^(2m-2) + B*X^(m-2) + D/X^2 by z = c*X^m in 13.1.31; Gauss, a
rational I with three regular singular points (15.5, 15.6).
"""

from __future__ import annotations

from typing import Any

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.second_order import Basis, normal_form
from dlmath.maths.equations.ode.tools import Expr, parts, settle, timed, vanishes
from dlmath.maths.equations.ode.working import Equal, Working


def special(eq: Equation, p: Expr, q: Expr) -> Basis | None:
    """Two solutions by special functions, or None."""
    sympy, x = eq.sympy, eq.x
    found = normal_form(eq, p, q)
    if found is None:
        return None
    invariant, factor = found
    for shift in _centers(eq, invariant):
        moved = settle(sympy.expand(invariant.subs(x, x + shift)))
        terms = _powers(eq, moved)
        if terms is None:
            continue
        pair = _airy(eq, terms) or _bessel(eq, terms) or _whittaker(eq, terms)
        if pair is None:
            continue
        kind, one, two = pair
        one, two = (e.subs(x, x - shift) if shift != 0 else e for e in (one, two))
        return Basis(kind, factor * one, factor * two, _work(eq, invariant, factor, kind))
    gauss = _gauss(eq, invariant)
    if gauss is None:
        return None
    kind, one, two = gauss
    return Basis(kind, factor * one, factor * two, _work(eq, invariant, factor, kind))


def _work(eq: Equation, invariant: Expr, factor: Expr, kind: str) -> Working:
    sympy = eq.sympy
    work = Working()
    u = sympy.Symbol("u")
    if factor != 1:
        work.step("normal form", "with ", Equal(eq.y, factor * u), " the first derivative goes")
    work.step(
        "special functions", f"this is the equation of {kind} after a change of variables",
        before=Equal(sympy.Symbol("u''") + invariant * u, sympy.S.Zero),
        after=Equal(sympy.Symbol("u''"), -invariant * u),
    )  # fmt: skip
    return work


def _centers(eq: Equation, invariant: Expr) -> list[Expr]:
    """Shifts of x after which the invariant may be a sum of powers."""
    sympy, x = eq.sympy, eq.x
    shifts: list[Expr] = [sympy.S.Zero]
    above, below = parts(invariant)
    if x in below.free_symbols and below.is_polynomial(x):
        roots = timed(lambda: sympy.roots(sympy.Poly(below, x)), 0.5) or {}
        if len(roots) == 1:
            shifts.append(next(iter(roots)))
    elif above.is_polynomial(x) and x in above.free_symbols:
        poly = sympy.Poly(above, x)
        n = poly.degree()
        if n in (1, 2):
            shifts.append(settle(-poly.nth(n - 1) / (n * poly.nth(n))))
    return shifts


def _powers(eq: Equation, e: Expr) -> dict[Expr, Expr] | None:
    """Exponent to coefficient where the expression is a sum of powers of x; at most 3."""
    sympy, x = eq.sympy, eq.x
    terms: dict[Expr, Expr] = {}
    e = sympy.expand(sympy.powsimp(sympy.expand(e)))
    for term in sympy.Add.make_args(e):
        coefficient, rest = term.as_independent(x, as_Add=False)
        exponent = sympy.S.Zero
        for part in sympy.Mul.make_args(rest):
            base, power = part.as_base_exp()
            if part == 1:
                continue
            if base != x or x in power.free_symbols:
                return None
            exponent += power
        exponent = sympy.expand(exponent)
        terms[exponent] = terms.get(exponent, sympy.S.Zero) + coefficient
    terms = {k: settle(v) for k, v in terms.items() if v != 0}
    return terms if len(terms) <= 3 else None


def _split(eq: Equation, terms: dict[Expr, Expr]) -> tuple[dict[Expr, Expr], Expr]:
    """The terms other than D/x^2, and D."""
    rest = dict(terms)
    d = rest.pop(eq.sympy.Integer(-2), eq.sympy.S.Zero)
    return rest, d


def _airy(eq: Equation, terms: dict[Expr, Expr]) -> tuple[str, Expr, Expr] | None:
    """I = A*x."""
    sympy, x = eq.sympy, eq.x
    if set(terms) != {sympy.S.One}:
        return None
    a = terms[sympy.S.One]
    third = sympy.Rational(1, 3)
    if a.could_extract_minus_sign():
        z = positive_power(eq, -a, third) * x
    else:
        z = -positive_power(eq, a, third) * x
    return "Airy", sympy.airyai(z), sympy.airybi(z)


def _bessel(eq: Equation, terms: dict[Expr, Expr]) -> tuple[str, Expr, Expr] | None:
    """I = A*x^e + D/x^2."""
    sympy, x = eq.sympy, eq.x
    rest, d = _split(eq, terms)
    if len(rest) != 1:
        return None
    e, a = next(iter(rest.items()))
    half = settle((e + 2) / 2)
    order = settle(_root(eq, 1 - 4 * d) / (2 * half))
    if order.could_extract_minus_sign():
        order = -order
    negative = a.could_extract_minus_sign()
    z = _root(eq, -a if negative else a) / half * x**half
    scale = sympy.sqrt(x)
    if negative:
        pair = sympy.besseli(order, z), sympy.besselk(order, z)
    else:
        pair = sympy.besselj(order, z), sympy.bessely(order, z)
    if order.is_Rational and order.q == 2:
        pair = tuple(_elementary(sympy, b) for b in pair)
    return "Bessel", scale * pair[0], scale * pair[1]


def _elementary(sympy: Any, b: Expr) -> Expr:
    """Bessel functions of half-integer order in sines and exponentials."""
    found = timed(lambda: sympy.expand_func(b), 0.5)
    if found is None:
        return b
    return found.replace(
        lambda e: isinstance(e, (sympy.jn, sympy.yn)), lambda e: e.expand(func=True)
    )


def _root(eq: Equation, e: Expr) -> Expr:
    """A square root, of a square without the root."""
    return positive_power(eq, e, eq.sympy.Rational(1, 2))


def positive_power(eq: Equation, e: Expr, exponent: Expr) -> Expr:
    """A root, simplified as for positive symbols."""
    sympy = eq.sympy
    e = sympy.factor(settle(e))
    positive = {s: sympy.Dummy(s.name, positive=True) for s in e.free_symbols}
    root = sympy.powdenest(e.xreplace(positive) ** exponent, force=True)
    root = root.replace(lambda v: isinstance(v, sympy.Abs), lambda v: v.args[0])
    return root.xreplace({v: k for k, v in positive.items()})


def _whittaker(eq: Equation, terms: dict[Expr, Expr]) -> tuple[str, Expr, Expr] | None:
    """I = A*x^(2m-2) + B*x^(m-2) + D/x^2."""
    sympy, x = eq.sympy, eq.x
    rest, d = _split(eq, terms)
    if not 1 <= len(rest) <= 2:
        return None
    for e, a in rest.items():
        m = settle((e + 2) / 2)
        others = {k: v for k, v in rest.items() if k != e}
        if m == 0 or any(sympy.expand(k - (m - 2)) != 0 for k in others):
            continue
        b = next(iter(others.values()), sympy.S.Zero)
        c = 2 * _root(eq, -a) / m
        kappa = settle(b / (c * m**2))
        mu = settle(_root(eq, sympy.Rational(1, 4) - d) / m)
        if mu.could_extract_minus_sign():
            mu = -mu
        z = c * x**m
        scale = x ** ((1 - m) / 2)
        one = _m(sympy, kappa, mu, z, x, m, c)
        if (2 * mu).is_Integer:
            two = _w(sympy, kappa, mu, z, x, m)
        else:
            two = _m(sympy, kappa, -mu, z, x, m, c)
        return "Whittaker", scale * one, scale * two
    return None


def _m(sympy: Any, kappa: Expr, mu: Expr, z: Expr, x: Expr, m: Expr, c: Expr) -> Expr:
    """Whittaker's M up to a constant: exp(-z/2)*z^(mu+1/2)*1F1(mu-kappa+1/2; 1+2mu; z)."""
    half = sympy.Rational(1, 2)
    del c
    return (
        sympy.exp(-z / 2) * x ** settle(m * (mu + half))
        * sympy.hyper([settle(half + mu - kappa)], [settle(1 + 2 * mu)], z)
    )  # fmt: skip


def _w(sympy: Any, kappa: Expr, mu: Expr, z: Expr, x: Expr, m: Expr) -> Expr:
    """Whittaker's W up to a constant: exp(-z/2)*z^kappa*2F0(mu-kappa+1/2, 1/2-mu-kappa; -1/z)."""
    half = sympy.Rational(1, 2)
    above = [settle(half + mu - kappa), settle(half - mu - kappa)]
    return sympy.exp(-z / 2) * x ** settle(m * kappa) * sympy.hyper(above, [], -1 / z)


# --- Gauss ----------------------------------------------------------------------------------


def _gauss(eq: Equation, invariant: Expr) -> tuple[str, Expr, Expr] | None:
    """A rational invariant with two finite poles of order 2 at most, regular at infinity."""
    sympy, x = eq.sympy, eq.x
    above, below = parts(settle(invariant))
    if not (above.is_polynomial(x) and below.is_polynomial(x)):
        return None
    roots = timed(lambda: sympy.roots(sympy.Poly(below, x)), 0.8)
    if not roots or sum(roots.values()) != sympy.Poly(below, x).degree():
        return None
    if len(roots) != 2 or any(times > 2 for times in roots.values()):
        return None
    if sympy.Poly(above, x).degree() > sympy.Poly(below, x).degree() - 2:
        return None
    a, b = sorted(roots, key=sympy.default_sort_key)
    if a != 0 and b == 0:
        a, b = b, a
    exponents: list[tuple[Expr, Expr]] = []
    for pole in (a, b):
        size = settle(sympy.cancel(invariant * (x - pole) ** 2).subs(x, pole))
        exponents.append(_indicial(eq, size))
    size = settle(sympy.limit(sympy.cancel(invariant * x**2), x, sympy.oo))
    root = _root(eq, 1 - 4 * size)
    half = sympy.Rational(1, 2)
    infinity = settle((-1 + root) * half)
    z = settle((x - a) / (b - a))
    (alpha, alpha_), (beta, _) = exponents
    first = settle(alpha + beta + infinity)
    second = settle(alpha + beta - 1 - infinity)
    # Exponents at infinity: u ~ x^(-e) with e*(e + 1) + size = 0, so e and -1 - e.
    third = settle(1 + alpha - alpha_)
    scale = (x - a) ** alpha * (x - b) ** beta
    if vanishes(first) and vanishes(second):
        return None
    if (third.is_Integer and third <= 0) or (
        not third.free_symbols & third.free_symbols and (third.is_Integer is None)
    ):
        return None
    one = scale * sympy.hyper([first, second], [third], z)
    if third.is_Integer:
        other = settle(1 + first + second - third)
        if other.is_Integer and other <= 0:
            return None
        two = scale * sympy.hyper([first, second], [other], 1 - z)
    else:
        two = (
            (x - a) ** settle(alpha + 1 - third) * (x - b) ** beta
            * sympy.hyper([settle(first - third + 1), settle(second - third + 1)],
                          [settle(2 - third)], z)
        )  # fmt: skip
    return "Gauss", one, two


def _indicial(eq: Equation, size: Expr) -> tuple[Expr, Expr]:
    """The roots of e*(e - 1) + size = 0, the larger one first."""
    sympy = eq.sympy
    root = _root(eq, 1 - 4 * size)
    half = sympy.Rational(1, 2)
    return settle((1 + root) * half), settle((1 - root) * half)
