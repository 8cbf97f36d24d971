"""From characters to tokens: the words of the expression language.

A token keeps its place in the text, so that every error can point at it. Characters outside the
language are refused here, by `expression.characters`, before anything is read further.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import NamedTuple, NoReturn

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.vocabulary import GREEK

#: One expression may be this long (characters).
MAX_LENGTH = 200_000
#: A number may be written with this many digits: more than the graph's FOLD_BITS ever makes.
MAX_DIGITS = 40_000
#: Brackets, calls, powers and bars may be nested this deeply.
MAX_DEPTH = 200
#: The power of ten in `1e400` may be this large, either way.
MAX_EXPONENT = 10_000

#: The numbers of one expression may have this many digits together, zeros of `1e400` counted.
MAX_DIGITS_TOGETHER = 600_000

#: Python refuses to convert longer whole numbers to and from text unless told otherwise.
_PYTHON_DIGITS = 4_000

#: Kinds of token that are not operators; an operator's kind is its canonical spelling.
NUMBER = "number"
NAME = "name"
SUPERSCRIPT = "superscript"
END = "end"


class Token(NamedTuple):
    """One word. kind: NUMBER, NAME, SUPERSCRIPT, END or the operator; text: canonical spelling;
    start, end: its place in the input; value: of a NUMBER, or the exponent of a SUPERSCRIPT."""

    kind: str
    text: str
    start: int
    end: int
    value: int | Fraction = 0


#: Operators with other spellings.
_OPERATORS = {
    "**": "^",
    "·": "*",
    "⋅": "*",
    "×": "*",
    "÷": "/",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}

_WORDS = frozenset({"and", "or", "not"})

_FRACTIONS = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
    "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8),
    "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

#: Space, tab, line ends, and the Unicode spaces that only have another width.
_SPACES = " \t\n\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

_TOKEN = re.compile(
    rf"""[{_SPACES}]*(?:
    (?P<name>[A-Za-z][A-Za-z0-9_]*[₀-₉]*)
    |(?P<op>\*\*|//|<=|>=|==|!=|\.\.+|[-+*/^()\[\],;|!<>=√·⋅×÷−≤≥≠])
    |(?P<number>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<greek>[{"".join(GREEK)}∞](?:_[A-Za-z0-9]+|[0-9]+|[₀-₉]+)?)
    |(?P<superscript>[⁺⁻]?[⁰¹²³⁴-⁹]+)
    |(?P<fraction>[{"".join(_FRACTIONS)}])
    |(?P<end>\Z)
    )""",
    re.VERBOSE,
)


@contextmanager
def any_digits() -> Iterator[None]:
    """Inside, whole numbers of any length convert to and from text."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


def tokenize(text: str) -> list[Token]:
    """The tokens of the text; the last one has kind END.

    Raises InvalidInput for a character or a number that the language does not have, LimitReached
    for a text or a number that is too long.
    """
    if len(text) > MAX_LENGTH:
        raise LimitReached(
            f"the expression is {len(text)} characters long; up to {MAX_LENGTH} are read"
        )
    tokens: list[Token] = []
    append = tokens.append
    match = _TOKEN.match
    place = 0
    long_digits = 0
    while True:
        found = match(text, place)
        if found is None:
            _refuse(text, place)
        group = found.lastgroup
        assert group is not None
        start, place = found.span(group)
        word = text[start:place]
        if group == "name":
            if not word.isascii():
                word = _subscripted(word)
            append(Token(word if word in _WORDS else NAME, word, start, place))
        elif group == "op":
            kind = _OPERATORS.get(word, word)
            append(Token(kind, kind, start, place))
        elif group == "number":
            value = _number(text, word, start, place)
            append(Token(NUMBER, word, start, place, value))
            if len(word) > 5:
                long_digits += value.numerator.bit_length() + value.denominator.bit_length()
                if long_digits > 3 * MAX_DIGITS_TOGETHER:
                    raise LimitReached(
                        "the numbers of this expression are too large together",
                        text=text,
                        start=start,
                        end=place,
                    )
        elif group == "end":
            start = tokens[-1].end if tokens else 0
            append(Token(END, "", start, start))
            return tokens
        else:
            append(_unicode_token(group, word, start, place))


def _unicode_token(group: str, word: str, start: int, end: int) -> Token:
    if group == "superscript":
        value = int(word.translate(_SUPERSCRIPTS)[:_PYTHON_DIGITS])
        return Token(SUPERSCRIPT, word, start, end, value)
    if group == "fraction":
        return Token(NUMBER, word, start, end, Fraction(*_FRACTIONS[word]))
    if word[0] == "∞":
        return Token(NAME, "oo" + word[1:], start, end)
    return Token(NAME, GREEK[word[0]] + _subscripted(word[1:]), start, end)


def _subscripted(word: str) -> str:
    """x₁₂ is another spelling of x_12."""
    plain = word.rstrip("₀₁₂₃₄₅₆₇₈₉")
    digits = word[len(plain) :].translate(_SUBSCRIPTS)
    return f"{plain}_{digits}" if digits else plain


# --- numbers --------------------------------------------------------------------------------


def _number(text: str, word: str, start: int, end: int) -> int | Fraction:
    """The exact value of a number, refusing what other languages would read differently."""
    following = text[end : end + 1]
    if following and (following in "._xXbBoO" or word[-1] == "."):
        _refuse_ending(text, word, start, end)
    if len(word) > 1 and word[0] == "0":
        _refuse_zeros(text, word, start, end)
    if word.isdecimal() and len(word) <= _PYTHON_DIGITS:
        return int(word)
    mantissa, _, exponent = word.lower().partition("e")
    if len(exponent.lstrip("+-").lstrip("0")) > 5 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise LimitReached(
            f"this number is too large or too small; powers of ten up to {MAX_EXPONENT} are read",
            text=text,
            start=start,
            end=end,
        )
    whole, _, part = mantissa.partition(".")
    digits = whole + part
    if len(digits) > MAX_DIGITS:
        raise LimitReached(
            f"this number has {len(digits)} digits; up to {MAX_DIGITS} are read",
            text=text,
            start=start,
            end=end,
        )
    with any_digits():
        value = int(digits)
    power = int(exponent or 0) - len(part)
    scale: int = 10 ** abs(power)
    if power >= 0:
        return value * scale
    exact = Fraction(value, scale)
    return exact.numerator if exact.denominator == 1 else exact


def _refuse_ending(text: str, word: str, start: int, end: int) -> None:
    following = text[end]
    if following == "." and text[end : end + 2] != "..":
        raise InvalidInput("a number has one decimal point", text=text, start=end, end=end + 1)
    if following == "_":
        raise InvalidInput(
            "digits are not grouped by underscores",
            text=text,
            start=end,
            hint="write 1000 rather than 1_000",
        )
    if word == "0" and following in "xXbBoO":
        raise InvalidInput(
            f"numbers are decimal; 0{following} does not start one",
            text=text,
            start=start,
            end=end + 1,
            hint=f"write 0*{following} for a product",
        )
    if word[-1] == "." and following.isalpha():
        raise InvalidInput(
            "a digit is missing after the decimal point",
            text=text,
            start=end,
            hint=f"write {word}0*{following}",
        )


def _refuse_zeros(text: str, word: str, start: int, end: int) -> None:
    if word[1].isdecimal():
        _refuse_grouping(text, word, start, end)
        value = word.lstrip("0")
        raise InvalidInput(
            "a number does not start with a spare zero",
            text=text,
            start=start,
            end=end,
            hint=f"write {value if value[:1].isdecimal() else '0' + value}",
        )


def _refuse_grouping(text: str, word: str, start: int, end: int) -> None:
    """`1 000`, `1,000`: a thousand, probably."""
    before = text[:start].rstrip()
    sign = "comma" if before.endswith(",") else "space"
    before = before.removesuffix(",")
    if before[-1:].isdecimal() and len(word) == 3:
        raise InvalidInput(
            f"digits are not grouped by {sign}s",
            text=text,
            start=start - 1,
            end=end,
            hint=f"write 1000 rather than 1{',' if sign == 'comma' else ' '}000",
        )


def _refuse(text: str, place: int) -> NoReturn:
    """Raises the error for the character at or after `place` (behind spaces)."""
    from dlmath.expression.characters import refuse_character

    while text[place] in " \t\n\r\u00a0\u3000" or "\u2000" <= text[place] <= "\u200a":
        place += 1
    while text[place] in "\u1680\u202f\u205f":
        place += 1
    refuse_character(text, place)
