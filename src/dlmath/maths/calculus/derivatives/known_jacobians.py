"""What the derivatives of softmax and of the losses on it are called in a textbook."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    Node,
    add,
    call,
    mul,
    number,
    power,
    replace,
    topological,
)
from dlmath.expression.tidy import split_coefficient


def remark(expression: Node, variables: Sequence[str]) -> list[Sentence]:
    """The matrix form of a known derivative, where the expression is exactly that.

    Bishop, Pattern Recognition and Machine Learning (2006), equations 4.106 and 4.109.
    """
    if expression.op == "softmax" and _are_variables(expression, variables):
        return [
            (
                "with s = ",
                expression,
                " the Jacobian is diag(s) - s*s^T",
            )
        ]
    if expression.op == "log_softmax" and _are_variables(expression, variables):
        return [("with s the softmax, each row of the Jacobian is a row of the identity minus s",)]
    if expression.op == "logsumexp" and _are_variables(expression, variables):
        return [("the gradient is the softmax of the variables",)]
    if _is_loss_of_softmax(expression, variables):
        return [
            (
                "with s the softmax and y the target this is s*sum(y) - y: "
                "s - y where the targets sum to 1",
            )
        ]
    return []


def with_exponentials(node: Node) -> Node:
    """exp(u - k*logsumexp(v, w)) written as exp(u)/(exp(v) + exp(w))^k, all else as it is."""
    found: dict[Node, Node] = {}
    for part in topological(node):
        if part.op == "exp":
            terms = part.args[0].args if part.args[0].op == "add" else part.args
            shares = [(term, *split_coefficient(term)) for term in terms]
            sums = [(size, base) for _, size, base in shares if base.op == "logsumexp"]
            if sums:
                rest = add(*(term for term, _, base in shares if base.op != "logsumexp"))
                below = (power(_exponential_sum(base), number(size)) for size, base in sums)
                found[part] = mul(call("exp", rest), *below)
        elif part.op == "logsumexp":
            found[part] = call("log", _exponential_sum(part))
    return replace(node, found)


def _exponential_sum(logsumexp: Node) -> Node:
    return add(*(call("exp", part) for part in logsumexp.args))


def _are_variables(call: Node, variables: Sequence[str]) -> bool:
    """Is the function applied to exactly the variables, in their order?"""
    entries = call.args[0].args if call.args[0].op == "vector" else call.args
    names = [part.value for part in entries if part.op == "symbol"]
    return len(names) == len(entries) and names == list(variables)


def _is_loss_of_softmax(expression: Node, variables: Sequence[str]) -> bool:
    if expression.op != "cross_entropy":
        return False
    prediction = expression.args[0]
    return (
        prediction.op == "softmax"
        and _are_variables(prediction, variables)
        and not any(
            part.op == "symbol" and part.value in variables
            for part in topological(expression.args[1])
        )
    )
