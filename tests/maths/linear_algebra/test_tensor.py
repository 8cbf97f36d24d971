"""Tensor operations against numpy, and orders of contraction against every order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import FAILED, PASSED, Answer
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra.einsum_order import Orders, total
from dlmath.maths.linear_algebra.einsum_subscripts import read_subscripts
from dlmath.maths.linear_algebra.tensor import tensor
from dlmath.maths.linear_algebra.tensor_checks import against_numpy, entries_in_place, within
from dlmath.maths.linear_algebra.tensor_values import Tensor, read_tensors
from dlmath.settings import DEFAULTS, Settings

quick = settings(max_examples=25, derandomize=True, deadline=None)
shapes = st.lists(st.integers(1, 3), min_size=0, max_size=3).map(tuple)


def node(text: str) -> Node:
    return parse(text).node


def numbers(shape: Sequence[int], seed: int = 1) -> Any:
    return np.random.default_rng(seed).integers(-5, 6, size=tuple(shape))


def ask(operation: str, *operands: Any, steps: bool = False, **options: Any) -> Answer:
    nodes = [
        node(operand if isinstance(operand, str) else str(operand.tolist())) for operand in operands
    ]
    answer = tensor(operation, nodes, Settings(steps=steps), **options)
    assert answer.checks or operation == "show"
    assert all(check.verdict == PASSED for check in answer.checks)
    return answer


def text(answer: Answer) -> str:
    assert isinstance(answer.result, Node)
    return to_text(answer.result)


@pytest.mark.parametrize(
    ("operation", "operands", "options", "expected"),
    [
        ("add", ["[[1, 2], [3, 4]]", "[10, x]"], {}, "[[11, x + 2], [13, x + 4]]"),
        ("multiply", ["[[1], [2]]", "[3, x]"], {}, "[[3, x], [6, 2*x]]"),
        ("multiply", ["1/2", "[[2, 4]]"], {}, "[[1, 2]]"),
        ("outer", ["[1, 2]", "[a, b]"], {}, "[[a, b], [2*a, 2*b]]"),
        ("contract", ["[[1, 2], [3, 4]]", "[5, 6]"], {}, "[17, 39]"),
        ("contract", ["[[1, 2], [3, 4]]", "[5, 6]"], {"axes": "0,0"}, "[23, 34]"),
        ("contract", ["[[a, b], [c, d]]"], {}, "a + d"),
        ("transpose", ["[[1, 2, 3], [4, 5, 6]]"], {}, "[[1, 4], [2, 5], [3, 6]]"),
        ("reshape", ["[1, 2, 3, 4, 5, 6]"], {"shape": "2,-1"}, "[[1, 2, 3], [4, 5, 6]]"),
        ("slice", ["[[1, 2, 3], [4, 5, 6]]"], {"selection": ":,1:"}, "[[2, 3], [5, 6]]"),
        ("slice", ["[[1, 2, 3], [4, 5, 6]]"], {"selection": "..., -1"}, "[3, 6]"),
        ("slice", ["[[1, 2, 3], [4, 5, 6]]"], {"selection": "0,1"}, "2"),
        ("multiply", ["[i, 1]", "[i, 2]"], {}, "[-1, 2]"),
    ],
)
def test_exact_answers(
    operation: str, operands: list[str], options: dict[str, str], expected: str
) -> None:
    assert text(ask(operation, *operands, **options)) == expected


@pytest.mark.parametrize(
    ("subscripts", "operand_shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 2)]),
        ("ij,jk", [(2, 3), (3, 2)]),
        ("ba", [(2, 3)]),
        ("ii->i", [(3, 3)]),
        ("iij->j", [(2, 2, 3)]),
        ("i,j->ji", [(2,), (3,)]),
        ("i,i", [(3,), (3,)]),
        ("ij->", [(2, 3)]),
        ("bij,bjk->bik", [(2, 2, 3), (2, 3, 2)]),
        ("ij,jk,kl->il", [(2, 3), (3, 2), (2, 2)]),
        ("ij,ij,ij->j", [(2, 3)] * 3),
        (",ij->ij", [(), (2, 2)]),
        ("ii,ij,kk->j", [(2, 2), (2, 3), (2, 2)]),
        ("...ij,...jk->...ik", [(2, 2, 3), (2, 3, 2)]),
        ("...ij,jk", [(2, 2, 3), (3, 2)]),
        ("i...,...->i...", [(3, 2, 3), (3,)]),
        ("...i->...", [(2, 3)]),
        ("b...,...a", [(2, 2), (2, 3)]),
    ],
)
def test_einsum_agrees_with_numpy(subscripts: str, operand_shapes: list[tuple[int, ...]]) -> None:
    arrays = [numbers(shape, k) for k, shape in enumerate(operand_shapes)]
    expected = np.einsum(subscripts, *arrays)
    answer = ask("einsum", *arrays, subscripts=subscripts, steps=True)
    assert np.array_equal(answer.value, expected)
    assert answer.facts["shape"] == list(expected.shape)
    assert answer.steps[-1].after is answer.result
    for step in answer.steps:
        if step.before is not None and step.after is not None:
            assert np.allclose(evaluate(node(to_text(step.before))), evaluate(step.after))
    floats = tensor("einsum", [array * 0.5 for array in arrays], subscripts=subscripts)
    assert all(check.verdict == PASSED for check in floats.checks)
    assert np.allclose(floats.value, expected * 0.5 ** len(arrays))


def test_the_index_table_says_what_each_index_does() -> None:
    answer = ask("einsum", numbers((2, 3)), numbers((3, 4)), subscripts="ij,jk->ik")
    assert answer.tables[0].rows == (
        ("i", 2, "A axis 0", "free: axis 0"),
        ("j", 3, "A axis 1, B axis 0", "summed"),
        ("k", 4, "B axis 1", "free: axis 1"),
    )
    assert answer.facts["multiplications"] == 24
    assert (answer.facts["free"], answer.facts["summed"]) == ("ik", "j")


def every_cost(inputs: tuple[str, ...], output: str, sizes: dict[str, int]) -> int:
    """The least cost by trying every sequence of pairs."""
    if len(inputs) == 1:
        return 0
    found = []
    for i, j in combinations(range(len(inputs)), 2):
        others = [part for k, part in enumerate(inputs) if k not in (i, j)]
        needed = set("".join(others)) | set(output)
        union = sorted(set(inputs[i]) | set(inputs[j]))
        joined = "".join(letter for letter in union if letter in needed)
        cost = prod(sizes[letter] for letter in union)
        found.append(cost + every_cost((*others, joined), output, sizes))
    return min(found)


@given(
    st.lists(st.sampled_from(["ij", "jk", "kl", "il", "j", "jl", "ik"]), min_size=3, max_size=5),
    st.lists(st.integers(1, 9), min_size=4, max_size=4),
)
@quick
def test_the_best_order_is_that_of_all_orders(inputs: list[str], lengths: list[int]) -> None:
    sizes = dict(zip("ijkl", lengths, strict=True))
    letters = "".join(inputs)
    output = "".join(letter for letter in "il" if letter in letters)
    orders = Orders(inputs, output, sizes)
    alone = tuple(orders.kept(1 << k) for k in range(len(inputs)))
    assert total(orders.best()) == every_cost(alone, output, sizes)
    assert total(orders.best()) <= total(orders.left_to_right())


def test_three_operands_state_the_best_order() -> None:
    facts = ask(
        "einsum", numbers((2, 3)), numbers((3, 3)), numbers((3,)), subscripts="ij,jk,k->i"
    ).facts
    assert facts["best_order"] == "(A (B C))"
    assert (facts["best_cost"], facts["left_to_right_cost"]) == (9 + 6, 18 + 6)
    assert facts["all_at_once_cost"] == 36


@given(shapes, shapes)
@quick
def test_broadcasting_is_that_of_numpy(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    x, y = numbers(a, 1), numbers(b, 2)
    try:
        expected = x + y
    except ValueError:
        with pytest.raises(InvalidInput, match="do not fit: axis"):
            ask("add", x, y)
        return
    assert np.array_equal(ask("add", x, y).value, expected)
    assert np.array_equal(ask("multiply", x, y).value, x * y)
    for operation in ("add", "multiply"):
        floats = tensor(operation, [np.asarray(x / 2), np.asarray(y / 2)])
        assert np.allclose(floats.value, x / 2 + y / 2 if operation == "add" else x * y / 4)


@given(shapes.filter(bool), st.randoms(use_true_random=False))
@quick
def test_moves_are_those_of_numpy(shape: tuple[int, ...], random: Any) -> None:
    array = numbers(shape, 3)
    axes = list(range(len(shape)))
    random.shuffle(axes)
    for operand in (array, str(array.tolist())):
        given_ = [node(operand)] if isinstance(operand, str) else [operand]
        for operation, options, expected in [
            ("transpose", {"axes": ",".join(map(str, axes))}, array.transpose(axes)),
            ("transpose", {}, array.T),
            ("reshape", {"shape": "-1"}, array.reshape(-1)),
            ("reshape", {"shape": f"1,{array.size}"}, array.reshape(1, -1)),
            ("slice", {"selection": "::-1"}, array[::-1]),
            ("slice", {"selection": "...,-1"}, array[..., -1]),
            ("slice", {"selection": "0"}, array[0]),
        ]:
            answer = tensor(operation, given_, **options)  # type: ignore[arg-type]
            assert np.array_equal(answer.value, expected)
            assert [check.verdict for check in answer.checks] == [PASSED]


def test_show_names_axes_and_size() -> None:
    answer = ask("show", numbers((2, 3, 4)))
    assert (answer.facts["shape"], answer.facts["rank"], answer.facts["size"]) == ([2, 3, 4], 3, 24)
    assert [row[3] for row in answer.tables[0].rows] == [12, 4, 1]
    assert ask("show", "5").facts["rank"] == 0
    shown = tensor("show", [np.ones((5, 2))])
    assert shown.result == "an array of shape (5, 2), float64"


def test_large_arrays_are_shown_by_their_corners_and_kept_whole() -> None:
    array = np.arange(6000.0).reshape(2, 3000)
    answer = tensor("transpose", [array])
    assert answer.result == ("[[0.0, 3000.0], [1.0, 3001.0], ..., [2999.0, 5999.0]] (3000 by 2)")
    assert np.array_equal(answer.value, array.T)
    flat = tensor("reshape", [array], shape="-1")
    assert flat.result == "[0.0, 1.0, ..., 5999.0] (length 6000)"


def test_whole_numbers_of_files_do_not_wrap() -> None:
    large = np.array([2**40, 2**40])
    answer = tensor("einsum", [large, large], subscripts="i,i")
    assert answer.value == pytest.approx(2.0**81)
    assert tensor("multiply", [large, large]).value == pytest.approx([2.0**80] * 2)
    assert tensor("einsum", [np.array([3, 4]), np.array([1, 2])], subscripts="i,i").value == 11


@pytest.mark.parametrize(
    ("operation", "operands", "options", "words"),
    [
        ("add", ["[1, 2, 3]", "[1, 2]"], {}, "axis 0 of the first has size 3"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "ij,jk"}, "2 operands"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "i"}, "(1, 2)"),
        ("einsum", ["[[1, 2]]", "[[1, 2]]"], {"subscripts": "ij,jk"}, "index j is 2"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "ij->k"}, "index k"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "ij->ii"}, "twice"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "i1"}, "letters"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "...i..."}, "dots"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "..i"}, "letters"),
        ("einsum", ["[[1, 2]]"], {"subscripts": "ijk..."}, "3 letters"),
        ("contract", ["[[1, 2]]", "[1, 2, 3]"], {}, "size 2"),
        ("contract", ["[[1, 2]]", "[1, 2]"], {"axes": "5,0"}, "no axis 5"),
        ("transpose", ["[[1, 2]]"], {"axes": "0,0"}, "each of them once"),
        ("reshape", ["[1, 2, 3]"], {"shape": "2,2"}, "do not fill"),
        ("reshape", ["[1, 2, 3]"], {"shape": "-1,-1"}, "only one"),
        ("reshape", ["[1, 2, 3]"], {"shape": "0"}, "from 1 up"),
        ("slice", ["[1, 2, 3]"], {"selection": "3"}, "places 0 to 2"),
        ("slice", ["[1, 2, 3]"], {"selection": "0,0"}, "2 parts"),
        ("slice", ["[1, 2, 3]"], {"selection": "2:1"}, "nothing is left"),
        ("slice", ["[1, 2, 3]"], {"selection": "::0"}, "step"),
        ("slice", ["[1, 2, 3]"], {"selection": "x"}, "not a place"),
        ("slice", ["[1, 2, 3]"], {}, "needs --slice"),
        ("add", ["[1, 2, 3]"], {}, "takes 2 operands"),
        ("add", ["[1]", "[2]"], {"axes": "0"}, "--axes is for"),
        ("show", ["[[1], [2, 3]]"], {}, "row 2 has 2 entries"),
    ],
)
def test_what_does_not_fit_is_named(
    operation: str, operands: list[str], options: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(operation, *operands, **options)
    assert words in caught.value.message


def test_what_would_fit_is_said() -> None:
    with pytest.raises(InvalidInput) as caught:
        ask("add", numbers((2, 3)), numbers((2,)))
    assert caught.value.hint == "the second as a column, of shape (2, 1), would fit"
    with pytest.raises(InvalidInput) as caught:
        ask("einsum", numbers((2, 3)), numbers((4, 3)), subscripts="ij,jk")
    assert caught.value.hint == "axis 1 of that operand has size 3: kj would fit"
    assert (caught.value.start, caught.value.text) == (3, "ij,jk")


def test_exact_work_that_is_too_large_is_refused() -> None:
    long = "[" + "1, " * 399 + "1]"
    with pytest.raises(LimitReached):
        ask("outer", long, long)


def test_a_changed_answer_is_refuted() -> None:
    a, b = read_tensors([node("[[1, 2], [3, 4]]"), node("[[x, 1/3], [7, 8]]")], DEFAULTS)
    assert isinstance(a, Tensor)
    assert isinstance(b, Tensor)
    product = ask("einsum", "[[1, 2], [3, 4]]", "[[x, 1/3], [7, 8]]", subscripts="ij,jk->ik").result
    assert isinstance(product, Node)
    for wrong, expected in [("0", PASSED), ("1/1000", FAILED)]:
        entries = [entry for row in product.args for entry in row.args]
        entries[1] = node(f"{to_text(entries[1])} + {wrong}")
        changed = Tensor((2, 2), tuple(entries))
        assert against_numpy("", [a, b], changed, lambda x, y: x @ y).verdict == expected
    shape = Tensor((4,), a.entries)
    assert against_numpy("", [a], shape, lambda x: x).verdict == FAILED
    moved = Tensor((2, 2), (*a.entries[2:], *a.entries[:2]))
    assert against_numpy("", [a], moved, lambda x: x).verdict == FAILED
    array = numbers((2, 3))
    assert entries_in_place(array, array.T, (3, 2), lambda i: i[::-1]).verdict == PASSED
    assert entries_in_place(array, array.T + 1, (3, 2), lambda i: i[::-1]).verdict == FAILED
    assert within("", array + 0.1, array, np.full((2, 3), 1e-9)).verdict == FAILED


def test_subscripts_are_read_with_spaces() -> None:
    found = read_subscripts(" ij , jk -> ik")
    assert (found.inputs, found.output, found.implied) == (("ij", "jk"), "ik", False)
    assert read_subscripts("ba").written() == "ba->ab"
