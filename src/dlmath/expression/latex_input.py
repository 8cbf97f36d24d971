r"""LaTeX in: `\frac{1}{2} x^{2} \sin x` to the expression graph.

A reader of its own, because LaTeX is another language: letters side by side are a product, `^`
takes one letter or braces, and `\sin x` needs no parentheses. It builds nodes with the same
constructors as `parser` and executes nothing. Fractions, roots, sums, integrals and environments
are in `latex_constructs`.
"""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression import graph, latex_constructs, latex_names
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import MINUS_ONE, Node
from dlmath.expression.latex_tokens import DIGIT, LETTER, WORD, tokenize_latex
from dlmath.expression.names import TRUTHS
from dlmath.expression.parser import Parsed
from dlmath.expression.reader import Reader, room_for_recursion
from dlmath.expression.suggestions import closest
from dlmath.expression.tokens import END, MAX_DEPTH, Token

_COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "!=": "ne", "=": "eq"}

#: Commands that end a factor rather than begin one.
_ENDS = frozenset(
    {"\\right", "\\end", "\\to", "\\wedge", "\\vee", "\\neg", "\\rfloor", "\\rceil", "\\}"}
)

#: What may follow a condition in parentheses.
_AFTER_CONDITION = frozenset({"\\wedge", "\\vee", "\\right", "\\end", "\\\\", ")", "}", ",", END})

_CLOSING = {"(": ")", "[": "]", "\\{": "\\}", "|": "|", "\\|": "\\|"}
_CLOSING |= {"\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}


def parse_latex(text: str, *, equation: bool = False, condition: bool = False) -> Parsed:
    """Reads one expression in LaTeX; the options are those of `parser.parse`.

    Raises InvalidInput and LimitReached as `parser.parse` does.
    """
    tokens = tokenize_latex(text)
    with room_for_recursion(len(tokens)):
        reader = LatexReader(text, tokens)
        if tokens[0].kind == END:
            reader.fail(
                "the expression is empty", tokens[0], hint=r"write one, such as \frac{x}{2}"
            )
        node = reader.condition() if condition else reader.sum()
        if equation and node.op not in _COMPARISONS.values() and reader.token.kind == "=":
            reader.advance()
            node = graph.make("eq", (node, reader.sum()))
        reader.expect_end()
        return Parsed(node, reader.notes)


class LatexReader(Reader):
    """One pass over the tokens of a text in LaTeX."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        super().__init__(text, tokens)
        #: How many integrals are open: their `dx` ends what is under them.
        self.integrals = 0
        #: Bars that are open inside the current bracket.
        self.open_bars: list[str] = []
        #: Where a parenthesis may hold a condition: the index of its token.
        self.condition_at = -1

    def expect_end(self) -> None:
        """Raises the error for whatever follows a complete expression."""
        token = self.token
        if token.kind == END:
            return
        if token.kind == "=":
            self.fail(
                "an equation has no place here; an expression is expected",
                token,
                hint="write a - b for a = b",
            )
        if token.kind in _COMPARISONS:
            self.fail("a comparison has no place here; a value is expected", token)
        if token.kind in (")", "]", "}", "\\right", "\\}"):
            self.fail("this bracket closes nothing", token)
        self.fail("this cannot follow here", token)

    def expect(self, kind: str, what: str) -> Token:
        """Takes a token of the kind, or says that it is missing."""
        if self.token.kind != kind:
            self.fail(f"{what} is expected here", self.token)
        return self.advance()

    # --- conditions -------------------------------------------------------------------------

    def condition(self) -> Node:
        r"""Comparisons joined by `\wedge` and `\vee`."""
        return self._joined("\\vee", "or")

    def _joined(self, sign: str, op: str) -> Node:
        parts = [self._joined("\\wedge", "and") if op == "or" else self._comparison()]
        while self.token.kind == sign:
            self.advance()
            parts.append(self._joined("\\wedge", "and") if op == "or" else self._comparison())
        return parts[0] if len(parts) == 1 else graph.make(op, parts)

    def _comparison(self) -> Node:
        if self.token.kind == "\\neg":
            start = self.advance()
            self.enter(start)
            node = graph.make("not", (self._comparison(),))
            self.depth -= 1
            return node
        if self.token.kind == WORD and self.token.text in TRUTHS:
            return graph.TRUE if TRUTHS[self.advance().text] else graph.FALSE
        self.condition_at = self.index
        operands = [self.sum()]
        relations: list[Node] = []
        while self.token.kind in _COMPARISONS:
            sign = self.advance()
            operands.append(self.sum())
            relations.append(graph.make(_COMPARISONS[sign.kind], operands[-2:]))
        if not relations:
            return operands[0]
        return relations[0] if len(relations) == 1 else graph.make("and", relations)

    # --- arithmetic -------------------------------------------------------------------------

    def sum(self) -> Node:
        """Terms joined by + and -."""
        first = self.token
        terms = [self.product()]
        while self.token.kind in ("+", "-"):
            sign = self.advance()
            term = self.product()
            terms.append(term if sign.kind == "+" else graph.neg(term))
        self.check_sum(terms, first)
        return graph.add(*terms)

    def product(self) -> Node:
        """Factors joined by signs or standing side by side."""
        first = self.token
        factors = [self.unary()]
        while True:
            token = self.token
            if token.kind == "*":
                self.advance()
                factor = self.unary()
                if factors[-1].op == factor.op == "vector":
                    factor = graph.call("dot", factors.pop(), factor)
                factors.append(factor)
            elif token.kind == "/":
                self.advance()
                factors.append(graph.power(self.unary(), MINUS_ONE))
            elif self.starts_factor(token):
                if token.kind == DIGIT and self.tokens[self.index - 1].kind == DIGIT:
                    self.fail("two numbers stand side by side", token, hint=r"write \cdot")
                latex_constructs.refuse_stray_differential(self)
                factors.append(self.power())
            else:
                break
        self.check_product(factors, first)
        return graph.mul(*factors)

    def starts_factor(self, token: Token) -> bool:
        """Can a factor begin with this token, in the place behind another one?"""
        kind = token.kind
        if self.integrals and latex_constructs.is_differential(self):
            return False
        if kind in ("|", "\\|"):
            return kind not in self.open_bars
        return kind in (LETTER, DIGIT, WORD, "(", "[", "{", "\\{", "\\left", ".") or (
            kind.startswith("\\") and len(kind) > 2 and kind not in _ENDS
        )

    def unary(self) -> Node:
        """Signs in front of a power."""
        start = self.token
        signs = 0
        minus = False
        while self.token.kind in ("-", "+"):
            minus ^= self.advance().kind == "-"
            signs += 1
        if signs > MAX_DEPTH:
            self.too_large(f"more than {MAX_DEPTH} signs in a row", start)
        node = self.power()
        return graph.neg(node) if minus else node

    def power(self) -> Node:
        """A primary with its factorials and its exponent."""
        start = self.token
        node = self.primary()
        count = 0
        while self.token.kind == "!":
            self.advance()
            count += 1
            node = graph.call("factorial", node)
        if count + self.depth > MAX_DEPTH:
            self.too_large(f"more than {MAX_DEPTH} factorials in a row", start)
        if self.token.kind == "^":
            self.advance()
            node = graph.power(node, self.script())
            self.count_bits(node, start)
            if start.kind in latex_names.ALWAYS_CALLED and latex_names.call_follows(self):
                self.fail(
                    "is this a power of a function or a product?",
                    start,
                    self.token,
                    hint=rf"write {start.text}(x)^{{n}} or {start.text}^{{n}} \cdot (x)",
                )
            if self.token.kind == "^":
                self.fail("two exponents follow each other", self.token, hint="write x^{a^{b}}")
        if self.token.kind == "'":
            self.fail("a prime is not read here", self.token, hint=r"write \frac{d}{dx} f")
        return node

    def script(self) -> Node:
        """What `^` takes: braces, or a single digit, letter or command."""
        token = self.token
        if token.kind == "{":
            return self.braces()
        if token.kind in ("-", "+"):
            self.fail("a sign needs braces", token, hint="write x^{-1}")
        if token.kind == DIGIT:
            self.advance()
            if self.token.kind == DIGIT and self.token.start == token.end:
                self.fail(
                    "^ takes one digit",
                    token,
                    self.token,
                    hint=f"write {{{token.text}{self.token.text}}} for the number",
                )
            return graph.number(int(token.text))
        self.enter(token)
        node = self.primary()
        self.depth -= 1
        return node

    def braces(self) -> Node:
        """`{expression}`."""
        opening = self.expect("{", "an opening brace")
        self.enter(opening)
        integrals, self.integrals = self.integrals, 0
        bars, self.open_bars = self.open_bars, []
        node = self.sum()
        if self.token.kind != "}":
            self._not_closed(opening, "}")
        self.advance()
        self.integrals, self.open_bars = integrals, bars
        self.depth -= 1
        return node

    def _not_closed(self, opening: Token, closing: str) -> None:
        if self.token.kind == END:
            self.fail("this bracket is not closed", opening, hint=f"add {closing}")
        self.expect_end()
        self.fail(f"{closing} is expected here", self.token)

    # --- primaries --------------------------------------------------------------------------

    def primary(self) -> Node:
        """A number, a name, a bracket or a command."""
        token = self.token
        kind = token.kind
        if kind in (DIGIT, "."):
            return self._number()
        if kind in latex_names.CONSTANTS:
            self.advance()
            return latex_names.CONSTANTS[kind]
        if kind == LETTER:
            if token.text in latex_names.CONSTANTS:
                self.advance()
                return latex_names.CONSTANTS[token.text]
            return latex_names.read_letter(self, token.text)
        if kind == WORD:
            return latex_names.read_word(self)
        if kind in latex_names.GREEK_COMMANDS:
            return latex_names.read_letter(self, kind)
        if kind in latex_names.FUNCTION_COMMANDS:
            return latex_names.read_function(self, latex_names.FUNCTION_COMMANDS[kind])
        if kind in ("(", "[", "{", "\\{", "|", "\\|", "\\left", "\\lfloor", "\\lceil"):
            return self.bracket()
        construct = latex_constructs.CONSTRUCTS.get(kind)
        if construct is not None:
            self.enter(token)
            node = construct(self)
            self.depth -= 1
            return node
        return self._no_operand(token)

    def is_greek(self, token: Token) -> bool:
        r"""Is this a letter such as `\alpha`?"""
        return token.kind in latex_names.GREEK_COMMANDS

    def _no_operand(self, token: Token) -> Node:
        if token.kind == END:
            self.fail("the expression ends where something should follow", token)
        if token.kind[0] == "\\" and token.kind[1:].isalpha() and token.kind not in _ENDS:
            known = [
                *latex_names.GREEK_COMMANDS,
                *latex_names.FUNCTION_COMMANDS,
                *latex_constructs.CONSTRUCTS,
                "\\pi",
                "\\infty",
                "\\cdot",
            ]
            similar = closest(token.kind, [name for name in known if name.startswith("\\")])
            hint = f"did you mean {similar}?" if similar else r"names are written \mathrm{name}"
            self.fail(f"{token.kind} is not read here", token, hint=hint)
        self.fail(f"something should stand before {token.text}", token)

    def _number(self) -> Node:
        first = self.token
        digits = ""
        end = first.start
        while self.token.kind in (DIGIT, ".") and (not digits or self.token.start == end):
            end = self.token.end
            digits += self.advance().text
        last = self.tokens[self.index - 1]
        if digits.count(".") > 1 or digits == ".":
            self.fail("a number has digits and one decimal point", first, last)
        if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
            self.fail("a number does not start with a spare zero", first, last)
        if len(digits) > 4000:
            self.too_large("a number in LaTeX may have 4000 digits", first)
        node = graph.number(Fraction(digits))
        self.count_bits(node, first)
        return node

    def one_digit(self) -> Node | None:
        r"""A single digit, as `\frac12` takes them; None when something else stands here."""
        if self.token.kind != DIGIT:
            return None
        return graph.number(int(self.advance().text))

    def argument(self) -> Node:
        """The operand of a command: braces, or a single letter, digit or command."""
        digit = self.one_digit()
        if digit is not None:
            return digit
        return self.braces() if self.token.kind == "{" else self.script()

    # --- brackets ---------------------------------------------------------------------------

    def bracket(self) -> Node:
        r"""`( )`, `[ ]`, `{ }`, `| |`, floor and ceiling, with or without `\left`."""
        conditional = self.condition_at == self.index
        sized = self.token.kind == "\\left"
        if sized:
            self.advance()
        opening = self.token
        if opening.kind == "{":
            return self.braces()
        if opening.kind not in _CLOSING:
            self.fail("a bracket is expected here", opening)
        self.advance()
        self.enter(opening)
        closing = _CLOSING[opening.kind]
        integrals, self.integrals = self.integrals, 0
        bars = self.open_bars
        plain_bars = closing in ("|", "\\|") and not sized
        self.open_bars = [*bars, closing] if plain_bars else []
        node = self.condition() if conditional else self.sum()
        if sized:
            if self.token.kind != "\\right":
                self._not_closed(opening, f"\\right{closing}")
            self.advance()
        if self.token.kind != closing:
            self._not_closed(opening, closing)
        self.advance()
        self.integrals, self.open_bars = integrals, bars
        self.depth -= 1
        if node.op in BOOLEAN and self.token.kind not in _AFTER_CONDITION:
            self.fail("a condition is not a value to calculate with", opening, self.token)
        before = self.tokens[self.index - 2]
        if opening.kind == "|" == before.kind and node.op == "abs" and self._doubled(opening):
            self.fail(
                "are double bars a norm or an absolute value?",
                opening,
                self.tokens[self.index - 1],
                hint=r"write \|x\| or \left|x\right|",
            )
        return self._bracketed(opening, node)

    def _doubled(self, opening: Token) -> bool:
        """Does a second bar stand right behind this one?"""
        return self.text.startswith("||", opening.start)

    def _bracketed(self, opening: Token, node: Node) -> Node:
        kind = opening.kind
        if kind == "\\|":
            if self.token.kind == "_":
                self.advance()
                return graph.call("norm", node, self.script())
            return graph.call("norm", node)
        name = {"|": "abs", "\\lfloor": "floor", "\\lceil": "ceil"}.get(kind)
        return graph.call(name, node) if name else node
