"""Sums and products over a range: term by term where they are short, else in closed form.

A closed form is sympy's, and is believed only after it gives the right numbers: at small ranges
for a symbolic bound, against accelerated partial sums for an infinite one.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from dlmath.answer import ANSWERED
from dlmath.checks.values import compare_values, sample_points, value_at
from dlmath.errors import DlmathError, InvalidInput, Undefined
from dlmath.expression import graph
from dlmath.expression.graph import INFINITY, Node, free_symbols, number, substitute, symbol
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.sympy_routes import attempt, share
from dlmath.settings import Settings

#: Ranges up to this length are written out; with other variables in the terms, a shorter one.
LONGEST_EXACT = 10_000
LONGEST_SYMBOLIC = 500

_SMALL_RANGES = (0, 1, 4, 9)
_AGREED_DIGITS = 8
_EXTRAPOLATION_SECONDS = 4.0


def carry_out_sum(node: Node, settings: Settings) -> Node:
    """The value of a `sum` or `product` node, or the node where none is found.

    Raises InvalidInput for bounds that are not whole, Undefined for a sum that diverges.
    """
    body, variable, first, last = node.args
    for bound in (first, last):
        if bound.op == "number" and not isinstance(bound.number, int):
            raise InvalidInput(f"a {node.op} runs over whole numbers, not to {to_text(bound)}")
    length = _length(first, last)
    others = free_symbols(body) - {variable.name}
    if length is not None and length <= (LONGEST_SYMBOLIC if others else LONGEST_EXACT):
        return _written_out(node.op, body, variable, int(first.number), length)
    closed = _closed_form(node, settings)
    return node if closed is None else closed


def _length(first: Node, last: Node) -> int | None:
    """How many terms there are, where both bounds are numbers."""
    if first.op != "number" or last.op != "number":
        return None
    return max(0, int(last.number) - int(first.number) + 1)


def _written_out(op: str, body: Node, variable: Node, first: int, length: int) -> Node:
    """The terms added or multiplied, exactly."""
    terms = [
        tidy(substitute(body, {variable.name: number(k)})) for k in range(first, first + length)
    ]
    if op == "sum":
        return tidy(graph.add(*terms)) if terms else graph.ZERO
    return tidy(graph.mul(*terms)) if terms else graph.ONE


def _closed_form(node: Node, settings: Settings) -> Node | None:
    last = node.args[3]
    if last is INFINITY:
        return _infinite(node, settings)
    if last.op == "symbol":
        found = _from_sympy(node, settings)
        agreed = found is not None and _agrees_on_small_ranges(node, found, last.name, settings)
        return found if agreed else None
    name = _unused(node)
    found = _to_any_bound(node, name, settings)
    return None if found is None else tidy(substitute(found, {name: last}))


def _to_any_bound(node: Node, name: str, settings: Settings) -> Node | None:
    """The closed form with a variable for the upper bound, tried on small ranges."""
    body, variable, first, _last = node.args
    general = graph.make(node.op, (body, variable, first, symbol(name)))
    found = _from_sympy(general, settings)
    if found is None or not _agrees_on_small_ranges(general, found, name, settings):
        return None
    return found


def _infinite(node: Node, settings: Settings) -> Node | None:
    """sympy's value where extrapolated partial sums agree, else the limit of the closed form."""
    found = _from_sympy(node, settings)
    if found is INFINITY or found is graph.neg(INFINITY):
        return _divergent(node, found, settings)
    _refuse_terms_that_stay(node)
    if found is not None and _agrees_with_limit(node, found, settings):
        return found
    name = _unused(node)
    partial = _to_any_bound(node, name, settings)
    if partial is None:
        return None
    from dlmath.maths.calculus.limit import limit

    try:
        answer = limit(partial, name, INFINITY, "both", replace(settings, steps=False, at={}))
    except DlmathError:
        return None
    settled = answer.status == ANSWERED and not answer.refuted
    return answer.result if settled and isinstance(answer.result, Node) else None


def _unused(node: Node) -> str:
    taken = {part.name for part in graph.topological(node) if part.op == "symbol"}
    name = "n"
    while name in taken:
        name += "_"
    return name


def _from_sympy(node: Node, settings: Settings) -> Node | None:
    """sympy's closed form, unverified; None where it has none or one the language cannot say."""
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    known = dict(settings.assume)
    for part in (node.args[1], node.args[3]):
        if part.op == "symbol":
            known[part.name] = known.get(part.name, frozenset()) | {"integer"}

    def closed_form() -> Any:
        result = to_sympy(node, known).doit()
        return result if result.has(sympy.Sum, sympy.Product) else sympy.simplify(result)

    found = attempt(closed_form, share(settings.seconds, 0.3))
    return None if found is None or graph.contains(found, {node.op}) else found


def _refuse_terms_that_stay(node: Node) -> None:
    """Raises Undefined where the terms of an infinite sum do not tend to 0 (of a product: to 1)."""
    body, variable, first, _last = node.args
    if first.op != "number" or free_symbols(node):
        return
    rest = graph.ZERO if node.op == "sum" else graph.ONE
    sizes = []
    for k in (10**3, 10**3 + 1, 10**6, 10**6 + 1, 10**9, 10**9 + 1):
        value = value_at(graph.sub(body, rest), {variable.name: k})
        if value is None:
            return
        sizes.append(abs(value))
    early, late = max(sizes[:2]), max(sizes[4:])
    if late > 1 or (late > early / 2 and late > 0.01):
        raise Undefined(f"the {node.op} diverges: its terms do not tend to {to_text(rest)}")


def _divergent(node: Node, found: Node, settings: Settings) -> Node:
    """The infinity that sympy found, when the partial sums agree that there is no finite value."""
    if _partial_sums_settle(node, settings):
        return node
    return found


def _agrees_on_small_ranges(node: Node, found: Node, bound: str, settings: Settings) -> bool:
    """Does the closed form give the sums written out, for several short ranges?"""
    body, variable, first, _last = node.args
    if first.op != "number":
        return False
    start = int(first.number)
    names = sorted(free_symbols(node) - {bound})
    seen = 0
    for extra in _SMALL_RANGES:
        direct = _written_out(node.op, body, variable, start, extra + 1)
        closed = substitute(found, {bound: number(start + extra)})
        points = sample_points(names, settings.assume, 4)
        compared = compare_values(direct, closed, points)
        if compared.different is not None or compared.only_left:
            return False
        seen += compared.agreed
    return seen >= 3


def _agrees_with_limit(node: Node, found: Node, settings: Settings) -> bool:
    """Does the closed form agree with accelerated partial sums at points of the parameters?"""
    names = sorted(free_symbols(node))
    if found.op == "piecewise":
        return False
    seen = 0
    for point in sample_points(names, settings.assume, 8):
        claimed = value_at(found, point)
        summed = _accelerated(node, point)
        if claimed is None or summed is None:
            continue
        if abs(claimed - summed) > 10.0**-_AGREED_DIGITS * max(1, abs(claimed)):
            return False
        seen += 1
        if seen >= 3:
            break
    return seen > 0


def _accelerated(node: Node, point: dict[str, Any]) -> Any:
    """The infinite sum or product by mpmath's extrapolation, or None where it does not settle."""
    import mpmath

    body, variable, first, _last = node.args
    if first.op != "number":
        return None

    def term(k: Any) -> Any:
        value = value_at(body, {**point, variable.name: Fraction(int(k))})
        if value is None:
            raise Undefined("a term is undefined")
        return value

    from dlmath.maths.calculus.budget import OutOfTime, within

    try:
        with mpmath.workdps(20), within(_EXTRAPOLATION_SECONDS):
            routine = mpmath.nsum if node.op == "sum" else mpmath.nprod
            value = routine(term, [int(first.number), mpmath.inf], maxterms=4_000)
    except (Undefined, OutOfTime, ValueError, ArithmeticError, mpmath.libmp.NoConvergence):
        return None
    return value if mpmath.isfinite(value) else None


def numeric_sum(node: Node) -> Any:
    """The decimal value of an infinite sum or product without variables, or None.

    Extrapolation gives a number for divergent sums too, so it counts only where a test of
    convergence says yes, and where the first terms taken apart give the same.
    """
    body, variable, first, last = node.args
    if last is not INFINITY or first.op != "number" or not _converges(node):
        return None
    start = int(first.number)
    whole = _accelerated(node, {})
    head = value_at(graph.make(node.op, (body, variable, first, number(start + 20))), {})
    tail = _accelerated(graph.make(node.op, (body, variable, number(start + 21), last)), {})
    if whole is None or head is None or tail is None:
        return None
    again = head + tail if node.op == "sum" else head * tail
    return whole if abs(whole - again) <= 1e-11 * abs(whole) else None


def _converges(node: Node) -> bool:
    from dlmath.expression.to_sympy import to_sympy

    known = {node.args[1].name: frozenset({"integer"})}
    found = attempt(lambda: to_sympy(node, known).is_convergent(), 3.0)
    return found is graph.TRUE


def _partial_sums_settle(node: Node, settings: Settings) -> bool:
    """Do the partial sums up to 64, 256 and 1024 terms come ever closer together quickly?"""
    body, variable, first, _last = node.args
    if first.op != "number" or free_symbols(node):
        return True
    start = int(first.number)
    values = []
    for count in (64, 256, 1024):
        bounds = (number(start), number(start + count))
        values.append(value_at(graph.make(node.op, (body, variable, *bounds)), {}, 15))
    if any(value is None for value in values):
        return True
    near, far = abs(values[1] - values[0]), abs(values[2] - values[1])
    return bool(far < near / 8)
