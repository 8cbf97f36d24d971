"""Other ways of writing an integrand that the algorithms know better; each equal to the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    E,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    make,
    mul,
    neg,
    power,
    sub,
    topological,
)

Rewriting = Callable[[str, list[Node]], Node | None]


def rewrites(integrand: Node, variable: str) -> Iterator[Node]:
    """Equal forms of the integrand, each different from those before."""
    seen = {integrand}
    for form in _all(integrand, variable):
        if form not in seen:
            seen.add(form)
            yield form


def _all(integrand: Node, variable: str) -> Iterator[Node]:
    from dlmath.expression.tidy import expand, tidy
    from dlmath.maths.calculus.integrals.branches import without_square_roots_of_squares

    yield _rebuilt(integrand, variable, _power_as_exponential)
    yield tidy(without_square_roots_of_squares(integrand, variable))
    yield _rebuilt(integrand, variable, _in_sines)
    yield _rebuilt(integrand, variable, _hyperbolic_as_exponential)
    yield tidy(expand(integrand))
    for change in (_simplified, _partial_fractions, _trigonometric):
        form = _by_sympy(integrand, change)
        if form is not None:
            yield form


def _rebuilt(integrand: Node, variable: str, rewrite: Rewriting) -> Node:
    new: dict[Node, Node] = {}
    for part in topological(integrand):
        args = [new[arg] for arg in part.args]
        current = rewrite(part.op, args) if variable in free_symbols(part) else None
        if current is None:
            current = make(part.op, args, part.value) if part.args else part
        new[part] = current
    return new[integrand]


def _power_as_exponential(op: str, args: list[Node]) -> Node | None:
    """a**b as exp(b*log(a)) where the exponent is no number."""
    if op != "pow" or is_number(args[1]):
        return None
    base, exponent = args
    return call("exp", exponent if base is E else mul(exponent, call("log", base)))


def _in_sines(op: str, args: list[Node]) -> Node | None:
    """tan, cot, sec, csc as quotients of sines and cosines."""
    if op not in ("tan", "cot", "sec", "csc"):
        return None
    sine, cosine = call("sin", args[0]), call("cos", args[0])
    return {
        "tan": div(sine, cosine),
        "cot": div(cosine, sine),
        "sec": power(cosine, MINUS_ONE),
        "csc": power(sine, MINUS_ONE),
    }[op]


def _hyperbolic_as_exponential(op: str, args: list[Node]) -> Node | None:
    """sinh, cosh and their kin in exponentials."""
    if op not in ("sinh", "cosh", "tanh", "sech", "csch", "coth"):
        return None
    up, down = call("exp", args[0]), call("exp", neg(args[0]))
    plus, minus = mul(HALF, add(up, down)), mul(HALF, sub(up, down))
    return {
        "sinh": minus,
        "cosh": plus,
        "tanh": div(minus, plus),
        "sech": div(ONE, plus),
        "csch": div(ONE, minus),
        "coth": div(plus, minus),
    }[op]


def _by_sympy(integrand: Node, change: Callable[[Any, Any], Any]) -> Node | None:
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.to_sympy import load_sympy, to_sympy
    from dlmath.maths.calculus.budget import OutOfTime, within

    try:
        with within(1.0):
            return from_sympy(change(load_sympy(), to_sympy(integrand)))
    except OutOfTime:
        return None
    except Exception:  # a rewriting that sympy cannot do is no rewriting
        return None


def _simplified(sympy: Any, f: Any) -> Any:
    return sympy.simplify(f)


def _partial_fractions(sympy: Any, f: Any) -> Any:
    return sympy.apart(f)


def _trigonometric(sympy: Any, f: Any) -> Any:
    return sympy.expand(sympy.expand_trig(f))
