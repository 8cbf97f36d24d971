"""Which card a term leads to."""

from __future__ import annotations

import pytest

from dlmath.maths.concepts.cards import cards
from dlmath.maths.concepts.search import normal, search


def titles(term: str) -> list[str]:
    return [card.title for card in search(term, cards().values()).cards]


@pytest.mark.parametrize(
    ("term", "title"),
    [
        ("gradient", "gradient"),
        ("Gradients", "gradient"),
        ("CHAIN RULE", "chain rule"),
        ("  chain   rule ", "chain rule"),
        ("inner product", "dot product"),
        ("eigenvectors", "eigenvalue"),
        ("eigen vector", "eigenvalue"),
        ("Bayes theorem", "Bayes' rule"),
        ("bayes’ rule", "Bayes' rule"),
        ("what is a gradient", "gradient"),
        ("SVD", "singular value decomposition"),
        ("cross entropy", "cross-entropy"),
        ("attention", "attention score"),
        ("matrices", "matrix"),
    ],
)
def test_names(term: str, title: str) -> None:
    found = search(term, cards().values())
    assert found.exact
    assert [card.title for card in found.cards] == [title]


@pytest.mark.parametrize(
    ("term", "title"),
    [
        ("jacobain", "Jacobian"),
        ("sofmax", "softmax"),
        ("determinent", "determinant"),
        ("gausian distribution", "normal distribution"),
        ("newton", "Newton's method"),
        ("backpropogation", "backpropagation"),
    ],
)
def test_misspelt_names(term: str, title: str) -> None:
    found = search(term, cards().values())
    assert not found.exact
    assert [card.title for card in found.cards] == [title]


@pytest.mark.parametrize(
    ("term", "among"),
    [
        ("derivative of softmax", {"derivative", "softmax"}),
        ("softmax vs sigmoid", {"softmax", "sigmoid"}),
        ("gradient of a matrix", {"gradient", "matrix"}),
        ("derivitive of softmax", {"derivative", "softmax"}),
        ("derive", {"derivative"}),
    ],
)
def test_words(term: str, among: set[str]) -> None:
    found = titles(term)
    assert among <= set(found[:4])
    assert len(found) <= 8


@pytest.mark.parametrize("term", ["euler", "median"])
def test_a_word_of_a_text_is_no_name(term: str) -> None:
    """A card that only mentions it is in a list; a word that is spelt alike is another one."""
    assert not search(term, cards().values()).named


@pytest.mark.parametrize("term", ["quaternion", "the", "x", "[", "\x1b[31m", "?" * 500])
def test_terms_of_no_card(term: str) -> None:
    assert titles(term) == []


def test_something_like_it_is_mentioned() -> None:
    assert search("gauss", cards().values()).close == ("normal distribution",)


def test_singular_forms() -> None:
    assert normal("Loss functions") == "loss function"
    assert normal("bias") == "bias"
    assert normal("Newton's method") == "newton method"
