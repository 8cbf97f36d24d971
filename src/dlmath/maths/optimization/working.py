"""The working of a descent: the gradient, the rule, the first steps with numbers, the end."""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot
from typing import TYPE_CHECKING

from dlmath.answer import Notation, Sentence, Step
from dlmath.expression.graph import Node, make, symbol
from dlmath.expression.parser import parse
from dlmath.maths.optimization.noise import normal_noise
from dlmath.maths.optimization.objective import decimal, point_text, real_value
from dlmath.maths.optimization.schedules import find_schedule, schedule, warmup_of
from dlmath.maths.optimization.verdict import DIVERGED

if TYPE_CHECKING:
    from dlmath.maths.optimization.path import State
    from dlmath.maths.optimization.run import Run

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
    method, plan = run.method, run.plan
    if plan.line_search is not None:
        return _search_rule(run)
    settings = {"rate": run.rate, **run.parameters}
    values = ", ".join(f"{name} = {decimal(value)}" for name, value in settings.items())
    words: list[str | Node] = [f"{method.title}: in each step, for every variable x with slope g, "]
    for place, (name, rule) in enumerate(rules(run)):
        words += ["; then " if place else "", f"{name} becomes ", rule]
    words.append(f"; {values}")
    if method.memory:
        words.append(f"; {_listed(method.memory)} start at 0")
    if any("k" in rule for _, rule in method.rules):
        words.append("; k is the number of the step")
    if plan.schedule != "constant":
        formula = find_schedule(plan.schedule).formula
        words += [f"; the rate by the schedule {plan.schedule}: ", Notation(formula)]
        words.append(f", t steps done of {plan.steps}")
        words.append(f", warmup = {warmup_of(plan.steps)}" if "warmup" in formula else "")
    if plan.noise:
        words.append(f"; noise of deviation {decimal(plan.noise)} is added to each slope")
    if plan.clip is not None:
        words.append(f"; a gradient longer than {decimal(plan.clip)} is shortened to it")
    words.append(f" (numbers are shown to 10 digits). {method.source}")
    return Step("update rule", tuple(words))


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


#: What the letters of a formula mean, by method.
_MEANING = {
    "gd": "g the gradient",
    "newton": "g the gradient and |H| the Hessian with its eigenvalues taken positive",
    "bfgs": "g the gradient and B what the gradients so far tell of the inverse Hessian",
    "conjugate": "g the gradient, h the one before, and d on the right the direction before",
}

_CONDITIONS = {
    "armijo": "the first of t, t/2, t/4, ... where the value falls by at least 1/10000 of what the"
    " slope promises (Armijo)",
    "wolfe": "t is such that the value falls by at least 1/10000 of what the slope promises, and"
    " the slope along the direction has become flatter (Wolfe)",
}


def _search_rule(run: Run) -> Step:
    formula = run.method.formula or "x - t*g"
    words = (
        f"{run.method.title}: the point x becomes ",
        Notation(formula),
        f", {_MEANING[run.method.name]}; {_CONDITIONS[run.plan.line_search or 'wolfe']}",
        f" (numbers are shown to 10 digits). {run.method.source}",
    )
    return Step("update rule", words)


def rules(run: Run) -> list[tuple[str, Node]]:
    """The method's rules as expressions."""
    return [(name, parse(rule).node) for name, rule in run.method.rules]


def _numbers_step(run: Run, before: State, after: State) -> Step:
    names = run.objective.names
    lines = _search_lines(run, before, after) if run.plan.line_search else []
    if not lines:
        lines = [
            _filled_in_step(run, before, after, i, seen)
            for i, seen in enumerate(_seen_slopes(run, before)[:_WRITTEN])
        ]
    text = (
        f"from {point_text(names, before.point)}, where the value is"
        f" {decimal(before.value)}, to {point_text(names, after.point)}, where it is"
        f" {decimal(after.value)}",
    )
    return Step(f"step {before.step + 1}", text, steps=tuple(lines))


def _seen_slopes(run: Run, before: State) -> list[tuple[float, str]]:
    """For each variable the slope that the rule sees, and words on how it came about."""
    plan, slope = run.plan, run.objective.slope(before.point)
    words = [f"is {decimal(one)}" for one in slope]
    if plan.noise:
        noise = normal_noise(plan.seed, plan.noise, len(slope))(before.step + 1)
        slope = [one + other for one, other in zip(slope, noise, strict=True)]
        words = [
            f"{said}, with noise {decimal(one)}" for said, one in zip(words, slope, strict=True)
        ]
    length = hypot(*slope)
    if plan.clip is not None and length > plan.clip:
        slope = [one * plan.clip / length for one in slope]
        words = _followed(words, "clipped", slope)
    return list(zip(slope, words, strict=True))


def _followed(words: list[str], by: str, numbers: list[float]) -> list[str]:
    return [f"{said}, {by} {decimal(one)}" for said, one in zip(words, numbers, strict=True)]


def _filled_in_step(run: Run, before: State, after: State, i: int, seen: tuple[float, str]) -> Step:
    """One variable's part of a step, every rule with its numbers."""
    method, name = run.method, run.objective.names[i]
    rate = schedule(run.plan.schedule, run.rate, run.plan.steps)(before.step)
    values = {"x": before.point[i], "g": seen[0], "k": float(before.step + 1)}
    values |= {"rate": rate, **run.parameters}
    own = slice(i * len(method.memory), (i + 1) * len(method.memory))
    values |= dict(zip(method.memory, before.memory[own], strict=True))
    new = dict(zip(method.memory, after.memory[own], strict=True)) | {"x": after.point[i]}
    words: list[str | Node] = [f"the slope by {name} {seen[1]}"]
    if run.plan.schedule != "constant":
        words.append(f"; rate = {decimal(rate)}")
    for target, rule in method.rules:
        value = new[target] if target in new else real_value(parse(rule).node, values)
        label = name if target == "x" else f"{target} of {name}"
        words += [f"; {label} = ", Notation(_filled_in(rule, values)), f" = {decimal(value)}"]
        values[target] = value
    return Step("fill in", tuple(words))


def _search_lines(run: Run, before: State, after: State) -> list[Step]:
    """Gradient, direction and length of a step along a line."""
    import numpy as np

    from dlmath.maths.optimization.searching import find_direction

    x, g = np.array(before.point), np.array(run.objective.slope(before.point))
    chosen = find_direction(run.objective, run.plan)
    d = chosen.direction(x, g, np.array(before.memory[1:]))
    if not float(d @ g) < 0:
        d = -g
    length = float(np.linalg.norm(np.array(after.point) - x) / np.linalg.norm(d))
    numbers = (
        f"the gradient is {_entries(g)}; the direction is {_entries(d)}, along which the slope is"
        f" {decimal(float(d @ g))}; t = {decimal(length)}"
    )
    lines = [Step("direction", (numbers,))]
    for i, name in enumerate(run.objective.names[:_WRITTEN]):
        filled = _filled_in("x + t*d", {"x": before.point[i], "t": length, "d": float(d[i])})
        said = (f"{name} = ", Notation(filled), f" = {decimal(after.point[i])}")
        lines.append(Step("fill in", said))
    return lines


def _entries(values: Iterable[float]) -> str:
    return f"[{', '.join(decimal(float(value)) for value in values)}]"


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
    end = run.end
    if run.verdict.reason == DIVERGED:
        return Step("verdict", (f"{run.verdict.words}: the descent diverges",))
    where = point_text(run.objective.names, end.point, digits)
    words = (
        f"{run.verdict.words}: {where}, value {decimal(end.value)},"
        f" gradient norm {decimal(end.norm, 4)}"
    )
    return Step("verdict", (words,))
