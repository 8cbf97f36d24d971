"""Every concept card: its formulas hold, its example runs, its links lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlmath.answer import UNAVAILABLE, Answer, Section
from dlmath.checks.values import compare_values, sample_points
from dlmath.cli.app import COMMANDS
from dlmath.cli.explain import run_line
from dlmath.errors import LimitReached
from dlmath.expression.elements import expand_vectors, shape_of
from dlmath.expression.graph import free_symbols
from dlmath.expression.parser import parse, parse_assumptions
from dlmath.expression.text import to_text
from dlmath.maths.concepts.cards import SUBJECTS, Card, cards, plain, reading, sentence
from dlmath.maths.concepts.explain import explain, listing
from dlmath.maths.concepts.search import normal
from dlmath.maths.operations import carry_out
from dlmath.render.rich import render
from dlmath.settings import Settings

CARDS = list(cards().values())
FORMULAS = [(card, formula) for card in CARDS for formula in card.formulas]
QUICK = Settings(check=False)


@pytest.fixture(autouse=True)
def _plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples are read as the command line reads them, whatever stands in the environment."""
    monkeypatch.delenv("DLMATH_FORMAT", raising=False)


def test_there_are_cards_of_every_subject() -> None:
    assert len(CARDS) >= 60
    assert {card.subject for card in CARDS} == set(SUBJECTS.values())


@pytest.mark.parametrize(
    ("card", "formula"), FORMULAS, ids=lambda part: getattr(part, "title", part)
)
def test_formulas_hold(card: Card, formula: str) -> None:
    """By numbers, at points that honour what the card assumes."""
    equation = parse(formula, equation=True).node
    assert equation.op == "eq"
    assert to_text(equation.args[0]) != to_text(equation.args[1]), "it says nothing"
    left, right = (expand_vectors(carry_out(side, QUICK)) for side in equation.args)
    assert shape_of(left) == shape_of(right)
    names = sorted(free_symbols(left) | free_symbols(right))
    assumed = parse_assumptions(card.assume) if card.assume else {}
    points = sample_points(names, assumed, 6) if names else [{}]
    found = compare_values(left, right, points, digits=20, seconds=10)
    assert found.different is None
    assert found.agreed >= min(2, len(points))


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_the_example_runs_when_the_card_is_shown(card: Card) -> None:
    answer = explain(card.title, run_line, Settings(plot=True))
    example = answer.facts["example"]
    assert example["status"] in ("answered", "does_not_exist", "diverges")
    assert example["answer"]
    assert answer.picture is not None or not card.picture
    assert not answer.notes


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_texts_and_links(card: Card) -> None:
    for text in (*card.text.split("\n\n"), *card.mistakes):
        assert plain(sentence(text)).strip()
        assert text.rstrip().endswith("."), text
    assert card.mistakes
    assert card.reading
    assert all(map(reading, card.reading))
    assert card.related and set(card.related) <= set(cards()) - {card.title}
    assert card.commands and set(card.commands) <= set(COMMANDS)
    # Signs that a terminal without Unicode may lack stand in rules only.
    assert card.text.isascii()


def test_a_name_leads_to_one_card() -> None:
    found: dict[str, str] = {}
    for card in CARDS:
        for name in card.called:
            assert found.setdefault(normal(name), card.title) == card.title, name


def test_the_working_and_the_check_are_those_of_the_example() -> None:
    answer = explain("derivative", run_line, Settings(steps=True))
    shown = next(section for section in answer.sections if section.title == "Example").parts[0]
    assert shown.answer.steps
    assert all(check.verdict != UNAVAILABLE for check in shown.answer.checks)
    unchecked = explain("derivative", run_line, Settings(check=False))
    shown = next(section for section in unchecked.sections if section.title == "Example").parts[0]
    assert not shown.answer.checks


def test_a_card_is_shown_without_its_example() -> None:
    def run(line: str, options: list[str]) -> Answer:
        raise LimitReached("the time is up")

    answer = explain("derivative", run)
    assert answer.facts["example"]["status"] == "limit_reached"
    assert answer.notes == [("the example gives no answer here: the time is up",)]
    assert "the time is up" in render(answer, 40)


def test_the_list_holds_every_card() -> None:
    answer = listing()
    assert answer.result == tuple(cards())
    assert [section.title for section in answer.sections] == list(SUBJECTS.values())
    assert isinstance(answer.sections[0], Section)
    assert sum(map(len, answer.facts["subjects"].values())) == len(CARDS)


def test_cards_are_files_of_the_package() -> None:
    """They stand beside the code, so that a wheel holds them."""
    import dlmath

    folder = Path(dlmath.__file__).parent / "concepts"
    found = {path.name for path in folder.iterdir()}
    assert found == {f"{name}.toml" for name in SUBJECTS} | {"books.toml"}
