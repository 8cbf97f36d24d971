"""`explain`: a concept as a card, the cards that fit some words, or the list of all."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.answer import Answer, Example, Notation, Section, Sentence
from dlmath.errors import DlmathError, InvalidInput
from dlmath.expression.parser import parse
from dlmath.maths.concepts.cards import SUBJECTS, Card, cards, plain, reading, sentence
from dlmath.maths.concepts.search import search
from dlmath.settings import DEFAULTS, Settings

#: Carries out a command line with further options, `["--steps"]`.
Run = Callable[[str, list[str]], Answer]


def explain(term: str, run: Run, settings: Settings = DEFAULTS) -> Answer:
    """The card of a term; where several fit its words, the list of them.

    run: carries out the example, which is computed when the card is shown.
    Facts of a card: `title`, `subject`, `other_names`, `definition`, `rules`, `formulas`,
    `example` (`command`, `answer`, `status`), `mistakes`, `commands`, `related`, `reading`; of a
    list: `matches`. Raises InvalidInput for a term that is in no card.
    """
    found = search(term, cards().values())
    if not found.cards:
        raise InvalidInput(
            f"there is no card for {_shown(term)}",
            hint=f"did you mean {' or '.join(found.close)}?"
            if found.close
            else "dlmath explain lists the concepts",
        )
    if not found.named:
        return _matches(term, found.cards)
    answer = _card(found.cards[0], run, settings)
    if not found.exact:
        title = found.cards[0].title
        answer.notes.append((f"no card is called {_shown(term)}; this is the one of {title}",))
    return answer


def listing() -> Answer:
    """Every concept, by subject. Fact: `subjects`, heading to titles."""
    subjects: dict[str, list[str]] = {heading: [] for heading in SUBJECTS.values()}
    for card in cards().values():
        subjects[card.subject].append(card.title)
    answer = Answer("explain", ("concepts",), tuple(cards()))
    answer.facts["subjects"] = subjects
    answer.sections = [Section(name, ((", ".join(of),),)) for name, of in subjects.items()]
    return answer


def _matches(term: str, matches: tuple[Card, ...]) -> Answer:
    titles = [card.title for card in matches]
    answer = Answer("explain", (f"cards for {_shown(term)}",), tuple(titles))
    answer.facts["matches"] = titles
    items = tuple((f"{card.title}: ", *sentence(card.summary)) for card in matches)
    answer.sections = [Section("Best matches", items, listed=True)]
    return answer


def _card(card: Card, run: Run, settings: Settings) -> Answer:
    definition = [sentence(paragraph) for paragraph in card.text.split("\n\n")]
    rules = [Notation(rule) for rule in card.rules]
    formulas = [parse(formula, equation=True).node for formula in card.formulas]
    short = " ".join(map(plain, definition))
    answer = Answer("explain", (card.title,), (short, *rules, *formulas))
    example = _example(card, run, settings, answer)
    mistakes = [sentence(mistake) for mistake in card.mistakes]
    books = [reading(book) for book in card.reading]
    answer.facts = {
        "title": card.title,
        "subject": card.subject,
        "other_names": list(card.names),
        "definition": short,
        "rules": list(card.rules),
        "formulas": formulas,
        "example": {
            "command": f"dlmath {card.example}",
            "answer": str(example),
            "status": example.status,
        },
        "mistakes": [plain(mistake) for mistake in mistakes],
        "commands": list(card.commands),
        "related": list(card.related),
        "reading": books,
    }
    also: list[Sentence] = [("also called: " + ", ".join(card.names),)] if card.names else []
    mathematics: list[Sentence] = [*((rule,) for rule in rules), *((part,) for part in formulas)]
    answer.sections = [
        Section("", (*definition, *also)),
        Section("Formulas", tuple(mathematics)),
        Section("Example", (Example(card.example, example),)),
        Section("Common mistakes", tuple(mistakes), listed=True),
        Section("Commands", ((", ".join(card.commands),),)),
        Section("Related", ((", ".join(card.related),),)),
        Section("Read on", tuple((book,) for book in books), listed=True),
    ]
    return answer


def _example(card: Card, run: Run, settings: Settings, answer: Answer) -> Answer:
    """The example, computed now; its picture becomes the card's."""
    asked = {"--steps": settings.steps, "--no-check": not settings.check}
    options = [option for option, wanted in asked.items() if wanted]
    drawing = ["--plot"] if settings.plot else []
    try:
        example = run(card.example, [*options, *([] if card.picture else drawing)])
        answer.picture, example.picture = example.picture, None
        if drawing and card.picture:
            answer.picture = run(card.picture, drawing).picture
    except DlmathError as error:  # the card is worth reading all the same
        answer.notes.append((f"the example gives no answer here: {error.message}",))
        return Answer("explain", status=error.status, error={"message": error.message})
    return example


def _shown(term: str) -> str:
    return f'"{term if len(term) <= 60 else term[:57] + "..."}"'
