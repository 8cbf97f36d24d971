"""The roots of a polynomial with rational coefficients, as digits: real ones isolated by Sturm."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any


def real_roots(exact: list[Fraction]) -> list[Any]:
    """The real roots of a square-free polynomial (ascending coefficients), to 50 digits.

    Isolated by Sturm's theorem (C. Sturm, 1829): the count of roots in an interval is the
    difference of the sign changes of a sequence of remainders at its ends.
    """
    import mpmath

    chain = sturm_chain(exact)
    bound = 1 + max(abs(c / exact[-1]) for c in exact[:-1])
    limit = Fraction(2) ** (int(bound).bit_length() + 1)
    waiting = [(-limit, limit)]
    found = []
    while waiting:
        low, high = waiting.pop()
        count = sign_changes(chain, low) - sign_changes(chain, high)
        if count == 0:
            continue
        if count == 1:
            found.append(_refined(exact, low, high))
            continue
        middle = (low + high) / 2
        waiting += [(low, middle), (middle, high)]
    with mpmath.workdps(60):
        return sorted(found)


def _refined(exact: list[Fraction], low: Fraction, high: Fraction) -> Any:
    """The one root in (low, high], bisected and then by Newton's method."""
    import mpmath

    at_high = _at(exact, high)
    if at_high == 0:
        return mpmath.mpf(high.numerator) / high.denominator
    for _ in range(60):
        middle = (low + high) / 2
        value = _at(exact, middle)
        if value == 0:
            with mpmath.workdps(60):
                return mpmath.mpf(middle.numerator) / middle.denominator
        if (value > 0) == (at_high > 0):
            high = middle
        else:
            low = middle
    with mpmath.workdps(70):
        x = mpmath.mpf(middle.numerator) / middle.denominator
        terms = [mpmath.mpf(c.numerator) / c.denominator for c in reversed(exact)]
        for _ in range(8):
            value, slope = mpmath.polyval(terms, x, derivative=True)
            if slope == 0:
                break
            x -= value / slope
        return x


def _at(exact: list[Fraction], x: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(exact):
        total = total * x + c
    return total


def sturm_chain(exact: list[Fraction]) -> list[list[Fraction]]:
    """Sturm's sequence of a polynomial: it, its derivative, and negative remainders."""
    chain = [list(exact), [k * c for k, c in enumerate(exact)][1:]]
    while len(chain[-1]) > 1:
        rest = list(chain[-2])
        divisor = chain[-1]
        for place in range(len(rest) - len(divisor), -1, -1):
            factor = rest[place + len(divisor) - 1] / divisor[-1]
            for offset, c in enumerate(divisor):
                rest[place + offset] -= factor * c
        while rest and rest[-1] == 0:
            rest.pop()
        if not rest:
            break
        size = abs(rest[-1])
        chain.append([-c / size for c in rest])
    return chain


def sign_changes(chain: list[list[Fraction]], x: Fraction) -> int:
    signs = [value > 0 for value in (_at(one, x) for one in chain) if value]
    return sum(a != b for a, b in pairwise(signs))


def complex_roots(exact: list[Fraction]) -> list[Any]:
    """All roots of a square-free polynomial to 45 digits, real ones first."""
    import mpmath

    with mpmath.workdps(80):
        terms = [mpmath.mpf(c.numerator) / c.denominator for c in reversed(exact)]
        found = mpmath.polyroots(terms, maxsteps=400, extraprec=600)
        small = mpmath.mpf(10) ** -50
        values = [
            root.real if abs(mpmath.im(root)) < small * (1 + abs(root)) else root for root in found
        ]
    return sorted(values, key=lambda z: (mpmath.im(z) != 0, mpmath.re(z), mpmath.im(z)))
