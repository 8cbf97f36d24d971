"""Linear equations: the form, constant coefficients, variation of parameters.

Characteristic polynomial and undetermined coefficients: Boyce and DiPrima, Elementary
Differential Equations, chapters 3 and 4; variation of parameters: the same, section 4.4.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.integrals import integral
from dlmath.maths.equations.ode.tools import Expr, rational, settle, timed, vanishes, without
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working


class Linear(NamedTuple):
    """a_n*y^(n) + ... + a_0*y = right. coefficients: a_0 first."""

    coefficients: tuple[Expr, ...]
    right: Expr

    @property
    def order(self) -> int:
        """n"""
        return len(self.coefficients) - 1


def linear_form(eq: Equation) -> Linear | None:
    """The coefficients, where the equation is linear in the function and its derivatives."""
    sympy = eq.sympy
    d = eq.d[: eq.order + 1]
    for written in (eq.expression, eq.numerator):
        expanded = timed(lambda: sympy.expand(written), 0.5)
        e = written if expanded is None else expanded
        coefficients = []
        for s in d:
            slope = sympy.diff(e, s)
            plain = slope if not set(d) & slope.free_symbols else without(rational(slope), *d)
            if plain is None:
                break
            coefficients.append(settle(plain))
        else:
            right = -e.xreplace(dict.fromkeys(d, sympy.S.Zero))
            if right.has(sympy.nan, sympy.zoo) or coefficients[-1] == 0:
                continue
            return Linear(tuple(coefficients), settle(right))
    return None


def operator(eq: Equation, form: Linear, value: Expr) -> Expr:
    """The left side with `value` for y."""
    sympy = eq.sympy
    total = sympy.S.Zero
    for a in form.coefficients:
        total += a * value
        value = sympy.diff(value, eq.x)
    return total


# --- constant coefficients ------------------------------------------------------------------


class Root(NamedTuple):
    """A root of the characteristic polynomial: alpha + beta*i with beta >= 0, counted once."""

    alpha: Expr
    beta: Expr
    times: int


def constant_form(eq: Equation, form: Linear) -> Linear | None:
    """The equation divided so that all coefficients are constants, or None."""
    top = form.coefficients[-1]
    if all(eq.x not in a.free_symbols for a in form.coefficients):
        return form
    plain = []
    for a in form.coefficients:
        ratio = without(settle(a / top), eq.x)
        if ratio is None:
            return None
        plain.append(settle(ratio))
    return Linear(tuple(plain), settle(form.right / top))


def characteristic_roots(eq: Equation, polynomial: Expr, r: Expr) -> list[Root] | None:
    """The roots, pairs of conjugate ones as one; None where they are not found."""
    sympy = eq.sympy
    poly = sympy.Poly(polynomial, r)
    found = timed(lambda: sympy.roots(poly), 1.5)
    if found is None or sum(found.values()) != poly.degree():
        return None
    real = {p: sympy.Dummy(p.name, positive=True) for p in polynomial.free_symbols - {r}}
    back = {v: k for k, v in real.items()}
    result: list[Root] = []
    left = dict(found)
    for root in sorted(found, key=sympy.default_sort_key):
        if root not in left:
            continue
        times = left.pop(root)
        a, b = _real_and_imaginary(sympy, root.xreplace(real))
        a, b = a.xreplace(back), b.xreplace(back)
        if b == 0:
            result.append(Root(settle(a), sympy.S.Zero, times))
            continue
        other = next((o for o in left if vanishes(o + root - 2 * a)), None)
        if other is None or left[other] != times:
            result.append(Root(root, sympy.S.Zero, times))
            continue
        left.pop(other)
        if b.could_extract_minus_sign():
            b = -b
        result.append(Root(settle(a), settle(b), times))
    return result


def _real_and_imaginary(sympy: Any, root: Expr) -> tuple[Expr, Expr]:
    root = sympy.sqrtdenest(sympy.simplify(root)) if root.has(sympy.Pow) else root
    if not root.has(sympy.I) and root.is_number and root.is_real is not False:
        return root, sympy.S.Zero
    if not root.has(sympy.I):
        return root, sympy.S.Zero
    a, b = root.as_real_imag()
    if a.has(sympy.re, sympy.im, sympy.atan2, sympy.arg) or b.has(sympy.re, sympy.im):
        expanded = sympy.expand_complex(root)
        a, b = expanded.as_real_imag()
    return sympy.simplify(a), sympy.simplify(b)


def basis_of(eq: Equation, roots: list[Root], t: Expr) -> list[Expr]:
    """Independent solutions exp(alpha*t)*t^k*(cos, sin)(beta*t)."""
    sympy = eq.sympy
    basis: list[Expr] = []
    for alpha, beta, times in roots:
        grow = sympy.exp(alpha * t)
        for k in range(times):
            if beta == 0:
                basis.append(t**k * grow)
            else:
                basis.append(t**k * grow * sympy.cos(beta * t))
                basis.append(t**k * grow * sympy.sin(beta * t))
    return basis


def polynomial_text(eq: Equation, form: Linear, r: Expr) -> Expr:
    """The characteristic polynomial."""
    return eq.sympy.Add(*[a * r**k for k, a in enumerate(form.coefficients)])


def constant_coefficients(eq: Equation, form: Linear) -> Found | None:
    """A linear equation with constant coefficients."""
    plain = constant_form(eq, form)
    if plain is None:
        return None
    sympy, x = eq.sympy, eq.x
    r = sympy.Symbol("r")
    polynomial = polynomial_text(eq, plain, r)
    roots = characteristic_roots(eq, polynomial, r)
    if roots is None:
        return None
    work = Working()
    work.step(
        "characteristic polynomial", "put y = exp(r*x): ", Equal(polynomial, sympy.S.Zero),
        before=Equal(polynomial, sympy.S.Zero),
        after=Equal(factored(eq, roots, plain.coefficients[-1], r), sympy.S.Zero),
    )  # fmt: skip
    basis = basis_of(eq, roots, x)
    work.step("roots", *roots_words(roots))
    found = complete(eq, plain, basis, work, "linear with constant coefficients", roots=roots)
    return None if found is None else found._replace(notes=_cases(eq, plain, roots))


def _cases(eq: Equation, form: Linear, roots: list[Root]) -> tuple[Any, ...]:
    """For order 2 with parameters: the form where the roots are complex, or meet."""
    sympy, x = eq.sympy, eq.x
    if form.order != 2 or len(roots) != 2:
        return ()
    c, b, a = form.coefficients
    under = settle(b**2 - 4 * a * c)
    if not under.free_symbols or not roots[0].alpha.has(sympy.Pow):
        return ()
    content, under = sympy.expand(under).primitive()
    one, two = eq.constants(2)
    beta = sympy.sqrt(content) * sympy.sqrt(-under) / (2 * a)
    waves = one * sympy.cos(beta * x) + two * sympy.sin(beta * x)
    lead = sympy.exp(settle(-b / (2 * a)) * x)
    negative = ("where ", under, " is negative, the homogeneous solution is also ", lead * waves)
    zero = ("where ", under, " is 0, it is ", lead * (one + two * x))
    return (negative, zero)


def factored(eq: Equation, roots: list[Root], top: Expr, r: Expr) -> Expr:
    sympy = eq.sympy
    factors = [top]
    for alpha, beta, times in roots:
        one = r - alpha if beta == 0 else sympy.expand((r - alpha) ** 2 + beta**2)
        factors.append(one**times)
    return sympy.Mul(*factors)


def roots_words(roots: list[Root]) -> list[Any]:
    words: list[Any] = []
    for alpha, beta, times in roots:
        words.append("; " if words else "the roots are ")
        if beta == 0:
            words.append(alpha)
        else:
            from dlmath.expression.to_sympy import load_sympy

            i = load_sympy().I
            words += [alpha + i * beta, " and ", alpha - i * beta]
        if times > 1:
            words.append(f" ({times} times)")
    return words


def complete(
    eq: Equation,
    form: Linear,
    basis: list[Expr],
    work: Working,
    kind: str,
    *,
    roots: list[Root] | None = None,
    lead: Expr | None = None,
) -> Found | None:
    """The general solution from a basis of the homogeneous equation, and a particular solution."""
    sympy, _x, y = eq.sympy, eq.x, eq.y
    constants = eq.constants(len(basis))
    general = sympy.Add(*[c * b for c, b in zip(constants, basis, strict=True)])
    work.step(
        "homogeneous solution" if form.right != 0 else "general solution",
        "a combination of the independent solutions", after=Equal(y, general),
    )  # fmt: skip
    if form.right != 0:
        particular = None
        if roots is not None:
            from dlmath.maths.equations.ode.undetermined import undetermined

            particular = undetermined(eq, form, roots, work)
        if particular is None:
            particular = variation(eq, form, basis, work)
        if particular is None:
            return None
        general = general + particular
        work.step(
            "general solution", "the sum of the homogeneous and a particular solution",
            after=Equal(y, general),
        )  # fmt: skip
    return work.found(kind, Line(y, general, True, tuple(constants)))


# --- variation of parameters ----------------------------------------------------------------


def variation(eq: Equation, form: Linear, basis: list[Expr], work: Working) -> Expr | None:
    """A particular solution: the sum of y_i times the integral of W_i/W."""
    sympy, x = eq.sympy, eq.x
    n = len(basis)
    rows = [basis]
    for _ in range(n - 1):
        rows.append([sympy.diff(b, x) for b in rows[-1]])
    matrix = sympy.Matrix(rows)
    wronskian = timed(lambda: sympy.simplify(matrix.det()), 2.0)
    if wronskian is None or wronskian == 0:
        wronskian = matrix.det()
    right = form.right / form.coefficients[-1]
    total = sympy.S.Zero
    pieces: list[Any] = []
    for i, b in enumerate(basis):
        changed = matrix.copy()
        for row in range(n):
            changed[row, i] = right if row == n - 1 else 0
        weight = settle(changed.det() / wronskian)
        grown = integral(weight, x, 2.0)
        pieces.append((b, weight))
        total += b * grown
    work.step(
        "variation of parameters", "the Wronskian is ", wronskian,
        ": each constant becomes the integral of ", *_listed(pieces),
    )  # fmt: skip
    value = total if total.has(sympy.Integral) else _shorter(sympy, total)
    work.step("variation of parameters", "a particular solution", after=Equal(eq.y, value))
    return value


def _shorter(sympy: Any, e: Expr) -> Expr:
    best = e
    for form in (sympy.expand, settle, sympy.simplify):
        other = timed(lambda: form(e), 0.8)
        if other is not None and sympy.count_ops(other) < sympy.count_ops(best):
            best = other
    return best


def _listed(pieces: list[tuple[Expr, Expr]]) -> list[Any]:
    words: list[Any] = []
    for k, (_, weight) in enumerate(pieces):
        if k:
            words.append(", ")
        words.append(weight)
    return words
