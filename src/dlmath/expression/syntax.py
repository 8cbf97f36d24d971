"""The grammar of the language: a precedence-climbing parser that builds the graph.

Strength, weakest first: `or`, `and`, `not`, comparisons, `+ -`, `* /` and multiplication without
a sign, unary minus, `^` (right-associative), `!`. The parser builds nodes directly with the
constructors of `expression.graph`; nothing typed is ever executed.

What can be read in two ways is refused with both ways written out, or read by the rule above with
a note. Calls are in `parse_calls`, `|x|` and `[1, 2]` in `parse_brackets`, the words of errors in
`explain_syntax`; `parser` has the functions that others call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dlmath.expression import graph, names, parse_brackets, parse_calls
from dlmath.expression.conditions import BOOLEAN, read_condition
from dlmath.expression.explain_syntax import missing_operand, unexpected
from dlmath.expression.graph import MINUS_ONE, Node
from dlmath.expression.juxtaposition import CONSTANT, GROUP, LITERAL, ROOT, VARIABLE, side_by_side
from dlmath.expression.reader import Reader, room_for_recursion
from dlmath.expression.tokens import END, MAX_DEPTH, NAME, NUMBER, SUPERSCRIPT, Token, tokenize
from dlmath.expression.vocabulary import ALSO_VARIABLES, CONSTANTS

_OPERAND_STARTS = frozenset({NAME, NUMBER, "(", "[", "√"})


@contextmanager
def reading(text: str) -> Iterator[Parser]:
    """A parser over the text, with room for the recursion that MAX_DEPTH allows."""
    tokens = tokenize(text)
    with room_for_recursion(len(tokens)):
        yield Parser(text, tokens)


class Parser(Reader):
    """One pass over the tokens of a text."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        super().__init__(text, tokens)
        #: Bars `|` that are open inside the current bracket.
        self.open_bars = 0
        #: Where a parenthesis may hold a condition: the index of the token.
        self.condition_at = -1
        #: Just behind an exponent that ends in a number: `x^2`.
        self.bare_exponent_at = -1
        #: Where a parenthesis is an exponent, whose level is counted already.
        self.counted_at = -1
        #: Where a chain `0 < x < 1` was read last: the index of its first token.
        self.chain_at = -1
        self.kind = LITERAL
        #: Where the absolute value read last begins.
        self.bars_inside = -1
        #: The indices of brackets with a comma directly inside, once they are needed.
        self.pairs: set[int] | None = None
        self.in_brackets = False

    def expect_end(self) -> None:
        """Raises the error for whatever follows a complete expression."""
        if self.token.kind != END:
            unexpected(self, self.token)

    # --- arithmetic -------------------------------------------------------------------------

    def sum(self) -> Node:
        """Terms joined by + and -."""
        first = self.token
        term = self.product()
        kind = self.token.kind
        if kind not in ("+", "-"):
            return term
        terms = [term]
        while kind in ("+", "-"):
            self.index += 1
            term = self.product()
            terms.append(term if kind == "+" else graph.neg(term))
            kind = self.token.kind
        self.check_sum(terms, first)
        return graph.add(*terms)

    def product(self) -> Node:
        """Factors joined by *, / and multiplication without a sign, left to right."""
        start = self.index
        factor = self.unary()
        factors = [factor]
        divided = False
        while True:
            token = self.tokens[self.index]
            kind = token.kind
            if kind == "*":
                self.index += 1
                factors.append(self.unary())
                divided = False
            elif kind == "/":
                self.index += 1
                factors.append(graph.power(self.unary(), MINUS_ONE))
                divided = True
            elif kind in _OPERAND_STARTS or (kind == "|" and not self.open_bars):
                side_by_side(self, start)
                if divided:
                    self._note_division(start, token)
                start = self.index
                factors.append(self.power())
                divided = False
                continue
            else:
                break
            start = self.index - 1
        if len(factors) == 1:
            return factor
        self.check_product(factors, self.tokens[start])
        return graph.mul(*factors)

    def unary(self) -> Node:
        """Signs in front of a power."""
        token = self.tokens[self.index]
        if token.kind not in ("-", "+"):
            return self.power()
        signs = 0
        minus = False
        while self.tokens[self.index].kind in ("-", "+"):
            minus ^= self.tokens[self.index].kind == "-"
            self.index += 1
            signs += 1
        if signs > MAX_DEPTH:
            self.too_large(f"more than {MAX_DEPTH} signs in a row", token)
        node = self.power()
        return graph.neg(node) if minus else node

    def power(self) -> Node:
        """A primary with its factorials and its exponent."""
        first = self.tokens[self.index]
        node = self.primary()
        token = self.tokens[self.index]
        kind = token.kind
        if kind not in ("!", "^", SUPERSCRIPT):
            return node
        base_kind = self.kind
        if base_kind == ROOT:
            root = self.source(first, self.tokens[self.index - 1])
            rest = self.source(token, self.tokens[self.index + (kind == "^")])
            self.fail(
                "does this belong under the root or outside it?",
                token,
                hint=f"write √({root[1:]}{rest}) or ({root}){rest}",
            )
        if kind == "!":
            node = self._factorials(node)
            token = self.tokens[self.index]
            kind = token.kind
        if kind == "^":
            self.index += 1
            node = graph.power(node, self._exponent())
            if self.tokens[self.index - 1].kind == NUMBER:
                self.bare_exponent_at = self.index
        elif kind == SUPERSCRIPT:
            self.index += 1
            node = graph.power(node, graph.number(token.value))
            after = self.tokens[self.index]
            if after.kind in ("!", "^", SUPERSCRIPT):
                self.fail(
                    "a superscript is followed by another power or factorial",
                    after,
                    hint="add parentheses, or write x^(2^3)",
                )
        self.kind = base_kind
        self.count_bits(node, first)
        return node

    def _factorials(self, node: Node) -> Node:
        start = self.token
        count = 0
        while self.tokens[self.index].kind == "!":
            self.index += 1
            count += 1
            node = graph.call("factorial", node)
        if count + self.depth > MAX_DEPTH:
            self.too_large(f"more than {MAX_DEPTH} factorials in a row", start)
        return node

    def _exponent(self) -> Node:
        """What stands behind ^: a parenthesis counts as the level, else the power does."""
        start = self.token
        self.enter(start)
        if start.kind == "(":
            self.counted_at = self.index
        node = self.unary()
        self.depth -= 1
        return node

    # --- primaries --------------------------------------------------------------------------

    def primary(self) -> Node:
        """A number, a name, a call, or something in brackets."""
        token = self.tokens[self.index]
        kind = token.kind
        if kind == NAME:
            return self._name(token)
        if kind == NUMBER:
            self.index += 1
            self.kind = LITERAL
            return graph.number(token.value)
        if kind == "(":
            return self._parenthesis(token)
        if kind == "[":
            return parse_brackets.vector(self)
        if kind == "|":
            return parse_brackets.absolute(self)
        if kind == "√":
            return self._root(token)
        return missing_operand(self, token)

    def variable(self) -> Node:
        """Takes a name that must be a variable."""
        return self._name(self.token)

    def _name(self, token: Token) -> Node:
        name = token.text
        if self.condition_at == self.index and name in names.TRUTHS:
            following = self.tokens[self.index + 1].kind
            if following in ("and", "or", ")", END):
                self.index += 1
                return graph.TRUE if names.TRUTHS[name] else graph.FALSE
        if self.tokens[self.index + 1].kind == "(":
            if names.is_function(name):
                node = parse_calls.call(self)
                self.kind = GROUP
                return node
            if name != "pi":
                names.refuse_call(self)
        self.index += 1
        if name in CONSTANTS:
            self.kind = CONSTANT
            return graph.constant(CONSTANTS[name])
        if name not in self.names:
            if name not in ALSO_VARIABLES:
                names.check_variable(self, token)
            self.names[name] = token
        self.kind = VARIABLE
        return graph.symbol(name)

    def _parenthesis(self, token: Token) -> Node:
        conditional = self.condition_at == self.index
        self.index += 1
        if self.token.kind == ")":
            self.fail("the parentheses are empty", token, self.token)
        counted = self.counted_at == self.index - 1
        if not counted:
            self.enter(token)
        bars, self.open_bars = self.open_bars, 0
        node = read_condition(self) if conditional else self.sum()
        self.close(token, ")")
        self.open_bars = bars
        if not counted:
            self.depth -= 1
        self.kind = GROUP
        if node.op in BOOLEAN and self.token.kind not in ("and", "or", ")", ",", END):
            self.fail(
                "a condition is not a value to calculate with", token, self.tokens[self.index - 1]
            )
        return node

    def close(self, opening: Token, kind: str) -> Token:
        """Takes the closing bracket, or says what is there instead."""
        if self.token.kind == kind:
            return self.advance()
        if self.token.kind == END:
            what = {")": "parenthesis", "]": "bracket", "|": "bar"}[kind]
            self.fail(f"this {what} is not closed", opening, hint=f"add {kind}")
        return unexpected(self, self.token)

    def _root(self, token: Token) -> Node:
        self.index += 1
        grouped = self.token.kind in ("(", "|")
        self.enter(token)
        operand = self.primary()
        self.depth -= 1
        self.kind = GROUP if grouped else ROOT
        node = graph.sqrt(operand)
        self.count_bits(node, token)
        return node

    def _note_division(self, start: int, token: Token) -> None:
        """1/2x is (1/2)*x: true to the rule, but not what everyone means."""
        divisor = self.source(self.tokens[start], self.tokens[self.index - 1])
        factor = self.source(token, token)
        self.notes.append(
            (
                f"1/{divisor} {factor} is read from left to right, as (1/{divisor})*{factor}; "
                f"write 1/({divisor}*{factor}) for the other reading",
            )
        )
