"""What `backprop` says of each node: its local derivatives, and conventions at kinks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dlmath.answer import Notation, Sentence
from dlmath.expression import shapes
from dlmath.expression.decimal_text import decimal_text
from dlmath.expression.derivatives import partial
from dlmath.expression.graph import Node, make, number, replace, symbol, vector
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.maths.calculus.derivatives.kinks import KINKED
from dlmath.maths.networks.backprop_graph import Place, Tape, shares

#: Of a node with more operands than this, the local derivatives are not listed one by one.
_FEW = 4

Value = Any


def shown(value: Value, digits: int = 10) -> str:
    """Exact numbers exactly, others in decimal."""
    if isinstance(value, list):
        return "[" + ", ".join(shown(entry, digits) for entry in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Fraction)):
        return exact_or_decimal(value, digits)
    return decimal_text(value, digits)


#: Exact fractions longer than this are shown in decimal.
_LONGEST = 24


def exact_or_decimal(value: int | Fraction, digits: int) -> str:
    """A short exact number as it is, a long one in decimal."""
    if value.numerator.bit_length() + value.denominator.bit_length() < 3 * _LONGEST:
        return to_text(number(value))
    return decimal_text(value, digits)


def is_exact(value: Value) -> bool:
    """Only exact numbers that are short enough to be shown?"""
    return all(
        isinstance(entry, (int, Fraction))
        and entry.numerator.bit_length() + entry.denominator.bit_length() < 3 * _LONGEST
        for entry in shapes.flatten(value)
    )


def exact_node(value: Value) -> Node:
    """Exact numbers as mathematics."""
    if isinstance(value, list):
        return vector(exact_node(entry) for entry in value)
    return number(value)


def plain_number(value: Value) -> Value:
    """For facts and tables: exact numbers as they are, others as floats."""
    if isinstance(value, list):
        return [plain_number(entry) for entry in value]
    return value if isinstance(value, (bool, int, Fraction)) else float(value)


def cell(value: Value, digits: int) -> Any:
    """For a table: a number, or the text of a vector."""
    if value is None:
        return None
    return shown(value, digits) if isinstance(value, (list, bool)) else plain_number(value)


# --- local derivatives ----------------------------------------------------------------------


def local_words(tape: Tape, index: int, digits: int) -> str:
    """The local derivatives of a node: `dv2/dw = x = 3`, or what it hands down of its adjoint."""
    place = tape.places[index]
    wanted = [at is not None and tape.places[at].active for at in place.operands]
    if not any(wanted) or place.node.op in ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"):
        return ""
    if place.node.op == "piecewise":
        return Notation("1 for the branch taken, 0 for the others")
    values = [v for v in tape.operand_values(place) if v is not None]
    if any(isinstance(value, list) for value in [place.value, *values]):
        return _handed_down(tape, place, wanted)
    if place.node.op == "add":
        return Notation("1 by each operand" if sum(wanted) > 1 else "1")
    names = list(
        dict.fromkeys(
            tape.places[at].name
            for at, need in zip(place.operands, wanted, strict=True)
            if need and at is not None
        )
    )
    if len(names) > _FEW:
        return Notation(f"by each of {len(names)} operands")
    parts = []
    for name in names:
        slope = _local_slope(place, name)
        at = next(
            k for k, p in enumerate(place.operands) if p is not None and tape.places[p].name == name
        )
        value = local_value(tape, index, name)
        text = "" if slope is None or slope.op == "number" else f"{to_text(slope)} = "
        left = f"d{place.name}/d{tape.places[place.operands[at] or 0].name}"
        parts.append(f"{left} = {text}{shown(value, digits)}")
    return Notation("; ".join(parts))


def local_value(tape: Tape, index: int, name: str) -> Value:
    """The local derivative by an operand, over all the places where it stands."""
    place = tape.places[index]
    wanted = [at is not None and tape.places[at].name == name for at in place.operands]
    found = [share for _, share in shares(tape, index, 1, wanted)]
    return tape.algebra.sum_of(found) if found else 0


def _local_slope(place: Place, name: str) -> Node | None:
    """The local derivative in the names of the operands and of the node itself."""
    named = [part.name if part.op == "symbol" else "" for part in place.operation.args]
    if named.count(name) != 1:
        return None
    form = make(place.operation.op, place.operation.args, place.operation.value)
    if form.op != place.operation.op or len(form.args) != len(named):
        return None
    slope = partial(form, named.index(name))
    if slope is None:
        return None
    return tidy(replace(slope, {form: symbol(place.name)}))


# --- vectors and matrices -------------------------------------------------------------------

_VECTOR_RULES: dict[str, Callable[[str, str], str]] = {
    "softmax": lambda x, y: f"{y} .* (G - sum({y} .* G))",
    "log_softmax": lambda x, y: f"G - softmax({x})*sum(G)",
    "logsumexp": lambda x, y: f"G*softmax({x})",
    "mean": lambda x, y: "G/n to each of the n entries",
    "var": lambda x, y: f"2*G*({x} - mean({x}))/n",
    "max": lambda x, y: "G to the largest entry, 0 to the others",
    "min": lambda x, y: "G to the smallest entry, 0 to the others",
    "norm": lambda x, y: f"G*{x}/{y}",
}
_PAIR_RULES: dict[tuple[str, int], str] = {
    ("mse", 0): "2*G*(p - y)/n",
    ("mse", 1): "2*G*(y - p)/n",
    ("mae", 0): "G*sign(p - y)/n",
    ("mae", 1): "G*sign(y - p)/n",
    ("huber", 0): "G*(p - y kept within -delta..delta)/n",
    ("huber", 1): "G*(y - p kept within -delta..delta)/n",
    ("bce", 0): "G*((1 - y)/(1 - p) - y/p)/n",
    ("bce", 1): "G*log((1 - p)/p)/n",
    ("cross_entropy", 0): "-G*y/p",
    ("cross_entropy", 1): "-G*log(p)",
    ("hinge", 0): "-G*y/n where 1 - y*p > 0",
    ("hinge", 1): "-G*p/n where 1 - y*p > 0",
    ("kl_div", 0): "G*(log(p/y) + 1)",
    ("kl_div", 1): "-G*p/y",
}


def _handed_down(tape: Tape, place: Place, wanted: list[bool]) -> str:
    """What of the adjoint G of this node each operand gets."""
    parts = [
        f"to {to_text(operand)}: {_share_text(tape, place, position)}"
        for position, operand in enumerate(place.operation.args)
        if wanted[position]
    ]
    if len(parts) > _FEW:
        return f"to each of {len(parts)} operands its entries of G"
    return "; ".join(parts)


def _share_text(tape: Tape, place: Place, position: int) -> str:
    op = place.node.op
    values = tape.operand_values(place)
    names = [to_text(part) for part in place.operation.args]
    if op == "add":
        alone = not isinstance(values[position], list)
        return "the sum of the entries of G" if alone else "G"
    if op == "vector":
        return f"entry {position + 1} of G"
    if op in ("mul", "dot"):
        return _product_text(names, values, position)
    if op == "pow":
        return "the sum over the factors, each with the others transposed"
    if op in _VECTOR_RULES:
        if len(names) > 1 and op != "norm":
            return f"entry {position + 1} of the gradient of {op}"
        return _VECTOR_RULES[op](names[0], place.name)
    if op in shapes.PAIRED:
        names_of = {"p": names[0], "y": names[1]}
        rule = _PAIR_RULES.get((op, position), "the sum over the entries beyond delta")
        return "".join(names_of.get(c, c) if _alone(rule, k) else c for k, c in enumerate(rule))
    if op in FUNCTIONS and len(names) == 1:
        slope = _local_slope(place, names[0])
        return "G" if slope is None else f"G .* ({to_text(slope)})"
    return f"G times the derivative by {names[position]}, entry by entry"


def _alone(text: str, place: int) -> bool:
    """Is the letter at this place a word by itself?"""
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return not any(c.isalpha() for c in around)


def _product_text(names: list[str], values: list[Value], position: int) -> str:
    tensors = [k for k, value in enumerate(values) if isinstance(value, list)]
    numbers = [names[k] for k in range(len(names)) if k not in tensors and k != position]
    scale = "".join(f"{name}*" for name in numbers)
    if position not in tensors:
        rest = "*".join(names[k] for k in tensors)
        return f"{scale}sum(G .* {rest})"
    if len(tensors) == 1:
        return f"{scale}G" if scale else "G"
    if len(tensors) > 2:
        return "the transposed factors before it times G times those after it"
    left, right = tensors
    rank = len(shapes.shape(values[left])), len(shapes.shape(values[right]))
    first = position == left
    other = names[right if first else left]
    texts = {
        (1, 1): (f"G*{other}", f"G*{other}"),
        (2, 1): (f"outer(G, {other})", f"transpose({other})*G"),
        (1, 2): (f"{other}*G", f"outer({other}, G)"),
        (2, 2): (f"G*transpose({other})", f"transpose({other})*G"),
    }
    return scale + texts[rank][0 if first else 1]


# --- conventions at kinks ---------------------------------------------------------------------


def kink_notes(tape: Tape) -> list[Sentence]:
    """A sentence for each node that stands on a kink or a jump: what slope is used there."""
    notes: list[Sentence] = []
    for place in tape.places:
        if not place.active or place.node.op == "symbol":
            continue
        words = _kink_words(tape, place)
        if words:
            notes.append((place.name, " = ", place.operation, f": {words}"))
    return notes


def _kink_words(tape: Tape, place: Place) -> str:
    op = place.node.op
    values = [value for value in tape.operand_values(place) if value is not None]
    entries = shapes.flatten(values[0]) if values else []
    if op in KINKED:
        places, convention = KINKED[op]
        met = next((entry for entry in entries if entry in places), None)
        if met is not None:
            return (
                f"{op} has a kink at {met}; its derivative there is taken as {convention}, as "
                "frameworks do"
            )
    if op == "elu" and len(values) > 1 and values[1] != 1 and 0 in entries:
        return "elu has a kink at 0; its derivative there is taken as the slope below 0"
    if op in ("sign", "heaviside") and 0 in entries:
        return f"{op} jumps at 0; its derivative is taken as 0"
    if op in ("floor", "ceil") and any(
        tape.algebra.arithmetic.whole(e) is not None for e in entries
    ):
        return f"{op} jumps at whole numbers; its derivative is taken as 0"
    if op in ("max", "min"):
        flat = shapes.flatten(values)
        if sum(1 for entry in flat if entry == place.value) > 1:
            return (
                f"the {op} is taken at several operands; the first one gets all of the slope "
                "(torch and jax give each an equal part)"
            )
    if op == "norm" and place.value == 0:
        return "the norm has a corner at 0; its derivative there is taken as 0"
    if op in ("mae", "hinge"):
        pairs = list(zip(shapes.flatten(values[0]), shapes.flatten(values[1]), strict=True))
        if op == "mae" and any(p == y for p, y in pairs):
            return "|p - y| has a kink where p = y; its derivative there is taken as 0"
        if op == "hinge" and any(tape.algebra.times(p, y) == 1 for p, y in pairs):
            return "the hinge has a kink where y*p = 1; its derivative there is taken as 0"
    return ""
