"""Reading distributions: `normal(0, 1)`, `gamma(shape=2, rate=3)`, `X ~ poisson(4)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NamedTuple

from dlmath.errors import DlmathError, InvalidInput
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.expression.parser import parse
from dlmath.expression.syntax import Parser, reading
from dlmath.expression.tokens import END, NAME, Token
from dlmath.maths.probability.continuous import REAL
from dlmath.maths.probability.discrete import DISCRETE
from dlmath.maths.probability.distribution import Distribution, template, truth
from dlmath.maths.probability.family import Family, Parameter
from dlmath.maths.probability.joint import JOINT, Given, Joint
from dlmath.maths.probability.positive import POSITIVE

FAMILIES: tuple[Family, ...] = (*REAL, *POSITIVE, *DISCRETE)

BY_NAME: dict[str, Family] = {
    name: family for family in FAMILIES for name in (family.name, *family.also)
}


class _Given(NamedTuple):
    """A parameter as typed: its name, where one was written; its value; where it stands."""

    name: str | None
    value: Node
    start: int
    end: int


def read_distribution(text: str) -> Distribution | Joint:
    """`normal(0, 1)`; without parentheses, the family with its usual parameters.

    Raises InvalidInput for a family or a parameter that is not known, a value that the family
    does not allow, or one that is missing.
    """
    with reading(text) as parser:
        found = _distribution(parser, text)
        parser.expect_end()
        return found


def read_family_to_fit(text: str) -> tuple[Family, dict[str, Node]]:
    """`normal`, `binomial(n=10)`: a family with what is given of it. Raises InvalidInput."""
    with reading(text) as parser:
        name = parser.token
        family = BY_NAME.get(name.text) if name.kind == NAME else None
        if family is None:
            close = get_close_matches(name.text.lower(), BY_NAME, n=1)
            hint = f"did you mean {close[0]}?" if close else "one of " + ", ".join(_names())
            parser.fail(f"there is no family {name.text or 'here'}", name, hint=hint)
        parser.advance()
        given = _parameters(parser) if parser.token.kind == "(" else []
        parser.expect_end()
    values = _placed(family, given, text)
    return family, {key: value for key, (value, _) in values.items()}


def read_call(text: str) -> tuple[str, list[Node]]:
    """A name with what stands in its parentheses, whatever the name means. Raises InvalidInput."""
    with reading(text) as parser:
        name = parser.token
        if name.kind != NAME:
            parser.fail("the name of a distribution is expected here", name)
        parser.advance()
        given = _parameters(parser) if parser.token.kind == "(" else []
        parser.expect_end()
        return name.text, [one.value for one in given]


def is_distribution(text: str) -> bool:
    """Does the text begin with the name of a distribution, or a name that could be meant as one?

    A function of the language (`softmax(...)`) is an expression, but for `beta` and `gamma`.
    """
    from dlmath.expression.names import is_function

    found = re.match(r"\s*([A-Za-z]\w*)", text)
    if found is None:
        return False
    name = found[1]
    known = name in BY_NAME or name in JOINT or name.lower() in BY_NAME
    return known or not is_function(name)


def read_family(text: str) -> Distribution:
    """The same for a distribution of one variable with a family. Raises InvalidInput."""
    found = read_distribution(text)
    if isinstance(found, Joint):
        raise InvalidInput(
            f"{found.name} is not a family of one variable here", text=text, start=0, end=len(text)
        )
    return found


def read_random_variable(text: str) -> tuple[str, Distribution | Joint]:
    """`X ~ normal(0, 1)`: the name of the variable and its distribution. Raises InvalidInput."""
    names, found = read_random_variables(text)
    if len(names) > 1:
        raise InvalidInput("one variable is expected here", text=text, start=0, end=text.find("~"))
    return names[0], found


def read_random_variables(text: str) -> tuple[tuple[str, ...], Distribution | Joint]:
    """`X ~ normal(0, 1)`, `(X, Y) ~ multivariate_normal(...)`. Raises InvalidInput."""
    where = text.find("~")
    if where < 0:
        raise InvalidInput(
            "a random variable is written with ~",
            text=text,
            start=0,
            end=max(1, len(text)),
            hint="X ~ normal(0, 1)",
        )
    # The grammar has no ~; in its place stands a sign of the same width.
    with _of(text), reading(text[:where] + "=" + text[where + 1 :]) as parser:
        names = _variable_names(parser)
        if parser.token.kind != "=" or parser.token.start != where:
            parser.fail("~ is expected here", parser.token, hint="X ~ normal(0, 1)")
        parser.advance()
        begin = parser.token
        found = _distribution(parser, text)
        parser.expect_end()
    size = found.dimension if isinstance(found, Joint) else 1
    if len(names) != size and not (len(names) == 1 and names[0] and size > 1):
        raise InvalidInput(
            f"the distribution has {size} values, and {len(names)} names are given",
            text=text,
            start=0,
            end=begin.start,
        )
    return names, found


def _variable_names(parser: Parser) -> tuple[str, ...]:
    """`X`, or `(X, Y)`, or `X, Y`."""
    bracket = parser.advance() if parser.token.kind == "(" else None
    names: list[str] = []
    while True:
        name = parser.token
        if name.kind != NAME:
            parser.fail(
                "the name of a random variable is expected here", name, hint="X ~ normal(0, 1)"
            )
        names.append(parser.advance().text)
        if parser.token.kind != ",":
            break
        parser.advance()
    if bracket is not None:
        parser.close(bracket, ")")
    return tuple(names)


@contextmanager
def _of(text: str) -> Iterator[None]:
    """Errors show the text as it was typed."""
    try:
        yield
    except DlmathError as error:
        if error.text is not None:
            error.text = text
        raise


def _distribution(parser: Parser, text: str) -> Distribution | Joint:
    name = parser.token
    if name.kind == END:
        parser.fail("a distribution is expected here", name, hint="normal(0, 1)")
    if name.kind != NAME:
        parser.fail("the name of a distribution is expected here", name, hint="normal(0, 1)")
    if name.text in JOINT:
        parser.advance()
        return _joint(parser, text, name)
    family = BY_NAME.get(name.text) or BY_NAME.get(name.text.lower())
    if family is None:
        close = get_close_matches(name.text.lower(), [*BY_NAME, *JOINT], n=1)
        hint = f"did you mean {close[0]}?" if close else "one of " + ", ".join(_names())
        parser.fail(f"there is no distribution {name.text}", name, hint=hint)
    parser.advance()
    given = _parameters(parser) if parser.token.kind == "(" else []
    return _made(family, given, text, name)


def _names() -> list[str]:
    return [*(family.name for family in FAMILIES), *dict.fromkeys(JOINT)]


def _joint(parser: Parser, text: str, name: Token) -> Joint:
    """A distribution of several values, or of one of several classes."""
    given = _parameters(parser) if parser.token.kind == "(" else []

    def fail(place: int, message: str) -> InvalidInput:
        start, end = (given[place].start, given[place].end) if given else (name.start, name.end)
        return InvalidInput(message, text=text, start=start, end=end, hint=_EXAMPLES[name.text])

    if not given:
        raise fail(0, f"{name.text} needs its parameters")
    return JOINT[name.text](Given([g.value for g in given], [g.name for g in given], fail))


_NORMAL_EXAMPLE = "multivariate_normal([0, 0], [[1, 1/2], [1/2, 1]]): mean, covariance"

_EXAMPLES = {
    "categorical": "categorical(1/2, 1/3, 1/6): the probability of each class",
    "multinomial": "multinomial(10, [1/2, 1/3, 1/6]): draws, probabilities",
    "dirichlet": "dirichlet(1, 2, 3): concentrations",
    **dict.fromkeys(("multivariate_normal", "mvn", "multinormal"), _NORMAL_EXAMPLE),
}


def _parameters(parser: Parser) -> list[_Given]:
    """What stands in the parentheses."""
    opening = parser.advance()
    found: list[_Given] = []
    while parser.token.kind != ")" or found:
        start = parser.token
        name = None
        if start.kind == NAME and parser.tokens[parser.index + 1].kind in ("=", "=="):
            name = start.text
            parser.advance()
            parser.advance()
        first = parser.token
        value = parser.sum()
        found.append(_Given(name, value, first.start, parser.tokens[parser.index - 1].end))
        if parser.token.kind != ",":
            break
        parser.advance()
    parser.close(opening, ")")
    return found


def _made(family: Family, given: list[_Given], text: str, name: Token) -> Distribution:
    """The distribution, each parameter in its place and within its bounds."""
    values = _placed(family, given, text)
    for parameter in family.parameters:
        if parameter.name not in values:
            if parameter.default is None:
                raise InvalidInput(
                    f"{family.name} needs its {parameter.meaning}",
                    text=text,
                    start=name.start,
                    end=name.end,
                    hint=describe(family),
                )
            values[parameter.name] = (template(parameter.default), None)
    found = Distribution(family, {p.name: values[p.name][0] for p in family.parameters})
    for parameter in family.parameters:
        _require(
            found,
            parameter,
            text,
            values[parameter.name][1]
            or _Given(None, values[parameter.name][0], name.start, name.end),
        )
    return found


def _placed(
    family: Family, given: list[_Given], text: str
) -> dict[str, tuple[Node, _Given | None]]:
    """The value of each parameter that is given, by its name in the formulas."""
    values: dict[str, tuple[Node, _Given | None]] = {}
    names = {p.name: (p, p.name) for p in family.parameters}
    names |= {
        other: (p, how)
        for p in reversed(family.parameters)
        for other, how in p.others.items()
        if other not in names
    }
    for place, one in enumerate(given):
        if one.name is None:
            if place >= len(family.parameters):
                raise _fail(
                    f"{family.name} has {_counted(family)}", text, one, hint=describe(family)
                )
            parameter, value = family.parameters[place], one.value
        else:
            if one.name not in names:
                close = get_close_matches(one.name, names, n=1)
                raise _fail(
                    f"{family.name} has no parameter {one.name}",
                    text,
                    one,
                    hint=f"did you mean {close[0]}?" if close else describe(family),
                )
            parameter, how = names[one.name]
            value = (
                one.value if how == one.name else substitute(parse(how).node, {one.name: one.value})
            )
        if parameter.name in values:
            raise _fail(f"the {parameter.meaning} is given twice", text, one, hint=describe(family))
        values[parameter.name] = (value, one)
    return values


def _require(found: Distribution, parameter: Parameter, text: str, one: _Given) -> None:
    """Raises InvalidInput where a number is outside what the family allows."""
    from dlmath.expression.numbers import evaluate

    value = found.parameters[parameter.name]
    if not free_symbols(value):
        number = evaluate(value)
        if not isinstance(number, (int, float)) or number != number or abs(number) == float("inf"):
            raise _fail(f"the {parameter.meaning} must be a real number", text, one)
    condition = parameter.requires
    whole = condition.endswith("integer")
    condition = condition.removesuffix("integer").strip()
    if whole and not free_symbols(value) and evaluate(value) != int(evaluate(value)):
        raise _fail(f"the {parameter.meaning} must be a whole number", text, one)
    if condition and condition != parameter.name and truth(found.put_in(condition)) is False:
        raise _fail(
            f"the {parameter.meaning} must satisfy {condition}",
            text,
            one,
            hint=describe(found.family),
        )


def _fail(message: str, text: str, one: _Given, hint: str | None = None) -> InvalidInput:
    return InvalidInput(message, text=text, start=one.start, end=one.end, hint=hint)


def _counted(family: Family) -> str:
    count = len(family.parameters)
    return f"{count} parameter" if count == 1 else f"{count} parameters"


def describe(family: Family) -> str:
    """`normal(mu, sigma): mean, standard deviation`."""
    names = ", ".join(parameter.name for parameter in family.parameters)
    meanings = ", ".join(parameter.meaning for parameter in family.parameters)
    return f"{family.name}({names}): {meanings}"
