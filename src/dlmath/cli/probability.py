"""dist."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, read_expression, read_whole
from dlmath.cli.read import Given
from dlmath.expression.graph import Node

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
    return dist(read_distribution(distribution), questions, given.settings)


def _given(text: str | None, option: str) -> Node | None:
    return None if text is None else read_expression(text, option)
