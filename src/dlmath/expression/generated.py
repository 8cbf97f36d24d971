"""Writes the statements that compute a graph; `compile` makes functions of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.evaluator import LAZY, branches
from dlmath.expression.generated_calls import array_function, scalar_function
from dlmath.expression.graph import I, Node, free_symbols, topological
from dlmath.expression.shapes import PAIRED
from dlmath.expression.vocabulary import FUNCTIONS

#: A subexpression used once stays in its place up to this depth of parentheses.
_DEEPEST = 12
#: So many terms stand in one statement.
_WIDEST = 30
#: Blocks inside blocks: Python's own limit is 100 levels of indentation.
_MOST_BLOCKS = 80
#: Powers up to this are written as products.
_PRODUCT_POWER = 8

_RELATIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


class Writer:
    """Collects statements; `value` gives the text that stands for a node after them.

    In a block (a branch, the body of a loop) what was computed outside is known, and what is
    computed inside is forgotten at its end.
    """

    def __init__(
        self, names: Sequence[str], outputs: Sequence[Node], *, arrays: bool, indent: int = 1
    ) -> None:
        self.namespace: dict[str, Any] = {"__builtins__": {}}
        self._arguments = {name: f"x{index}" for index, name in enumerate(names)}
        self._arrays = arrays
        self._indent = indent
        self._lines: list[str] = []
        self._count = 0
        self._known: list[dict[Node, str]] = [{}]
        self._bound: list[dict[str, str]] = [{}]
        self._depth: dict[str, int] = {}
        self._opposite: dict[str, str] = {}
        self._uses = _uses(outputs)
        if any(part is I for part in topological(*outputs)):
            raise InvalidInput("generated code is for real numbers, and i is not one")

    # --- statements ---------------------------------------------------------------------

    def argument(self, name: str) -> str:
        """The generated name of a variable."""
        return self._arguments[name]

    def line(self, text: str) -> None:
        """Adds a statement."""
        self._lines.append("    " * self._indent + text + "\n")

    def body(self) -> str:
        """The statements so far."""
        return "".join(self._lines)

    def kept(self, text: str) -> str:
        """A name or literal with the value of the text, which is then computed once."""
        if self._depth.get(text, 0) == 0:
            return text
        name = f"t{self._count}"
        self._count += 1
        self.line(f"{name} = {text}")
        return name

    def _function(self, name: str) -> str:
        """The name of a function of the vocabulary (or of a helper) in the generated text."""
        called = f"f_{name}"
        if called not in self.namespace:
            self.namespace[called] = array_function(name) if self._arrays else scalar_function(name)
        return called

    # --- nodes --------------------------------------------------------------------------

    def value(self, root: Node) -> str:
        """The text for a node, after the statements it needs; never recurses but for blocks."""
        stack = [root]
        while stack:
            node = stack[-1]
            if self._find(node) is not None:
                stack.pop()
                continue
            waiting = [part for part in self._operands(node) if self._find(part) is None]
            if waiting:
                stack.extend(reversed(waiting))
                continue
            stack.pop()
            self._remember(node, self._text(node))
        found = self._find(root)
        assert found is not None
        return found

    def _find(self, node: Node) -> str | None:
        for scope in reversed(self._known):
            if node in scope:
                return scope[node]
        return None

    def _remember(self, node: Node, text: str) -> None:
        depth = self._depth.get(text, 0)
        if depth and (self._uses.get(node, 2) > 1 or depth > _DEEPEST):
            text = self.kept(text)
        self._known[-1][node] = text

    def _operands(self, node: Node) -> list[Node]:
        """What has to be known before the node's own text can be written."""
        if node.op == "mul":
            return [self._divisor(factor) or factor for factor in node.args]
        if node.op in ("sum", "product"):
            return list(node.args[2:])
        if node.op == "piecewise" and not self._arrays:
            return []
        if node.op in ("derive", "integrate", "limit"):
            return []
        if node.op == "pow" and node.args[1].op == "number":
            return [node.args[0]]
        return list(node.args)

    def _text(self, node: Node) -> str:
        op = node.op
        if op == "number":
            return self._number(node)
        if op == "symbol":
            return self._symbol(node.name)
        if op == "constant":
            return self._literal({"pi": math.pi, "e": math.e, "oo": math.inf}[node.name])
        if op == "add":
            return self._sum(node)
        if op == "mul":
            return self._product(node)
        if op == "pow":
            return self._power(node)
        if op in ("sum", "product"):
            return self._loop(node)
        if op in ("derive", "integrate", "limit"):
            return self._literal(math.nan)
        if op == "piecewise" and not self._arrays:
            return self._branches(node)
        return self._operation(node)

    def _compound(self, text: str, parts: Sequence[str]) -> str:
        """A text in parentheses or a call, one level deeper than its parts."""
        self._depth[text] = 1 + max((self._depth.get(part, 0) for part in parts), default=0)
        return text

    # --- leaves -------------------------------------------------------------------------

    def _number(self, node: Node) -> str:
        value = node.number
        try:
            return self._literal(value.numerator / value.denominator)
        except OverflowError:
            return self._literal(math.inf if value > 0 else -math.inf)

    def _literal(self, value: float) -> str:
        if math.isfinite(value):
            return repr(value) if value >= 0 else f"({value!r})"
        name = "f_nan" if math.isnan(value) else ("f_inf" if value > 0 else "f_negative_inf")
        self.namespace[name] = value
        return name

    def _symbol(self, name: str) -> str:
        for scope in reversed(self._bound):
            if name in scope:
                return scope[name]
        if name not in self._arguments:
            raise InvalidInput(f"{name} has no value")
        return self._arguments[name]

    # --- sums, products, powers ---------------------------------------------------------

    def _known_text(self, node: Node) -> str:
        found = self._find(node)
        assert found is not None
        return found

    def _joined(self, texts: Sequence[str], operator: str) -> str:
        """The texts with an operator between them, a long chain in several statements."""
        start = 0
        so_far = ""
        while True:
            parts = [*([so_far] if so_far else []), *texts[start : start + _WIDEST]]
            start += _WIDEST
            so_far = self._compound(f"({self._chain(parts, operator)})", parts)
            if start >= len(texts):
                return so_far
            so_far = self.kept(so_far)

    def _chain(self, parts: Sequence[str], operator: str) -> str:
        if operator != "+":
            return f" {operator} ".join(parts)
        text = parts[0]
        for part in parts[1:]:
            opposite = self._opposite.get(part)
            text += f" + {part}" if opposite is None else f" - {opposite}"
        return text

    def _sum(self, node: Node) -> str:
        return self._joined([self._known_text(term) for term in node.args], "+")

    def _divisor(self, factor: Node) -> Node | None:
        """The base of a factor under the bar that is used nowhere else."""
        if factor.op != "pow" or self._uses.get(factor, 2) > 1 or self._arrays:
            return None
        base, exponent = factor.args
        if exponent.op == "number" and isinstance(exponent.number, int):
            return base if -_PRODUCT_POWER <= exponent.number < 0 else None
        return None

    def _product(self, node: Node) -> str:
        above: list[str] = []
        below: list[str] = []
        for factor in node.args:
            base = self._divisor(factor)
            if base is None or self._find(factor) is not None:
                above.append(self._known_text(factor))
            else:
                exponent = factor.args[1].number
                below.append(self._whole_power(self._known_text(base), -int(exponent)))
        negative = above[:1] == ["(-1.0)"] and len(above) > 1
        if negative:
            above = above[1:]
        text = self._joined(above, "*") if len(above) > 1 else (above[0] if above else "1.0")
        for divisor in below:
            text = self._compound(f"({text} / {divisor})", (text, divisor))
        if negative:
            opposite = text
            text = self._compound(f"(-{opposite})", (opposite,))
            self._opposite[text] = opposite
        return text

    def _whole_power(self, base: str, exponent: int) -> str:
        """base**exponent by squaring, exponent > 0."""
        result = ""
        square = base
        while exponent:
            if exponent & 1:
                parts = [part for part in (result, square) if part]
                result = square if not result else self._compound(f"({result} * {square})", parts)
            exponent >>= 1
            if exponent:
                square = self.kept(square)
                square = self._compound(f"({square} * {square})", (square,))
                if exponent > 1 or result:
                    square = self.kept(square)
        return result

    def _power(self, node: Node) -> str:
        base = self._known_text(node.args[0])
        if node.args[1].op == "number":
            exponent = node.args[1].number
            if isinstance(exponent, int) and 0 < abs(exponent) <= _PRODUCT_POWER:
                text = self._whole_power(base, abs(exponent))
                return text if exponent > 0 else self._reciprocal(text)
            if abs(exponent) == 0.5:
                text = self._compound(f"{self._function('square_root')}({base})", (base,))
                return text if exponent > 0 else self._reciprocal(text)
            other = self._number(node.args[1])
        else:
            other = self._known_text(node.args[1])
        return self._compound(f"{self._function('power')}({base}, {other})", (base, other))

    def _reciprocal(self, text: str) -> str:
        if self._arrays:
            return self._compound(f"{self._function('quotient')}(1.0, {text})", (text,))
        return self._compound(f"(1.0 / {text})", (text,))

    # --- functions, relations, vectors --------------------------------------------------

    def _operation(self, node: Node) -> str:
        parts = [self._known_text(part) for part in node.args]
        if node.op == "vector":
            return self._compound("(" + "".join(f"{part}, " for part in parts) + ")", parts)
        if not self._arrays:
            written = self._written(node.op, parts)
            if written is not None:
                return written
        if node.op == "dot":
            return self._joined(parts, "*")
        called = self._function(node.op)
        operands = ", ".join(self._grouped(node.op, parts))
        return self._compound(f"{called}({operands})", parts)

    def _grouped(self, op: str, parts: list[str]) -> list[str]:
        """Reductions take tuples; a pair of numbers is a pair of vectors of length one."""
        if op not in FUNCTIONS or FUNCTIONS[op].kind not in ("reduction", "vector"):
            return parts
        if op in PAIRED:
            return [f"({parts[0]},)", f"({parts[1]},)", *parts[2:]]
        if op == "norm":
            return [f"({parts[0]},)", *parts[1:]]
        return ["(" + "".join(f"{part}, " for part in parts) + ")"]

    def _written(self, op: str, parts: list[str]) -> str | None:
        """Relations, logic and the simplest functions of floats, without a call."""
        if op in _RELATIONS:
            return self._compound(f"({parts[0]} {_RELATIONS[op]} {parts[1]})", parts)
        if op in ("true", "false"):
            return op.capitalize()
        if op in ("and", "or"):
            return self._compound("(" + f" {op} ".join(parts) + ")", parts)
        if op == "not":
            return self._compound(f"(not {parts[0]})", parts)
        if op == "relu":
            x = self.kept(parts[0])
            return self._compound(f"({x} if {x} > 0.0 else 0.0)", (x,))
        if op in ("max", "min") and len(parts) == 2:
            a, b = (self.kept(part) for part in parts)
            sign = ">=" if op == "max" else "<="
            return self._compound(f"({a} if {a} {sign} {b} else {b})", (a, b))
        return None

    # --- blocks -------------------------------------------------------------------------

    def _open(self) -> None:
        self._indent += 1
        self._known.append({})
        self._bound.append({})
        if len(self._known) > _MOST_BLOCKS:
            raise LimitReached("branches nested too deeply for generated code")

    def _close(self) -> None:
        self._indent -= 1
        self._known.pop()
        self._bound.pop()

    def _branches(self, node: Node) -> str:
        """`piecewise`: a condition is computed when the ones before it do not hold."""
        pairs = branches(node)
        if len(pairs) == 2 and pairs[1][1].op == "true" and all(_is_leaf(v) for v, _ in pairs):
            first, other = (self.value(leaf) for leaf, _ in pairs)
            test = self.value(pairs[0][1])
            return self._compound(f"({first} if {test} else {other})", (test,))
        result = f"t{self._count}"
        self._count += 1
        opened = 0
        for value, condition in pairs:
            if condition.op == "true":
                self.line(f"{result} = {self.value(value)}")
                break
            self.line(f"if {self.value(condition)}:")
            self._open()
            self.line(f"{result} = {self.value(value)}")
            self._close()
            self.line("else:")
            self._open()
            opened += 1
        else:
            self.line(f"{result} = {self._literal(math.nan)}")
        for _ in range(opened):
            self._close()
        return result

    def _loop(self, node: Node) -> str:
        """`sum` and `product` over a range of whole numbers."""
        body, variable, first, last = node.args
        parts = topological(body)
        if not any(part.op in LAZY for part in parts):
            for part in parts:  # what does not change is computed before the loop
                if variable.name not in free_symbols(part):
                    self.value(part)
        result = f"t{self._count}"
        index = f"k{self._count}"
        self._count += 1
        terms = f"{self._function('range')}({self._known_text(first)}, {self._known_text(last)})"
        self.line(f"{result} = {'0.0' if node.op == 'sum' else '1.0'}")
        self.line(f"for {index} in {terms}:")
        self._open()
        self._bound[-1][variable.name] = index
        operator = "+" if node.op == "sum" else "*"
        self.line(f"{result} = {result} {operator} {self.value(body)}")
        self._close()
        return result


def _is_leaf(node: Node) -> bool:
    return node.op in ("number", "symbol")


def _uses(outputs: Sequence[Node]) -> dict[Node, int]:
    """How often each node is an operand or an output."""
    count: dict[Node, int] = dict.fromkeys(outputs, 1)
    for node in topological(*outputs):
        for part in node.args:
            count[part] = count.get(part, 0) + 1
    return count
