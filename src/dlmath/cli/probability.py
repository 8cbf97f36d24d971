"""dist, expect, probability."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, read_expression, read_whole
from dlmath.cli.read import Given, reworded
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    from dlmath.maths.probability.model import Variable

Seed = Annotated[
    str | None,
    typer.Option("--seed", metavar="S", help="A whole number: the same seed, the same sample."),
]


@command(
    example='"normal(0, 1)"',
    more=[
        '"normal(mean=100, sd=15)" --cdf 130',
        '"gamma(shape=2, rate=3)" --quantile 0.9',
        '"binomial(10, 1/2)" --pdf 5',
        '"normal(mu, sigma)"',
        '"poisson(4)" --sample 5 --seed 1',
    ],
)
def dist(
    given: Given,
    distribution: Annotated[
        str,
        typer.Argument(metavar="DISTRIBUTION", help="A family with its parameters: normal(0, 1)."),
    ],
    *,
    pdf: Annotated[
        str | None,
        typer.Option("--pdf", metavar="X", help="The density, or the probability, of X."),
    ] = None,
    cdf: Annotated[
        str | None, typer.Option("--cdf", metavar="X", help="The probability of at most X.")
    ] = None,
    quantile: Annotated[
        str | None,
        typer.Option("--quantile", metavar="P", help="What is not exceeded with probability P."),
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option("--interval", metavar="P", help="The central interval of probability P."),
    ] = None,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="N", help="N independent draws, one a line.")
    ] = None,
    seed: Seed = None,
) -> Answer:
    """A distribution: its moments, density, quantiles; samples of it."""
    from dlmath.maths.probability.dist import Questions, dist
    from dlmath.maths.probability.reading import read_distribution

    if seed is not None and sample is None:
        raise InvalidOption("--seed goes with --sample", hint="--sample 10 --seed 1")
    questions = Questions(
        density=_given(pdf, "--pdf"),
        cumulative=_given(cdf, "--cdf"),
        quantile=_given(quantile, "--quantile"),
        interval=_given(interval, "--interval"),
        sample_size=None if sample is None else read_whole(sample, "--sample", least=1),
        seed=None if seed is None else read_whole(seed, "--seed"),
    )
    chosen = read_distribution(distribution)
    given.knows(chosen.symbols())
    return dist(chosen, questions, given.settings)


def _given(text: str | None, option: str) -> Node | None:
    return None if text is None else read_expression(text, option)


Given_ = Annotated[
    list[str] | None,
    typer.Option(
        "--given",
        metavar="VARIABLE",
        help='A random variable: "X ~ normal(0, 1)". Repeated: independent ones, or one whose '
        'distribution holds one before it; "(X, Y) ~ multivariate_normal(...)".',
    ),
]
Condition = Annotated[
    str | None,
    typer.Option("--condition", metavar="EVENT", help='What is known to hold: "X > 0".'),
]
Draws = Annotated[
    str | None, typer.Option("--seed", metavar="S", help="Of a sample, where one is needed.")
]


@command(
    example='"X^2" --given "X ~ normal(0, 1)"',
    more=[
        '"relu(Z)" --given "Z ~ normal(0, 1)" --steps',
        '"X*Y + 3" --given "X ~ normal(1, 2)" --given "Y ~ poisson(4)" --variance',
        '"Y" --given "X ~ gamma(2, 1)" --given "Y ~ poisson(X)" --variance --steps',
        '"X" --given "X ~ exponential(1)" --average 30 --plot',
    ],
    symbolic=True,
)
def expect(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="In random variables.")],
    *,
    variables: Given_ = None,
    variance: Annotated[bool, typer.Option("--variance", help="The variance, too.")] = False,
    condition: Condition = None,
    average: Annotated[
        str | None,
        typer.Option(
            "--average", metavar="N", help="Of the mean of N independent copies; with --plot drawn."
        ),
    ] = None,
    density: Annotated[
        bool,
        typer.Option("--density", help="The density of the value, of one continuous variable."),
    ] = False,
    seed: Draws = None,
) -> Answer:
    """The mean of an expression in random variables, and its variance."""
    from dlmath.maths.probability.expect import expect

    function = given.expression(expression)
    chosen = _variables(given, variables)
    _require_known(function, chosen, expression)
    return expect(
        function,
        chosen,
        given.settings,
        variance=variance or average is not None,
        condition=None if condition is None else _event(given, condition),
        density=density,
        average=None if average is None else read_whole(average, "--average", least=1),
        seed=1 if seed is None else read_whole(seed, "--seed"),
    )


@command(
    example='"X > 1.96" --given "X ~ normal(0, 1)"',
    more=[
        '"X > Y" --given "X ~ exponential(1)" --given "Y ~ exponential(2)"',
        '"X + Y >= 9" --given "X ~ discrete_uniform(1, 6)" --given "Y ~ discrete_uniform(1, 6)"',
        '"X > 2" --condition "X > 1" --given "X ~ exponential(1)"',
    ],
    symbolic=True,
)
def probability(
    given: Given,
    event: Annotated[str, typer.Argument(metavar="EVENT", help='For example "X > 1 and Y < X".')],
    *,
    variables: Given_ = None,
    condition: Condition = None,
    seed: Draws = None,
) -> Answer:
    """The probability of an event in random variables."""
    from dlmath.maths.probability.events import probability

    happens = _event(given, event)
    chosen = _variables(given, variables)
    _require_known(happens, chosen, event)
    return probability(
        happens,
        chosen,
        given.settings,
        condition=None if condition is None else _event(given, condition),
        seed=1 if seed is None else read_whole(seed, "--seed"),
    )


def _variables(given: Given, texts: list[str] | None) -> list[Variable]:
    """The random variables of `--given`. Raises InvalidOption."""
    from dlmath.maths.probability.joint import Joint
    from dlmath.maths.probability.model import Variable
    from dlmath.maths.probability.reading import read_random_variables

    found = []
    for text in texts or []:
        names, distribution = reworded("--given", partial(read_random_variables, text))
        if isinstance(distribution, Joint) and len(names) < distribution.dimension:
            names = tuple(f"{names[0]}{place + 1}" for place in range(distribution.dimension))
        given.knows(distribution.symbols())
        found.append(Variable(names, distribution))
    return found


def _require_known(node: Node, variables: list[Variable], text: str) -> None:
    """Raises InvalidInput for an expression without random variables."""
    from dlmath.expression.graph import free_symbols

    names = [name for variable in variables for name in variable.names]
    for name in sorted(free_symbols(node)):
        if f"{name}1" in names and name not in names:
            raise InvalidInput(
                f"{name} has several values",
                text=text,
                start=0,
                end=len(text),
                hint="they are " + ", ".join(n for n in names if n.startswith(name)),
            )
    if not names or not free_symbols(node) & set(names):
        example = next(iter(sorted(free_symbols(node))), "X")
        raise InvalidInput(
            "there is no random variable in it" if names else "no random variable is given",
            text=text,
            start=0,
            end=len(text),
            hint=f'--given "{example} ~ normal(0, 1)"',
        )


#: A single equals sign, as it is written in P(X = 3).
_EQUALS = re.compile(r"(?<![<>=!])=(?!=)")


def _as_typed(error: InvalidInput, text: str) -> InvalidInput:
    """The same mistake, shown in the text with single equals signs."""
    doubled = [place + k for k, place in enumerate(m.start() for m in _EQUALS.finditer(text))]

    def back(place: int | None) -> int | None:
        return None if place is None else place - sum(1 for sign in doubled if sign < place)

    error.text, error.start, error.end = text, back(error.start), back(error.end)
    return error


def _event(given: Given, text: str) -> Node:
    """A condition, where `=` is `==`. Raises InvalidInput for what is none."""
    try:
        node = given.expression(_EQUALS.sub("==", text), condition=True)
    except InvalidInput as error:
        raise _as_typed(error, text) from error
    if node.op not in ("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"):
        raise InvalidInput(
            "an event is a condition", text=text, start=0, end=len(text), hint=f"{text} > 0"
        )
    return node
