"""Which card is meant: by its name, by a misspelt name, or by words that occur in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple

from dlmath.maths.concepts.cards import Card

#: How alike a misspelt name must be to a known one, from 0 to 1.
_ALIKE = 0.82

#: So alike, it is only mentioned.
_DISTANTLY = 0.7

#: Matches that are shown.
_MATCHES_MOST = 8

#: What a word of the question is worth, by where it stands.
_IN_TITLE, _IN_NAMES, _IN_COMMANDS, _IN_SUMMARY, _IN_TEXT = 8, 6, 3, 2, 1

_WORD = re.compile(r"[^\W_]+")

#: Words that say nothing of a subject.
_EMPTY = frozenset(
    "a an and are as at by does do for from how in is it its of on or the to versus vs what why "
    "with when which".split()
)


class Found(NamedTuple):
    """What was found for a term.

    cards: the best first. exact: is the first one meant by its own name? named: or by a name that
    is misspelt or left unfinished, and not by words of its text? close: names that are spelt like
    the term, where nothing was found.
    """

    cards: tuple[Card, ...]
    exact: bool = False
    named: bool = False
    close: tuple[str, ...] = ()


def search(term: str, known: Iterable[Card]) -> Found:
    """The cards for a term."""
    every = list(known)
    names = {normal(name): card for card in reversed(every) for name in reversed(card.called)}
    names |= {normal(card.title): card for card in every}
    wanted = normal(term)
    compact = {name.replace(" ", ""): card for name, card in names.items()}
    for spelling in (wanted, _telling(wanted)):
        if spelling in names or spelling.replace(" ", "") in compact:
            found = names.get(spelling) or compact[spelling.replace(" ", "")]
            return Found((found,), exact=True, named=True)
    close = get_close_matches(wanted, names, n=5, cutoff=_ALIKE)
    if close and (" " in wanted) <= (" " in close[0]) and not _misses_a_word(wanted, names):
        return Found((names[close[0]],), named=True)
    matches, named = _by_words(wanted, every)
    if matches:
        return Found(matches, named=named)
    alike = [name for name in names if name[0] == wanted[:1]]
    distant = get_close_matches(wanted, alike, n=3, cutoff=_DISTANTLY)
    return Found((), close=tuple(dict.fromkeys(names[name].title for name in distant)))


def normal(name: str) -> str:
    """A name as it is compared: small letters, single blanks, the singular."""
    words = _WORD.findall(name.casefold().replace("'s", "").replace("’s", ""))
    return " ".join(map(_singular, words))


def _singular(word: str) -> str:
    """`gradients` as `gradient`; the same form for `matrices` and `matrix`."""
    if word in ("matrices", "matrixes"):
        return "matrix"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        return word[:-1]
    return word


def _telling(wanted: str) -> str:
    """Without words that say nothing of a subject."""
    return " ".join(word for word in wanted.split() if word not in _EMPTY)


def _misses_a_word(wanted: str, names: Iterable[str]) -> bool:
    """Is the term made of words that are all spelt right, so that no name is misspelt?"""
    spelt = {word for name in names for word in name.split()}
    words = _telling(wanted).split()
    return len(words) > 1 and all(word in spelt for word in words)


def _by_words(wanted: str, every: list[Card]) -> tuple[tuple[Card, ...], bool]:
    """The cards in which the words of the term occur, those with most of them first.

    And: is there just one, with all of them in its names?
    """
    words = [word for word in _telling(wanted).split() if len(word) > 1]
    spelt = {word for card in every for name in card.called for word in normal(name).split()}
    words = [_corrected(word, spelt) for word in words]
    ranked = []
    for place, card in enumerate(every):
        worths = [_worth(word, card) for word in words]
        if any(worths):
            alike = SequenceMatcher(None, wanted, normal(card.title)).ratio()
            named = set(normal(card.title).split()) <= set(words)
            rank = (named, sum(map(bool, worths)), sum(worths), alike)
            ranked.append((rank, -place, card))
    if not ranked:
        return (), False
    ranked.sort(reverse=True, key=lambda entry: entry[:2])
    most = max(rank[1] for rank, _, _ in ranked)
    # A card that only mentions one of several words is worth showing when nothing has them all.
    kept = [c for rank, _, c in ranked if rank[1] == most or rank[2] >= _IN_NAMES]
    named = len(kept) == 1 and ranked[0][0][2] >= _IN_NAMES * len(words)
    return tuple(kept[:_MATCHES_MOST]), named


def _corrected(word: str, spelt: set[str]) -> str:
    if word in spelt or len(word) < 5:
        return word
    close = get_close_matches(word, spelt, n=1, cutoff=_ALIKE)
    return close[0] if close else word


def _worth(word: str, card: Card) -> int:
    for text, worth in (
        (card.title, _IN_TITLE),
        (" ".join(card.called), _IN_NAMES),
        (" ".join(card.commands), _IN_COMMANDS),
        (card.summary, _IN_SUMMARY),
        (card.text, _IN_TEXT),
    ):
        if word in normal(text).split():
            return worth
    return 0
