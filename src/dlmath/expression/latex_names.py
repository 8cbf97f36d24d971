r"""Names in LaTeX: letters with their indices, `\operatorname{...}`, and functions.

A letter is a variable unless it is a function by custom and a parenthesis follows: `\Gamma(x)`,
`\sigma(x)`, `J_{0}(x)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.expression import graph, latex_constructs
from dlmath.expression.graph import MINUS_ONE, Node
from dlmath.expression.latex_tokens import DIGIT, LETTER, WORD
from dlmath.expression.names import TRUTHS, is_function, is_variable
from dlmath.expression.parse_calls import function_of
from dlmath.expression.tokens import END, Token
from dlmath.expression.vocabulary import ALSO_VARIABLES, FUNCTIONS, GREEK

if TYPE_CHECKING:
    from dlmath.expression.latex_input import LatexReader

GREEK_COMMANDS = {
    **{f"\\{name}": name for name in GREEK.values() if name not in ("pi", "omicron")},
    "\\varepsilon": "epsilon",
    "\\vartheta": "theta",
    "\\varphi": "phi",
    "\\varrho": "rho",
    "\\varsigma": "sigma",
    "\\ell": "ell",
}

#: Commands and words that are functions, to the name here.
FUNCTION_COMMANDS = {
    **{
        f"\\{name}": name
        for name in "sin cos tan sec csc cot sinh cosh tanh coth exp log max min arg".split()
    },
    "\\ln": "log", "\\lg": "log10", "\\lb": "log2",
    "\\arcsin": "asin", "\\arccos": "acos", "\\arctan": "atan", "\\arccot": "acot",
    "\\arcsec": "asec", "\\arccsc": "acsc", "\\tg": "tan", "\\ctg": "cot", "\\cosec": "csc",
    "\\Re": "re", "\\Im": "im", "\\sgn": "sign",
    "Ai": "airyai", "Bi": "airybi", "Li": "polylog", "E": "expint", "B": "beta", "Ei": "Ei",
}  # fmt: skip

#: Letters that are functions in front of a parenthesis, as `\Gamma(x)` is.
_CALLED = {
    "\\Gamma": "gamma",
    "\\sigma": "sigmoid",
    "\\zeta": "zeta",
    "\\psi": "digamma",
    "\\theta": "heaviside",
    "\\Pi": "elliptic_pi",
    "W": "LambertW",
    "K": "elliptic_k",
    "E": "elliptic_e",
    "F": "elliptic_f",
}
#: Of these, the ones that are functions even without braces around the parenthesis.
ALWAYS_CALLED = frozenset({"\\Gamma", "\\sigma", "\\zeta", "\\psi"})

#: Functions whose index is an operand: J_n(x).
_INDEXED = {"J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk"}

CONSTANTS = {"e": graph.E, "i": graph.I, "\\pi": graph.PI, "\\infty": graph.INFINITY}

_OPENING = frozenset({"(", "[", "{", "\\{", "\\left"})


def read_letter(reader: LatexReader, key: str) -> Node:
    r"""A variable of one letter, with its index; or a function such as `\Gamma(x)`."""
    token = reader.advance()
    name = GREEK_COMMANDS.get(key, token.text)
    if key in _INDEXED and reader.token.kind == "_":
        called = _bessel(reader, key)
        if called is not None:
            return called
    if key == "\\psi" and reader.token.kind == "^":
        return _polygamma(reader)
    if key in _CALLED and call_follows(reader, always=key in ALWAYS_CALLED):
        return function_of(reader, _CALLED[key], read_operands(reader), token)
    together = reader.token.start == token.end
    if name in ("f", "g", "h") and together and call_follows(reader):
        reader.fail(f"{name} is not a function", token, hint=rf"to multiply write {name} \cdot")
    return _variable(reader, name, token)


def _variable(reader: LatexReader, name: str, token: Token) -> Node:
    if reader.token.kind == "_":
        name += _index(reader)
    if not is_variable(name):
        reader.fail(
            f"{name} has another meaning and cannot be a variable",
            token,
            reader.tokens[reader.index - 1],
            hint=f"give it an index: {token.text}_{{0}}",
        )
    reader.names.setdefault(name, token)
    return graph.symbol(name)


def _index(reader: LatexReader) -> str:
    """`_{12}` and `_{1,2}` behind a name: part of the name, `_12` and `_1_2`."""
    reader.advance()
    start = reader.token
    parts: list[str] = []
    if start.kind == "{":
        reader.advance()
        while reader.token.kind not in ("}", END):
            parts.append(_index_part(reader))
        reader.expect("}", "a closing brace")
    else:
        parts.append(_index_part(reader))
    return "_" + "".join(parts).replace(",", "_")


def _index_part(reader: LatexReader) -> str:
    token = reader.advance()
    if token.kind in (LETTER, DIGIT, ","):
        return token.text
    if token.kind in GREEK_COMMANDS:
        return GREEK_COMMANDS[token.kind]
    if token.kind == WORD and token.text.replace("_", "a").isalnum():
        return token.text
    return reader.fail("an index of a name is made of letters and digits", token)


def _bessel(reader: LatexReader, letter: str) -> Node | None:
    """J_n(x); None when no parenthesis follows the index, and J_n is a variable."""
    place = reader.index
    token = reader.tokens[place - 1]
    reader.advance()
    order = reader.script()
    if not call_follows(reader):
        reader.index = place
        return None
    return function_of(reader, _INDEXED[letter], [order, *read_operands(reader)], token)


def _polygamma(reader: LatexReader) -> Node:
    token = reader.tokens[reader.index - 1]
    reader.advance()
    order = reader.script()
    return function_of(reader, "polygamma", [order, *read_operands(reader)], token)


def read_word(reader: LatexReader) -> Node:
    r"""`\operatorname{relu}(x)`, or a variable with a long name, `\mathrm{loss}`."""
    token = reader.token
    name = token.text
    if name in ("e", "i"):
        reader.advance()
        return CONSTANTS[name]
    function = FUNCTION_COMMANDS.get(name, name)
    called = reader.tokens[reader.index + 1].kind in (*_OPENING, "_", "^", "'")
    if is_function(function) and (called or (name == function and name not in ALSO_VARIABLES)):
        return read_function(reader, function)
    reader.advance()
    if name in TRUTHS:
        reader.fail(f"{name} is a condition, not a value", token)
    if not (name.isascii() and name[:1].isalpha() and name.replace("_", "a").isalnum()):
        reader.fail("this is not a name", token, hint="names have letters and digits")
    return _variable(reader, name, token)


# --- functions --------------------------------------------------------------------------


def read_function(reader: LatexReader, name: str) -> Node:
    r"""`\sin x`, `\sin^2 x`, `\log_2 x`, `\operatorname{Li}_{s}(x)`."""
    token = reader.advance()
    if reader.token.kind == "'" and name in ("airyai", "airybi"):
        reader.advance()
        name += "prime"
    before: list[Node] = []
    base: Node | None = None
    if reader.token.kind == "_":
        reader.advance()
        base = reader.script()
        if name in ("polylog", "expint"):
            before, base = [base], None
        elif name != "log":
            reader.fail(f"{token.text} takes no index", token, reader.tokens[reader.index - 1])
    exponent = None
    if reader.token.kind == "^":
        reader.advance()
        exponent = reader.script()
    operands = read_operands(reader) if call_follows(reader) else [_bare_operand(reader, token)]
    if exponent is MINUS_ONE:
        if f"a{name}" not in FUNCTIONS:
            reader.fail(
                "is this an inverse function or a reciprocal?",
                token,
                hint=rf"write \frac{{1}}{{{token.text}(x)}}",
            )
        return function_of(reader, f"a{name}", operands, token)
    if base is not None:
        operands.append(base)
    node = function_of(reader, name, [*before, *operands], token)
    return node if exponent is None else graph.power(node, exponent)


def call_follows(reader: LatexReader, *, always: bool = True) -> bool:
    r"""Does `{\left(` follow, or, with `always`, any opening parenthesis?"""
    kind = reader.token.kind
    following = reader.tokens[min(reader.index + 1, len(reader.tokens) - 1)].kind
    if kind == "{":
        return following in ("\\left", "(")
    if not always:
        return False
    return kind == "(" or (kind == "\\left" and following == "(")


def read_operands(reader: LatexReader) -> list[Node]:
    r"""`(a, b)`, `\left(a, b\right)`, or one of these in braces."""
    start = reader.token
    braces = start.kind == "{"
    if braces:
        reader.advance()
    sized = reader.token.kind == "\\left"
    if sized:
        reader.advance()
    opening = reader.expect("(", "an opening parenthesis")
    reader.enter(opening)
    integrals, reader.integrals = reader.integrals, 0
    bars, reader.open_bars = reader.open_bars, []
    nodes = [reader.sum()]
    while reader.token.kind == ",":
        reader.advance()
        nodes.append(reader.sum())
    if sized:
        reader.expect("\\right", r"\right)")
    if reader.token.kind != ")":
        reader._not_closed(opening, ")")
    reader.advance()
    if braces:
        reader.expect("}", "a closing brace")
    reader.integrals, reader.open_bars = integrals, bars
    reader.depth -= 1
    return nodes


def _bare_operand(reader: LatexReader, function: Token) -> Node:
    r"""What `\sin 2x` takes: numbers and letters up to a sign or another function."""
    reader.enter(function)
    factors: list[Node] = []
    while True:
        token = reader.token
        if factors and reader.integrals and latex_constructs.is_differential(reader):
            break
        plain = token.kind in (LETTER, DIGIT, "{") or token.kind in (*GREEK_COMMANDS, *CONSTANTS)
        if not plain and token.kind not in ("\\frac", "\\sqrt"):
            break
        factors.append(reader.power())
    if not factors:
        if reader.token.kind in ("|", "\\left", *FUNCTION_COMMANDS):
            factors.append(reader.power())
        else:
            reader.fail(f"{function.text} has no operand", function, reader.token)
    elif call_follows(reader) or reader.token.kind == "[":
        reader.fail(
            f"how far does {function.text} reach?",
            function,
            reader.token,
            hint="put its operand in parentheses",
        )
    reader.depth -= 1
    return graph.mul(*factors)
