"""A derivative as a module of Python: one function of arrays of numpy, torch or jax, with nothing
of dlmath in it.

Vectors come in and go out as arrays of one axis, scalars as numbers; inside, all have two axes.
Names are checked and the text is made part by part: nothing typed is copied.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from dlmath.errors import InvalidInput
from dlmath.maths.networks.matrix_calculus.code_dialects import DIALECTS, TAKEN, Dialect
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Expr, Shape, Size


def python_source(
    roots: Sequence[Expr],
    title: str,
    arguments: Sequence[Expr],
    name: str = "answer",
    library: str = "numpy",
) -> str:
    """A module with one function `name`, which returns the values of the expressions.

    arguments: the names that it is a function of, in order. library: `numpy`, `torch` or `jax`.
    Raises InvalidInput where the library has no function for a part.
    """
    dialect = DIALECTS[library]
    writer = _Writer(roots, arguments, dialect)
    returned = ", ".join(_returned(root, writer.parts[root], dialect) for root in roots)
    heads = [_head(argument, dialect) for argument in arguments]
    lines = [*heads, *writer.sizes(), *writer.lines, f"return {returned}"]
    body = "\n".join(f"    {line}" for line in lines)
    names = ", ".join([*(_name(str(a.value)) for a in arguments), *writer.missing])
    helpers = "".join(
        dialect.helpers[helper].replace("{m}", dialect.module) + "\n\n\n"
        for helper in sorted(writer.used)
    )
    imports = [dialect.imports, *([dialect.special] if "special." in body else [])]
    safe = title.replace("\\", "\\\\").replace('"', "'")
    head = "\n".join(imports) + f"\n\n\n{helpers}def {name}({names}):\n"
    return f'{head}    """{safe}"""\n{body}\n'


def _returned(e: Expr, text: str, dialect: Dialect) -> str:
    """A scalar as a number, a vector with one axis."""
    if e.shape == SCALAR:
        return dialect.number.replace("{x}", _operand(text))
    return f"{_operand(text)}.ravel()" if ONE_ROW in e.shape else _bare(text)


def _name(text: str) -> str:
    return f"{text}_" if keyword.iskeyword(text) or text in TAKEN or text[0] == "_" else text


def _head(argument: Expr, dialect: Dialect) -> str:
    """Makes two axes of an argument."""
    name = _name(str(argument.value))
    text = f"{name} = {dialect.convert.replace('{x}', name)}"
    if argument.shape == SCALAR:
        return f"{text}.reshape(1, 1)"
    if argument.columns == ONE_ROW:
        return f"{text}.reshape(-1, 1)"
    return f"{text}.reshape(1, -1)" if argument.rows == ONE_ROW else text


class _Writer:
    """Writes parts as expressions; what is used twice becomes a line before them."""

    def __init__(self, roots: Sequence[Expr], arguments: Sequence[Expr], dialect: Dialect) -> None:
        self.arguments = arguments
        self.dialect = dialect
        self.module = dialect.module
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.missing: list[str] = []
        self.parts: dict[Expr, str] = {}
        self._sizes: set[str] = set()
        order = _topological(roots)
        uses = Counter(part for e in order for part in e.args)
        taken = {_name(str(a.value)) for a in arguments}
        count = 0
        for e in order:
            text = self._written(e)
            often = uses[e] > (0 if e in roots else 1)
            if often and e.args and e.op != "name" and not _is_size_power(e):
                count += 1
                while f"t{count}" in taken:
                    count += 1
                self.lines.append(f"t{count} = {_bare(text)}")
                text = f"t{count}"
            self.parts[e] = text

    def sizes(self) -> list[str]:
        """Lines that take the sizes from the arguments; what none tells becomes an argument."""
        lines = []
        for name in sorted(self._sizes):
            found = next(
                (
                    f"{_name(str(a.value))}.shape[{axis}]"
                    for a in self.arguments
                    for axis in (0, 1)
                    if a.shape[axis] == Size(1, (name,))
                ),
                None,
            )
            if found is None:
                self.missing.append(_name(name))
            else:
                lines.append(f"{_name(name)} = {found}")
        return lines

    def _size(self, size: Size) -> str:
        self._sizes |= set(size.names)
        parts = [str(size.number)] if size.number != 1 or not size.names else []
        return " * ".join([*parts, *map(_name, size.names)])

    def _shape(self, shape: Shape) -> str:
        return f"({self._size(shape[0])}, {self._size(shape[1])})"

    def _written(self, e: Expr) -> str:
        args = [self.parts[part] for part in e.args] if e.op != "name" else []
        if e.op == "name":
            if e.value in ("pi", "e") and e not in self.arguments:
                return self._constant(f"{self.module}.{e.value}")
            return _name(str(e.value))
        if e.op == "kind":
            return ""
        if e.op == "number":
            assert isinstance(e.value, Fraction)
            return self._constant(_number(e.value))
        if e.op == "size":
            assert isinstance(e.value, Size)
            return self._constant(self._size(e.value))
        if e.op == "eye":
            return f"{self.module}.eye({self._size(e.rows)}{self.dialect.typed})"
        if e.op in ("ones", "zeros"):
            return f"{self.module}.{e.op}({self._shape(e.shape)}{self.dialect.typed})"
        if e.op == "selection":
            self.used.add("selection")
            return f"selection({self._size(e.columns)})"
        if e.op == "commutation":
            self.used.add("commutation")
            assert isinstance(e.value, tuple)
            sizes = [self._size(part) for part in e.value if isinstance(part, Size)]
            return f"commutation({', '.join(sizes)})"
        if e.op == "add":
            return _sum(args)
        if e.op == "mul":
            return self._product(e)
        if e.op == "had":
            return "(" + " * ".join(args) + ")"
        if e.op in ("power", "epow"):
            return self._power(e, args)
        return self._call(e, args[0], args)

    def _constant(self, text: str) -> str:
        """An array of one row and one column with a number."""
        return self.dialect.constant.replace("{x}", text)

    def _call(self, e: Expr, a: str, args: list[str]) -> str:
        bare = _bare(a)
        if e.op in self.dialect.calls:
            return self._filled(self.dialect.calls[e.op], bare)
        if e.op == "transpose":
            return f"{a}.T"
        if e.op == "vec":  # column by column: the rows of the transpose
            return f"{a}.T.reshape(-1, 1)"
        if e.op == "reshape":
            rows, columns = (self._size(size) for size in e.shape)
            return f"{a}.T.reshape({columns}, {rows}).T"
        if e.op == "kron":
            return f"{self.module}.kron({', '.join(map(self._block, e.args))})"
        if e.op in ("softmax", "logsumexp", "diag"):
            helper = "diagonal" if e.op == "diag" else e.op
            self.used.add(helper)
            return f"{helper}({bare})"
        template = self.dialect.functions.get(str(e.value))
        if template is None:
            raise InvalidInput(
                f"there is no form of {e.value} with {self.dialect.name} here",
                hint="use --format plain",
            )
        called = re.findall(r"(?<![\w.])\w+(?=\()", template)
        self.used |= self.dialect.helpers.keys() & set(called)
        # Inside one call no parentheses are needed; beside other signs they are.
        return self._filled(template, bare if template.endswith("({x})") else a)

    def _block(self, e: Expr) -> str:
        """A factor of a Kronecker product."""
        template = "{x}" if e.op in ("eye", "ones", "zeros") else self.dialect.block
        text = self.parts[e]
        return _bare(text) if template == "{x}" else template.replace("{x}", _operand(text))

    def _filled(self, template: str, operand: str) -> str:
        return template.replace("{m}", self.module).replace("{x}", operand)

    def _product(self, e: Expr) -> str:
        """Scalars with `*`, matrices with `@`; numbers as numbers."""
        scalars = [self._scalar(part) for part in e.args if part.is_scalar]
        matrices = [self.parts[part] for part in e.args if not part.is_scalar]
        if len(matrices) > 1 and scalars:
            matrices = ["(" + " @ ".join(matrices) + ")"]
        elif matrices:
            matrices = [" @ ".join(matrices)]
        plain = all(part.op in ("number", "size") or _is_size_power(part) for part in e.args)
        if plain:
            return self._constant(" * ".join(scalars))
        text = " * ".join([*scalars, *matrices])
        return f"({text.replace('-1 * ', '-', 1) if text.startswith('-1 * ') else text})"

    def _scalar(self, e: Expr) -> str:
        """A scalar factor; numbers and sizes need no axes."""
        if e.op == "number":
            assert isinstance(e.value, Fraction)
            return _number(e.value)
        if e.op == "size":
            assert isinstance(e.value, Size)
            return self._size(e.value)
        if _is_size_power(e):
            return self._power(e, [self._scalar(e.args[0]), ""])
        return self.parts[e]

    def _power(self, e: Expr, args: list[str]) -> str:
        exponent = e.args[1]
        if exponent.op == "number":
            assert isinstance(exponent.value, Fraction)
            if exponent.value == Fraction(1, 2):
                root = self.dialect.root if _is_size_power(e) else f"{self.module}.sqrt({{x}})"
                return root.replace("{x}", args[0])
            if exponent.value == -1:
                return f"(1 / {args[0]})"
            if exponent.value < 0:
                return f"(1 / {args[0]} ** {_number(-exponent.value)})"
            return f"({args[0]} ** {_number(exponent.value)})"
        return f"({args[0]} ** {args[1]})"


def _is_size_power(e: Expr) -> bool:
    return e.op == "power" and e.args[0].op == "size" and e.args[1].op == "number"


def _sum(terms: Sequence[str]) -> str:
    text = _bare(terms[0])
    for term in terms[1:]:
        bare = _bare(term)
        text += f" - {bare[1:]}" if bare.startswith("-") else f" + {bare}"
    return f"({text})"


def _operand(text: str) -> str:
    """Something that a dot may follow."""
    return text if text.isidentifier() or _bare(text) != text else f"({text})"


def _bare(text: str) -> str:
    """Without the parentheses around the whole."""
    if not text.startswith("("):
        return text
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and place < len(text) - 1:
            return text
    return text[1:-1]


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator) if abs(value) < 1 << 53 else repr(float(value))
    return f"({value.numerator} / {value.denominator})"


def _topological(roots: Sequence[Expr]) -> list[Expr]:
    """Every part once, operands before what uses them."""
    order: list[Expr] = []
    done: set[Expr] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        e, ready = stack.pop()
        if ready:
            order.append(e)
        elif e not in done:
            done.add(e)
            stack.append((e, True))
            stack.extend((part, False) for part in e.args if e.op != "name")
    return order
