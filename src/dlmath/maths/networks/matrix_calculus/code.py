"""A derivative as a module of Python: one function of numpy arrays, with nothing of dlmath in it.

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
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Expr, Shape, Size

#: Functions of each element; `{x}` is the operand.
_FUNCTIONS = {
    **{name: f"np.{name}({{x}})" for name in "exp log sin cos tan sinh cosh tanh abs sign".split()},
    "asin": "np.arcsin({x})",
    "acos": "np.arccos({x})",
    "atan": "np.arctan({x})",
    "asinh": "np.arcsinh({x})",
    "acosh": "np.arccosh({x})",
    "atanh": "np.arctanh({x})",
    "sec": "(1 / np.cos({x}))",
    "csc": "(1 / np.sin({x}))",
    "cot": "(1 / np.tan({x}))",
    "sech": "(1 / np.cosh({x}))",
    "cbrt": "np.cbrt({x})",
    "heaviside": "np.heaviside({x}, 0.5)",
    "relu": "np.maximum({x}, 0)",
    "softplus": "np.logaddexp(0, {x})",
    "sigmoid": "sigmoid({x})",
    "erf": "special.erf({x})",
    "erfc": "special.erfc({x})",
    "softsign": "({x} / (1 + np.abs({x})))",
    "silu": "({x} * sigmoid({x}))",
    "gelu": "({x} * (1 + special.erf({x} / np.sqrt(2))) / 2)",
    "mish": "({x} * np.tanh(np.logaddexp(0, {x})))",
    "leaky_relu": "np.where({x} > 0, {x}, {x} / 100)",
    "elu": "np.where({x} > 0, {x}, np.expm1(np.minimum({x}, 0)))",
}

_HELPERS = {
    "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)''',
    "softmax": '''def softmax(z):
    """exp over its sum: of a column, or of each row of a matrix."""
    axis = 0 if z.shape[1] == 1 else 1
    raised = np.exp(z - z.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)''',
    "logsumexp": '''def logsumexp(z):
    """The logarithm of the sum of exp: of a column, or of each row of a matrix."""
    axis = 0 if z.shape[1] == 1 else 1
    top = z.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(z - top).sum(axis=axis, keepdims=True))''',
    "diagonal": '''def diagonal(a):
    """The matrix with a column as its diagonal, or the diagonal of a matrix as a column."""
    return np.diag(a[:, 0]) if a.shape[1] == 1 else np.diag(a)[:, None]''',
    "selection": '''def selection(n):
    """E with E v = vec(diag(v))."""
    return np.stack([np.kron(row, row) for row in np.eye(n)], axis=1)''',
    "commutation": '''def commutation(m, n):
    """K with K vec(X) = vec(X') for X with m rows and n columns."""
    return np.eye(m * n)[np.arange(m * n).reshape((m, n), order="F").T.ravel(order="F")]''',
}

_TAKEN = frozenset(
    {"np", "jnp", "special", "answer", "value_and_gradient", "value_and_derivative", *_HELPERS}
)


def python_source(
    roots: Sequence[Expr],
    title: str,
    arguments: Sequence[Expr],
    name: str = "answer",
    library: str = "numpy",
) -> str:
    """A module with one function `name`, which returns the values of the expressions.

    arguments: the names that it is a function of, in order. library: `numpy` or `jax`, whose
    `jax.numpy` has the same functions. Raises InvalidInput where numpy has none for a part.
    """
    writer = _Writer(roots, arguments)
    number = "{}[0, 0]" if library == "jax" else "float({}[0, 0])"  # a float ends a trace of jax
    returned = ", ".join(_returned(root, writer.parts[root], number) for root in roots)
    heads = [_head(argument) for argument in arguments]
    lines = [*heads, *writer.sizes(), *writer.lines, f"return {returned}"]
    body = "\n".join(f"    {line}" for line in lines)
    names = ", ".join([*(_name(str(a.value)) for a in arguments), *writer.missing])
    helpers = "".join(f"{_HELPERS[helper]}\n\n\n" for helper in sorted(writer.used))
    imports = "import numpy as np\n"
    if "special." in body:
        imports += "from scipy import special\n"
    safe = title.replace("\\", "\\\\").replace('"', "'")
    head = f"{imports}\n\n{helpers}def {name}({names}):\n"
    if library == "jax":
        head = _for_jax(head)
        body = _for_jax(body)
    return f'{head}    """{safe}"""\n{body}\n'


def _for_jax(text: str) -> str:
    """The same functions under the names of jax."""
    named = text.replace("import numpy as np", "import jax.numpy as jnp")
    named = named.replace("from scipy import special", "from jax.scipy import special")
    return re.sub(r"\bnp\.", "jnp.", named)


def _returned(e: Expr, text: str, number: str) -> str:
    """A scalar as a number, a vector with one axis."""
    if e.shape == SCALAR:
        return number.format(_operand(text))
    return f"{_operand(text)}.ravel()" if ONE_ROW in e.shape else _bare(text)


def _name(text: str) -> str:
    return f"{text}_" if keyword.iskeyword(text) or text in _TAKEN or text[0] == "_" else text


def _head(argument: Expr) -> str:
    """Makes two axes of an argument."""
    text = _name(str(argument.value))
    if argument.shape == SCALAR:
        return f"{text} = np.asarray({text}, dtype=float).reshape(1, 1)"
    if argument.columns == ONE_ROW:
        return f"{text} = np.asarray({text}, dtype=float).reshape(-1, 1)"
    if argument.rows == ONE_ROW:
        return f"{text} = np.asarray({text}, dtype=float).reshape(1, -1)"
    return f"{text} = np.asarray({text}, dtype=float)"


class _Writer:
    """Writes parts as expressions; what is used twice becomes a line before them."""

    def __init__(self, roots: Sequence[Expr], arguments: Sequence[Expr]) -> None:
        self.arguments = arguments
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
                return f"np.array([[np.{e.value}]])"
            return _name(str(e.value))
        if e.op == "kind":
            return ""
        if e.op == "number":
            assert isinstance(e.value, Fraction)
            return f"np.array([[{_number(e.value)}]])"
        if e.op == "size":
            assert isinstance(e.value, Size)
            return f"np.array([[{self._size(e.value)}]])"
        if e.op == "eye":
            return f"np.eye({self._size(e.rows)})"
        if e.op in ("ones", "zeros"):
            return f"np.{e.op}({self._shape(e.shape)})"
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

    def _call(self, e: Expr, a: str, args: list[str]) -> str:
        bare = _bare(a)
        calls = {
            "inv": f"np.linalg.inv({bare})",
            "tr": f"np.trace({bare}).reshape(1, 1)",
            "det": f"np.linalg.det({bare}).reshape(1, 1)",
            "logdet": f"np.linalg.slogdet({bare})[1].reshape(1, 1)",
            "norm": f"np.linalg.norm({bare}).reshape(1, 1)",
            "sum": f"np.sum({bare}).reshape(1, 1)",
            "transpose": f"{a}.T",
            "vec": f'{a}.reshape((-1, 1), order="F")',
            "kron": f"np.kron({', '.join(args)})",
        }
        if e.op in calls:
            return calls[e.op]
        if e.op == "reshape":
            return f'{a}.reshape({self._shape(e.shape)}, order="F")'
        if e.op in ("softmax", "logsumexp", "diag"):
            helper = "diagonal" if e.op == "diag" else e.op
            self.used.add(helper)
            return f"{helper}({_bare(a)})"
        template = _FUNCTIONS.get(str(e.value))
        if template is None:
            raise InvalidInput(
                f"there is no form of {e.value} with numpy here", hint="use --format plain"
            )
        if "sigmoid(" in template:
            self.used.add("sigmoid")
        # Inside one call no parentheses are needed; beside other signs they are.
        return template.format(x=_bare(a) if template.endswith("({x})") else a)

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
            return f"np.array([[{' * '.join(scalars)}]])"
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
                return f"np.sqrt({args[0]})"
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
