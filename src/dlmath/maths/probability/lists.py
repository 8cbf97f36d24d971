"""Information of lists of probabilities, exactly; joint tables with their mutual information."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Step, Table
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    HALF,
    INFINITY,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    replace,
    sqrt,
    sub,
    topological,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.information import Found
from dlmath.maths.probability.joint import probabilities, total
from dlmath.maths.probability.logarithms import in_base
from dlmath.settings import Settings


def is_table(source: Node) -> bool:
    """Is it a matrix, the probabilities of pairs?"""
    return source.op == "vector" and any(part.op == "vector" for part in source.args)


def _entries(source: Node) -> list[Node]:
    if source.op != "vector" or is_table(source) or not source.args:
        raise InvalidInput(
            "a list of probabilities is expected", hint="for example [1/2, 1/4, 1/4]"
        )
    return probabilities(source.args, InvalidInput)


def _pairs(p: Node, q: Node) -> list[tuple[Node, Node]]:
    left, right = _entries(p), _entries(q)
    if len(left) != len(right):
        raise InvalidInput(f"the lists have {len(left)} and {len(right)} probabilities")
    return list(zip(left, right, strict=True))


def _is_zero(node: Node) -> bool:
    return tidy(node) is ZERO


def _log_term(weight: Node, of: Node) -> Node:
    return mul(weight, call("log", of))


#: Numbers up to this are taken apart into primes under a logarithm.
_FACTORED_MOST = 10**6


def _with_primes(formula: Node) -> Node:
    """Logarithms of rational numbers as sums of those of primes, so that they collect."""
    logs = {
        part: _of_primes(inner)
        for part in topological(formula)
        if part.op == "log" and len(part.args) == 1 and (inner := tidy(part.args[0])).op == "number"
    }
    return replace(formula, logs)


def _of_primes(inner: Node) -> Node:
    value = Fraction(inner.number)
    if value <= 0 or max(value.numerator, value.denominator) > _FACTORED_MOST:
        return call("log", inner)
    powers = factored(value.numerator)
    for prime, power in factored(value.denominator).items():
        powers[prime] = powers.get(prime, 0) - power
    return total([mul(number(k), call("log", number(prime))) for prime, k in powers.items()])


def factored(value: int) -> dict[int, int]:
    """The prime factors of a small positive number, with their powers."""
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= value:
        while value % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            value //= divisor
        divisor += 1
    if value > 1:
        found[value] = found.get(value, 0) + 1
    return found


def entropy(p: Node) -> Found:
    """-sum of p*log(p)."""
    kept = [entry for entry in _entries(p) if not _is_zero(entry)]
    return _found(
        neg(total([_log_term(entry, entry) for entry in kept])),
        "entropy",
        "-sum of p*log(p)",
        lambda scipy, a, _: float(scipy.entr(a).sum()),
        p,
        p,
    )


def cross_entropy(p: Node, q: Node) -> Found:
    """-sum of p*log(q)."""
    pairs = [(a, b) for a, b in _pairs(p, q) if not _is_zero(a)]
    if (why := _unsupported(p, q)) is not None:
        return Found(INFINITY, reason=(why,))
    formula = neg(total([_log_term(a, b) for a, b in pairs]))
    return _found(
        formula,
        "cross-entropy",
        "-sum of p*log(q)",
        lambda scipy, a, b: float(scipy.entr(a).sum() + scipy.rel_entr(a, b).sum()),
        p,
        q,
    )


def _unsupported(p: Node, q: Node) -> str | None:
    """Why the divergence is infinite, if it is."""
    for place, (a, b) in enumerate(_pairs(p, q), start=1):
        if not _is_zero(a) and _is_zero(b):
            return (
                f"q gives probability 0 to outcome {place}, which has probability "
                f"{to_text(a)} under p"
            )
    return None


def divergence(p: Node, q: Node, kind: str) -> Found:
    """One of the kinds `kl js tv hellinger wasserstein`."""
    pairs = _pairs(p, q)
    if kind == "kl":
        if (why := _unsupported(p, q)) is not None:
            return Found(INFINITY, reason=(why,))
        return _found(
            _kl(pairs),
            "divergence",
            "the sum of p*log(p/q)",
            lambda scipy, a, b: float(scipy.rel_entr(a, b).sum()),
            p,
            q,
        )
    if kind == "js":
        mixture = [mul(HALF, add(a, b)) for a, b in pairs]
        first = _kl([(a, m) for (a, _), m in zip(pairs, mixture, strict=True)])
        second = _kl([(b, m) for (_, b), m in zip(pairs, mixture, strict=True)])
        return _found(
            mul(HALF, add(first, second)),
            "divergence",
            "half of the two divergences from m",
            lambda scipy, a, b: float(
                (scipy.rel_entr(a, (a + b) / 2).sum() + scipy.rel_entr(b, (a + b) / 2).sum()) / 2
            ),
            p,
            q,
        )
    if kind == "tv":
        formula = mul(HALF, total([call("abs", sub(a, b)) for a, b in pairs]))
        return _found(
            formula,
            "distance",
            "half the sum of |p - q|",
            lambda _, a, b: float(abs(a - b).sum() / 2),
            p,
            q,
        )
    if kind == "hellinger":
        overlap = total([sqrt(mul(a, b)) for a, b in pairs])
        return _found(
            sqrt(sub(ONE, overlap)),
            "distance",
            "sqrt(1 - the sum of sqrt(p*q))",
            lambda _, a, b: float((((a**0.5 - b**0.5) ** 2).sum() / 2) ** 0.5),
            p,
            q,
        )
    sums: list[Node] = []
    apart: Node = ZERO
    for a, b in pairs[:-1]:
        apart = add(apart, sub(a, b))
        sums.append(call("abs", apart))
    return _found(
        total(sums),
        "distance",
        "the sum of |F - G|",
        lambda _, a, b: float(abs((a - b).cumsum()).sum()),
        p,
        q,
    )


def _kl(pairs: Sequence[tuple[Node, Node]]) -> Node:
    return total([_log_term(a, div(a, b)) for a, b in pairs if not _is_zero(a)])


def _found(formula: Node, rule: str, words: str, other: object, p: Node, q: Node) -> Found:
    """The formula with its numbers added up, and a second route in binary64."""
    exact = tidy(_with_primes(formula))
    step = Step(rule, (words, "; an outcome of probability 0 adds nothing"), formula, exact)
    return Found(exact, formula=formula, check=_check(exact, other, p, q), steps=(step,))


def _check(exact: Node, other: object, p: Node, q: Node) -> Check:
    import numpy as np

    name = "sums in binary64"
    names = sorted(free_symbols(exact) | free_symbols(p) | free_symbols(q))
    if names:
        return Check(name, UNAVAILABLE, f"{', '.join(names)} has no value")
    from scipy import special

    arrays = [np.array([float(to_float(evaluate(part))) for part in v.args]) for v in (p, q)]
    assert callable(other)
    second = other(special, *arrays)
    first = float(to_float(evaluate(exact)))
    agrees = abs(first - second) <= 1e-9 * (1 + abs(first))
    return Check(name, PASSED if agrees else FAILED, f"{second:.10g} against {first:.10g}")


# --- joint tables ---------------------------------------------------------------------------


def table_entropies(answer: Answer, table: Node, settings: Settings, base: Node | None) -> None:
    """The joint entropy of a table, with marginal and conditional ones and mutual information."""
    from dlmath.expression.graph import vector
    from dlmath.maths.probability.information import _finish

    rows = [list(row.args) if row.op == "vector" else [] for row in table.args]
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise InvalidInput("a joint table has rows of equal length")
    flat = vector(entry for row in rows for entry in row)
    found = entropy(flat)
    _finish(answer, found, settings, base, logarithmic=True)
    first = vector(tidy(total(row)) for row in rows)
    second = vector(tidy(total(column)) for column in zip(*rows, strict=True))
    parts = {"of rows X": entropy(first), "of columns Y": entropy(second), "joint": found}
    h = {name: part.exact for name, part in parts.items() if part.exact is not None}
    mutual = sub(add(h["of rows X"], h["of columns Y"]), h["joint"])
    facts = {
        "entropy_x": h["of rows X"],
        "entropy_y": h["of columns Y"],
        "conditional_x_given_y": sub(h["joint"], h["of columns Y"]),
        "conditional_y_given_x": sub(h["joint"], h["of rows X"]),
        "mutual_information": mutual,
    }
    answer.facts |= {"marginal_x": first, "marginal_y": second}
    answer.facts |= {name: in_base(tidy(value), base) for name, value in facts.items()}
    answer.tables.append(_table(rows, first, second))
    if settings.check and not free_symbols(table):
        answer.checks.append(_check_mutual(mutual, rows))


def _table(rows: Sequence[Sequence[Node]], first: Node, second: Node) -> Table:
    columns = ("", *(f"y{place + 1}" for place in range(len(rows[0]))), "sum")
    body = [
        (f"x{place + 1}", *row, whole)
        for place, (row, whole) in enumerate(zip(rows, first.args, strict=True))
    ]
    return Table("joint probabilities", columns, (*body, ("sum", *second.args, ONE)))


def _check_mutual(mutual: Node, rows: Sequence[Sequence[Node]]) -> Check:
    """The mutual information as the divergence of the table from independence."""
    import numpy as np
    from scipy.special import rel_entr

    table = np.array([[float(to_float(evaluate(e))) for e in row] for row in rows])
    apart = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    second = float(rel_entr(table, apart).sum())
    first = float(to_float(evaluate(mutual)))
    agrees = abs(first - second) <= 1e-9
    detail = f"mutual information {second:.10g} against {first:.10g}"
    return Check("divergence from independence", PASSED if agrees else FAILED, detail)
