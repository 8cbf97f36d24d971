"""The working of a descent: the gradient, the rule, the first steps with numbers, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.answer import Notation, Sentence, Step
from dlmath.expression.graph import Node, make, symbol
from dlmath.maths.optimization.objective import decimal, point_text
from dlmath.maths.optimization.verdict import DIVERGED

if TYPE_CHECKING:
    from dlmath.maths.optimization.run import Run
    from dlmath.maths.optimization.path import State

#: Partial derivatives are written out for at most this many variables.
_WRITTEN = 8


def steps(run: Run, digits: int) -> list[Step]:
    """The gradient formula, the update rule, the first two steps filled in, and the summary."""
    working = [_gradient_step(run), _rule_step(run)]
    for number in (0, 1):
        before = run.path.at(number)
        if before.step == number and number < run.path.end.step:
            working.append(_numbers_step(run, before, run.path.at(number + 1)))
    working.append(_summary(run, digits))
    return working


def _gradient_step(run: Run) -> Step:
    from dlmath.expression.tidy import tidy

    objective = run.objective
    parts = []
    for name, partial in list(zip(objective.names, objective.gradient, strict=True))[:_WRITTEN]:
        asked = make("derive", (objective.expression, symbol(name)))
        written = tidy(partial)
        parts.append(Step("partial derivative", (f"partial derivative by {name}",), asked, written))
    text: Sentence = ("the gradient holds the derivative by each variable",)
    if len(objective.names) > _WRITTEN:
        text = (f"the gradient, the first {_WRITTEN} of {len(objective.names)} derivatives",)
    return Step("gradient", text, steps=tuple(parts))


def _rule_step(run: Run) -> Step:
    method = run.method
    settings = {"rate": run.rate, **run.parameters}
    values = ", ".join(f"{name} = {decimal(value)}" for name, value in settings.items())
    words: list[str | Node] = [f"{method.title}: in each step, for every variable x with slope g, "]
    for place, (name, rule) in enumerate(rules(run)):
        words += ["; then " if place else "", f"{name} becomes ", rule]
    words.append(f"; {values}")
    if method.memory:
        words.append(f"; {' and '.join(method.memory)} start at 0")
    if any("k" in rule for _, rule in method.rules):
        words.append("; k is the number of the step")
    words.append(" (numbers are shown to 10 digits)")
    return Step("update rule", tuple(words))


def rules(run: Run) -> list[tuple[str, Node]]:
    """The method's rules as expressions."""
    from dlmath.expression.parser import parse

    return [(name, parse(rule).node) for name, rule in run.method.rules]


def _numbers_step(run: Run, before: State, after: State) -> Step:
    names = run.objective.names
    slope = run.objective.slope(before.point)
    lines = []
    remembered = len(run.method.memory)
    for i, name in enumerate(names[:_WRITTEN]):
        values = {"x": before.point[i], "g": slope[i], "k": float(before.step + 1)}
        values |= {"rate": run.rate, **run.parameters}
        memory = before.memory[i * remembered : (i + 1) * remembered]
        values |= dict(zip(run.method.memory, memory, strict=True))
        new = dict(zip(run.method.memory, after.memory[i * remembered :], strict=False))
        new["x"] = after.point[i]
        words: list[str | Node] = [f"the slope by {name} is {decimal(slope[i])}"]
        for target, rule in run.method.rules:
            label = name if target == "x" else f"{target} of {name}"
            words += [
                f"; {label} = ",
                Notation(_filled_in(rule, values)),
                f" = {decimal(new[target])}",
            ]
            values[target] = new[target]
        lines.append(Step("fill in", tuple(words)))
    text = (
        f"from {point_text(names, before.point)}, where the value is"
        f" {decimal(before.value)}, to {point_text(names, after.point)}, where it is"
        f" {decimal(after.value)}",
    )
    return Step(f"step {before.step + 1}", text, steps=tuple(lines))


def _filled_in(rule: str, values: dict[str, float]) -> str:
    """The rule with numbers in the place of names; negative ones in brackets."""
    from re import sub

    def written(match: object) -> str:
        name = match[0]  # type: ignore[index]
        if name not in values:
            return str(name)
        text = decimal(values[name])
        return f"({text})" if text.startswith("-") or "e" in text else text

    return sub(r"[A-Za-z_]\w*", written, rule)


def _summary(run: Run, digits: int) -> Step:
    end = run.path.end
    if run.verdict.reason == DIVERGED:
        return Step("verdict", (f"{run.verdict.words}: the descent diverges",))
    where = point_text(run.objective.names, end.point, digits)
    words = (
        f"{run.verdict.words}: {where}, value {decimal(end.value)},"
        f" gradient norm {decimal(end.norm, 4)}"
    )
    return Step("verdict", (words,))
