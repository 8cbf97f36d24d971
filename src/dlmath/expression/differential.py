"""Reading differential equations: `y' = x*y`, `d2y/dx2 + y = 0`, `u_t = u_xx`, `y'(0) = 1`.

    problem = read_differential(["y'' + y = 0"], ["y(0)=1, y'(0)=0"], "y(x)")
    problem.functions    (Unknown("y", ("x",)),)
    problem.equations    y''(x) + y(x) = 0, as nodes `eq` over nodes `unknown`
    problem.conditions   y(0) = 1 and y'(0) = 0, as nodes `eq`

Derivatives are read as `y'`, `dy/dx`, `d2y/dx2`, `d^2y/dx^2`, `derive(y(x), x, 2)` and
`diff(y(x), x)`, those of a function of several variables also as `u_t`, `u_xx`; a form
`M dx + N dy = 0` is read as `M + N*y' = 0`. The derivative of an expression, `derive(x*y', x)` or
`d/dx(x*y')`, stays a node `derive`. `expression.unknown` says what the nodes of unknown functions
are, and how they become symbols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput
from dlmath.expression import graph
from dlmath.expression.conditions import top
from dlmath.expression.differential_tokens import Draft, draft, names_called
from dlmath.expression.graph import Node, free_symbols, topological
from dlmath.expression.names import is_function
from dlmath.expression.reader import room_for_recursion
from dlmath.expression.syntax import Parser
from dlmath.expression.tokens import END, NAME, Token, tokenize
from dlmath.expression.unknown import UNKNOWN, Unknown, unknowns_in
from dlmath.expression.vocabulary import CONSTANTS

#: Variables of equations that name none, in the order in which they are looked for.
_USUAL = ("x", "t", "s", "theta", "z")
#: The order of variables of functions that are given by indices only: time comes last.
_SPACE = ("x", "y", "z", "r", "theta", "s")
#: Derivatives of a higher order are not read.
ORDER_MOST = 20


class Problem(NamedTuple):
    """What was read: equations and conditions (nodes `eq`), the functions looked for, notes.

    differentials: was an equation written `M dx + N dy = 0`?
    """

    equations: tuple[Node, ...]
    conditions: tuple[Node, ...]
    functions: tuple[Unknown, ...]
    notes: tuple[Sentence, ...] = ()
    differentials: bool = False


def read_differential(
    texts: Sequence[str],
    given: Sequence[str] = (),
    functions: str | None = None,
    *,
    partial: bool = False,
) -> Problem:
    """Reads equations and conditions.

    texts: each one equation, or several separated by commas or semicolons; what is an equation
    between values at points (`y(0) = 1`) is taken as a condition. given: conditions. functions:
    `y(x)`, `x(t), y(t)`, `u(x, t)`; None: what is differentiated. partial: are the functions of
    several variables? Then an index of variables is a derivative: `u_xx`.
    Raises InvalidInput with the place of a mistake.
    """
    drafts = [part for text in texts for part in draft(text, "the equation")]
    known = _named(functions, partial) if functions is not None else None
    side = [part for text in given for part in draft(text, "the condition")]
    unknown = known or _inferred(drafts, side, partial)
    equations: list[Node] = []
    conditions: list[Node] = []
    notes: list[Sentence] = []
    differentials = False
    for part in drafts:
        parser = _DifferentialParser(part, unknown)
        node = parser.equation()
        notes += parser.all_notes()
        node, was_form = _without_differentials(node, unknown, part)
        differentials |= was_form
        found = unknowns_in(node)
        at_points = [one for one in found if _is_at_point(one, unknown)]
        if found and len(at_points) == len(found):
            conditions.append(node)
            continue
        if at_points:
            parser.refuse_point(at_points[0])
        if not found:
            _refuse_without_unknown(part, unknown)
        equations.append(node)
    for part in side:
        parser = _DifferentialParser(part, unknown, condition=True)
        node = parser.equation()
        notes += parser.all_notes()
        found = unknowns_in(node)
        if not found:
            names = ", ".join(str(one) for one in unknown)
            raise InvalidInput(
                f"a condition gives a value of {names}",
                text=part.text,
                start=part.start,
                end=part.end,
                hint=f"for example {_example(unknown[0])}",
            )
        conditions.append(node)
    return Problem(
        tuple(equations), tuple(conditions), unknown, tuple(dict.fromkeys(notes)), differentials
    )


def _example(function: Unknown) -> str:
    return f"{function.name}({', '.join(['0', *function.variables[1:]])})=1"


def _is_at_point(node: Node, functions: Sequence[Unknown]) -> bool:
    """Is the function taken somewhere else than at its variables?"""
    for function in functions:
        if function.orders(str(node.value)) is not None:
            return [a.value for a in node.args] != list(function.variables)
    return False


# --- which functions ------------------------------------------------------------------------


def _named(text: str, partial: bool) -> tuple[Unknown, ...]:
    """`y(x)`, `x(t), y(t)`, `u(x, t)`: the functions that are named. Raises InvalidInput."""
    tokens = tokenize(text)
    place = 0
    found: list[Unknown] = []
    example = "u(x, t)" if partial else "y(x)"

    def fail(message: str, token: Token) -> InvalidInput:
        return InvalidInput(
            message,
            text=text,
            start=token.start,
            end=max(token.end, token.start + 1),
            hint=f"write {example}",
        )

    def name(what: str) -> str:
        nonlocal place
        token = tokens[place]
        if token.kind != NAME:
            raise fail(f"the name of {what} is expected here", token)
        if token.text in CONSTANTS:
            raise fail(f"{token.text} is a constant, not {what}", token)
        place += 1
        return token.text

    while True:
        start = tokens[place]
        function = name("a function")
        if is_function(function) and function not in ("beta", "gamma", "W", "psi", "zeta"):
            raise fail(f"{function} is a known function, not an unknown one", start)
        variables: list[str] = []
        if tokens[place].kind == "(":
            while not variables or tokens[place].kind == ",":
                place += 1
                variables.append(name("a variable"))
            if tokens[place].kind != ")":
                raise fail("the parenthesis is not closed", tokens[place])
            place += 1
        if len(variables) != len(set(variables)) or function in variables:
            raise fail("the variables of a function are different", start)
        if not partial and len(variables) > 1:
            raise InvalidInput(
                f"{function} depends on several variables",
                text=text,
                start=start.start,
                end=tokens[place - 1].end,
                hint="the pde command is for partial differential equations",
            )
        if any(one.name == function for one in found):
            raise fail(f"{function} is named twice", start)
        found.append(Unknown(function, tuple(variables)))
        if tokens[place].kind not in (",", ";"):
            break
        place += 1
    if tokens[place].kind != END:
        raise fail("a comma is expected here", tokens[place])
    named = [one.variables for one in found if one.variables]
    if not named:
        named = [(_free_variable([one.name for one in found], frozenset()),)]
    return tuple(one if one.variables else Unknown(one.name, named[0]) for one in found)


def _free_variable(functions: Sequence[str], names: Iterable[str]) -> str:
    """The variable that is meant: one of the usual ones that occurs, else x, else t."""
    free = [name for name in _USUAL if name not in functions]
    occurring = [name for name in free if name in set(names)]
    return occurring[0] if occurring else free[0]


def _inferred(drafts: Sequence[Draft], side: Sequence[Draft], partial: bool) -> tuple[Unknown, ...]:
    """The functions that are differentiated somewhere. Raises InvalidInput where there is none."""
    everything = [*drafts, *side]
    names: list[str] = []
    variables: list[str] = []
    for one in everything:
        names += [name for name in one.differentiated if name not in names]
        variables += [name for name in one.by if name not in variables]
    called: dict[str, tuple[str, ...]] = {}
    for one in drafts:
        called.update(names_called(one))
    if partial:
        return _inferred_partial(everything, names, called)
    if not names:
        names = list(called) or [name for one in side for name in names_called(one)]
    if not names:
        text = drafts[0].text if drafts else ""
        if not text.strip():
            raise InvalidInput("the equation is missing", hint="write y' = x*y")
        raise InvalidInput(
            "there is no derivative in this equation",
            text=text,
            start=0,
            end=max(len(text), 1),
            hint="write y' or dy/dx for a derivative, and name the function: --for y(x)",
        )
    for name in names:
        if name in called and len(called[name]) == 1:
            variables.append(called[name][0])
    free = [token.text for one in drafts for token in one.tokens if token.kind == NAME]
    variable = variables[0] if variables else _free_variable(names, free)
    return tuple(Unknown(name, (variable,)) for name in dict.fromkeys(names))


def _inferred_partial(
    drafts: Sequence[Draft], names: Sequence[str], called: dict[str, tuple[str, ...]]
) -> tuple[Unknown, ...]:
    indices: dict[str, set[str]] = {}
    for one in drafts:
        for token in one.tokens:
            if token.kind == NAME and "_" in token.text:
                name, _, index = token.text.partition("_")
                if index and set(index) <= {*_SPACE, "t"}:
                    indices.setdefault(name, set()).update(index)
    found: list[Unknown] = []
    for name in dict.fromkeys([*names, *called, *indices]):
        if name in called:
            found.append(Unknown(name, called[name]))
            continue
        order = (*_SPACE, "t")
        letters = sorted(indices.get(name, set()) | {"x"}, key=order.index)
        found.append(Unknown(name, tuple(letters)))
    if not found:
        raise InvalidInput(
            "there is no partial derivative in this equation",
            hint="write u_t and u_xx for derivatives, and name the function: --for u(x,t)",
        )
    return tuple(found)


# --- the parser -----------------------------------------------------------------------------


class _DifferentialParser(Parser):
    """The parser of expressions, which also knows unknown functions and their derivatives."""

    def __init__(
        self, part: Draft, functions: Sequence[Unknown], *, condition: bool = False
    ) -> None:
        super().__init__(part.text, part.tokens)
        self.part = part
        self.functions = functions
        self.condition = condition
        self.places: dict[Node, Token] = {}

    def equation(self) -> Node:
        """The one equation of the text; an expression alone is set equal to 0."""
        with room_for_recursion(len(self.tokens)):
            first = self.token
            if first.kind == END:
                self.fail(f"{self.part.what} is missing", first)
            node = top(self, equation=True)
            self.expect_end()
        if node.op != "eq":
            if self.condition:
                self.fail(
                    "a condition is an equation", first, hint=f"write {_example(self.functions[0])}"
                )
            node = graph.eq_node(node, graph.ZERO)
        return _with_orders(node, self.functions)

    def _name(self, token: Token) -> Node:
        found = self._function(token)
        if found is None:
            if token.text.endswith("'"):
                self._refuse_prime(token)
            return super()._name(token)
        function, orders = found
        self.index += 1
        from dlmath.expression.juxtaposition import GROUP, VARIABLE

        self.kind = VARIABLE
        node = function.at(orders)
        if self.token.kind == "(":
            applied = self._applied(function, orders, token)
            if applied is not None:
                node = applied
                self.kind = GROUP
        self.places.setdefault(node, token)
        return node

    def _function(self, token: Token) -> tuple[Unknown, tuple[int, ...]] | None:
        """The derivative that a name stands for, or None."""
        mark = self.part.marks.get(token.start)
        if mark is not None:
            base, order, variable = mark
            for function in self.functions:
                if function.name == base:
                    return function, self._by(function, order, variable, token)
            return None
        for function in self.functions:
            orders = function.orders(token.text)
            if orders is not None:
                return function, orders
        return None

    def _by(
        self, function: Unknown, order: int, variable: str | None, token: Token
    ) -> tuple[int, ...]:
        if order > ORDER_MOST:
            self.fail(f"derivatives up to order {ORDER_MOST} are read", token)
        if variable is None:
            if len(function.variables) > 1:
                self.fail(
                    f"{function} depends on several variables, and a prime does not say by which",
                    token,
                    hint=f"write {function.name}_{function.variables[0]}",
                )
            return (order,)
        if variable not in function.variables:
            self.fail(
                f"{function.name} is a function of {', '.join(function.variables)}, not of "
                f"{variable}",
                token,
                hint=f"--for {function.name}({variable})",
            )
        return tuple(order if one == variable else 0 for one in function.variables)

    def _applied(self, function: Unknown, orders: tuple[int, ...], token: Token) -> Node | None:
        """The function at the operands that follow; None where they are a factor: `y(1 - y)`."""
        start = self.index
        opening = self.advance()
        self.enter(opening)
        bars, self.open_bars = self.open_bars, 0
        operands = [self.sum()]
        while self.token.kind == ",":
            self.advance()
            operands.append(self.sum())
        self.close(opening, ")")
        self.open_bars = bars
        self.depth -= 1
        if len(operands) == 1 and unknowns_in(operands[0]):
            self.index = start
            return None
        if len(operands) != len(function.variables):
            self.fail(
                f"{function.name} takes {len(function.variables)} "
                f"operand{'' if len(function.variables) == 1 else 's'}: {function}",
                token,
                self.tokens[self.index - 1],
            )
        return function.at(orders, operands)

    def refuse_point(self, node: Node) -> None:
        """Raises the error for a value at a point inside an equation: `y(x - 1)`."""
        token = self.places[node]
        close = next(t for t in self.tokens if t.start > token.start and t.kind in (")", END))
        from dlmath.expression.text import to_text

        inside = to_text(node.args[0])
        self.fail(
            f"{node.value} is taken at {', '.join(map(to_text, node.args))} here, and equations "
            "relate values at one point",
            token,
            close,
            hint=f"for a product write {node.value}*({inside}); conditions belong to --given",
        )

    def _refuse_prime(self, token: Token) -> None:
        base = token.text.rstrip("'")
        names = ", ".join(str(one) for one in self.functions)
        last = self.functions[-1].name
        hint = f"the function looked for is {names}"
        if base.endswith(last) and base != last:
            hint = f"write {base.removesuffix(last)}*{last}{token.text[len(base) :]}"
        self.fail(f"{base} is not a function that is looked for", token, hint=hint)


def _with_orders(node: Node, functions: Sequence[Unknown]) -> Node:
    """`derive(y(x), x, 2)` as the derivative of the function: `y''(x)`."""
    exchanged: dict[Node, Node] = {}
    for part in topological(node):
        if part.op != "derive":
            continue
        body = exchanged.get(part.args[0], part.args[0])
        if body.op != UNKNOWN:
            continue
        for function in functions:
            orders = function.orders(str(body.value))
            name = part.args[1].name
            if orders is None or name not in function.variables:
                continue
            if [arg.value for arg in body.args] != list(function.variables):
                continue
            count = int(part.args[2].number) if len(part.args) > 2 else 1
            place = function.variables.index(name)
            more = [old + (count if k == place else 0) for k, old in enumerate(orders)]
            if max(more) > ORDER_MOST:
                raise InvalidInput(f"derivatives up to order {ORDER_MOST} are read")
            exchanged[part] = function.at(more, body.args)
    return graph.replace(node, exchanged) if exchanged else node


def _without_differentials(
    node: Node, functions: Sequence[Unknown], part: Draft
) -> tuple[Node, bool]:
    """`M dx + N dy = 0` as `M + N*y' = 0`."""
    if len(functions) != 1 or len(functions[0].variables) != 1:
        return node, False
    function = functions[0]
    dx, dy = f"d{function.variables[0]}", f"d{function.name}"
    if not {dx, dy} <= free_symbols(node):
        return node, False
    if any(str(one.value) != function.name for one in unknowns_in(node)):
        raise InvalidInput(
            f"an equation with {dx} and {dy} has no other derivatives",
            text=part.text,
            start=part.start,
            end=part.end,
        )
    exchanged = {dx: graph.ONE, dy: function.at((1,))}
    return graph.substitute(node, exchanged), True


def _refuse_without_unknown(part: Draft, functions: Sequence[Unknown]) -> None:
    names = ", ".join(str(one) for one in functions)
    raise InvalidInput(
        f"{names} does not occur in this equation",
        text=part.text,
        start=part.start,
        end=part.end,
        hint=f"write {functions[0].label((1,) + (0,) * (len(functions[0].variables) - 1))} "
        "for a derivative, or name the function with --for",
    )
