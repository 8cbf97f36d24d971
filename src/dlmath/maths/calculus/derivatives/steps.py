"""The working of a derivative, as a teacher writes it, read from its `Derivation`."""

from __future__ import annotations

from dlmath.answer import Notation, Sentence, Step
from dlmath.expression.graph import ONE, Node, make, symbol, topological
from dlmath.expression.order import structure_key
from dlmath.maths.calculus.derivatives.rules import Derivation

_TRIVIAL = frozenset({"constant", "variable"})

#: What each rule says, after its name.
_RULES: dict[str, Sentence] = {
    "sum": ("the derivative of a sum is the sum of the derivatives",),
    "linear": ("the derivative of ", Notation("a*x + b"), " is ", Notation("a")),
    "constant factor": ("a constant factor stays: ", Notation("(c*f)' = c*f'")),
    "product": ("product rule: ", Notation("(f*g)' = f'*g + f*g'")),
    "quotient": ("quotient rule: ", Notation("(f/g)' = (f'*g - f*g')/g^2")),
    "power": ("power rule: ", Notation("(x^n)' = n*x^(n - 1)")),
    "exponential": ("exponential rule: ", Notation("(a^u)' = a^u*log(a)*u'")),
    "logarithmic": (
        "logarithmic differentiation: both base and exponent vary, so write ",
        Notation("u^v"),
        " as ",
        Notation("exp(v*log(u))"),
    ),
    "entries": ("the entries of a vector are differentiated one by one",),
    "piecewise": ("each branch is differentiated where it holds",),
    "extremum": ("the derivative of the operand that is taken",),
    "under the sign": ("Leibniz: differentiate under the sign, and add the moving bounds",),
    "antiderivative": ("differentiation undoes integration",),
    "constant": ("it does not depend on the variable",),
    "variable": ("the derivative of the variable by itself is 1",),
}


class Working:
    """Writes steps, each subproblem once."""

    def __init__(self, variable: str) -> None:
        self._symbol = symbol(variable)
        self._shown: set[Node] = set()

    def of(self, derivation: Derivation) -> list[Step]:
        """The steps from `derive(f, x)` to the result, in order."""
        question = make("derive", (derivation.node, self._symbol))
        self._shown.add(derivation.node)
        inner = [step for part in derivation.parts if self._is_new(part) for step in self.of(part)]
        plan, result = derivation.plan, derivation.result
        steps = [Step(derivation.rule, self._words(derivation), question, plan, tuple(inner))]
        raw = result if same_but_for_order(derivation.raw, result) else derivation.raw
        if raw is not plan:
            steps.append(Step("put in", ("put the derivatives in",), plan, raw))
        if result is not raw:
            steps.append(Step("simplify", ("collect and simplify",), raw, result))
        return steps

    def _is_new(self, part: Derivation) -> bool:
        return part.rule not in _TRIVIAL and part.node not in self._shown

    def _words(self, derivation: Derivation) -> Sentence:
        node = derivation.node
        if derivation.rule in ("chain", "chain with power"):
            inner = [part for part in derivation.parts if part.rule != "constant"]
            if len(inner) == 1 and inner[0].rule != "variable":
                name, rule = "chain rule: ", f"{node.op}(u)' = {node.op}'(u)*u'"
                if node.op == "pow":
                    name, rule = "chain rule with a power: ", "(u^n)' = n*u^(n - 1)*u'"
                return (name, Notation(rule), " with ", symbol("u"), " = ", inner[0].node)
            return ("chain rule, summed over the operands",)
        if derivation.rule == "function":
            return (f"the standard derivative of the function {node.op}",)
        return _RULES[derivation.rule]


def same_but_for_order(a: Node, b: Node) -> bool:
    """Do two expressions differ at most in the order of terms and factors?"""
    return _ordered(a) == _ordered(b)


def _ordered(root: Node) -> str:
    """A text that is the same for every order of terms and factors, and for 1 as a factor."""
    done: dict[Node, tuple[str, ...]] = {}
    for node in topological(root):
        keys = [done[part] for part in node.args]
        if node.op in ("add", "mul"):
            # The parts of an inner sum or product belong to the outer one.
            parts = sorted(
                key
                for part, inner in zip(node.args, keys, strict=True)
                for key in (inner if part.op == node.op else (_joined(part, inner),))
                if not (node.op == "mul" and key == structure_key(ONE))
            )
            done[node] = tuple(parts)
        elif node.args:
            inside = ",".join(_joined(p, k) for p, k in zip(node.args, keys, strict=True))
            done[node] = (f"{node.op}({inside}){node.value or ''}",)
        else:
            done[node] = (structure_key(node),)
    return _joined(root, done[root])


def _joined(node: Node, keys: tuple[str, ...]) -> str:
    return keys[0] if len(keys) == 1 else f"{node.op}({','.join(keys)})"
