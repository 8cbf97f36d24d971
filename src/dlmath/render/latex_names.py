r"""The names of LaTeX: functions, relations, constants, Greek letters, indices of variables."""

from __future__ import annotations

import re

from dlmath.expression.vocabulary import GREEK

#: Functions that LaTeX has a command for.
NAMED = {
    **{name: f"\\{name}" for name in "sin cos tan sec csc cot sinh cosh tanh coth log".split()},
    "log": r"\log",
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "max": r"\max",
    "min": r"\min",
    "gamma": r"\Gamma",
    "loggamma": r"\log \Gamma",
    "digamma": r"\psi",
    "beta": r"\mathrm{B}",
    "zeta": r"\zeta",
    "sigmoid": r"\sigma",
    "heaviside": r"\theta",
    "airyai": r"\operatorname{Ai}",
    "airybi": r"\operatorname{Bi}",
    "airyaiprime": r"\operatorname{Ai}'",
    "airybiprime": r"\operatorname{Bi}'",
    "LambertW": "W",
    "elliptic_k": "K",
    "elliptic_e": "E",
    "elliptic_f": "F",
    "elliptic_pi": r"\Pi",
}

#: Functions whose first operand is an index: `besselj(n, x)` is J_n(x).
INDEXED = {
    "besselj": "J",
    "bessely": "Y",
    "besseli": "I",
    "besselk": "K",
    "polylog": r"\operatorname{Li}",
    "expint": r"\operatorname{E}",
}

RELATIONS = {"lt": "<", "le": r"\leq", "gt": ">", "ge": r"\geq", "eq": "=", "ne": r"\neq"}

CONSTANTS = {"pi": r"\pi", "e": "e", "i": "i", "oo": r"\infty"}

_GREEK_NAMES = frozenset(GREEK.values()) - {"omicron"}

#: Written as a power of the function: sin^2(x).
POWERED = frozenset("sin cos tan sec csc cot sinh cosh tanh sech csch coth log".split())


def name_parts(name: str) -> tuple[str, list[str]]:
    """A variable's letter or word and its indices: `w12_k` is `w` with `12` and `k`."""
    base, *indices = name.split("_")
    match = re.fullmatch(r"(.*[^\W\d])(\d+)", base)
    if match:
        base, digits = match.groups()
        indices.insert(0, digits)
    return base, [index for index in indices if index]


def name_latex(name: str) -> str:
    r"""A variable's name: `x_1` is x_{1}, `w12` is w_{12}, `theta` is \theta."""
    if name.endswith("'"):
        plain = name.rstrip("'")
        return name_latex(plain) + name[len(plain) :]
    base, indices = name_parts(name)
    if base in _GREEK_NAMES:
        base = f"\\{base}"
    elif base[:1].lower() + base[1:] in _GREEK_NAMES and base[:1].isupper():
        # The capitals that look like Latin letters have no command.
        base = f"\\{base}" if base in GREEK.values() else rf"\mathrm{{{base}}}"
    elif len(base) > 1:
        base = rf"\mathrm{{{escaped(base)}}}"
    if not indices:
        return base
    below = ",".join(f"\\{i}" if i in _GREEK_NAMES else escaped(i) for i in indices)
    return f"{base}_{{{below}}}"


_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


#: Signs of words that pdflatex sets in mathematics only.
_SIGNS = {
    "∞": r"\infty", "∪": r"\cup", "∩": r"\cap", "∈": r"\in", "∅": r"\emptyset",
    "→": r"\to", "←": r"\leftarrow", "↑": r"\uparrow", "↓": r"\downarrow",
    "↗": r"\nearrow", "↘": r"\searrow", "↖": r"\nwarrow", "↙": r"\swarrow",
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "≈": r"\approx", "±": r"\pm", "·": r"\cdot",
    "×": r"\times", "−": "-", "√": r"\surd", "∂": r"\partial", "∇": r"\nabla", "∫": r"\int",
    "Σ": r"\Sigma", "∑": r"\sum", "∏": r"\prod", "°": r"^{\circ}", "…": r"\ldots",
    "✓": r"\checkmark", "∘": r"\circ", "⊙": r"\odot", "⊗": r"\otimes", "ᵀ": r"^{T}",
    "⁻": "^{-}", "⁺": "^{+}", "ℝ": r"\mathbb{R}", "‖": r"\|",
    **{digit: f"^{{{place}}}" for place, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{digit: f"_{{{place}}}" for place, digit in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}  # fmt: skip

#: The letters that the usual fonts of LaTeX have end here, but for some signs.
_LAST_LETTER = "\u017f"
_MORE_LETTERS = frozenset("–—‘’“”„«»€")


def escaped(text: str) -> str:
    """Words as they are set in a text; a character that no font there has is named."""
    return "".join(_SPECIAL.get(character) or _letter(character) for character in text)


def _letter(character: str) -> str:
    if character.isascii() and (character.isprintable() or character == "\n"):
        return character
    sign = _SIGNS.get(character)
    if sign is None and character in GREEK and GREEK[character] != "omicron":
        sign = f"\\{GREEK[character]}"
    if sign is not None:
        return rf"\ensuremath{{{sign}}}"
    if character in _MORE_LETTERS or (character <= _LAST_LETTER and character.isprintable()):
        return character
    return rf"\texttt{{U+{ord(character):04X}}}"
