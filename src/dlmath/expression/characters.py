"""Characters that the language does not have: what they are and what to write instead."""

from __future__ import annotations

import unicodedata
from typing import NoReturn

from dlmath.errors import InvalidInput

_LATEX = "LaTeX is read with --latex-input"

#: Character to (what is wrong, what to write instead).
_KNOWN: dict[str, tuple[str, str | None]] = {
    "\\": ("a backslash has no meaning here", _LATEX),
    "$": ("a dollar sign has no meaning here", _LATEX),
    "{": ("braces have no meaning here", f"group with parentheses; {_LATEX}"),
    "}": ("braces have no meaning here", f"group with parentheses; {_LATEX}"),
    "#": ("comments are not read", "leave out everything from # on"),
    '"': ("text in quotes is not mathematics", "leave out the quotes"),
    "'": (
        "a prime is not read here",
        "write derive(f, x) for the derivative; y' belongs in the ode command",
    ),
    "`": ("a backtick has no meaning here", None),
    "%": ("a percent sign is not read", "write /100 for per cent"),
    "°": ("a degree sign is not read", "write *pi/180; angles are in radians"),
    "&": ("& has no meaning here", "write and"),
    "~": ("~ has no meaning here", "write not, or - for minus"),
    "@": ("@ has no meaning inside an expression", "write dot(a, b) for a product of vectors"),
    "?": ("a question mark has no meaning here", None),
    ":": ("a colon has no meaning here", "write / for a ratio"),
    "_": ("a name starts with a letter", None),
    ".": ("a point stands only inside a number", "write f(x) rather than x.f()"),
    "—": ("this is a dash, not a minus sign", "write -"),
    "–": ("this is a dash, not a minus sign", "write -"),
    "‐": ("this is a hyphen, not a minus sign", "write -"),
    "‑": ("this is a hyphen, not a minus sign", "write -"),
    "‒": ("this is a dash, not a minus sign", "write -"),
    "―": ("this is a dash, not a minus sign", "write -"),
    "∗": ("this is not the multiplication sign", "write *"),
    "•": ("this is a bullet, not a multiplication sign", "write *"),
    "∙": ("this is a bullet, not a multiplication sign", "write *"),
    "⁄": ("this is not the division sign", "write /"),
    "∕": ("this is not the division sign", "write /"),
    "∑": ("a sum is written as a function", "write sum(expression, k, 1, n)"),
    "∏": ("a product is written as a function", "write product(expression, k, 1, n)"),
    "∫": ("an integral is written as a function", "write integrate(f, x) or integrate(f, x, a, b)"),
    "∂": ("a derivative is written as a function", "write derive(f, x)"),
    "∇": ("a gradient is not part of an expression", "use the gradient command"),
    "∛": ("a cube root is written as a function", "write cbrt(x)"),
    "∜": ("a fourth root is written as a power", "write x^(1/4)"),
    "±": ("± stands for two values", "write + or -, one at a time"),
    "∓": ("∓ stands for two values", "write + or -, one at a time"),
    "′": ("a prime is not read here", "write derive(f, x) for the derivative"),
    "″": ("a prime is not read here", "write derive(f, x, 2) for the second derivative"),
    "∧": ("this sign is not read", "write and, or ^ for a power"),
    "∨": ("this sign is not read", "write or"),
    "¬": ("this sign is not read", "write not"),
    "≈": ("≈ is not read", "write ="),
    "⌊": ("rounding is written as a function", "write floor(x)"),
    "⌋": ("rounding is written as a function", "write floor(x)"),
    "⌈": ("rounding is written as a function", "write ceil(x)"),
    "⌉": ("rounding is written as a function", "write ceil(x)"),
    "‖": ("a norm is written as a function", "write norm(x)"),
    "∥": ("a norm is written as a function", "write norm(x)"),
    "→": ("an arrow has no meaning here", "write limit(f, x, a)"),
    "…": ("dots do not stand for terms", "write sum(expression, k, 1, n)"),
    "ⁿ": ("this superscript is not read", "write ^n"),
    "ˣ": ("this superscript is not read", "write ^x"),
}

#: Letters of other scripts that look like Latin ones (after Unicode's list of confusables).
_LOOKS_LIKE = dict(
    zip(
        "асԁеһіјӏорԛѕԝхуАВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΤΥΧıȷ",
        "acdehijlopqswxyABCEHIJKMOPSTXYABEZHIKMNOTYXij",
        strict=True,
    )
)


#: A prime follows a name or a bracket; any other apostrophe is a quotation mark.
_BEFORE_PRIME = tuple("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789)]'")


def code_point(character: str) -> str:
    """`U+0445 CYRILLIC SMALL LETTER HA`: safe to show whatever the character is."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def refuse_character(text: str, place: int) -> NoReturn:
    """Raises InvalidInput for the character at `place`, which is outside the language."""
    character = text[place]
    message, hint = _KNOWN.get(character, (None, None))
    if character == "'" and not text[:place].endswith(_BEFORE_PRIME):
        message, hint = _KNOWN['"']
    if message is None:
        message, hint = _describe(character)
    elif not character.isascii():
        message = f"{message} ({code_point(character)})"
    raise InvalidInput(message, text=text, start=place, end=place + 1, hint=hint)


def _describe(character: str) -> tuple[str, str | None]:
    what = code_point(character)
    category = unicodedata.category(character)
    if category == "Cc":
        return f"the control character {what} is not part of the language", "leave it out"
    if category == "Cs":
        return f"{what} stands for a byte that is not UTF-8", "leave it out"
    if category in ("Cf", "Zl", "Zp"):
        return f"the invisible {what} is not part of the language", "leave it out"
    if category in ("Mn", "Mc", "Me"):
        return f"the combining mark {what} is not part of the language", "leave it out"
    decomposed = unicodedata.normalize("NFD", character)
    if decomposed[0].isascii() and len(decomposed) > 1:
        return f"{what} is not part of the language", f"write {decomposed[0]}"
    plain = _LOOKS_LIKE.get(character) or unicodedata.normalize("NFKD", character)[:1]
    if plain != character and plain.isascii() and plain.isprintable() and plain != " ":
        return f"{what} looks like {plain} and is not", f"write {plain}"
    if category.startswith("L"):
        return f"the letter {what} is not part of the language", "use Latin or Greek letters"
    return f"{what} is not part of the language", None
