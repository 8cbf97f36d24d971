"""The names of MathML: functions, relations, constants, Greek letters, indices of variables."""

from __future__ import annotations

from html import escape

from dlmath.expression.vocabulary import GREEK
from dlmath.render.latex_names import name_parts

#: Functions that a book writes otherwise than the language.
NAMED = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "gamma": "Γ",
    "loggamma": "log Γ",
    "digamma": "ψ",
    "beta": "B",
    "zeta": "ζ",
    "sigmoid": "σ",
    "heaviside": "θ",
    "airyai": "Ai",
    "airybi": "Bi",
    "airyaiprime": "Ai′",
    "airybiprime": "Bi′",
    "LambertW": "W",
    "elliptic_k": "K",
    "elliptic_e": "E",
    "elliptic_f": "F",
    "elliptic_pi": "Π",
}

#: Functions whose first operand is an index: `besselj(n, x)` is J_n(x).
INDEXED = {
    "besselj": "J",
    "bessely": "Y",
    "besseli": "I",
    "besselk": "K",
    "polylog": "Li",
    "expint": "E",
}

RELATIONS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥", "eq": "=", "ne": "≠"}

CONSTANTS = {"pi": "π", "e": "e", "i": "i", "oo": "∞"}

#: Name to letter; the first letter of a name is the usual one. An omicron would look like an o.
_GREEK: dict[str, str] = {}
for _letter, _name in GREEK.items():
    if _name != "omicron":
        _GREEK.setdefault(_name, _letter)


def letter(text: str) -> str:
    """A letter or word as an identifier: letters are slanted, words and Greek capitals not."""
    upright = len(text) == 1 and text in GREEK and text.isupper()
    start = '<mi mathvariant="normal">' if upright else "<mi>"
    return f"{start}{escape(text)}</mi>"


def is_word(name: str) -> bool:
    """Is a variable written with several letters?"""
    base, _ = name_parts(name)
    return len(_GREEK.get(base, base)) > 1


def name_mathml(name: str) -> str:
    """A variable's name: `x_1` is x with the index 1, `theta` is θ."""
    plain = name.rstrip("'")
    base, indices = name_parts(plain)
    written = letter(_GREEK.get(base, base) + "′" * (len(name) - len(plain)))
    if not indices:
        return written
    below = "<mo>,</mo>".join(map(_index, indices))
    return f"<msub>{written}{below if len(indices) == 1 else f'<mrow>{below}</mrow>'}</msub>"


def _index(text: str) -> str:
    if text.isascii() and text.isdigit():
        return f"<mn>{text}</mn>"
    return letter(_GREEK.get(text, text))
