"""The loop of a descent as generated code: the gradient and the method's rule in one function.

The rule is applied to the graph: the new point and memory as expressions of the old ones and of
the slopes. Value, slopes and new state become the straight-line body of one loop, which runs
without a call, a list or a look-up per step.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import repeat
from math import nan
from operator import length_hint

from dlmath.expression.compile import executed
from dlmath.expression.generated import Writer
from dlmath.expression.graph import (
    ONE,
    TWO,
    Node,
    add,
    free_symbols,
    is_integer,
    make,
    mul,
    number,
    power,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.parser import parse
from dlmath.maths.optimization.noise import normal_noise
from dlmath.maths.optimization.objective import ARITHMETIC_ERRORS, Objective
from dlmath.maths.optimization.path import TOO_LARGE, Loop
from dlmath.maths.optimization.plan import Plan
from dlmath.maths.optimization.schedules import schedule_node

#: The number of the step as a variable of the graph. Nobody can type a name with a dot in it.
STEP = "step.number"


class StepGraph:
    """One step as expressions.

    value, gradient: of the point. squared, after: the squared gradient norm and
    [*new point, *new memory], as expressions of point, memory and the variables `slopes` and
    `noises`. memory: what is remembered of the first variable, then of the second, and so on.
    """

    def __init__(self, objective: Objective, plan: Plan) -> None:
        method = plan.method
        rules = [(name, parse(rule).node) for name, rule in method.rules]
        numbers = {name: number(Fraction(value)) for name, value in plan.parameters.items()}
        numbers["rate"] = _rate(plan)
        self.point = list(objective.names)
        self.slopes = [f"{name}.slope" for name in self.point]
        self.noises = [f"{name}.noise" for name in self.point] if plan.noise else []
        self.memory: list[str] = []
        points: list[Node] = []
        memories: list[Node] = []
        self.value, self.gradient = objective.expression, objective.gradient
        for name, slope in zip(self.point, _changed_slopes(self, plan), strict=True):
            remembered = {what: symbol(f"{name}.{what}") for what in method.memory}
            self.memory += [node.name for node in remembered.values()]
            values = {"x": symbol(name), "g": slope, "k": symbol(STEP)} | numbers | remembered
            for target, rule in rules:
                values[target] = substitute(rule, values)
            points.append(values["x"])
            memories += [values[what] for what in method.memory]
        self.squared = _squared([symbol(slope) for slope in self.slopes])
        self.after = [*points, *memories]


def _squared(entries: list[Node]) -> Node:
    return add(*(power(entry, TWO) for entry in entries))


def _rate(plan: Plan) -> Node:
    """The rate of the step, as its schedule has it."""
    rate = number(Fraction(plan.rate))
    if plan.schedule == "constant":
        return rate
    return schedule_node(plan.schedule, plan.steps, rate, add(symbol(STEP), number(-1)))


def _changed_slopes(graph: StepGraph, plan: Plan) -> list[Node]:
    """The gradient that the rule sees: with noise, then shortened to the length of the clip."""
    slopes: list[Node] = [symbol(name) for name in graph.slopes]
    if plan.noise:
        noises = map(symbol, graph.noises)
        slopes = [add(slope, noise) for slope, noise in zip(slopes, noises, strict=True)]
    if plan.clip is None and not plan.noise and not plan.method.memory:
        # a multiple of something takes the rate into its coefficient; the first slope is needed
        multiples = map(_as_multiple, graph.gradient[1:], slopes[1:])
        return [slopes[0], *multiples]
    if plan.clip is None:
        return slopes
    limit, squared = number(Fraction(plan.clip)), _squared(slopes)
    shorter = mul(limit, power(squared, number(Fraction(-1, 2))))
    long = make("gt", (squared, mul(limit, limit)))
    factor = make("piecewise", (shorter, long, ONE, make("true", ())))
    return [mul(factor, slope) for slope in slopes]


def _as_multiple(gradient: Node, slope: Node) -> Node:
    """The partial derivative where it is a number times an operation, else the name of it.

    The operation is used twice then, so the generated code keeps it under a name of its own, and
    no variable is read after it has changed.
    """
    is_multiple = gradient.op == "mul" and len(gradient.args) == 2
    if is_multiple and gradient.args[0].op == "number" and gradient.args[1].args:
        return gradient
    return slope


#: Functions with a value wherever they have a derivative. Where only these occur (with sums,
#: products and whole powers) the loop need not look at the value to notice that it left the domain.
_TOTAL = frozenset(
    "number symbol constant add mul exp sin cos atan sinh cosh tanh asinh abs sign max min erf erfc"
    " sigmoid relu leaky_relu elu selu gelu softplus silu mish hardtanh hard_sigmoid"
    " softsign".split()
)


def is_total(expression: Node) -> bool:
    """Has the function a value wherever it has a derivative?"""
    return all(
        part.op in _TOTAL or (part.op == "pow" and is_integer(part.args[1]))
        for part in topological(expression)
    )


#: So many terms stand in one statement.
_WIDEST = 30

#: Rules with only these operations cannot fail half-way, so each variable may be set by itself.
_SURE = frozenset("number symbol add mul".split())


def compile_loop(objective: Objective, plan: Plan) -> Loop:
    """The loop of `optimization.path` for this objective and a method that has rules.

    The numbers of the plan become constants of the code.
    """
    graph = StepGraph(objective, plan)
    state = [*graph.point, *graph.memory]
    names = [*state, *graph.slopes, *graph.noises, STEP]
    seen = [*graph.gradient, graph.squared]
    total = is_total(graph.value)
    outputs = [*([] if total else [graph.value]), *seen, *graph.after]
    look = Writer(names, outputs, arrays=False, indent=3)
    sound = "" if total else f" and {-TOO_LARGE!r} < {look.value(graph.value)} < {TOO_LARGE!r}"
    read = frozenset().union(*(free_symbols(node) for node in graph.after)) | {graph.slopes[0]}
    late = []
    for name, node in zip(graph.slopes, graph.gradient, strict=True):
        text = f"{look.argument(name)} = {look.value(node)}"
        if name in read:
            look.line(text)
        else:
            late.append(text)
    _stop_when_small(look, graph, late, sound)
    if graph.noises:
        drawn = "".join(f"{look.argument(name)}, " for name in graph.noises)
        look.line(f"{drawn.rstrip()} = f_noise({look.argument(STEP)})")
    _move(look, graph)
    stop = Writer(names, [graph.value, *seen], arrays=False, indent=2)
    stop.line(f"value = {stop.value(graph.value)}")
    for name, node in zip(graph.slopes, graph.gradient, strict=True):
        stop.line(f"{stop.argument(name)} = {stop.value(node)}")
    stop.line(f"squared = {stop.value(graph.squared)}")
    old = ", ".join(look.argument(name) for name in state)
    counted = any(STEP in free_symbols(node) for node in graph.after) or graph.noises
    source = (
        f"def loop(step, end, floor, {old}):\n"
        f"    steps = {'f_range(step + 1, end + 1)' if counted else 'f_repeat(None, end - step)'}\n"
        "    steps = f_iter(steps)\n"
        "    done = -1\n"
        "    try:\n"
        f"        for {look.argument(STEP)} in steps:\n"
        f"{look.body()}"
        "        else:\n"
        "            done = end\n"
        f"{stop.body()}"
        "    except f_errors:\n"
        "        value = squared = f_nothing\n"
        "    if done < 0:\n"
        "        done = end - f_hint(steps) - 1\n"
        f"    return (done, value, squared, {old})\n"
    )
    own = {
        "f_range": range,
        "f_repeat": repeat,
        "f_iter": iter,
        "f_hint": length_hint,
        "f_errors": ARITHMETIC_ERRORS,
        "f_nothing": nan,
    }
    if plan.noise:
        own["f_noise"] = normal_noise(plan.seed, plan.noise, len(graph.noises))
    loop: Loop = executed(source, look.namespace | stop.namespace | own)["loop"]
    return loop


def _stop_when_small(look: Writer, graph: StepGraph, late: list[str], sound: str) -> None:
    """Leaves the loop where the squared norm is at most the floor, or is no number.

    late: statements for the slopes that nothing else needs. One slope whose square is above the
    floor tells already that the norm is, so the sum of all squares is computed only where the
    first slope is small.
    """
    if any(graph.squared in topological(node) for node in graph.after):  # it is needed anyhow
        look.line(f"if not (floor < {look.value(graph.squared)}{sound}):")
        look.line("    break")
        return
    first = look.argument(graph.slopes[0])
    look.line(f"if not (floor < {first} * {first}{sound}):")
    if len(graph.slopes) == 1:
        look.line("    break")
        return
    for text in late:
        look.line(f"    {text}")
    squares = [f"{name} * {name}" for name in map(look.argument, graph.slopes)]
    look.line(f"    squared = {' + '.join(squares[:_WIDEST])}")
    for place in range(_WIDEST, len(squares), _WIDEST):
        look.line(f"    squared += {' + '.join(squares[place : place + _WIDEST])}")
    look.line(f"    if not (floor < squared{sound}):")
    look.line("        break")


def _is_sure(part: Node) -> bool:
    """Can it be computed of any numbers?"""
    exponent = part.args[1] if part.op == "pow" else None
    whole = exponent is not None and is_integer(exponent) and exponent.number > 0
    return whole or part.op in _SURE


def _move(look: Writer, graph: StepGraph) -> None:
    """Statements that put the new state in the place of the old one.

    A variable's rule reads its own state and the slopes alone, so variables may follow each other.
    """
    state = [*graph.point, *graph.memory]
    old = [look.argument(name) for name in state]
    new = [look.value(node) for node in graph.after]
    count = len(graph.point)
    if not all(map(_is_sure, topological(*graph.after))):
        look.line(f"{', '.join(old)} = {', '.join(new)}")
        return
    each = len(graph.memory) // count
    for i in range(count):
        own = [i, *range(count + i * each, count + (i + 1) * each)]
        before, after = ([texts[place] for place in own] for texts in (old, new))
        look.line(f"{', '.join(before)} = {', '.join(after)}")
