"""What undoes each function: the values of the operand for a value of the function."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    E,
    Node,
    add,
    call,
    div,
    eq_node,
    is_number,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.equations.solving.transforms import Solver, done, nothing
from dlmath.maths.equations.solving.working import Context, Work, decide, sign

_Rule = Callable[[Node, Node, Context, Solver], "Work | None"]


def _monotone(
    words: str,
    inverse: Callable[[Node], Node],
    low: tuple[str, Node] | None = None,
    high: tuple[str, Node] | None = None,
) -> _Rule:
    """A strictly monotone function: one value, where r is between the ends of its range.

    low, high: the relation that r must keep to that end.
    """

    def rule(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
        conditions: tuple[Node, ...] = ()
        for bound in (low, high):
            if bound is None:
                continue
            holds, more = decide(bound[0], right, bound[1], ctx)
            if holds is False:
                names = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
                said: Sentence = (f"{left.op} is always {names[bound[0]]} ", bound[1])
                return nothing(eq_node(left, right), (*said, ", and ", right, " is not"))
            conditions += more
        branches = [(left.args[0], inverse(right))]
        text: Sentence = (f"{words} of both sides",)
        return done(
            eq_node(left, right), f"{words} of both sides", text, branches, ctx, solve, conditions
        )

    return rule


def _log(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    base = left.args[1] if len(left.args) == 2 else E
    raised = call("exp", right) if base is E else power(base, right)
    words: Sentence = ("exponential of both sides",)
    return done(
        eq_node(left, right), "exponential of both sides", words, [(left.args[0], raised)],
        ctx, solve,
    )  # fmt: skip


def _abs(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    holds, conditions = decide("ge", right, ZERO, ctx)
    if holds is False:
        return nothing(
            eq_node(left, right), ("an absolute value is never negative, and ", right, " is")
        )
    u = left.args[0]
    branches = [(u, ZERO)] if right is ZERO else [(u, neg(right)), (u, right)]
    words: Sentence = ("what has this absolute value is the number itself or its opposite",)
    return done(eq_node(left, right), "absolute value", words, branches, ctx, solve, conditions)


def _wave(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    """sin(u) = r and cos(u) = r with every whole turn."""
    u, op = left.args[0], left.op
    equation = eq_node(left, right)
    conditions: tuple[Node, ...] = ()
    for relation, end in (("ge", MINUS_ONE), ("le", ONE)):
        holds, more = decide(relation, right, end, ctx)
        if holds is False:
            words: Sentence = (f"{op} lies between -1 and 1, and ", right, " does not")
            return nothing(equation, words)
        conditions += more
    n = ctx.integer(left, right)
    turn = mul(TWO, PI, n)
    angle = tidy(call("asin" if op == "sin" else "acos", right))
    special = {
        ("sin", ZERO): [mul(PI, n)],
        ("cos", ZERO): [add(div(PI, TWO), mul(PI, n))],
        ("sin", ONE): [add(div(PI, TWO), turn)],
        ("sin", MINUS_ONE): [add(div(PI, number(-2)), turn)],
        ("cos", ONE): [turn],
        ("cos", MINUS_ONE): [add(PI, turn)],
    }.get((op, right))
    if special is None:
        other = neg(angle) if op == "cos" else sub(PI, angle)
        special = [add(angle, turn), add(other, turn)]
    text: Sentence = (f"all angles with this {'sine' if op == 'sin' else 'cosine'}; ", n)
    return done(
        equation,
        f"inverse of {op}",
        (*text, " is any integer"),
        [(u, tidy(value)) for value in special],
        ctx,
        solve,
        conditions,
    )


def _tan(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    n = ctx.integer(left, right)
    u = left.args[0]
    if left.op == "tan" or right is ZERO:
        angle = call("atan", right) if left.op == "tan" else div(PI, TWO)
    else:
        angle = call("atan", div(ONE, right))
    words: Sentence = ("all angles with this value; ", n, " is any integer")
    branches = [(u, tidy(add(angle, mul(PI, n))))]
    return done(eq_node(left, right), f"inverse of {left.op}", words, branches, ctx, solve)


def _reciprocal(name: str) -> _Rule:
    def rule(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
        holds, conditions = decide("ne", right, ZERO, ctx)
        if holds is False:
            return nothing(eq_node(left, right), (f"{left.op} is never 0",))
        branches = [(call(name, left.args[0]), div(ONE, right))]
        words: Sentence = (f"{left.op} is the reciprocal of {name}",)
        return done(
            eq_node(left, right), "reciprocal of both sides", words, branches, ctx, solve,
            conditions,
        )  # fmt: skip

    return rule


def _cosh(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    holds, conditions = decide("ge", right, ONE, ctx)
    if holds is False:
        return nothing(eq_node(left, right), ("cosh is at least 1, and ", right, " is not"))
    u = left.args[0]
    root = tidy(call("log", add(right, sqrt(tidy(expand(sub(power(right, TWO), ONE)))))))
    branches = [(u, ZERO)] if right is ONE else [(u, neg(root)), (u, root)]
    words: Sentence = ("inverse of cosh: there are two signs",)
    return done(eq_node(left, right), "inverse of cosh", words, branches, ctx, solve, conditions)


def _limited(op: str, low: Node, high: Node, inverse: str) -> _Rule:
    """An inverse function, whose values lie in a bounded range (ends included)."""
    return _monotone(f"{inverse}", lambda r: call(inverse, r), ("ge", low), ("le", high))


def _relu(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    equation, u = eq_node(left, right), left.args[0]
    holds, conditions = decide("ge", right, ZERO, ctx)
    if holds is False:
        return nothing(equation, ("relu is never negative, and ", right, " is"))
    if right is ZERO:
        return _region(
            equation, call("le", u, ZERO), ("relu is 0 where its operand is at most 0",), ctx
        )
    words: Sentence = ("a positive value of relu is its operand",)
    return done(equation, "inverse of relu", words, [(u, right)], ctx, solve, conditions)


def _region(equation: Node, condition: Node, words: Sentence, ctx: Context) -> Work:
    """An equation that holds on intervals."""
    from dlmath.maths.equations.solving.inequalities import solved_condition

    found = solved_condition(condition, ctx)
    if found.op == "false":
        return Work(equation, "no solution", words)
    return Work(equation, "a whole interval", words, everything=found)


def _leaky(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    slope = left.args[1] if len(left.args) > 1 else number(Fraction(1, 100))
    above, below = sign(right, ctx.positive), sign(slope, ctx.positive)
    if above is None or below != 1:
        return None
    value = right if above >= 0 else div(right, slope)
    words: Sentence = ("one branch has values of this sign",)
    return done(
        eq_node(left, right), "inverse of leaky_relu", words, [(left.args[0], value)], ctx, solve
    )


def _elu(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    alpha = left.args[1] if len(left.args) > 1 else ONE
    above, size = sign(right, ctx.positive), sign(alpha, ctx.positive)
    if above is None or size != 1:
        return None
    equation = eq_node(left, right)
    if above >= 0:
        value = right
    else:
        holds, _ = decide("gt", right, neg(alpha), ctx)
        if holds is False:
            return nothing(equation, ("elu is greater than ", neg(alpha)))
        value = call("log", add(ONE, div(right, alpha)))
    words: Sentence = ("one branch has values of this sign",)
    return done(equation, "inverse of elu", words, [(left.args[0], value)], ctx, solve)


def _softsign(right: Node) -> Node:
    return div(right, sub(ONE, call("abs", right)))


def _clipped(low: Node, high: Node, inverse: Callable[[Node], Node]) -> _Rule:
    """hardtanh and hard_sigmoid: level outside an interval, straight inside."""

    def rule(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
        equation, u = eq_node(left, right), left.args[0]
        at_low, at_high = (sign(sub(right, end), ctx.positive) for end in (low, high))
        if at_low is None or at_high is None:
            return None
        if at_low < 0 or at_high > 0:
            return nothing(equation, (f"{left.op} lies between ", low, " and ", high))
        if at_low == 0 or at_high == 0:
            relation = "le" if at_low == 0 else "ge"
            words: Sentence = (
                f"{left.op} keeps its {'least' if at_low == 0 else 'greatest'} value",
            )
            return _region(equation, call(relation, u, inverse(right)), words, ctx)
        words = ("between its ends it is a straight line",)
        return done(equation, f"inverse of {left.op}", words, [(u, inverse(right))], ctx, solve)

    return rule


def _sign(left: Node, right: Node, ctx: Context, _: Solver) -> Work | None:
    equation, u = eq_node(left, right), left.args[0]
    relation = {ONE: "gt", ZERO: "eq", MINUS_ONE: "lt"}.get(right)
    if relation is None:
        return nothing(equation, ("sign is -1, 0 or 1",)) if is_number(right) else None
    if relation == "eq":
        return done(equation, "sign", ("sign is 0 at 0 only",), [(u, ZERO)], ctx, _)
    return _region(equation, call(relation, u, ZERO), ("where its operand has this sign",), ctx)


def _heaviside(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    equation, u = eq_node(left, right), left.args[0]
    relation = {ONE: "gt", HALF: "eq", ZERO: "lt"}.get(right)
    if relation is None:
        return nothing(equation, ("heaviside is 0, 1/2 or 1",)) if is_number(right) else None
    if relation == "eq":
        return done(equation, "step", ("heaviside is 1/2 at 0 only",), [(u, ZERO)], ctx, solve)
    return _region(equation, call(relation, u, ZERO), ("where the step has this value",), ctx)


def _floor(left: Node, right: Node, ctx: Context, _: Solver) -> Work | None:
    equation, u = eq_node(left, right), left.args[0]
    if not is_number(right):
        return None
    if Fraction(right.number).denominator != 1:
        return nothing(equation, (f"{left.op} gives whole numbers, and ", right, " is not"))
    if left.op == "floor":
        condition = call("and", call("ge", u, right), call("lt", u, add(right, ONE)))
    else:
        condition = call("and", call("gt", u, sub(right, ONE)), call("le", u, right))
    return _region(equation, condition, ("all numbers between two whole ones",), ctx)


def _lambert(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    if len(left.args) != 1:
        return None
    return _monotone("w*exp(w)", lambda r: mul(r, call("exp", r)), ("ge", MINUS_ONE))(
        left, right, ctx, solve
    )


def _half_pi(times: int) -> Node:
    return mul(number(Fraction(times, 2)), PI)


def _error_function(left: Node, right: Node, ctx: Context, _: Solver) -> Work | None:
    """erf lies strictly between -1 and 1; within, it has no inverse in the language."""
    for relation, end in (("gt", MINUS_ONE), ("lt", ONE)):
        if decide(relation, right, end, ctx)[0] is False:
            words: Sentence = ("erf lies between -1 and 1 and reaches neither; ", right)
            return nothing(eq_node(left, right), (*words, " is not there"))
    return None


RULES: dict[str, _Rule] = {
    "exp": _monotone("logarithm", lambda r: call("log", r), ("gt", ZERO)),
    "log": _log,
    "abs": _abs,
    "sin": _wave,
    "cos": _wave,
    "tan": _tan,
    "cot": _tan,
    "sec": _reciprocal("cos"),
    "csc": _reciprocal("sin"),
    "sech": _reciprocal("cosh"),
    "csch": _reciprocal("sinh"),
    "coth": _reciprocal("tanh"),
    "asin": _limited("asin", _half_pi(-1), _half_pi(1), "sin"),
    "acos": _limited("acos", ZERO, PI, "cos"),
    "atan": _monotone("tan", lambda r: call("tan", r), ("gt", _half_pi(-1)), ("lt", _half_pi(1))),
    "sinh": _monotone("asinh", lambda r: call("asinh", r)),
    "cosh": _cosh,
    "tanh": _monotone(
        "atanh",
        lambda r: mul(HALF, call("log", div(add(ONE, r), sub(ONE, r)))),
        ("gt", MINUS_ONE),
        ("lt", ONE),
    ),
    "asinh": _monotone("sinh", lambda r: call("sinh", r)),
    "acosh": _monotone("cosh", lambda r: call("cosh", r), ("ge", ZERO)),
    "atanh": _monotone("tanh", lambda r: call("tanh", r)),
    "cbrt": _monotone("cube", lambda r: power(r, number(3))),
    "sigmoid": _monotone(
        "logit", lambda r: call("log", div(r, sub(ONE, r))), ("gt", ZERO), ("lt", ONE)
    ),
    "softplus": _monotone(
        "inverse softplus", lambda r: call("log", sub(call("exp", r), ONE)), ("gt", ZERO)
    ),
    "softsign": _monotone("inverse softsign", _softsign, ("gt", MINUS_ONE), ("lt", ONE)),
    "relu": _relu,
    "leaky_relu": _leaky,
    "elu": _elu,
    "hardtanh": _clipped(MINUS_ONE, ONE, lambda r: r),
    "hard_sigmoid": _clipped(ZERO, ONE, lambda r: sub(mul(number(6), r), number(3))),
    "sign": _sign,
    "heaviside": _heaviside,
    "floor": _floor,
    "ceil": _floor,
    "LambertW": _lambert,
    "erf": _error_function,
}
