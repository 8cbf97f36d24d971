"""The reader of matrix expressions: precedence, shapes, and errors that say what would fit."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from dlmath.errors import InvalidInput
from dlmath.expression.reader import Reader
from dlmath.expression.tokens import END, NAME, NUMBER, SUPERSCRIPT, Token
from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.calls import CONSTRUCTORS, call, reshaped
from dlmath.maths.networks.matrix_calculus.expression import Expr, Size, make
from dlmath.maths.networks.matrix_calculus.shapes import Shapes
from dlmath.maths.networks.matrix_calculus.words import counted, grouped, ones_text, words_of

#: Powers of a matrix are written out up to this one.
POWER_MOST = 12

_CONSTANT_NAMES = frozenset({"pi", "e"})


class ShapeError(InvalidInput):
    """Shapes that do not fit."""


class MatrixReader(Reader):
    """Reads one expression by precedence: sums, products, signs, powers, what stands behind."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        shapes: Shapes,
        differential_of: Expr | None = None,
    ) -> None:
        super().__init__(text, tokens)
        self.shapes = shapes
        self.differential_of = differential_of
        self.sizes = {part for shape, _ in shapes.values() for size in shape for part in size.names}
        self.taken_as_scalars: dict[str, Token] = {}
        #: Names that stand as the target of cross_entropy.
        self.targets: set[str] = set()

    @property
    def previous(self) -> Token:
        """The token that was read last."""
        return self.tokens[self.index - 1]

    def unexpected(self) -> NoReturn:
        """Raises the error for the token to be read next."""
        token = self.token
        if token.kind == END:
            self.fail("something is missing here", token)
        if token.kind in ("=", "=="):
            self.fail("an expression is expected, not an equation", token)
        if token.kind == ",":
            self.fail("a comma separates operands of a function only", token)
        self.fail(f"{token.text} does not fit here", token)

    # --- sums and products ------------------------------------------------------------------

    def sum(self) -> Expr:
        """Terms with + and - between them."""
        first = self.token
        self.enter(first)
        found = self.product()
        while self.token.kind in ("+", "-", ".+", ".-"):
            sign = self.advance()
            right_first = self.token
            right = self.product()
            if found.shape != right.shape:
                self._sum_mismatch(found, right, first, sign, right_first)
            found = build.add(found, build.neg(right) if sign.kind.endswith("-") else right)
        self.depth -= 1
        return found

    def _sum_mismatch(self, a: Expr, b: Expr, first: Token, sign: Token, second: Token) -> NoReturn:
        left = self.source(first, self.tokens[self.tokens.index(sign) - 1])
        right = self.source(second, self.previous)
        message = f"{left} is {words_of(a)} and {right} is {words_of(b)}: they cannot be added"
        hint = None
        if a.is_scalar or b.is_scalar:
            scalar, other = (left, b) if a.is_scalar else (right, a)
            hint = f"for the scalar in every entry write {grouped(scalar)}*{ones_text(other.shape)}"
        elif b.shape == (a.columns, a.rows):
            hint = f"{grouped(right)}' would fit"
        self._with_scalars(message, first, self.previous, hint)

    def _with_scalars(self, message: str, start: Token, end: Token, hint: str | None) -> NoReturn:
        """Fails with the hint; a name that was taken as a scalar may be the reason."""
        within = [
            name
            for name, token in self.taken_as_scalars.items()
            if start.start <= token.start < end.end
        ]
        if within:
            extra = f"{within[0]} has no shape and is taken as a scalar: --shapes can give one"
            hint = f"{hint}; {extra}" if hint else extra
        raise ShapeError(message, text=self.text, start=start.start, end=end.end, hint=hint)

    def product(self) -> Expr:
        """Factors with `*`, `/`, `.*`, `./` or nothing between them."""
        first = self.token
        found = self.signed()
        while True:
            token = self.token
            if token.kind in ("*", "/", ".*", "./"):
                operation = self.advance().kind
            elif token.kind in (NAME, NUMBER, "(") and self._implicit(token):
                operation = "*"
            else:
                return found
            second = self.token
            right = self.signed()
            found = self._combined(operation, found, right, first, second)

    def _implicit(self, token: Token) -> bool:
        before = self.previous
        if token.kind == NUMBER:
            self.fail("a sign is missing before the number", token, hint="write * for a product")
        if before.kind == NAME and token.kind == "(":
            self.fail(
                f"{before.text} is not a function here",
                before,
                hint=f"write {before.text}*(...) for the product",
            )
        return True

    def _combined(self, operation: str, a: Expr, b: Expr, first: Token, second: Token) -> Expr:
        if operation == "*":
            if a.is_scalar or b.is_scalar or a.columns == b.rows:
                return build.mul(a, b)
            self._product_mismatch(a, b, first, second)
        if operation == "/":
            if not b.is_scalar:
                right = self.source(second, self.previous)
                hint = f"write inv({right}) for the inverse, ./ for the division of elements"
                self.fail(f"{right} is {words_of(b)}: only scalars divide", second, self.previous,
                          hint=hint)  # fmt: skip
            self._refuse_zero(b, second)
            return build.divide(a, b)
        if not (a.is_scalar or b.is_scalar or a.shape == b.shape):
            left, right = self._sources(first, second)
            turned = b.shape == (a.columns, a.rows)
            fits = f"{grouped(right)}' would fit" if turned else None
            sign = "multiplied" if operation == ".*" else "divided"
            self._with_scalars(
                f"{left} is {words_of(a)} and {right} is {words_of(b)}: they cannot be {sign} "
                "element by element",
                first,
                self.previous,
                fits,
            )
        if operation == ".*":
            return build.had(a, b)
        self._refuse_zero(b, second)
        return build.had(a, build.epow(b, build.MINUS_ONE))

    def _refuse_zero(self, divisor: Expr, start: Token) -> None:
        if build.is_zero(divisor):
            self.fail("this is a division by zero", start, self.previous)

    def _sources(self, first: Token, second: Token) -> tuple[str, str]:
        before = self.tokens[self.tokens.index(second) - 1]
        if before.kind in ("*", "/", ".*", "./"):
            before = self.tokens[self.tokens.index(before) - 1]
        return self.source(first, before), self.source(second, self.previous)

    def _product_mismatch(self, a: Expr, b: Expr, first: Token, second: Token) -> NoReturn:
        left, right = self._sources(first, second)
        columns, rows = counted(a.columns, "column"), counted(b.rows, "row")
        verb = "does" if columns.startswith("1 ") else "do"
        message = (
            f"{left} is {words_of(a)} and {right} is {words_of(b)}: "
            f"{columns} of the first {verb} not meet {rows} of the second"
        )
        fits = []
        turned = grouped(left) + "'"
        if a.rows == b.rows:
            fits.append(f"{turned}*{grouped(right)}")
        if a.columns == b.columns:
            fits.append(f"{grouped(left)}*{grouped(right)}'")
        if a.rows == b.columns and not fits:
            fits.append(f"{grouped(right)}*{grouped(left)}")
        if a.shape == b.shape:
            fits.append(f"{grouped(left)}.*{grouped(right)} (element by element)")
        hint = " or ".join(fits) + " would fit" if fits else None
        self._with_scalars(message, first, self.previous, hint)

    def signed(self) -> Expr:
        """A power with signs before it."""
        negative = False
        start = self.token
        while self.token.kind in ("-", "+"):
            negative ^= self.advance().kind == "-"
        self.enter(start)
        found = self.raised()
        self.depth -= 1
        return build.neg(found) if negative else found

    # --- powers and what stands behind an operand -------------------------------------------

    def raised(self) -> Expr:
        """An operand with `'`, `^` and `.^` behind it."""
        first = self.token
        base = self.atom()
        while True:
            token = self.token
            if token.kind == "'":
                self.advance()
                base = build.transpose(base)
            elif token.kind == SUPERSCRIPT:
                self.advance()
                base = self._power(base, build.number(Fraction(token.value)), first)
            elif token.kind in ("^", ".^"):
                self.advance()
                if token.kind == "^" and self._transposes():
                    base = build.transpose(base)
                    continue
                second = self.token
                exponent = self.signed_exponent()
                if not exponent.is_scalar:
                    self.fail("an exponent is a scalar", second, self.previous)
                if token.kind == ".^":
                    base = build.epow(base, exponent)
                else:
                    base = self._power(base, exponent, first)
            elif token.kind == "!":
                self.fail("there is no factorial of matrices", token)
            else:
                return base

    def _transposes(self) -> bool:
        """`X^T` in books: only where T is no name that was given."""
        token = self.token
        if token.kind == NAME and token.text == "T" and "T" not in self.shapes:
            self.advance()
            return True
        return False

    def signed_exponent(self) -> Expr:
        """What stands behind `^`: `-1`, `2`, `k`, `(n + 1)`."""
        negative = False
        while self.token.kind in ("-", "+"):
            negative ^= self.advance().kind == "-"
        first = self.token
        found = self.atom()
        if self.token.kind == "^":
            self.advance()
            found = self._power(found, self.signed_exponent(), first)
        return build.neg(found) if negative else found

    def _power(self, base: Expr, exponent: Expr, first: Token) -> Expr:
        if base.is_scalar:
            if build.is_zero(base) and (build.split(exponent)[0] < 0 or build.is_zero(exponent)):
                self.fail("this power of zero has no value", first, self.previous)
            return build.power(base, exponent)
        written = self.source(first, self.previous)
        if base.rows != base.columns:
            self.fail(
                f"only a square matrix has powers; the base of {written} is {words_of(base)}",
                first,
                self.previous,
                hint="write .^ for the power of each element",
            )
        value = exponent.value
        if exponent.op != "number" or not isinstance(value, Fraction) or value.denominator != 1:
            self.fail(
                "the power of a matrix is a whole number",
                first,
                self.previous,
                hint="write .^ for the power of each element",
            )
        assert isinstance(value, Fraction)
        if abs(value) > POWER_MOST:
            self.fail(f"powers of matrices are read up to {POWER_MOST}", first, self.previous)
        if value == 0:
            return build.eye(base.rows)
        factor = base if value > 0 else build.inv(base)
        return build.mul(*[factor] * abs(int(value)))

    # --- operands ---------------------------------------------------------------------------

    def atom(self) -> Expr:
        """A number, a name, a call, or something in parentheses."""
        token = self.token
        if token.kind == NUMBER:
            self.advance()
            return build.number(Fraction(token.value))
        if token.kind == "(":
            self.advance()
            self.enter(token)
            found = self.sum()
            self.depth -= 1
            self._close(token)
            return found
        if token.kind == "|":
            return self._bars()
        if token.kind == "[":
            self.fail(
                "matrices are given by name and shape here",
                token,
                hint='write A and --shapes "A: m,n"',
            )
        if token.kind == NAME:
            following = self.tokens[self.index + 1]
            taken = token.text in self.shapes and not self._takes_differential(token)
            if following.kind == "(" and not taken:
                return self._call()
            self.advance()
            return self._name(token)
        return self.unexpected()

    def _bars(self) -> Expr:
        """`|t|` is an absolute value, `||x||` a norm."""
        opened = self.advance()
        double = self.token.kind == "|" and self.token.start == opened.end
        if double:
            self.advance()
        found = self.sum()
        for _ in range(1 + double):
            if self.token.kind != "|":
                self.fail("this bar is not closed", opened)
            self.advance()
        return build.norm(found) if double else build.func("abs", found)

    def _takes_differential(self, name: Token) -> bool:
        return name.text == "d" and self.differential_of is not None

    def _close(self, opened: Token) -> None:
        if self.token.kind != ")":
            if self.token.kind == END:
                self.fail("this parenthesis is not closed", opened)
            self.unexpected()
        self.advance()

    def _name(self, token: Token) -> Expr:
        text = token.text
        of = self.differential_of
        if of is not None and text == f"d{of.value}":
            return build.differential_name(of)
        if text in self.shapes:
            shape, kind = self.shapes[text]
            return build.name(text, shape, kind)
        if text in self.sizes:
            return build.size(Size(1, (text,)))
        if text in _CONSTANT_NAMES:
            return build.name(text, build.SCALAR)
        if text[0].isupper():
            hint = f'add it, for example --shapes "{text}: n,n"'
            if text == "I":
                hint = "write eye(n) for the identity, or give I a shape in --shapes"
            self.fail(f"{text} has no shape", token, hint=hint)
        if text not in self.taken_as_scalars:
            self.taken_as_scalars[text] = token
            self.notes.append((f"{text} has no shape: it is taken as a scalar",))
        return build.name(text, build.SCALAR)

    def _call(self) -> Expr:
        name = self.advance()
        opened = self.advance()
        if name.text in CONSTRUCTORS:
            return self._constructor(name, opened)
        if self._takes_differential(name):
            inner = self.sum()
            self._close(opened)
            return make("d", (inner,), None, inner.shape)
        self.enter(name)
        operands: list[Expr] = []
        norm_name = None
        sizes: list[Size] = []
        while True:
            if name.text == "norm" and operands and self.token.kind == NAME:
                norm_name = self.advance().text
            elif name.text == "reshape" and operands:
                sizes.append(self._size())
            else:
                operands.append(self.sum())
            if self.token.kind != ",":
                break
            self.advance()
        self._close(opened)
        self.depth -= 1
        try:
            if name.text == "reshape":
                return reshaped(operands, sizes)
            found = call(name.text, operands, norm_name)
            if name.text == "cross_entropy":
                target = operands[1]
                if target.op == "name" and build.kind_of(target) is None and not target.is_scalar:
                    self.targets.add(str(target.value))
            return found
        except ShapeError:
            raise
        except InvalidInput as error:
            self.fail(error.message, name, self.previous, hint=error.hint)

    def _constructor(self, name: Token, opened: Token) -> Expr:
        """`eye(n)`, `ones(m, n)`, `zeros(n)`, `commutation(m, n)`, `selection(n)`."""
        sizes = [self._size()]
        while self.token.kind == ",":
            self.advance()
            sizes.append(self._size())
        self._close(opened)
        wanted = {"eye": (1,), "selection": (1,), "commutation": (2,)}.get(name.text, (1, 2))
        if len(sizes) not in wanted:
            self.fail(f"{name.text} takes {' or '.join(map(str, wanted))} sizes", name,
                      self.previous)  # fmt: skip
        return CONSTRUCTORS[name.text](sizes)

    def _size(self) -> Size:
        """A number of rows: `3`, `n`, `m*n`."""
        found = Size(1)
        while True:
            token = self.advance()
            if token.kind == NUMBER and isinstance(token.value, int) and token.value > 0:
                found = found.times(Size(token.value))
            elif token.kind == NAME and token.text in self.sizes:
                found = found.times(Size(1, (token.text,)))
            else:
                names = ", ".join(sorted(self.sizes)) or "none"
                self.fail(
                    "a size is a whole number or a size of --shapes", token,
                    hint=f"sizes of --shapes: {names}",
                )  # fmt: skip
            if self.token.kind != "*":
                return found
            self.advance()
