"""Reverse mode as text: the lines that compute the gradient after those that compute the value.

The rules are those of backpropagation: each part hands its adjoint G times its local derivative
down to its operands; of a product of matrices A @ B the shares are G @ B.T and A.T @ G.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.derivatives import partial
from dlmath.expression.evaluator import branches
from dlmath.expression.graph import Node, free_symbols, make, symbol, topological
from dlmath.expression.vocabulary import FUNCTIONS as VOCABULARY
from dlmath.render.code_writer import Writer, bare

#: Shares of the operands of losses, by place; `{n}` is the number of entries.
_PAIRS: dict[tuple[str, int], str] = {
    ("mse", 0): "{g} * 2 * ({0} - {1}) / {n}",
    ("mse", 1): "{g} * 2 * ({1} - {0}) / {n}",
    ("mae", 0): "{g} * {m}.sign({0} - {1}) / {n}",
    ("mae", 1): "{g} * {m}.sign({1} - {0}) / {n}",
    ("huber", 0): "{g} * {m}.clip({0} - {1}, -({2}), {2}) / {n}",
    ("huber", 1): "{g} * {m}.clip({1} - {0}, -({2}), {2}) / {n}",
    ("bce", 0): "{g} * ({m}.where({1} == 1, 0.0, (1 - {1}) / (1 - {0})) "
    "- {m}.where({1} == 0, 0.0, {1} / {0})) / {n}",
    ("bce", 1): "{g} * ({m}.log(1 - {0}) - {m}.log({0})) / {n}",
    ("cross_entropy", 0): "{g} * -{m}.where({1} == 0, 0.0, {1} / {0})",
    ("cross_entropy", 1): "{g} * -{m}.log({0})",
    ("hinge", 0): "{g} * {m}.where({1} * {0} < 1, -{1}, 0.0) / {n}",
    ("hinge", 1): "{g} * {m}.where({1} * {0} < 1, -{0}, 0.0) / {n}",
    ("kl_div", 0): "{g} * ({m}.log({0} / {1}) + 1)",
    ("kl_div", 1): "{g} * -{m}.where({0} == 0, 0.0, {0} / {1})",
}

#: Shares of the one operand x of functions of all its entries; `{y}` is the value.
_WHOLE: dict[str, str] = {
    "softmax": "{y} * ({g} - {m}.sum({y} * {g}))",
    "log_softmax": "{g} - {m}.exp({y}) * {m}.sum({g})",
    "logsumexp": "{g} * {m}.exp({0} - {y})",
    "mean": "{g} / {n} * {m}.ones_like({0})",
    "var": "{g} * 2 * ({0} - {m}.mean({0})) / {n}",
    "norm": "{g} * {0} / {m}.where({y} == 0, 1.0, {y})",
}


def backward(writer: Writer, root: Node, wrt: Sequence[str]) -> dict[str, str]:
    """Adds the lines of the backward pass; the name of the gradient by each variable.

    Every part below the root that is computed has a name already. Raises Unsolved, InvalidInput.
    """
    names = frozenset(wrt)
    order = [part for part in topological(root) if free_symbols(part) & names]
    shares: dict[Node, list[str]] = {part: [] for part in order}
    if root in shares:
        shares[root].append("1.0")
    found: dict[str, str] = {}
    for part in reversed(order):
        if not shares[part]:
            continue
        adjoint = " + ".join(shares[part])
        if not adjoint.isidentifier() and adjoint != "1.0":
            adjoint = writer.line(adjoint, "g")
        if part.op == "symbol":
            found[part.name] = adjoint
            continue
        for position, operand in enumerate(part.args):
            if operand in shares and _has_slope(part, position):
                text = _Share(writer, part, adjoint).of(position)
                if text is not None:
                    shares[operand].append(text)
    return {name: found.get(name, _zero(writer, name)) for name in wrt}


def _has_slope(part: Node, position: int) -> bool:
    """A condition has none."""
    return not (part.op == "piecewise" and position % 2 == 1)


def _zero(writer: Writer, name: str) -> str:
    return f"0 * {writer.arguments[name]}"


class _Share:
    """What one part hands down, in parentheses."""

    def __init__(self, writer: Writer, part: Node, adjoint: str) -> None:
        self.writer = writer
        self.part = part
        self.g = adjoint
        self.m = writer.dialect.module
        called = part.op not in ("add", "mul", "pow", "piecewise", "vector")
        self.texts = [writer.operand(arg) if called else writer.texts[arg] for arg in part.args]
        self.ranks = [len(writer.shape(arg)) for arg in part.args]
        self.rank = len(writer.shape(part))

    def of(self, position: int) -> str | None:
        op = self.part.op
        if op in ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"):
            return None
        if op == "add":
            return self._fitted(self.g, position)
        if op == "mul":
            return self._product(position)
        if op == "vector":
            return f"{self.g}[{position}]"
        if op == "pow" and self.rank:
            return self._matrix_power()
        if op == "piecewise":
            return self._branch(position)
        if op == "dot" and all(self.ranks):
            left, right = zip(self.texts, self.ranks, strict=True)
            return self._pair(left, right, self.g)[position]
        function = VOCABULARY.get(op)
        if function is not None and function.kind in ("vector", "reduction") and op != "dot":
            return self._whole(position)
        return self._elementwise(position)

    def _fitted(self, text: str, position: int) -> str:
        """Summed where a number stands beside the entries of a vector."""
        if self.rank and not self.ranks[position]:
            return f"{self.m}.sum({bare(text)})"
        return text

    def _times(self, factor: str) -> str:
        return f"({factor})" if self.g == "1.0" else f"({self.g} * {factor})"

    # --- products -----------------------------------------------------------------------

    def _product(self, position: int) -> str:
        others = [self.texts[k] for k, rank in enumerate(self.ranks) if not rank and k != position]
        tensors = [k for k, rank in enumerate(self.ranks) if rank]
        if not tensors:
            return self._times(" * ".join(others) or "1")
        chain = " @ ".join(self.texts[k] for k in tensors)
        if position not in tensors:
            scale = "".join(f" * {text}" for text in others)
            return f"({self.m}.sum({self.g} * ({chain})){scale})"
        g = self.g
        if others:
            g = f"({' * '.join([*others, self.g])})"
        return self._in_chain(g, tensors, position)

    def _in_chain(self, g: str, tensors: list[int], position: int) -> str:
        """The share of one factor, with the products of those before it as they are formed."""
        before = [(self.texts[tensors[0]], self.ranks[tensors[0]])]
        for k in tensors[1:]:
            text, rank = before[-1]
            before.append((f"({text} @ {self.texts[k]})", rank + self.ranks[k] - 2))
        down = g
        for place in range(len(tensors) - 1, 0, -1):
            k = tensors[place]
            left, right = self._pair(before[place - 1], (self.texts[k], self.ranks[k]), down)
            if k == position:
                return right
            down = left
        return down

    def _pair(self, a: tuple[str, int], b: tuple[str, int], g: str) -> tuple[str, str]:
        """The shares of a product of two vectors or matrices, each a text and a rank."""
        (left, left_rank), (right, right_rank) = a, b
        m = self.m
        texts = {
            (1, 1): (f"{g} * {right}", f"{g} * {left}"),
            (2, 1): (f"{m}.outer({bare(g)}, {bare(right)})", f"{left}.T @ {g}"),
            (1, 2): (f"{right} @ {g}", f"{m}.outer({bare(left)}, {bare(g)})"),
            (2, 2): (f"{g} @ {right}.T", f"{left}.T @ {g}"),
        }
        first, second = texts[left_rank, right_rank]
        return f"({first})", f"({second})"

    def _matrix_power(self) -> str:
        base, count = self.texts[0], self.texts[1]
        power = f"{self.m}.linalg.matrix_power"
        return (
            f"sum({power}({base}.T, j) @ {self.g} @ {power}({base}.T, {count} - 1 - j) "
            f"for j in range({count}))"
        )

    # --- functions ----------------------------------------------------------------------

    def _branch(self, position: int) -> str:
        """The adjoint where this branch is the one taken."""
        pairs = branches(self.part)
        place = position // 2
        text, own, dialect = "0.0", self.g, self.writer.dialect
        if dialect.strict and own == "1.0":  # torch makes float32 of two numbers
            own = dialect.convert.replace("{0}", own)
        for k in reversed(range(place + 1)):
            condition = pairs[k][1]
            inside = own if k == place else "0.0"
            test = self.writer.test(condition)
            text = inside if condition.op == "true" else f"{self.m}.where({test}, {inside}, {text})"
        if text == own and self.g == "1.0":
            return self.g
        return self._fitted(text, position)

    def _whole(self, position: int) -> str:
        op = self.part.op
        own = self.writer.shape(self.part.args[position])
        count = prod(own) if own else 1
        y = self.writer.texts[self.part]
        if op in ("max", "min") and len(self.part.args) == 1:
            x = self.texts[0]
            flat = f"{x}.reshape(-1)"
            first = f"({self.m}.arange({count}) == {self.m}.arg{op}({flat})).reshape({own})"
            return f"({self.g} * {first})"
        if (op, position) in _PAIRS:
            template = _PAIRS[op, position]
            return f"({self._put_in(template, self.texts, count, y, op)})"
        if op == "norm" and len(self.part.args) == 2:
            p = self.texts[1]
            x = self.texts[0]
            m = self.m
            return f"({self.g} * {m}.sign({x}) * {m}.abs({x}) ** ({p} - 1) / {y} ** ({p} - 1))"
        if op in _WHOLE and len(own) < 2 + (op not in ("softmax", "log_softmax")):
            if len(self.part.args) == 1:
                return f"({self._put_in(_WHOLE[op], self.texts, count, y, op)})"
            return self._of_several(position, y)
        if op in ("max", "min"):
            return self._elementwise(position)
        raise InvalidInput(
            f"the gradient of {op} of these operands is not written", hint="use --format json"
        )

    def _of_several(self, position: int, y: str) -> str:
        """Reductions of several numbers."""
        op, n = self.part.op, len(self.part.args)
        x, g, m = self.texts[position], self.g, self.m
        texts = {
            "logsumexp": f"{g} * {m}.exp({x} - {y})",
            "mean": f"{g} / {n}",
            "var": f"{g} * 2 * ({x} - ({' + '.join(self.texts)}) / {n}) / {n}",
            "softmax": f"{y}[{position}] * ({g}[{position}] - {m}.sum({y} * {g}))",
            "log_softmax": f"{g}[{position}] - {m}.exp({y}[{position}]) * {m}.sum({g})",
        }
        return f"({texts[op]})"

    def _put_in(self, template: str, texts: Sequence[str], count: int, y: str, op: str) -> str:
        text = template.replace("{g} * ", "") if self.g == "1.0" else template
        text = text.replace("{g}", self.g).replace("{n}", str(count)).replace("{y}", y)
        return self.writer.filled(text, texts, op)

    def _elementwise(self, position: int) -> str:
        """G times the local derivative, which is written in the names of operands and value."""
        part = self.part
        names = [symbol(f"{k}") for k in range(len(part.args))]
        form = make(part.op, names, part.value)
        slope = partial(form, position)
        if slope is None:
            raise Unsolved(f"the derivative of {part.op} cannot be written")
        writer = self.writer
        inner = Writer(writer.dialect, {}, [])
        inner.arguments = {name.name: text for name, text in zip(names, self.texts, strict=True)}
        inner.texts = dict(zip(names, self.texts, strict=True))
        inner.numbers = frozenset(
            name.name for name, arg in zip(names, part.args, strict=True) if writer.is_number(arg)
        )
        for k, arg in enumerate(part.args):  # an exponent that is a number folds into the rule
            if arg.op == "number":
                slope = _with_number(part, position) or slope
                inner.texts[names[k]] = self.texts[k]
        own = writer.texts[part]
        if form is not slope and form.op == part.op:
            inner.texts[form] = own
        for node in topological(slope):
            if node not in inner.texts:
                inner.texts[node] = inner.write(node)
        return self._fitted(self._times(inner.texts[slope]), position)


def _with_number(part: Node, position: int) -> Node | None:
    """The local derivative of a power with a number for exponent: n*u^(n - 1)."""
    if part.op != "pow" or position != 0 or part.args[1].op != "number":
        return None
    return partial(make("pow", (symbol("0"), part.args[1])), 0)
