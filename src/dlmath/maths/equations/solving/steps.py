"""The working of an equation, read from its tree."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Step
from dlmath.expression.graph import FALSE, Node, call, eq_node, symbol
from dlmath.maths.equations.solving.numbers import shown
from dlmath.maths.equations.solving.single import Solved
from dlmath.maths.equations.solving.working import Work


def steps(solved: Solved) -> list[Step]:
    """From the equation to its solutions; candidates that do not hold are thrown out at the end."""
    whole = answer_node(solved)
    result = None if whole is None else shown(whole)
    found: list[Step] = []
    if solved.work is not None:
        found += _of_tree(solved.work, solved.variable)
    elif solved.search is not None:
        words = solved.notes[-1] if solved.notes else ("search on the axis",)
        found.append(Step("search by intervals", words, solved.equation, result))
    for value, why in solved.dropped:
        root = eq_node(symbol(solved.variable), value)
        found.append(Step("throw out", (shown(root), f": {why}"), None, None))
    found.append(Step("solutions", _last_words(solved), None, result))
    return found


def _last_words(solved: Solved) -> tuple[str, ...]:
    if solved.dropped:
        return ("put into the equation as typed, the others hold",)
    return ("each put into the equation as typed holds",) if solved.roots else ("what is left",)


def _of_tree(work: Work, variable: str) -> list[Step]:
    """The chain of steps; where an equation falls into several, each has its own working."""
    chain: list[Step] = []
    current = work
    while True:
        inner: tuple[Step, ...] = ()
        if current.aside is not None:
            name = _unknown_of(current.aside, variable)
            inner += tuple(_of_tree(current.aside, name))
        after = _after(current, variable)
        if len(current.parts) > 1:
            for part in current.parts:
                inner += tuple(_of_tree(part, variable))
        if not (current.rule == "solution" and chain):
            text = tuple(p if isinstance(p, str) else shown(p) for p in current.text)
            before, then = shown(current.equation), None if after is None else shown(after)
            chain.append(Step(current.rule, text, before, then, inner))
        if len(current.parts) != 1:
            return chain
        current = current.parts[0]


def _after(work: Work, variable: str) -> Node | None:
    """What an equation was turned into: another one, or several of which one must hold."""
    parts: Sequence[Node]
    if work.parts:
        parts = [part.equation for part in work.parts]
    else:
        parts = [eq_node(symbol(variable), root.value) for root in work.roots]
        if work.everything is not None:
            parts = [*parts, work.everything]
    if not parts:
        return FALSE if not work.roots else None
    unique = list(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else call("or", *unique)


def _unknown_of(work: Work, variable: str) -> str:
    from dlmath.expression.graph import free_symbols

    names = sorted(free_symbols(work.equation) - {variable})
    for root_name in names:
        if root_name in ("u", "v", "w", "s", "t") or root_name[0] == "u":
            return root_name
    return names[0] if names else variable


def answer_node(solved: Solved) -> Node | None:
    """The solutions as one condition: `x = 1 or x = 2`; `false` for none."""
    x = symbol(solved.variable)
    parts = [eq_node(x, root.value) for root in solved.roots]
    if solved.everything is not None:
        parts.append(solved.everything)
    if not parts:
        return FALSE
    return parts[0] if len(parts) == 1 else call("or", *parts)
