"""Names: which are functions and which are variables, and what to say of the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from dlmath.expression.suggestions import WRITTEN_OUT, glued_call, similar_function
from dlmath.expression.tokens import END, NAME, NUMBER, SUPERSCRIPT
from dlmath.expression.vocabulary import (
    ALIASES,
    ALSO_VARIABLES,
    CONSTANTS,
    FUNCTIONS,
    OPERATIONS,
    REWRITTEN,
)

if TYPE_CHECKING:
    from dlmath.expression.syntax import Parser
    from dlmath.expression.tokens import Token

#: Words that are values in other languages.
_NOT_VALUES = {
    "nan": "nan is not a number to calculate with",
    "Infinity": "infinity is written oo, inf or infinity",
    "Inf": "infinity is written oo, inf or infinity",
    "NaN": "nan is not a number to calculate with",
    "true": "true is a condition, not a value",
    "false": "false is a condition, not a value",
    "True": "True is a condition, not a value",
    "False": "False is a condition, not a value",
}

#: Words that are conditions by themselves.
TRUTHS = {"true": True, "True": True, "otherwise": True, "false": False, "False": False}


def is_function(name: str) -> bool:
    """Is this the name of something that is called?"""
    return name in FUNCTIONS or name in ALIASES or name in REWRITTEN or name in OPERATIONS


def is_variable(name: str) -> bool:
    """May a variable have this name? Not a constant, a function, a word, or `sinx`."""
    if name in CONSTANTS or name in _NOT_VALUES or name in ("and", "or", "not"):
        return False
    return (not is_function(name) or name in ALSO_VARIABLES) and glued_call(name) is None


def check_variable(parser: Parser, token: Token) -> None:
    """Refuses a name that is not a variable: a function without operands, `nan`, `sinx`."""
    name = token.text
    if is_function(name):
        _function_without_call(parser, token)
    if name in _NOT_VALUES:
        parser.fail(_NOT_VALUES[name], token)
    written = glued_call(name)
    if written is not None:
        parser.fail(f"{name} is not a known name", token, hint=f"did you mean {written}?")


def _function_without_call(parser: Parser, token: Token) -> NoReturn:
    """`sin`, `sin x`, `sin^2 x`, `sin^-1(x)`: shows how to write what was probably meant."""
    name = token.text
    place = parser.index
    power = ""
    if parser.tokens[place].kind == SUPERSCRIPT:
        power = str(parser.tokens[place].value)
        place += 1
    elif parser.tokens[place].kind == "^":
        place += 1
        if parser.tokens[place].kind == "-":
            power = "-"
            place += 1
        if parser.tokens[place].kind in (NUMBER, NAME):
            power += parser.tokens[place].text
            place += 1
    operand = _operand_text(parser, place)
    last = parser.tokens[max(place - 1, parser.index - 1)]
    written = f"{name}({operand or 'x'})"
    if power == "-1":
        inverse = f"a{name}" if f"a{name}" in FUNCTIONS else None
        either = f"{inverse}({operand or 'x'}) for the inverse function, " if inverse else ""
        hint = f"write {either}1/{written} for the reciprocal"
    elif power:
        hint = f"write {written}^{power if power.isalnum() else f'({power})'}"
        if name == "exp" and not operand:
            hint = f"write exp({power}) or e^{power}"
    else:
        hint = f"write {written}"
    parser.fail(
        f"{name} is a function and needs its operand in parentheses", token, last, hint=hint
    )


def _operand_text(parser: Parser, place: int) -> str:
    """What follows up to the next sign: the operand that was meant, as typed."""
    tokens = parser.tokens
    first = place
    if tokens[place].kind == "(":
        depth = 0
        while tokens[place].kind != END:
            depth += {"(": 1, ")": -1}.get(tokens[place].kind, 0)
            place += 1
            if depth == 0:
                return parser.source(tokens[first + 1], tokens[place - 2])
        return ""
    while tokens[place].kind in (NUMBER, NAME, SUPERSCRIPT):
        if tokens[place].kind == NAME and tokens[place + 1].kind == "(":
            break
        place += 1
    return parser.source(tokens[first], tokens[place - 1]) if place > first else ""


def refuse_call(parser: Parser) -> NoReturn:
    """Raises the error for a name that is called and is not a function."""
    token = parser.token
    name = token.text
    inside = _operand_text(parser, parser.index + 1)
    empty = parser.tokens[parser.index + 2].kind == ")"
    if len(inside) > 30 or not inside:
        inside = "..."
    if name == "e":
        parser.fail(
            "e is a constant, not a function",
            token,
            hint=f"write e*({inside}) for a product, exp({inside}) for the exponential",
        )
    if name in CONSTANTS:
        parser.fail(
            f"{name} is a constant, not a function",
            token,
            hint=f"to multiply write {name}*({inside})",
        )
    hint: str | None
    base = re.fullmatch(r"log_?([0-9]+)", name)
    if base is not None:
        hint = f"write log({inside}, {base[1]})"
    elif name in WRITTEN_OUT:
        hint = WRITTEN_OUT[name]
    else:
        similar = similar_function(name)
        written = glued_call(name)
        if similar is not None:
            hint = f"did you mean {similar}?"
        elif written is not None:
            hint = f"did you mean {written}?"
        else:
            hint = None if empty or "," in inside else f"to multiply write {name}*({inside})"
    parser.fail(f"{name} is not a function", token, hint=hint)
