"""Letters in an equation: under which conditions the solutions hold, and what else there is."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Answer, Sentence
from dlmath.errors import DlmathError
from dlmath.expression.graph import TRUE, Node, eq_node, free_symbols, substitute, symbol
from dlmath.expression.text import to_text
from dlmath.maths.equations.solving.single import Solved, solve_single
from dlmath.maths.equations.solving.working import Root
from dlmath.settings import Settings

#: Special cases followed at most.
_MOST = 6


def add_cases(answer: Answer, solved: Solved, settings: Settings) -> None:
    """Notes and the fact `cases`: the conditions of each solution, then the cases left out."""
    groups: dict[tuple[Node, ...], list[Root]] = {}
    for root in solved.roots:
        groups.setdefault(root.conditions, []).append(root)
    if solved.doubtful:
        answer.notes.append(
            ("some solutions hold for some values of the letters only: put yours in with --at",)
        )
    for region, supposed in solved.special:
        words_: list[str | Node] = ["if "]
        for place, condition in enumerate(supposed):
            words_ += [" and " if place else "", condition]
        answer.notes.append((*words_, ": every number" if region is TRUE else region))
        answer.facts["cases"] = [{"if": " and ".join(map(to_text, supposed)), "solutions": "all"}]
    conditions = list(dict.fromkeys(c for root in solved.roots for c in root.conditions))
    if not conditions:
        return
    x = symbol(solved.variable)
    found: list[dict[str, Any]] = []
    for supposed, roots in groups.items():
        if not supposed:
            continue
        words: list[str | Node] = []
        if len(groups) > 1:
            for place, root in enumerate(roots):
                words += ["; " if place else "", eq_node(x, root.value)]
            words.append(" ")
        words.append("if ")
        for place, condition in enumerate(supposed):
            words += [" and " if place else "", condition]
        answer.notes.append(tuple(words))
        found.append(
            {
                "if": " and ".join(map(to_text, supposed)),
                "solutions": [{solved.variable: root.value} for root in roots],
            }
        )
    if not free_symbols(solved.equation) <= {solved.variable} | solved.integers:
        found += _left_out(answer, solved, conditions, settings)
    answer.facts["cases"] = [*answer.facts.get("cases", ()), *found]


def _left_out(
    answer: Answer, solved: Solved, conditions: list[Node], settings: Settings
) -> list[dict[str, Any]]:
    """What holds where a letter that was divided by is 0."""
    found: list[dict[str, Any]] = []
    for condition in conditions:
        if condition.op != "ne" or len(found) >= _MOST:
            continue
        left, right = condition.args
        name = left.name if left.op == "symbol" else None
        if name is None or name == solved.variable or name in solved.integers:
            continue
        special = substitute(solved.equation, {name: right})
        try:
            inner = solve_single(special, solved.variable, *_line_ends(), seconds=2.0)
        except DlmathError:
            continue
        supposed = eq_node(left, right)
        words: list[str | Node] = ["if ", supposed, ": "]
        words += _said(inner)
        answer.notes.append(tuple(words))
        found.append(
            {
                "if": to_text(supposed),
                "solutions": [{solved.variable: root.value} for root in inner.roots],
            }
        )
    del settings
    return found


def _line_ends() -> tuple[Any, Any]:
    from dlmath.maths.calculus.studies.points import infinite_point

    return infinite_point(-1), infinite_point(1)


def _said(inner: Solved) -> Sentence:
    x = symbol(inner.variable)
    words: list[str | Node] = []
    for place, root in enumerate(inner.roots):
        words += ["; " if place else "", eq_node(x, root.value)]
        for condition in root.conditions:
            words += [" if ", condition]
    if inner.everything is TRUE:
        words += ["every number"]
    for region, conditions in inner.special:
        words += ["every number" if region is TRUE else region]
        for condition in conditions:
            words += [" if ", condition, ", else none"]
    if inner.everything is not None and inner.everything is not TRUE:
        words += ["; " if words else "", inner.everything]
    return tuple(words) or ("no solution",)
