"""Straight-line code of one library from a graph: forward, and backward by reverse mode.

Names are checked and numbered, and nothing typed is copied. Each part that is used more than once
or has a slope gets a line of its own, so a value is computed once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.evaluator import branches
from dlmath.expression.graph import Exact, Node, free_symbols, topological
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import FUNCTIONS as VOCABULARY
from dlmath.render.code_dialects import DEFAULTS, FUNCTIONS, Dialect
from dlmath.render.python import python_name

Shape = tuple[int, ...]

_RELATIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_STATEMENTS_MOST = 20_000
_LINE_MOST = 70
#: Names that the generated text uses itself.
_OWN = frozenset("np torch jax jnp special vector value gradient value_and_gradient".split())


class Writer:
    """Writes nodes as expressions of a dialect, and lines before them.

    shapes: of the parts that are vectors or matrices. named: parts that have a name already.
    """

    def __init__(
        self, dialect: Dialect, shapes: Mapping[Node, Shape], names: Sequence[str]
    ) -> None:
        self.dialect = dialect
        self.shapes = shapes
        self.lines: list[str] = []
        self.arguments = {name: self._argument(name) for name in names}
        self._taken = set(self.arguments.values())
        self.texts: dict[Node, str] = {}
        #: Names that stand for numbers.
        self.numbers: frozenset[str] = frozenset()
        self._count = 0

    def _argument(self, name: str) -> str:
        text = python_name(name)
        return f"{text}_" if text in _OWN or text in self.dialect.helpers else text

    def shape(self, node: Node) -> Shape:
        """() of a number."""
        return self.shapes.get(node, ())

    # --- lines --------------------------------------------------------------------------

    def fresh(self, prefix: str) -> str:
        """A name that nothing has yet."""
        while True:
            self._count += 1
            name = f"{prefix}{self._count}"
            if name not in self._taken:
                self._taken.add(name)
                return name

    def line(self, text: str, prefix: str = "v") -> str:
        """Gives a value a line and returns its name."""
        if len(self.lines) > _STATEMENTS_MOST:
            raise LimitReached("the expression is too long to write as a program")
        name = self.fresh(prefix)
        self.lines.append(f"{name} = {bare(text)}")
        return name

    def write_all(self, roots: Sequence[Node], *, every: bool = False) -> None:
        """Writes all parts below the roots; every: each part that is computed gets a line."""
        order = [part for part in topological(*roots) if part not in self.texts]
        uses = Counter(arg for node in order for arg in node.args)
        for node in order:
            text = self.write(node)
            computed = bool(node.args) and bool(free_symbols(node))
            if computed and (every or uses[node] > 1 or len(text) > _LINE_MOST):
                text = self.line(text)
            self.texts[node] = text

    # --- expressions --------------------------------------------------------------------

    def write(self, node: Node) -> str:
        """A node, whose operands are written, in parentheses where it is not an atom."""
        op = node.op
        args = [self.texts[arg] for arg in node.args]
        if op == "number":
            return number_text(node.number)
        if op == "symbol":
            return self.arguments[node.name]
        if op == "constant":
            return self._constant(node.name)
        if op == "add":
            terms = [bare(arg) if arg.startswith("(-") else arg for arg in args]
            return "(" + " + ".join(terms).replace("+ -", "- ") + ")"
        if op == "mul":
            return self._product(node)
        if op == "pow":
            return self._power(node, args)
        if op == "vector":
            return f"vector({', '.join(map(bare, args))})"
        if op in _RELATIONS:
            return f"({bare(args[0])} {_RELATIONS[op]} {bare(args[1])})"
        if op in ("and", "or"):
            return "(" + (" & " if op == "and" else " | ").join(args) + ")"
        if op == "not":
            return f"(~{args[0]})"
        if op in ("true", "false"):
            return str(op == "true")
        if op == "piecewise":
            return self._choice(node)
        return self.call(op, args, node)

    def _constant(self, name: str) -> str:
        known = {"pi": "pi", "e": "e", "oo": "inf"}
        if name not in known:
            raise InvalidInput("the program is of real numbers, and this holds i")
        return f"{self.dialect.module}.{known[name]}"

    def _product(self, node: Node) -> str:
        above: list[str] = []
        below: list[str] = []
        numbers = [arg for arg in node.args if not self.shape(arg)]
        tensors = [self.texts[arg] for arg in node.args if self.shape(arg)]
        for arg in numbers:
            if arg.op == "pow" and arg.args[1].op == "number" and arg.args[1].number == -1:
                below.append(self.texts[arg.args[0]])
            elif arg.op == "number" and isinstance(arg.number, Fraction):
                above.insert(0, number_text(arg.number.numerator))
                below.insert(0, number_text(arg.number.denominator))
            else:
                above.append(self.texts[arg])
        if tensors:
            chain = " @ ".join(tensors)
            above.append(f"({chain})" if len(tensors) > 1 and (above or below) else chain)
        if above[:1] == ["1"] and len(above) > 1:
            del above[0]
        minus = "-" if above[:1] in (["-1"], ["(-1)"]) and len(above) > 1 else ""
        if minus:
            del above[0]
        text = minus + (" * ".join(above) or "1")
        if below:
            text += f" / ({' * '.join(below)})" if len(below) > 1 else f" / {below[0]}"
        return f"({text})"

    def _power(self, node: Node, args: list[str]) -> str:
        base, exponent = node.args
        if self.shape(base):
            return f"{self.dialect.module}.linalg.matrix_power({bare(args[0])}, {args[1]})"
        if exponent.op == "number":
            value = exponent.number
            if value == Fraction(1, 2):
                return f"{self.dialect.module}.sqrt({self.array(base)})"
            if value == -1:
                return f"(1 / {args[0]})"
            if value < 0:
                return f"(1 / {args[0]} ** {number_text(-value)})"
        return f"({args[0]} ** {args[1]})"

    def is_number(self, node: Node) -> bool:
        """Is it written as a number of Python, not as an array?"""
        return free_symbols(node) <= self.numbers and not self.shape(node)

    def array(self, node: Node) -> str:
        """An operand of a function of the library, which a number must be made an array for."""
        text = bare(self.texts[node])
        return self.dialect.convert.replace("{0}", text) if self.is_number(node) else text

    def operand(self, node: Node) -> str:
        """The same where the library asks for it, else the text as it is."""
        return self.array(node) if self.dialect.strict else self.texts[node]

    def test(self, condition: Node) -> str:
        """A condition, which is an array where one of its sides is."""
        text = bare(self.texts[condition])
        if self.dialect.strict and self.is_number(condition):
            return f"{self.dialect.module}.as_tensor({text})"
        return text

    def _choice(self, node: Node) -> str:
        values = [value for value, _ in branches(node)]
        numbers = all(map(self.is_number, values))  # torch makes float32 of those
        text = self.dialect.convert.replace("{0}", f"{self.dialect.module}.nan")
        for value, condition in reversed(branches(node)):
            chosen = self.array(value) if numbers else bare(self.texts[value])
            if condition.op == "true":
                text = chosen
            else:
                text = f"{self.dialect.module}.where({self.test(condition)}, {chosen}, {text})"
        return text

    def call(self, op: str, args: list[str], node: Node) -> str:
        """A function of the vocabulary."""
        if op in ("max", "min") and len(args) > 1:
            smaller = {"max": "maximum", "min": "minimum"}[op]
            arrays = [self.array(arg) for arg in node.args]
            text = arrays[0]
            for other in arrays[1:]:
                text = f"{self.dialect.module}.{smaller}({text}, {other})"
            return text
        function = VOCABULARY.get(op)
        whole = function is not None and function.kind in ("vector", "reduction")
        template = self.dialect.functions.get(op) or FUNCTIONS.get(op)
        if op == "log" and len(args) == 2:
            template = "{m}.log({0}) / {m}.log({1})"
        if op == "norm" and len(args) == 2:
            template = "{m}.sum({m}.abs({0}) ** {1}) ** (1 / {1})"
        if template is None or (not whole and f"{{{len(args) - 1}}}" not in template):
            raise InvalidInput(
                f"{self.dialect.name} has no function for {op}", hint="use --format plain or json"
            )
        if whole and op not in ("dot", "norm") and len(args) > 1 and op not in _PAIRED:
            args = [f"vector({', '.join(map(bare, args))})"]
        else:
            args = [
                self.array(arg) if k == 0 and not whole else self.operand(arg)
                for k, arg in enumerate(node.args)
            ]
            if op == "polygamma":  # its order is a whole number, not an array
                args[0] = self.texts[node.args[0]]
        if op == "dot" and not (self.shape(node.args[0]) and self.shape(node.args[1])):
            template = "{0} * {1}"
        return f"({self.filled(template, args, op)})"

    def filled(self, template: str, args: Sequence[str], op: str = "") -> str:
        """A template with its operands put in."""
        operands = [*args, *DEFAULTS.get(op, ())[len(args) :]]
        text = template.replace("{m}", self.dialect.module)
        for place, operand in enumerate(operands):
            written = operand if operand.isidentifier() else f"({bare(operand)})"
            text = text.replace(f"({{{place}}})", f"({bare(operand)})")
            text = text.replace(f"{{{place}}}", written)
        return text


_PAIRED = frozenset("mse mae huber bce cross_entropy hinge kl_div".split())


def number_text(value: Exact) -> str:
    """An exact number as a literal, in parentheses where it is not an atom."""
    if isinstance(value, Fraction):
        return f"({number_text(value.numerator)} / {number_text(value.denominator)})"
    try:
        text = str(value) if abs(value) <= 1 << 53 else repr(float(value))
    except OverflowError as error:
        raise LimitReached("a number is beyond binary64") from error
    return f"({text})" if value < 0 else text


def bare(text: str) -> str:
    """Without the parentheses around the whole."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]


def described(node: Node) -> str:
    """A formula for a docstring."""
    text = to_text(node).replace("\\", "\\\\").replace('"', "'")
    return text if len(text) <= 200 else text[:197] + "..."
