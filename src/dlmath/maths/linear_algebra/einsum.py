"""Sums of products of entries, by subscripts: the engine of `einsum`, `contract` and `outer`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer, Check, Step
from dlmath.errors import LimitReached
from dlmath.expression.graph import Node, add, mul, number, unfolded
from dlmath.maths.linear_algebra.einsum_order import Join, Orders, order_text, total
from dlmath.maths.linear_algebra.einsum_subscripts import Subscripts, index_table, sizes_of
from dlmath.maths.linear_algebra.tensor_checks import against_numpy, within
from dlmath.maths.linear_algebra.tensor_values import (
    Shape,
    Tensor,
    answer_of,
    indices,
    is_rational,
    question_of,
    require_size,
)
from dlmath.maths.linear_algebra.vector_scalars import clean
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Exact products are formed up to so many.
PRODUCTS_MOST = 2_000_000

#: The sums of an answer are written out up to so many terms.
SHOWN_TERMS = 64

#: Floats are multiplied a second time, without an order, up to so many multiplications.
_DIRECT_MOST = 20_000_000

_EPS = 2.0**-52


def einsum(
    subscripts: Subscripts,
    operands: list[Tensor] | list[Array],
    settings: Settings,
    *,
    name: str = "einsum",
) -> Answer:
    """The sum over the indices that are not in the result of the products of entries.

    Facts: `subscripts`, `multiplications` (of the order taken), and for three or more operands
    `best_order`, `best_cost`, `left_to_right_cost`, `all_at_once_cost`. Table: the indices.
    Raises InvalidInput where shapes and subscripts do not fit, LimitReached where
    exact work is too large.
    """
    sizes = sizes_of(subscripts, [operand.shape for operand in operands])
    orders = Orders(subscripts.inputs, subscripts.output, sizes)
    joins = orders.best()
    exact = [operand for operand in operands if isinstance(operand, Tensor)]
    arrays = [operand for operand in operands if not isinstance(operand, Tensor)]
    steps: list[Step] = []
    if exact:
        _require_reasonable(joins, orders, sizes)
        result: Any = _contracted(exact, joins, orders, steps)
    else:
        result = _contracted_arrays(arrays, joins, orders)
    question = question_of(
        f"{name} {subscripts.written()} of" if name == "einsum" else name, operands
    )
    answer = answer_of(question, result, settings)
    _add_facts(answer, subscripts, orders, joins)
    answer.tables.append(index_table(subscripts, sizes))
    if subscripts.implied and name == "einsum":
        answer.notes.append(
            (f"without ->, the indices that occur once are kept, in order: {subscripts.written()}",)
        )
    if exact and settings.steps:
        answer.steps = _with_sums(steps, exact, subscripts, sizes, result)
    if exact and settings.check:
        answer.checks = [_check_exact(subscripts, exact, result)]
    elif settings.check:
        answer.checks = [_check_arrays(subscripts, arrays, result, orders, answer)]
    return answer


def _require_reasonable(joins: list[Join], orders: Orders, sizes: dict[str, int]) -> None:
    shape = tuple(sizes[letter] for letter in orders.output)
    require_size(shape)
    most = max([total(joins), *(prod(sizes[k] for k in set(part)) for part in orders.inputs)])
    if most > PRODUCTS_MOST:
        raise LimitReached(
            f"{most} exact products are too many: at most {PRODUCTS_MOST}",
            hint="put the operands in .npy files",
        )


def _add_facts(answer: Answer, subscripts: Subscripts, orders: Orders, joins: list[Join]) -> None:
    answer.facts["subscripts"] = subscripts.written()
    answer.facts["free"] = subscripts.output
    answer.facts["summed"] = subscripts.summed
    answer.facts["multiplications"] = total(joins)
    if len(subscripts.inputs) > 2:
        answer.facts.update(
            best_order=order_text(joins, len(subscripts.inputs)),
            best_cost=total(joins),
            left_to_right_cost=total(orders.left_to_right()),
            all_at_once_cost=orders.all_at_once(),
        )


# --- exact -----------------------------------------------------------------------------------


def summed_products(
    inputs: Sequence[str], tensors: Sequence[Tensor], output: str, sizes: dict[str, int]
) -> Tensor:
    """Each entry of the output: the sum, over all other indices, of the products of entries."""
    rational = all(map(is_rational, tensors))
    flat: list[list[Any]] = [
        [entry.number for entry in tensor.entries] if rational else list(tensor.entries)
        for tensor in tensors
    ]
    shape = tuple(sizes[letter] for letter in output)
    summed = [letter for letter in dict.fromkeys("".join(inputs)) if letter not in output]
    free_strides = [
        _strides(letters, t.shape, output) for letters, t in zip(inputs, tensors, strict=True)
    ]
    sum_strides = [
        _strides(letters, t.shape, summed) for letters, t in zip(inputs, tensors, strict=True)
    ]
    ranges = [range(sizes[letter]) for letter in summed]
    # Where in each operand the terms of a sum lie, relative to its first.
    offsets = [
        tuple(sum(map(_times, index, strides)) for strides in sum_strides)
        for index in product(*ranges)
    ]
    entries = []
    for index in indices(shape):
        starts = [sum(map(_times, index, strides)) for strides in free_strides]
        terms = (
            [values[s + o] for values, s, o in zip(flat, starts, offset, strict=True)]
            for offset in offsets
        )
        if rational:
            entries.append(number(sum(map(prod, terms))))
        else:
            entries.append(clean(add(*(mul(*factors) for factors in terms))))
    return Tensor(shape, tuple(entries))


def _times(a: int, b: int) -> int:
    return a * b


def _strides(letters: str, shape: Shape, wanted: Sequence[str]) -> list[int]:
    """How far each wanted index moves in the row-major entries; a repeated one moves by the sum."""
    steps: dict[str, int] = {}
    stride = 1
    for letter, length in zip(reversed(letters), reversed(shape), strict=True):
        steps[letter] = steps.get(letter, 0) + stride
        stride *= length
    return [steps.get(letter, 0) for letter in wanted]


def _contracted(
    operands: list[Tensor], joins: list[Join], orders: Orders, steps: list[Step]
) -> Tensor:
    """The result, pair by pair in the order of the joins; each adds a step."""
    groups: dict[tuple[int, ...], Tensor] = {}
    for k, (letters, tensor) in enumerate(zip(orders.inputs, operands, strict=True)):
        kept = orders.kept(1 << k)
        groups[(k,)] = tensor
        if kept != letters:
            groups[(k,)] = summed_products([letters], [tensor], kept, orders.sizes)
            words = f"{_named((k,))} alone: {letters}->{kept}{_over(letters, kept)}"
            steps.append(Step("one operand", (words,), None, groups[(k,)].node))
    for join in joins:
        pair = [groups[join.left], groups[join.right]]
        inputs = [join.left_letters, join.right_letters]
        found = summed_products(inputs, pair, join.output, orders.sizes)
        groups[tuple(sorted((*join.left, *join.right)))] = found
        words = (
            f"{_named(join.left)} and {_named(join.right)}: {','.join(inputs)}->{join.output}"
            f"{_over(''.join(inputs), join.output)}, {join.multiplications} multiplications"
        )
        steps.append(Step("contract", (words,), None, found.node))
    return groups[tuple(range(len(operands)))]


def _named(group: tuple[int, ...]) -> str:
    return "".join(chr(ord("A") + k) for k in group)


def _over(letters: str, kept: str) -> str:
    gone = [letter for letter in dict.fromkeys(letters) if letter not in kept]
    return f", summed over {', '.join(gone)}" if gone else ""


def _with_sums(
    steps: list[Step],
    operands: list[Tensor],
    subscripts: Subscripts,
    sizes: dict[str, int],
    result: Tensor,
) -> list[Step]:
    """The steps; with at most two operands and few terms, the sums themselves as the last."""
    terms = prod(sizes.values())
    if len(operands) > 2 or terms > SHOWN_TERMS:
        return steps or [Step("einsum", ("each entry is kept",), None, result.node)]
    written = _written(operands, subscripts, sizes)
    words = "each entry is its sum of products"
    if not subscripts.summed:
        words = "each entry is its product" if len(operands) == 2 else "each entry in its new place"
    return [Step("sum of products", (words,), written, result.node)]


def _written(operands: list[Tensor], subscripts: Subscripts, sizes: dict[str, int]) -> Node:
    """The result with its sums of products left as they are."""
    summed = subscripts.summed
    shape = tuple(sizes[letter] for letter in subscripts.output)
    entries = []
    for index in indices(shape):
        at = dict(zip(subscripts.output, index, strict=True))
        terms = []
        for inner in product(*(range(sizes[letter]) for letter in summed)):
            at.update(zip(summed, inner, strict=True))
            factors = [
                tensor.at(tuple(at[letter] for letter in letters))
                for letters, tensor in zip(subscripts.inputs, operands, strict=True)
            ]
            terms.append(unfolded("mul", factors) if len(factors) > 1 else factors[0])
        entries.append(unfolded("add", terms) if len(terms) > 1 else terms[0])
    return Tensor(shape, tuple(entries)).node


def _check_exact(subscripts: Subscripts, operands: list[Tensor], result: Tensor) -> Check:
    import numpy as np

    text = subscripts.written()
    return against_numpy("numpy.einsum", operands, result, lambda *arrays: np.einsum(text, *arrays))


# --- arrays ----------------------------------------------------------------------------------


def _contracted_arrays(operands: list[Array], joins: list[Join], orders: Orders) -> Array:
    import numpy as np

    arrays = _safe(operands, orders)
    groups: dict[tuple[int, ...], Array] = {}
    for k, (letters, array) in enumerate(zip(orders.inputs, arrays, strict=True)):
        kept = orders.kept(1 << k)
        groups[(k,)] = array if kept == letters else np.einsum(f"{letters}->{kept}", array)
    for join in joins:
        text = f"{join.left_letters},{join.right_letters}->{join.output}"
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.einsum(text, groups[join.left], groups[join.right], optimize=True)
        groups[tuple(sorted((*join.left, *join.right)))] = found
    return np.asarray(groups[tuple(range(len(operands)))])


def _safe(operands: list[Array], orders: Orders) -> list[Array]:
    """Whole numbers stay so where no sum of products can leave the 64 bits, else become floats."""
    import numpy as np

    if all(a.dtype.kind == "i" for a in operands):
        largest = prod(max(int(a.max()), -int(a.min())) for a in operands)
        if largest * prod(orders.sizes.values()) < 2**62:
            return operands
    return [a.astype(np.float64) if a.dtype.kind == "i" else a for a in operands]


def _check_arrays(
    subscripts: Subscripts, operands: list[Array], result: Array, orders: Orders, answer: Answer
) -> Check:
    """numpy's own loop over all indices; for much work both sides summed with random signs.

    The error of a sum of n products is at most (n + k)*eps times the sum of their sizes (N. J.
    Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
    """
    import numpy as np

    arrays = _safe(operands, orders)
    text = subscripts.written()
    terms = prod(orders.sizes[letter] for letter in subscripts.summed) + 4 * len(operands)
    absolute = [np.abs(a).astype(np.float64) for a in arrays]
    sizes = np.einsum(text, *absolute, optimize=True)
    bound = terms * _EPS * sizes + 1e-300
    whole = arrays[0].dtype.kind == "i"
    moved = len(operands) == 1 and not subscripts.summed
    answer.facts["error"] = 0.0 if whole or moved else float(np.max(bound))
    if orders.all_at_once() <= _DIRECT_MOST:
        expected = np.asarray(np.einsum(text, *arrays, optimize=False))
        return within("numpy's loop over all indices", result, expected, 2 * bound)
    signs = [
        np.random.default_rng(k).choice([-1.0, 1.0], size=orders.sizes[letter])
        for k, letter in enumerate(subscripts.output)
    ]
    weighted = ",".join([*subscripts.inputs, *subscripts.output]) + "->"
    expected = np.asarray(np.einsum(weighted, *arrays, *signs, optimize="greedy"))
    summing = ",".join([subscripts.output, *subscripts.output]) + "->"
    found = np.asarray(np.einsum(summing, result, *signs, optimize="greedy"))
    room = np.asarray((terms + result.size**0.5 + 100) * _EPS * float(np.sum(sizes)))
    return within("both sides summed with random signs", found, expected, room)
