"""The working of a derivative, as a teacher writes it, read from its `Derivation`."""

from __future__ import annotations

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node, make, symbol
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.maths.calculus.derivative_rules import Derivation

_TRIVIAL = frozenset({"constant", "variable"})

_RULES: dict[str, str] = {
    "sum": "the derivative of a sum is the sum of the derivatives",
    "linear": "the derivative of a*x + b is a",
    "constant factor": "a constant factor stays: (c*f)' = c*f'",
    "product": "product rule: (f*g)' = f'*g + f*g'",
    "quotient": "quotient rule: (f/g)' = (f'*g - f*g')/g^2",
    "power": "power rule: (x^n)' = n*x^(n - 1)",
    "exponential": "exponential rule: (a^u)' = a^u*log(a)*u'",
    "logarithmic": "both base and exponent vary: write u^v as exp(v*log(u))",
    "entries": "a vector is differentiated entry by entry",
    "piecewise": "each branch is differentiated where it holds",
    "extremum": "the derivative of the operand that is taken",
    "under the sign": "Leibniz: differentiate under the sign, and add the moving bounds",
    "antiderivative": "differentiation undoes integration",
    "constant": "it does not depend on the variable",
    "variable": "the derivative of the variable by itself is 1",
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
        inner = tuple(self._part(part) for part in derivation.parts if self._is_new(part))
        plan = derivation.plan
        steps = [Step(derivation.rule, self._words(derivation), question, plan, inner)]
        if derivation.raw is not plan:
            steps.append(Step("put in", ("put the derivatives in",), plan, derivation.raw))
        if derivation.result is not derivation.raw:
            steps.append(Step("simplify", ("collect",), derivation.raw, derivation.result))
        return steps

    def _is_new(self, part: Derivation) -> bool:
        return part.rule not in _TRIVIAL and part.node not in self._shown

    def _part(self, part: Derivation) -> Step:
        """One part of a rule, its own working nested where it takes more than one step."""
        steps = self.of(part)
        question = make("derive", (part.node, self._symbol))
        nested = tuple(steps) if len(steps) > 1 or steps[0].steps else ()
        return Step(part.rule, self._words(part), question, part.result, nested)

    def _words(self, derivation: Derivation) -> Sentence:
        node = derivation.node
        if derivation.rule in ("chain", "chain with power"):
            inner = [part for part in derivation.parts if part.rule != "constant"]
            if len(inner) == 1 and inner[0].rule != "variable":
                outer = (
                    "(u^n)' = n*u^(n - 1)*u'"
                    if node.op == "pow"
                    else f"{node.op}(u)' = {node.op}'(u)*u'"
                )
                return (f"chain rule: {outer} with u = ", inner[0].node)
            return ("chain rule, summed over the operands",)
        if derivation.rule == "function":
            return (f"standard derivative of {node.op} ({FUNCTIONS[node.op].text})",)
        return (_RULES[derivation.rule],)
