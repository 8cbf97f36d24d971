"""The expression graph: immutable nodes, each kept once.

Two equal expressions are the same object (hash-consing), so equality is `is`, a shared
subexpression is computed once by everything that walks the graph, and a gradient stays linear in
its size. The constructors below keep what was typed apart from a light normal form:

- sums and products are n-ary and flat; exact numbers in them are folded into one;
- `a - b` is `a + (-1)*b`, `a/b` is `a*b**(-1)`, `sqrt(a)` is `a**(1/2)`, `e**a` is `exp(a)`;
- a product is kept as coefficient, factors in the order typed, then factors under the bar.

They never reorder terms, never cancel, and never hide an undefined part (`0*(1/0)` stays). What
goes beyond that is `expression.tidy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

Exact = int | Fraction

#: Exact powers are folded only when the result has at most this many bits.
FOLD_BITS = 120_000


class Node:
    """One operation, constant, number or variable.

    op: `number`, `symbol`, `constant`, `add`, `mul`, `pow`, `vector`, a function's name from
        `expression.vocabulary`, a relation (`lt le gt ge eq ne`), `and or not`, `true`, `false`,
        or an operation written inside an expression (`derive integrate limit sum product`).
    args: the operands.
    value: the exact number of a `number`, the name of a `symbol` or `constant`, the side of a
        `limit`, else None.
    """

    __slots__ = ("_free", "args", "op", "value")

    op: str
    args: tuple[Node, ...]
    value: Exact | str | None
    _free: frozenset[str] | None

    def __repr__(self) -> str:
        from dlmath.expression.text import to_text

        return f"<{to_text(self)}>"

    @property
    def number(self) -> Exact:
        """The exact value of a `number` node (int, or Fraction when not whole)."""
        assert self.op == "number" and isinstance(self.value, (int, Fraction))
        return self.value

    @property
    def name(self) -> str:
        """The name of a `symbol` or `constant` node."""
        assert isinstance(self.value, str)
        return self.value

    def __reduce__(self) -> tuple[object, ...]:
        return _node, (self.op, self.args, self.value)


_table: dict[tuple[str, tuple[Node, ...], Exact | str | None], Node] = {}


def _node(op: str, args: tuple[Node, ...] = (), value: Exact | str | None = None) -> Node:
    key = (op, args, value)
    found = _table.get(key)
    if found is None:
        found = object.__new__(Node)
        found.op = op
        found.args = args
        found.value = value
        found._free = None
        _table[key] = found
    return found


_memories: list[dict[Node, object]] = []


def remember() -> dict[Node, Any]:
    """A dictionary for what a module knows of nodes; `forget` empties it too."""
    memory: dict[Node, Any] = {}
    _memories.append(memory)
    return memory


def forget() -> None:
    """Empties the table: nodes made before must not be mixed with later ones but for constants."""
    _table.clear()
    forget_what_is_known()
    for node in (ZERO, ONE, MINUS_ONE, HALF, TWO, PI, E, I, INFINITY, TRUE, FALSE):
        _table[(node.op, node.args, node.value)] = node


def forget_what_is_known() -> None:
    """Empties every dictionary of `remember`; the nodes stay."""
    for memory in _memories:
        memory.clear()


# --- leaves ---------------------------------------------------------------------------------


def number(value: Exact) -> Node:
    """An exact number; a Fraction with denominator 1 becomes an int."""
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    return _node("number", (), value)


def symbol(name: str) -> Node:
    """A variable."""
    return _node("symbol", (), name)


def constant(name: str) -> Node:
    """`pi`, `e`, `i` or `oo`."""
    return _node("constant", (), name)


ZERO = number(0)
ONE = number(1)
TWO = number(2)
MINUS_ONE = number(-1)
HALF = number(Fraction(1, 2))
PI = constant("pi")
E = constant("e")
I = constant("i")  # noqa: E741  the imaginary unit is called i
INFINITY = constant("oo")
TRUE = _node("true")
FALSE = _node("false")


def is_number(node: Node) -> bool:
    """Is this an exact rational number?"""
    return node.op == "number"


def is_integer(node: Node) -> bool:
    """Is this an exact whole number?"""
    return node.op == "number" and isinstance(node.value, int)


# --- sums and products ----------------------------------------------------------------------


def add(*terms: Node) -> Node:
    """The sum, flat, with its numbers folded into the place of the first one."""
    flat: list[Node] = []
    total: Exact = 0
    place = -1
    for term in terms:
        for part in term.args if term.op == "add" else (term,):
            if part.op == "number":
                if place < 0:
                    place = len(flat)
                total += part.number
            else:
                flat.append(part)
    if total != 0 and place >= 0:
        flat.insert(place, number(total))
    if not flat:
        return number(total)
    if len(flat) == 1:
        return flat[0]
    return _node("add", tuple(flat))


def mul(*factors: Node) -> Node:
    """The product, flat: coefficient, factors in order, then factors with a negative power."""
    coefficient: Exact = 1
    above: list[Node] = []
    below: list[Node] = []
    for factor in factors:
        for part in factor.args if factor.op == "mul" else (factor,):
            if part.op == "number":
                coefficient *= part.number
            elif _is_below(part):
                below.append(part)
            else:
                above.append(part)
    rest = above + below
    if coefficient == 0 and all(_surely_finite(part) for part in rest):
        return ZERO
    if coefficient != 1 or not rest:
        rest.insert(0, number(coefficient))
    if len(rest) == 1:
        return rest[0]
    return _node("mul", tuple(rest))


def _is_below(node: Node) -> bool:
    return node.op == "pow" and node.args[1].op == "number" and node.args[1].number < 0


def _surely_finite(node: Node) -> bool:
    """May a zero swallow this factor? Not one that has no variable and may be undefined."""
    if node.op == "number" or (node.op == "exp" and node.args[0].op == "number"):
        return True
    if node.op == "pow" and node.args[1].op == "number":
        return _surely_finite(node.args[0]) and node.args[0] is not ZERO
    return bool(free_symbols(node)) or (node.op == "constant" and node is not INFINITY)


def neg(a: Node) -> Node:
    """-a"""
    return mul(MINUS_ONE, a)


def sub(a: Node, b: Node) -> Node:
    """a - b"""
    return add(a, neg(b))


def div(a: Node, b: Node) -> Node:
    """a / b"""
    return mul(a, power(b, MINUS_ONE))


# --- powers ---------------------------------------------------------------------------------


def power(base: Node, exponent: Node) -> Node:
    """base ** exponent, folded where that is exact and small."""
    if exponent.op == "number":
        folded = _number_power(base, exponent.number)
        if folded is not None:
            return folded
    if base is ONE and exponent is not INFINITY and free_symbols(exponent):
        return ONE
    if base is E:
        return call("exp", exponent)
    return _node("pow", (base, exponent))


def _number_power(base: Node, exponent: Exact) -> Node | None:
    if exponent == 1:
        return base
    if exponent == 0 and (base.op == "number" or free_symbols(base) or base.op == "constant"):
        return ONE if base is not INFINITY else None
    if base.op == "number":
        return _fold_power(base.number, exponent)
    if not isinstance(exponent, int) or exponent == 0:
        return None
    if base.op == "pow":
        inner, old = base.args
        if old.op == "number" and old.number < 0 and not _surely_finite(power(inner, old)):
            return None  # 1/(1/0) is not 0
        if exponent == -1:
            return power(inner, neg(old))
        if old.op == "number" and (isinstance(old.number, int) or inner.op == "number"):
            return power(inner, number(old.number * exponent))
    if base.op == "mul" and exponent < 0:
        return mul(*(power(part, number(exponent)) for part in base.args))
    return None


def _fold_power(base: Exact, exponent: Exact) -> Node | None:
    """An exact power of a rational number, or None where it is not rational or too large."""
    if base == 1:
        return ONE
    if base == 0:
        return ZERO if exponent > 0 else None
    if isinstance(exponent, int):
        bits = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
        if base == -1 or bits * abs(exponent) <= FOLD_BITS:
            return number(Fraction(base) ** exponent)
        return None
    if base < 0:
        return None
    top = exact_root(base.numerator, exponent.denominator)
    bottom = exact_root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    return _fold_power(Fraction(top, bottom), exponent.numerator)


def exact_root(value: int, degree: int) -> int | None:
    """The whole number r with r**degree == value (value >= 0), or None."""
    if value < 2:
        return value
    if degree == 2:
        from math import isqrt

        root = isqrt(value)
    elif degree > value.bit_length():
        return None
    else:
        # Newton's method from above, which falls until it has the whole part of the root.
        root = 1 << (value.bit_length() // degree + 1)
        while True:
            lower = ((degree - 1) * root + value // root ** (degree - 1)) // degree
            if lower >= root:
                break
            root = lower
    return root if root**degree == value else None


def sqrt(a: Node) -> Node:
    """The principal square root."""
    return power(a, HALF)


# --- functions and the rest -----------------------------------------------------------------


def call(name: str, *args: Node) -> Node:
    """A function of `expression.vocabulary`, applied; only its trivial values are folded."""
    if name == "exp":
        if args[0] is ZERO:
            return ONE
        if args[0] is ONE:
            return E
    return _node(name, args)


def make(op: str, args: Iterable[Node], value: Exact | str | None = None) -> Node:
    """Rebuilds a node of any kind from its operation and new operands."""
    parts = tuple(args)
    if op == "add":
        return add(*parts)
    if op == "mul":
        return mul(*parts)
    if op == "pow":
        return power(*parts)
    if op == "exp":
        return call(op, *parts)
    return _node(op, parts, value)


def unfolded(op: str, args: Iterable[Node]) -> Node:
    """A sum or product left as it stands, for showing working: `1*4 + 2*5`, not 14."""
    return _node(op, tuple(args))


def eq_node(left: Node, right: Node) -> Node:
    """The equation left = right."""
    return _node("eq", (left, right))


def vector(entries: Iterable[Node]) -> Node:
    """A vector; a matrix is a vector of equally long vectors, and so on."""
    return _node("vector", tuple(entries))


# --- walking --------------------------------------------------------------------------------


def topological(*roots: Node, of: str | None = None) -> list[Node]:
    """Every node below the roots, once, operands before what uses them. Never recurses.

    of: only the nodes that depend on this variable (and the roots).
    """
    order: list[Node] = []
    done: set[Node] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
            continue
        if node in done:
            continue
        done.add(node)
        stack.append((node, True))
        stack.extend(
            (part, False)
            for part in reversed(node.args)
            if part not in done and (of is None or of in free_symbols(part))
        )
    return order


#: The operations whose second operand is a variable that they bind: `sum(k**2, k, 1, n)`.
BINDERS = frozenset({"sum", "product", "integrate", "limit"})


def free_symbols(node: Node) -> frozenset[str]:
    """The names of the variables that the value of the node depends on.

    `sum`, `product`, `limit` and a definite `integrate` bind their variable; `derive` and an
    indefinite `integrate` do not.
    """
    if node._free is not None:
        return node._free
    for part in topological(node):
        if part._free is None:
            part._free = _free_of(part)
    assert node._free is not None
    return node._free


def _free_of(node: Node) -> frozenset[str]:
    if node.op == "symbol":
        return frozenset((node.name,))
    if not node.args:
        return frozenset()
    if node.op in BINDERS and len(node.args) > 2:
        body, variable, *bounds = node.args
        outer = frozenset().union(*(part._free or frozenset() for part in bounds))
        return ((body._free or frozenset()) - {variable.name}) | outer
    if len(node.args) == 1:
        return node.args[0]._free or frozenset()
    return frozenset().union(*(part._free or frozenset() for part in node.args))


def contains(node: Node, ops: frozenset[str] | set[str]) -> bool:
    """Does any of these operations occur in the node?"""
    return any(part.op in ops for part in topological(node))


def replace(node: Node, mapping: dict[Node, Node]) -> Node:
    """The node with each key of the mapping exchanged for its value, all at once.

    A variable bound by `sum`, `product`, `limit` or a definite `integrate` is left alone inside.
    """
    new: dict[Node, Node] = dict(mapping)
    for part in topological(node):
        if part in new:
            continue
        if not part.args:
            new[part] = part
            continue
        inner = new
        if part.op in BINDERS and len(part.args) > 2 and part.args[1] in mapping:
            kept = {old: to for old, to in mapping.items() if old is not part.args[1]}
            body = replace(part.args[0], kept)
            args = (body, part.args[1], *(inner[arg] for arg in part.args[2:]))
        elif part.op == "derive" and part.args[1] in mapping:
            args = part.args  # the variable of differentiation is not a value
        else:
            args = tuple(inner[arg] for arg in part.args)
        new[part] = part if args == part.args else make(part.op, args, part.value)
    return new[node]


def substitute(node: Node, values: dict[str, Node]) -> Node:
    """The node with variables, given by name, exchanged for expressions."""
    return replace(node, {symbol(name): to for name, to in values.items()})


def walk(node: Node) -> Iterator[Node]:
    """Every node below, once, operands first."""
    yield from topological(node)
