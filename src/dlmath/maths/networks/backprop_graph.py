"""The computation graph of `backprop`: every node in order, with its value and its adjoint.

The nodes are those of the typed expression; vectors and matrices are nodes of their own and are
not taken apart. Values are exact where the inputs are and the functions are rational, else they
have `BITS` binary digits. The sweep back is reverse mode (Linnainmaa 1970; Griewank and Walther,
Evaluating Derivatives, 2008, chapter 3): the adjoint of a node is the sum over its uses of the
adjoint of the user times the local derivative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression import shapes
from dlmath.expression.evaluator import LOGIC, RELATIONS, branches, needed_values, run
from dlmath.expression.graph import BINDERS, Node, free_symbols, symbol, topological, unfolded
from dlmath.expression.precise_pass import Pass
from dlmath.expression.text import to_text
from dlmath.maths.networks.backprop_algebra import Algebra
from dlmath.maths.networks.backprop_rules import pull_back

#: Binary digits of values that are not exact. Where one is very small or large, it is compared with
#: the one to half as many: what vanishes as the precision grows is zero (`sin(pi)`).
BITS = 288

#: A number (int, Fraction, mpf), or nested lists of numbers.
Value = Any


@dataclass(slots=True)
class Place:
    """One node of the graph.

    name: `w` of a variable, `v1`, `v2`, ... of the others, in order of evaluation.
    operation: the node with its operands named, as `v1*v2`. operands: for each operand its place
    in the order, or None where it holds no variable. active: does it depend on a variable by
    which is differentiated? uses: for each use the place of the user and its share of the adjoint.
    """

    node: Node
    name: str
    operation: Node
    operands: tuple[int | None, ...]
    value: Value
    active: bool
    adjoint: Value = None
    uses: list[tuple[int, Value]] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, ...]:
        """() for a number, (n,) for a vector, (rows, columns) for a matrix."""
        return shapes.shape(self.value)


@dataclass(slots=True)
class Tape:
    """All places in order of evaluation, the last one is the loss.

    values: of every node, those without variables too.
    """

    places: list[Place]
    values: dict[Node, Value]
    algebra: Algebra

    def operand_values(self, place: Place) -> list[Value]:
        """The operands' values; None for a branch that was not taken."""
        return [self.values.get(part) for part in place.node.args]

    def of_variable(self, name: str) -> Place:
        """The place of a variable."""
        return next(p for p in self.places if p.node.op == "symbol" and p.node.name == name)


def record(root: Node, point: Mapping[str, Node], names: Sequence[str]) -> Tape:
    """Forward and backward.

    point: an expression without variables for each variable of the root, perhaps a vector or a
    matrix; names: by which to differentiate.
    Raises Undefined where the loss or a local derivative has no value, InvalidInput where shapes
    do not fit or the root is not a number, Unsolved where a function has no derivative in the
    language.
    """
    import mpmath

    mp = mpmath.mp
    with mp.workprec(BITS):
        arithmetic = Pass(mp, BITS, None)
        given = _put_in(point, arithmetic)
        values = needed_values(root, given, arithmetic)
        if any(map(_may_vanish, values.values())):
            with mp.workprec(BITS // 2):
                first = Pass(mp, BITS // 2, None)
                needed_values(root, _put_in(point, first), first)
            arithmetic = Pass(mp, BITS, first)
            given = _put_in(point, arithmetic)
            values = needed_values(root, given, arithmetic)
        for name, value in given.items():
            values.setdefault(symbol(name), value)
        _require_number(values[root])
        tape = Tape(_places(root, values, frozenset(names)), values, Algebra(arithmetic))
        _require_value(tape, root)
        _sweep(tape)
    return tape


def _may_vanish(value: Value) -> bool:
    """Is an entry so small or large that it may be a zero or a pole, or is it undefined?"""
    if isinstance(value, list):
        return any(map(_may_vanish, value))
    size = getattr(value, "_mpf_", None)
    if size is None:
        return False
    _, mantissa, exponent, count = size
    return not mantissa or abs(exponent + count) > BITS // 3


def _put_in(point: Mapping[str, Node], arithmetic: Pass) -> dict[str, Value]:
    return {name: run(node, {}, arithmetic) for name, node in point.items()}


def _require_number(value: Value) -> None:
    """Raises InvalidInput where the loss is a vector or a condition."""
    if isinstance(value, bool):
        raise InvalidInput("the loss must be a number, and this is a condition")
    if isinstance(value, list):
        shape = shapes.shape(value)
        size = f"a vector of length {shape[0]}"
        if len(shape) > 1:
            size = "a matrix of " + " by ".join(map(str, shape))
        raise InvalidInput(
            f"the loss must be a number, and this is {size}",
            hint="take mean(...), norm(...) or dot(...) of it; jacobian differentiates vectors",
        )


def _places(root: Node, values: dict[Node, Value], names: frozenset[str]) -> list[Place]:
    prefix = _prefix(free_symbols(root))
    numbered: dict[Node, int] = {}
    places: list[Place] = []
    named: dict[Node, Node] = {}
    count = 0
    for node in topological(root):
        if node not in values or (node is not root and not free_symbols(node)):
            continue
        if node.op in BINDERS or node.op == "derive":
            raise Unsolved(f"{node.op} inside the loss has no value that backprop can follow")
        if node.op == "symbol":
            name, operation = node.name, node
        else:
            count += 1
            name = f"{prefix}{count}"
            operation = unfolded(node.op, (named.get(part, part) for part in node.args))
        operands = tuple(numbered.get(part) for part in node.args)
        active = (
            node.name in names
            if node.op == "symbol"
            else any(place is not None and places[place].active for place in operands)
        )
        numbered[node] = len(places)
        named[node] = symbol(name)
        places.append(Place(node, name, operation, operands, values[node], active))
    return places


def _prefix(taken: frozenset[str]) -> str:
    """A letter for the nodes between, such that no variable has one of their names."""
    for letter in ("v", "n", "u", "node_"):
        if not any(name.startswith(letter) and name[len(letter) :].isdigit() for name in taken):
            return letter
    return "node__"


def _require_value(tape: Tape, root: Node) -> None:
    """Raises Undefined with the first node that has no real value."""
    if _is_real(tape.values[root]):
        return
    for place in tape.places:
        value = tape.values[place.node]
        if not _is_real(value) and place.node.op not in RELATIONS and place.node.op not in LOGIC:
            word = "is not real" if _is_complex(value) else "has no value"
            first = "the prediction comes first, the target second"
            raise Undefined(
                f"undefined at this point: {to_text(place.node)} {word}",
                hint=first if place.node.op in ("cross_entropy", "bce") else None,
            )
    raise Undefined(f"undefined: {to_text(root)}")


def _is_complex(value: Value) -> bool:
    return any(hasattr(entry, "_mpc_") for entry in shapes.flatten(value))


def _is_real(value: Value) -> bool:
    """Finite and real numbers only?"""
    return all(is_finite(entry) for entry in shapes.flatten(value))


def is_finite(value: Value) -> bool:
    """An exact number, or an mpf that is finite?"""
    if isinstance(value, bool) or value is None or hasattr(value, "_mpc_"):
        return False
    import mpmath

    return not hasattr(value, "_mpf_") or bool(mpmath.isfinite(value))


def _sweep(tape: Tape) -> None:
    """Hands adjoints down from the loss to the variables."""
    places, algebra = tape.places, tape.algebra
    places[-1].adjoint = 1
    for index in range(len(places) - 1, -1, -1):
        place = places[index]
        if not place.active:
            continue
        if place.uses:
            place.adjoint = algebra.sum_of([share for _, share in place.uses])
        elif place.adjoint is None:  # it stands in a condition, which has no slope
            if isinstance(place.value, bool):
                continue
            place.adjoint = algebra.zeros(place.value)
        if place.node.op == "symbol" or place.node.op in RELATIONS or place.node.op in LOGIC:
            continue
        hand_down(tape, index)


def hand_down(tape: Tape, index: int) -> None:
    """Gives this node's share to the adjoints of its operands. Raises Undefined."""
    place = tape.places[index]
    wanted = [at is not None and tape.places[at].active for at in place.operands]
    for position, share in shares(tape, index, place.adjoint, wanted):
        at = place.operands[position]
        assert at is not None
        tape.places[at].uses.append((index, share))


def shares(
    tape: Tape, index: int, adjoint: Value, wanted: Sequence[bool]
) -> list[tuple[int, Value]]:
    """(operand, its share of an adjoint) for the operands wanted. Raises Undefined, Unsolved."""
    place = tape.places[index]
    if place.node.op == "piecewise":
        taken = _branch_taken(place.node, tape.values)
        return [(k, adjoint) for k in range(len(wanted)) if wanted[k] and k == taken]
    found = pull_back(
        place.node, tape.operand_values(place), place.value, adjoint, wanted, tape.algebra
    )
    for position, share in found:
        if not _is_real(share):
            operand = to_text(place.operation.args[position])
            raise Undefined(
                f"the derivative of {to_text(place.operation)} by {operand} has no value here"
                + _where(tape, place)
            )
    return found


def _where(tape: Tape, place: Place) -> str:
    """`: v1 = 0` for the operands of the node; nothing where they are vectors."""
    from dlmath.expression.decimal_text import decimal_text

    used = [tape.places[at] for at in place.operands if at is not None]
    if any(isinstance(other.value, (list, bool)) for other in used):
        return ""
    told = dict.fromkeys(
        f"{other.name} = {to_text(other.node)} = {decimal_text(other.value)}"
        if other.node.op != "symbol"
        else f"{other.name} = {decimal_text(other.value)}"
        for other in used
    )
    return ": " + ", ".join(told)


def _branch_taken(node: Node, values: dict[Node, Value]) -> int | None:
    for position, (_, condition) in enumerate(branches(node)):
        if condition.op == "true" or values.get(condition) is True:
            return 2 * position
    return None
