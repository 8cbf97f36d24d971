"""What is said of the solutions of one equation: result, facts, notes, checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import DOES_NOT_EXIST, Answer, Check, Sentence
from dlmath.expression.graph import TRUE, Node, call, eq_node, free_symbols, symbol
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.equations.solving.families import any_crowds
from dlmath.maths.equations.solving.numbers import SHOWN, decimal_text, holds_decimal, shown
from dlmath.maths.equations.solving.single import Solved
from dlmath.maths.equations.solving.words import kind_of
from dlmath.maths.equations.solving.working import value_of
from dlmath.settings import Settings

#: What the answer says where there is none, and where everything solves it.
NONE = "no solution"
NO_REAL = "no real solution"
ALL = "all real numbers"


def fill(answer: Answer, solved: Solved, settings: Settings, complex_: bool) -> None:
    """Result, facts, value and notes."""
    from dlmath.maths.equations.solving.cases import add_cases
    from dlmath.maths.equations.solving.multiplicity import complex_count, multiplicities

    digits = min(settings.digits or SHOWN, 40)
    x = symbol(solved.variable)
    answer.facts["kind"] = kind_of(solved.equation, solved.variable)
    answer.facts["solutions"] = [{solved.variable: _fact(root.value)} for root in solved.roots]
    lines: list[Node | str] = [_line(x, root.value, digits) for root in solved.roots]
    if solved.everything is not None:
        lines.append(ALL if solved.everything is TRUE else solved.everything)
        answer.facts["interval"] = solved.everything
    values = [root.value for root in solved.roots]
    plain = all(not free_symbols(value) for value in values)
    if values and plain and solved.everything is None:
        counts = multiplicities(solved.equation, solved.variable, values)
        answer.facts["multiplicities"] = counts
        for value, count in zip(values, counts, strict=True):
            if count is not None and count > 1:
                answer.notes.append(
                    (eq_node(x, shown(value, digits)), f" has multiplicity {count}")
                )
        others = 0 if complex_ else complex_count(solved.equation, solved.variable, counts)
    else:
        others = 0 if complex_ or values else complex_count(solved.equation, solved.variable, [])
    if others > 0 and solved.complete and not solved.dropped:
        said = "1 further root is" if others == 1 else f"{others} roots are"
        answer.notes.append((f"{said} not real: --domain complex shows all",))
        answer.facts["complex"] = others
    if not lines:
        answer.status = DOES_NOT_EXIST
        answer.result = NONE if complex_ or not _is_about_reals(solved) else NO_REAL
        if solved.search is not None and not solved.complete:
            low, high = (float(end) for end in solved.search.ends)
            answer.result = f"no solution on [{low:g}, {high:g}]"
        why = _why_none(solved)
        if why:
            answer.facts["reason"] = "".join(_plain(part) for part in why)
            answer.notes.insert(0, why)
    else:
        answer.result = lines[0] if len(lines) == 1 else tuple(lines)
    _say_dropped(answer, solved, digits)
    _say_integers(answer, solved, values)
    answer.notes += solved.notes
    if any(holds_decimal(value) for value in values):
        answer.facts["error"] = _error(values, digits)
        answer.facts["method"] = "interval search" if solved.search else "roots to 45 digits"
    if settings.digits is not None and values and plain:
        answer.decimal = "\n".join(
            f"{solved.variable} = {_decimal(v, settings.digits)}" for v in values
        )
    if len(values) == 1 and plain and solved.everything is None:
        answer.value = _number(values[0])
    add_cases(answer, solved, settings)


def _decimal(value: Node, digits: int) -> str:
    """So many digits of an exact number; of one that is known by its digits no more than 40."""
    most = min(digits, 40) if holds_decimal(value) else digits
    return decimal_text(value_of(value, most + 10), most)


def _say_dropped(answer: Answer, solved: Solved, digits: int) -> None:
    x = symbol(solved.variable)
    if solved.dropped:
        answer.facts["thrown_out"] = [{solved.variable: _fact(v)} for v, _ in solved.dropped]
        for value, why_not in solved.dropped:
            answer.notes.append(("thrown out: ", eq_node(x, shown(value, digits)), f"; {why_not}"))


def _say_integers(answer: Answer, solved: Solved, values: Sequence[Node]) -> None:
    used = sorted(
        set().union(*(free_symbols(value) for value in values)) & solved.integers if values else ()
    )
    if used:
        answer.facts["integers"] = used
        answer.notes.append(
            (f"{' and '.join(used)} {'is any integer' if len(used) == 1 else 'are any integers'}",)
        )


def _is_about_reals(solved: Solved) -> bool:
    """Might there be complex solutions?"""
    from dlmath.maths.equations.solving.multiplicity import complex_count

    return not solved.dropped and complex_count(solved.equation, solved.variable, []) > 0


def _why_none(solved: Solved) -> Sentence:
    if solved.dropped:
        return ("no candidate satisfies the equation as typed",)
    work = solved.work
    while work is not None and len(work.parts) == 1:
        work = work.parts[0]
    if work is None:
        return ("nowhere on the interval are both sides equal",)
    if work.parts:
        reasons = [part for part in _leaves(work) if part.text]
        return reasons[0].text if len(reasons) == 1 else ("none of the cases has a solution",)
    return tuple(part if isinstance(part, str) else shown(part) for part in work.text)


def _leaves(work: Any) -> list[Any]:
    return [leaf for part in work.parts for leaf in _leaves(part)] if work.parts else [work]


def _plain(part: str | Node) -> str:
    from dlmath.expression.text import to_text

    return part if isinstance(part, str) else to_text(part)


def _line(x: Node, value: Node, digits: int) -> Node | str:
    if holds_decimal(value):
        return f"{x.name} = {_text(value, digits)}"
    return eq_node(x, value)


def _text(value: Node, digits: int) -> str:
    from dlmath.expression.text import to_text

    if holds_decimal(value) and not free_symbols(value):
        return decimal_text(value_of(value, digits + 10), digits, zeros=True)
    return to_text(shown(value, digits))


def _fact(value: Node) -> Any:
    """An exact solution as mathematics, a decimal as a number."""
    if holds_decimal(value) and not free_symbols(value):
        return _number(value)
    return value


def _number(value: Node) -> Any:
    from dlmath.expression.graph import is_number
    from dlmath.expression.numbers import evaluate

    if is_number(value) and not holds_decimal(value):
        return value.number
    return evaluate(value)


def _error(values: Sequence[Node], digits: int) -> float:
    """Half a unit in the last digit shown, of the largest decimal."""
    import mpmath

    sizes = [abs(value_of(v, 20)) for v in values if holds_decimal(v) and not free_symbols(v)]
    largest = max(sizes, default=mpmath.mpf(1))
    exponent = int(mpmath.floor(mpmath.log10(largest))) if largest else 0
    return float(mpmath.mpf(10) ** (exponent - digits + 1) / 2)


# --- checks ---


#: Families whose members crowd together are compared with the search so near 0 only.
_NEAR = 2.0


def checks(solved: Solved, ends: tuple[Point, Point], complex_: bool, one: bool) -> list[Check]:
    """Each solution put in, and a search for others."""
    from dlmath.checks.solutions import check_complete, check_condition, check_substitution
    from dlmath.maths.equations.solving.verify import verify_root

    letters = free_symbols(solved.equation) - {solved.variable}
    failed = []
    places = 0
    for root in solved.roots:
        verdict = verify_root(
            solved.equation, solved.variable, root, solved.integers, real=not complex_
        )
        places += verdict.agreed
        if verdict.failed and not (verdict.agreed and letters):
            failed.append(f"{solved.variable} = {_text(root.value, 10)}")
    found = []
    if solved.roots:
        found.append(check_substitution(len(solved.roots), places, failed))
    if one or complex_ or letters or not free_symbols(solved.equation):
        return found
    if solved.everything is not None:
        condition = call("eq", *solved.equation.args)
        numbers = [value_of(part, 30) for part in _ends_in(solved.everything)]
        span = (ends[0].value, ends[1].value)
        if solved.search is not None and solved.search.cut:
            span = solved.search.ends
        return [
            *found,
            check_condition(condition, _with_roots(solved), solved.variable, numbers, span),
        ]
    low, high = (None if infinite(end.value) else float(end.value) for end in ends)
    if solved.search is not None and solved.search.cut:
        low, high = (float(end) for end in solved.search.ends)
    if low is None and high is None and any_crowds(solved.roots, solved.integers):
        low, high = -_NEAR, _NEAR
    known = places_of(solved, ends)
    known += [value_of(root.value, 30) for root in solved.outside]
    return [*found, check_complete(solved.equation, solved.variable, known, low, high)]


def _with_roots(solved: Solved) -> Node:
    assert solved.everything is not None
    x = symbol(solved.variable)
    parts = [solved.everything, *(eq_node(x, r.value) for r in solved.roots)]
    return parts[0] if len(parts) == 1 else call("or", *parts)


def _ends_in(condition: Node) -> list[Node]:
    from dlmath.expression.graph import is_number, topological

    return [part for part in topological(condition) if is_number(part)]


def places_of(solved: Solved, ends: tuple[Point, Point]) -> list[Any]:
    """The real solutions as numbers; of families those near 0 or between the ends."""
    import mpmath

    from dlmath.maths.equations.solving.families import members

    low = ends[0].value if not infinite(ends[0].value) else mpmath.mpf(-25)
    high = ends[1].value if not infinite(ends[1].value) else mpmath.mpf(25)
    found = []
    for root in solved.roots:
        names = free_symbols(root.value)
        if not names:
            value = value_of(root.value, 30)
            if value is not None and not hasattr(value, "_mpc_"):
                found.append(value)
        elif names <= solved.integers:
            found += [value_of(v, 30) for v in members(root, solved.integers, low, high)]
    return sorted(found)
