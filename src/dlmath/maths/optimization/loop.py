"""The loop of a descent as generated code: the gradient and the method's rule in one function.

The rule is applied to the graph: the new point and memory as expressions of the old ones and of
the slopes. Value, slopes and new state become the straight-line body of one loop, which runs
without a call, a list or a look-up per step.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import nan

from dlmath.expression.compile import executed
from dlmath.expression.generated import Writer
from dlmath.expression.graph import (
    TWO,
    Node,
    add,
    is_integer,
    number,
    power,
    substitute,
    symbol,
    topological,
)
from dlmath.maths.optimization.methods import Method, rules_with_decay
from dlmath.maths.optimization.objective import ARITHMETIC_ERRORS, Objective
from dlmath.maths.optimization.path import TOO_LARGE, Loop

#: The number of the step, and the slope by a variable, as variables of the graph. Nobody can type
#: a name with a dot in it.
STEP = "step.number"


def _slope(name: str) -> str:
    return f"{name}.slope"


class StepGraph:
    """One step as expressions.

    value, gradient: of the point. squared, after: the squared gradient norm and
    [*new point, *new memory], as expressions of point, memory and the variables `slopes`.
    memory: what is remembered of the first variable, then of the second, and so on.
    """

    def __init__(
        self, objective: Objective, method: Method, parameters: Mapping[str, float]
    ) -> None:
        from dlmath.expression.parser import parse

        rules = [(name, parse(rule).node) for name, rule in rules_with_decay(method, parameters)]
        numbers = {name: number(Fraction(value)) for name, value in parameters.items()}
        self.point = list(objective.names)
        self.slopes = [_slope(name) for name in self.point]
        self.memory: list[str] = []
        points: list[Node] = []
        memories: list[Node] = []
        for name, slope in zip(self.point, self.slopes, strict=True):
            remembered = {what: symbol(f"{name}.{what}") for what in method.memory}
            self.memory += [node.name for node in remembered.values()]
            values = {"x": symbol(name), "g": symbol(slope), "k": symbol(STEP)}
            values |= numbers | remembered
            for target, rule in rules:
                values[target] = substitute(rule, values)
            points.append(values["x"])
            memories += [values[what] for what in method.memory]
        self.value, self.gradient = objective.expression, objective.gradient
        self.squared = add(*(power(symbol(slope), TWO) for slope in self.slopes))
        self.after = [*points, *memories]


#: Functions with a value wherever they have a derivative. Where only these occur (with sums,
#: products and whole powers) the loop need not look at the value to notice that it left the domain.
_TOTAL = frozenset(
    "number symbol constant add mul exp sin cos atan sinh cosh tanh asinh abs sign max min erf erfc"
    " sigmoid relu leaky_relu elu selu gelu softplus silu mish hardtanh hard_sigmoid"
    " softsign".split()
)


def _is_total(expression: Node) -> bool:
    return all(
        part.op in _TOTAL or (part.op == "pow" and is_integer(part.args[1]))
        for part in topological(expression)
    )


def compile_loop(objective: Objective, method: Method, parameters: Mapping[str, float]) -> Loop:
    """The loop of `optimization.path` for this objective and method.

    parameters: `rate` and the parameters of the method; they become constants of the code.
    """
    graph = StepGraph(objective, method, parameters)
    state = [*graph.point, *graph.memory]
    names = [*state, *graph.slopes, STEP]
    outputs = [graph.value, *graph.gradient, graph.squared, *graph.after]
    look = Writer(names, outputs, arrays=False, indent=3)
    stop = Writer(names, [graph.value], arrays=False, indent=2)
    sound = f"floor < squared < {TOO_LARGE!r}"
    if _is_total(graph.value):
        stop.line(f"value = {stop.value(graph.value)}")
    else:
        look.line(f"value = {look.value(graph.value)}")
        sound += f" and {-TOO_LARGE!r} < value < {TOO_LARGE!r}"
    for name, node in zip(graph.slopes, graph.gradient, strict=True):
        look.line(f"{look.argument(name)} = {look.value(node)}")
    look.line(f"squared = {look.value(graph.squared)}")
    looking = look.body()
    new = [look.value(node) for node in graph.after]
    moving = look.body()[len(looking) :]
    step, old = look.argument(STEP), ", ".join(look.argument(name) for name in state)
    source = (
        f"def loop(step, end, floor, {old}):\n"
        f"    {step} = step\n"
        "    try:\n"
        f"        for {step} in f_steps(step + 1, end + 1):\n"
        f"{looking}"
        f"            if not ({sound}):\n"
        "                break\n"
        f"{moving}"
        f"            {old} = {', '.join(new)}\n"
        "        else:\n"
        f"            {step} = end + 1\n"
        f"{looking}"
        f"{stop.body()}"
        "    except f_errors:\n"
        "        value = squared = f_nothing\n"
        f"    return ({step} - 1, value, squared, {old})\n"
    )
    own = {"f_steps": range, "f_errors": ARITHMETIC_ERRORS, "f_nothing": nan}
    loop: Loop = executed(source, look.namespace | stop.namespace | own)["loop"]
    return loop
