"""Python: a function of numpy arrays that gives the answer's values, with nothing of dlmath in it.

Written from the graph node by node; names are checked, and nothing typed is copied.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import Answer, Formula, Numbers
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Exact, Node, free_symbols, topological
from dlmath.expression.text import to_text
from dlmath.render.numpy_forms import FORMS, HELPERS
from dlmath.render.plain import sentence_text

#: A value used more than once, or longer than this, gets a line of its own.
_LINE_MOST = 70

_STATEMENTS_MOST = 20_000

#: Numbers of an array that are written out.
_ENTRIES_MOST = 100_000

#: What an answer consists of.
Parts = tuple["Node | str | None", ...]

_RELATIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}

_CONSTANTS = {"pi": "np.pi", "e": "np.e", "i": "1j", "oo": "np.inf"}

#: Names that the generated text uses itself.
_TAKEN = frozenset({"np", "special", "quad", "answer"})

#: Values of sums and products over an index that are not written out.
_NO_FORM = frozenset({"derive", "integrate", "limit"})


def answer_python(answer: Answer) -> str:
    """A module with one function `answer`, whose arguments are the variables in order.

    Raises InvalidInput when the answer is not an expression or has no numpy form.
    """
    if isinstance(answer.result, Formula) and answer.result.code is not None:
        return answer.result.code("python")
    given: Parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    names, parts = _named(given)
    nodes = [part for part in parts if isinstance(part, Node)]
    if parts and all(isinstance(part, Numbers) for part in parts):
        arrays = [_array(part.array) for part in parts if isinstance(part, Numbers)]
        return _module(", ".join(arrays), [], sentence_text(answer.question) + names, "")
    if not nodes and answer.decimal is not None and answer.decimal == answer.result:
        return _module(_numbers(answer.value), [], sentence_text(answer.question), "")
    if len(nodes) != len(parts):
        words = answer.result if isinstance(answer.result, str) else "no expression"
        raise InvalidInput(
            f"the answer is not a function: {words}", hint="use --format plain or json"
        )
    return function_source(nodes, sentence_text(answer.question) + names)


def _named(parts: Parts) -> tuple[str, Parts]:
    """`L = ...`, `U = ...`: the names, for the title, and what they stand for."""
    names = [
        part.name if isinstance(part, Numbers) else to_text(part.args[0])
        for part in parts
        if (isinstance(part, Numbers) and part.name)
        or (isinstance(part, Node) and part.op == "eq" and part.args[0].op in ("symbol", "unknown"))
    ]
    if not names or len(names) != len(parts):
        return "", parts
    values = tuple(part.args[1] if isinstance(part, Node) else part for part in parts)
    return f": {', '.join(names)}", values


def _array(array: Any) -> str:
    """An array of floats as numpy reads it. Raises LimitReached where a file holds it better."""
    if getattr(array, "size", 1) > _ENTRIES_MOST:
        raise LimitReached(
            f"{array.size} numbers are too many for a program",
            hint="--save x.npy, and numpy.load in Python (.npz for several arrays)",
        )
    values = array.tolist() if hasattr(array, "tolist") else array
    return f"np.array({values!r})" if isinstance(values, list) else repr(values)


def function_source(nodes: list[Node], title: str) -> str:
    """The text of the module; several nodes are returned as a tuple."""
    writer = _Function(nodes)
    returned = ", ".join(writer.text(node) for node in nodes)
    names = sorted(free_symbols(nodes[0]).union(*(free_symbols(node) for node in nodes)))
    return _module(returned, writer.lines, title, writer.helpers(), names)


def _module(
    returned: str, lines: list[str], title: str, helpers: str, names: Sequence[str] = ()
) -> str:
    """The text around what the function does and returns."""
    body = "\n".join([*lines, f"return {returned}"])
    imports = [
        line
        for name, line in (("np", "import numpy as np"), ("special", "from scipy import special"))
        if re.search(rf"\b{name}\.", body + helpers)
    ]
    documentation = title.replace("\\", "\\\\").replace('"', "'")
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    arguments = ", ".join(python_name(name) for name in names)
    function = f'def answer({arguments}):\n    """{documentation}"""\n{indented}'
    return "\n\n\n".join(part for part in ("\n".join(imports), helpers, function) if part) + "\n"


def _numbers(value: Any) -> str:
    """A number that was found without a formula, to the digits of a float."""
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_numbers(part) for part in value) + "]"
    if isinstance(value, complex) or hasattr(value, "_mpc_"):
        return repr(complex(value))
    return repr(float(value))


def python_name(name: str) -> str:
    """A variable's name in Python: `lambda` becomes `lambda_`."""
    if not name.isidentifier() or not name.isascii():
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    if keyword.iskeyword(name) or name in _TAKEN or name.startswith("_") or name in HELPERS:
        return f"{name}_"
    return name


class _Function:
    """Writes nodes as expressions; what is used twice or is long becomes a line before them."""

    def __init__(self, roots: list[Node]) -> None:
        self.lines: list[str] = []
        self._used: set[str] = set()
        self._texts: dict[Node, str] = {}
        order = topological(*roots)
        uses = Counter(arg for node in order for arg in set(node.args))
        bound = _bound(order)
        taken = {name for node in order for name in ([node.name] if node.op == "symbol" else [])}
        count = 0
        for node in order:
            text = self._write(node)
            if node.args and node not in bound and (uses[node] > 1 or len(text) > _LINE_MOST):
                count += 1
                while f"t{count}" in taken:
                    count += 1
                if len(self.lines) > _STATEMENTS_MOST:
                    raise LimitReached("the expression is too long to write in Python")
                self.lines.append(f"t{count} = {_bare(text)}")
                text = f"t{count}"
            self._texts[node] = text

    def text(self, node: Node) -> str:
        """A node as it is returned."""
        return _bare(self._texts[node])

    def helpers(self) -> str:
        """The helper functions that are used."""
        return "\n\n\n".join(HELPERS[name] for name in HELPERS if name in self._used)

    def _write(self, node: Node) -> str:
        """A node in parentheses where it is not an atom."""
        args = [self._texts[arg] for arg in node.args]
        op = node.op
        if op == "number":
            return _number(node.number)
        if op == "symbol":
            return python_name(node.name)
        if op == "constant":
            return _CONSTANTS[node.name]
        if op in ("true", "false"):
            return f"np.{'True' if op == 'true' else 'False'}_"
        if op == "add":
            terms = [self._inner(arg, ("mul", "pow")) for arg in node.args]
            return "(" + " + ".join(terms).replace("+ -", "- ") + ")"
        if op == "mul":
            return self._product(node)
        if op == "pow":
            return self._power(node)
        if op in _RELATIONS:
            return f"({_bare(args[0])} {_RELATIONS[op]} {_bare(args[1])})"
        if op in ("and", "or"):
            return "(" + (" & " if op == "and" else " | ").join(args) + ")"
        if op == "not":
            return f"(~{args[0]})"
        if op == "vector":
            self._used.add("vector")
            return f"vector({', '.join(map(_bare, args))})"
        if op == "piecewise":
            text = "np.nan"
            for value, condition in zip(node.args[-2::-2], node.args[::-2], strict=True):
                if condition.op == "true":
                    text = _bare(self._texts[value])
                else:
                    chosen = _bare(self._texts[value])
                    text = f"np.where({_bare(self._texts[condition])}, {chosen}, {text})"
            return text
        if op in ("sum", "product"):
            return self._series(node, args)
        return self._call(node, args)

    def _call(self, node: Node, args: list[str]) -> str:
        form = None if node.op in _NO_FORM else FORMS.get(node.op)
        text = form(*map(_bare, args)) if form is not None else None
        if text is None:
            raise InvalidInput(
                f"numpy and scipy have no function for {node.op}", hint="use --format plain"
            )
        for name in HELPERS:
            if f"{name}(" in text:
                self._used.add(name)
        return text

    def _product(self, node: Node) -> str:
        above: list[str] = []
        below: list[str] = []
        for arg in node.args:
            if arg.op == "pow" and arg.args[1].op == "number" and arg.args[1].number < 0:
                below.append(self._to(arg.args[0], -arg.args[1].number))
            elif arg.op == "number" and isinstance(arg.number, Fraction):
                above.insert(0, _number(arg.number.numerator))
                below.insert(0, _number(arg.number.denominator))
            else:
                above.append(self._inner(arg, ("pow",)))
        if above[:1] == ["1"] and len(above) > 1:
            del above[0]
        minus = "-" if above[:1] in (["-1"], ["(-1)"]) and len(above) > 1 else ""
        if minus:
            del above[0]
        text = minus + (" * ".join(above) or "1")
        if below:
            under = " * ".join(below)
            text += f" / ({under})" if len(below) > 1 else f" / {under}"
        return f"({text})"

    def _inner(self, node: Node, tighter: tuple[str, ...]) -> str:
        """An operand, without parentheses where its operation binds tighter than the place."""
        text = self._texts[node]
        negative = node.op == "number" and "/" not in text
        return _bare(text) if node.op in tighter or (negative and "mul" in tighter) else text

    def _power(self, node: Node) -> str:
        base, exponent = node.args
        if exponent.op == "number":
            value = exponent.number
            return f"(1 / {self._to(base, -value)})" if value < 0 else self._to(base, value)
        return f"({self._texts[base]} ** {self._texts[exponent]})"

    def _to(self, base: Node, exponent: Exact) -> str:
        """base to a positive exact exponent, as an operand."""
        text = self._texts[base]
        if exponent == 1:
            return text
        if exponent == Fraction(1, 2):
            return f"np.sqrt({_bare(text)})"
        return f"({text} ** {_number(exponent)})"

    def _series(self, node: Node, args: list[str]) -> str:
        """A finite sum or product over an index."""
        body, index, first, last = args
        if node.args[2].op != "number" or node.args[3].op not in ("number", "symbol"):
            raise InvalidInput("this sum is not finite", hint="use --format plain")
        call = "sum" if node.op == "sum" else "np.prod"
        inner = f"{_bare(body)} for {index} in range({_bare(first)}, {_bare(last)} + 1)"
        return f"{call}({inner})" if node.op == "sum" else f"{call}([{inner}])"


def _bound(order: list[Node]) -> set[Node]:
    """Nodes that hold the index of a sum or product, and so cannot leave it."""
    found: set[Node] = set()
    for node in order:
        if node.op in ("sum", "product"):
            index = node.args[1].name
            found.update(part for part in topological(node.args[0]) if index in free_symbols(part))
    return found


def _number(value: Exact) -> str:
    if isinstance(value, Fraction):
        return f"({_number(value.numerator)} / {_number(value.denominator)})"
    # Whole numbers that binary64 does not hold would overflow numpy's integers.
    try:
        text = str(value) if abs(value) <= 1 << 53 else repr(float(value))
    except OverflowError as error:
        raise LimitReached("a number of the answer is beyond binary64") from error
    return f"({text})" if value < 0 else text


def _bare(text: str) -> str:
    """Without the parentheses around the whole, for places where nothing else binds."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]
