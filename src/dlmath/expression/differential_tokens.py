"""The tokens of differential equations: primes, `dy/dx`, `d^2y/dx^2`, `d/dx(...)`, `dx`, `dy`."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from dlmath.errors import InvalidInput
from dlmath.expression.names import is_function
from dlmath.expression.tokens import END, NAME, NUMBER, SUPERSCRIPT, Token, tokenize
from dlmath.expression.vocabulary import CONSTANTS

#: Signs of a prime, and how many each stands for.
_PRIMES = {"'": 1, "′": 1, "’": 1, "ʹ": 1, "″": 2, "‴": 3, '"': 2}
_OPENING = {"(": 1, "[": 1, ")": -1, "]": -1}


class Draft(NamedTuple):
    """One equation in tokens.

    marks: where a token begins that stands for a derivative: the name of the function, the order,
    and the variable where it is said. differentiated: the names that are differentiated. by: the
    variables they are differentiated by. what: the word for it in errors.
    """

    text: str
    tokens: list[Token]
    marks: dict[int, tuple[str, int, str | None]]
    differentiated: list[str]
    by: list[str]
    what: str

    @property
    def start(self) -> int:
        """Where the equation begins in the text."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(self.tokens[-1].end, self.start + 1)


def draft(text: str, what: str) -> list[Draft]:
    """The equations of a text, separated by commas or semicolons outside brackets.

    Raises InvalidInput.
    """
    plain, primes = _without_primes(text)
    tokens = tokenize(plain)
    _place_primes(text, tokens, primes)
    parts: list[Draft] = []
    for piece in _split(tokens):
        marks: dict[int, tuple[str, int, str | None]] = {}
        names: list[str] = []
        by: list[str] = []
        done = _marked(piece, primes, marks, names, by, text)
        parts.append(Draft(text, done, marks, names, by, what))
    return parts


def names_called(one: Draft) -> dict[str, tuple[str, ...]]:
    """Names before a parenthesis with variables in it, `y(x)`, that are not functions."""
    found: dict[str, tuple[str, ...]] = {}
    tokens = one.tokens
    for place, token in enumerate(tokens):
        if token.kind != NAME or tokens[place + 1].kind != "(":
            continue
        name = token.text.rstrip("'")
        if is_function(name) or name in CONSTANTS:
            continue
        operands: list[str] = []
        k = place + 2
        while _is_variable(tokens[k]) and tokens[k + 1].kind in (",", ")"):
            operands.append(tokens[k].text)
            if tokens[k + 1].kind == ")":
                found.setdefault(name, tuple(operands))
                break
            k += 2
    return found


def _is_variable(token: Token) -> bool:
    return token.kind == NAME and token.text not in CONSTANTS


def _without_primes(text: str) -> tuple[str, dict[int, tuple[int, int]]]:
    """The text with a space for each prime; where a run of primes begins, its count and end."""
    primes: dict[int, tuple[int, int]] = {}
    letters: list[str] = []
    begin = -1
    for place, letter in enumerate(text):
        count = _PRIMES.get(letter)
        if count is None:
            begin = -1
            letters.append(letter)
            continue
        if begin < 0:
            begin = place
            primes[begin] = (0, place)
        primes[begin] = (primes[begin][0] + count, place + 1)
        letters.append(" ")
    return "".join(letters), primes


def _place_primes(text: str, tokens: list[Token], primes: dict[int, tuple[int, int]]) -> None:
    """Raises the error for a prime that does not follow a name."""
    ends = {token.end for token in tokens if token.kind == NAME}
    for place, (_, end) in primes.items():
        if place not in ends:
            after_bracket = text[:place].rstrip().endswith((")", "]"))
            raise InvalidInput(
                "a prime follows the name of a function",
                text=text,
                start=place,
                end=end,
                hint="write derive(..., x) for the derivative of an expression"
                if after_bracket
                else "write y' for the derivative of y",
            )


def _split(tokens: list[Token]) -> list[list[Token]]:
    pieces: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _OPENING.get(token.kind, 0)
        if depth == 0 and token.kind in (",", ";"):
            pieces[-1].append(Token(END, "", token.start, token.start))
            pieces.append([])
            continue
        pieces[-1].append(token)
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        pieces.pop()  # a comma at the end
    return pieces


def _marked(
    tokens: list[Token],
    primes: dict[int, tuple[int, int]],
    marks: dict[int, tuple[str, int, str | None]],
    names: list[str],
    by: list[str],
    text: str,
) -> list[Token]:
    """The tokens with each derivative as one name, and its meaning in `marks`."""
    done: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind == NAME and token.end in primes:
            count, end = primes[token.end]
            _multiply(done, token)
            done.append(Token(NAME, token.text + "'" * count, token.start, end))
            marks[token.start] = (token.text, count, None)
            names.append(token.text)
            place += 1
            continue
        quotient = _leibniz(tokens, place, text) if token.kind == NAME else None
        if quotient is not None:
            name, order, variable, following = quotient
            by.append(variable)
            if name:
                _multiply(done, token)
                end = tokens[following - 1].end
                done.append(Token(NAME, name + "'" * order, token.start, end))
                marks[token.start] = (name, order, variable)
                names.append(name)
                place = following
                continue
            tokens = _operator(tokens, place, following, order, variable)
            continue
        if token.kind == NAME and _is_differential(token.text):
            _multiply(done, token)
            partner = next((t.text for t in tokens if _partner(t, token)), None)
            if partner is not None and _follows_quotient(tokens) is False:
                _remember_form(token.text[1:], partner[1:], names, by)
        if token.kind == NAME and token.text in ("derive", "diff") and _body(tokens, place):
            names.append(tokens[place + 2].text)
        done.append(token)
        place += 1
    return done


def _body(tokens: list[Token], place: int) -> bool:
    """`derive(y(x), ...`: is a name called inside that is no function?"""
    if place + 4 >= len(tokens) or tokens[place + 1].kind != "(":
        return False
    name, opening = tokens[place + 2], tokens[place + 3]
    return name.kind == NAME and opening.kind == "(" and not is_function(name.text)


def _is_differential(name: str) -> bool:
    return len(name) == 2 and name[0] == "d" and name[1] in "xytuvwzrs"


def _partner(token: Token, other: Token) -> bool:
    return token.kind == NAME and token.text != other.text and _is_differential(token.text)


def _follows_quotient(tokens: list[Token]) -> bool:
    return any(
        a.kind == "/" and b.kind == NAME and _is_differential(b.text) for a, b in pairwise(tokens)
    )


def _remember_form(one: str, other: str, names: list[str], by: list[str]) -> None:
    """`M dx + N dy`: which is the variable? x before y, t before all."""
    pair = sorted((one, other), key="txsruvwyz".index)
    if pair[1] not in names:
        names.append(pair[1])
        by.append(pair[0])


def _multiply(done: list[Token], token: Token) -> None:
    """`x y'` and `x^2 dy`: a derivative after a factor is a factor, too."""
    if done and done[-1].kind in (NAME, NUMBER, ")", SUPERSCRIPT, "!"):
        if done[-1].kind == NAME and is_function(done[-1].text):
            return
        done.append(Token("*", "*", token.start, token.start))


def _leibniz(tokens: list[Token], place: int, text: str) -> tuple[str, int, str, int] | None:
    """`dy/dx`, `d2y/dx2`, `d^2y/dx^2`, `d/dx(`: name, order, variable, the token behind it."""
    above = _above(tokens, place)
    if above is None:
        return None
    name, order, behind = above
    if tokens[behind].kind != "/":
        return None
    opened = tokens[behind + 1].kind == "("
    below = _below(tokens, behind + 1 + opened)
    if below is None:
        return None
    variable, degree, after = below
    if opened:
        if tokens[after].kind != ")":
            return None
        after += 1
    if degree != order:
        raise InvalidInput(
            f"the order is {order} above the bar and {degree} below it",
            text=text,
            start=tokens[place].start,
            end=tokens[after - 1].end,
            hint=f"write d^{order}{name or 'y'}/d{variable}^{order}",
        )
    if not name and tokens[after].kind != "(":
        return None
    return name, order, variable, after


def _above(tokens: list[Token], place: int) -> tuple[str, int, int] | None:
    """`dy`, `d2y`, `d^2y`, `d`, `d^2`: name, order, the token behind it."""
    word = tokens[place].text
    if word == "d":
        order, behind = _degree(tokens, place + 1)
        if tokens[behind].kind == NAME and behind > place + 1:
            return tokens[behind].text, order, behind + 1
        return "", order, behind
    if not word.startswith("d") or len(word) < 2:
        return None
    rest = word[1:]
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    name = rest[len(digits) :]
    if digits and not name:
        return None
    return name, int(digits or 1), place + 1


def _below(tokens: list[Token], place: int) -> tuple[str, int, int] | None:
    """`dx`, `dx2`, `dx^2`: variable, order, the token behind it."""
    token = tokens[place]
    if token.kind != NAME or not token.text.startswith("d") or len(token.text) < 2:
        return None
    variable = token.text[1:]
    order, behind = _degree(tokens, place + 1)
    if behind == place + 1:
        plain = variable.rstrip("0123456789")
        if plain and plain != variable:
            return plain, int(variable[len(plain) :]), behind
    return variable, order, behind


def _degree(tokens: list[Token], place: int) -> tuple[int, int]:
    """`^2`, `²` or nothing: the order and the token behind it."""
    if tokens[place].kind == SUPERSCRIPT:
        return int(tokens[place].value), place + 1
    if tokens[place].kind == "^" and tokens[place + 1].kind == NUMBER:
        return int(tokens[place + 1].value), place + 2
    return 1, place


def _operator(
    tokens: list[Token], place: int, following: int, order: int, variable: str
) -> list[Token]:
    """`d/dx(f)` as `derive(f, x)`."""
    depth = 0
    close = following
    for close in range(following, len(tokens)):
        depth += _OPENING.get(tokens[close].kind, 0)
        if depth == 0:
            break
    at = tokens[close].start
    first = tokens[place]
    more = [Token(",", ",", at, at), Token(NAME, variable, at, at)]
    if order > 1:
        more += [Token(",", ",", at, at), Token(NUMBER, str(order), at, at, order)]
    name = Token(NAME, "derive", first.start, tokens[following - 1].end)
    inside = tokens[following:close]
    return [*tokens[:place], name, *inside, *more, *tokens[close:]]
