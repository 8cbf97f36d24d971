"""bayes, entropy, cross-entropy, divergence, fit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_expression
from dlmath.cli.read import Given, read_assignments, reworded
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    from dlmath.columns import Columns
    from dlmath.maths.probability.information import Source

KINDS = ("kl", "reverse-kl", "js", "tv", "hellinger", "wasserstein")

First = Annotated[
    str,
    typer.Argument(metavar="P", help="A list of probabilities, or a distribution."),
]
Table = Annotated[
    str,
    typer.Argument(
        metavar="P",
        help="A list of probabilities, a distribution, or a joint table of two variables, with "
        "their mutual information.",
    ),
]
Second = Annotated[str, typer.Argument(metavar="Q", help="Another of the same kind.")]
Base = Annotated[
    str | None,
    typer.Option(
        "--base", metavar="B", help="Logarithms to this base: 2 for bits; e if not given."
    ),
]


@command(
    example='--prior "sick=0.01, well=0.99" --likelihood "sick=0.9, well=0.05"',
    more=[
        '--prior "p ~ beta(2, 2)" --likelihood "binomial(10, p)" --observed 7',
        '--prior "mu ~ normal(0, 10)" --likelihood "normal(mu, 2)" --observed "[4.1, 5.3, 3.9]"',
        '--prior "p ~ dirichlet(1, 1, 1)" --likelihood "multinomial(10, p)" --observed "[3, 5, 2]"',
    ],
)
def bayes(
    given: Given,
    *,
    prior: Annotated[
        str | None,
        typer.Option(
            "--prior",
            metavar="PRIOR",
            help='Probabilities of hypotheses: "a=0.01, b=0.99"; or of a parameter: '
            '"p ~ beta(2, 2)".',
        ),
    ] = None,
    likelihood: Annotated[
        list[str] | None,
        typer.Option(
            "--likelihood",
            metavar="LIKELIHOOD",
            help='The probability of the evidence under each hypothesis: "a=0.9, b=0.05" '
            '(repeated: further evidence); or of an observation: "binomial(10, p)".',
        ),
    ] = None,
    observed: Annotated[
        str | None,
        typer.Option(
            "--observed", metavar="DATA", help='What was observed: 7, "[3, 5, 2]" or @file.csv.'
        ),
    ] = None,
) -> Answer:
    """Posterior probabilities of hypotheses, or of a parameter."""
    from dlmath.maths.probability.bayes import bayes

    if prior is None or not likelihood:
        raise InvalidOption(
            "bayes needs --prior and --likelihood",
            hint='--prior "a=0.01, b=0.99" --likelihood "a=0.9, b=0.05"',
        )
    if "~" in prior:
        return _posterior(given, prior, likelihood, observed)
    if observed is not None:
        raise InvalidOption(
            "--observed goes with a prior of a parameter", hint='--prior "p ~ beta(2, 2)"'
        )
    return bayes(
        read_assignments(prior, "--prior"),
        [read_assignments(text, "--likelihood") for text in likelihood],
        given.settings,
    )


def _posterior(given: Given, prior: str, likelihood: list[str], observed: str | None) -> Answer:
    """The posterior of a parameter. Raises InvalidInput."""
    from dlmath.maths.probability.conjugate import dirichlet_posterior, posterior
    from dlmath.maths.probability.distribution import Distribution
    from dlmath.maths.probability.reading import read_call, read_family, read_random_variable

    if len(likelihood) != 1:
        raise InvalidOption("a parameter has one --likelihood", hint='--observed "[3, 5, 4]"')
    if observed is None:
        raise InvalidOption("bayes needs what was observed", hint='--observed "[3, 5, 4]"')
    data = given.expression(observed)
    values = list(data.args) if data.op == "vector" else [data]
    name, chosen = reworded("--prior", lambda: read_random_variable(prior))
    if not isinstance(chosen, Distribution):
        kind, given_of_it = reworded("--likelihood", lambda: read_call(likelihood[0]))
        if chosen.name != "dirichlet" or kind not in ("multinomial", "categorical"):
            raise InvalidOption(
                f"a prior of {chosen.name} goes with no likelihood here",
                hint='"p ~ dirichlet(1, 1, 1)" goes with "multinomial(n, p)"',
            )
        if kind == "categorical":
            values = _counts(values, chosen.dimension)
        draws = given_of_it[0] if kind == "multinomial" and given_of_it else None
        return dirichlet_posterior(
            name, chosen.parameters["concentrations"].args, values, given.settings, draws
        )
    family = reworded("--likelihood", lambda: read_family(likelihood[0]))
    return posterior(name, chosen, family, values, given.settings)


def _counts(classes: list[Node], count: int) -> list[Node]:
    """How often each class was observed, of classes counted from 0. Raises InvalidOption."""
    from dlmath.expression.graph import is_integer, number

    for value in classes:
        if not is_integer(value) or not 0 <= value.number < count:
            raise InvalidOption(f"--observed: classes are counted from 0 to {count - 1}")
    seen = [int(value.number) for value in classes]
    return [number(seen.count(place)) for place in range(count)]


@command(
    example='"[1/2, 1/4, 1/4]" --base 2',
    more=['"normal(0, sigma)"', '"[[1/2, 1/4], [0, 1/4]]" --base 2'],
)
def entropy(given: Given, p: Table, *, base: Base = None) -> Answer:
    """The entropy of probabilities, of a joint table, of a distribution."""
    from dlmath.maths.probability.information import entropy

    return entropy(_source(given, p), given.settings, _base(base))


@command(
    example='"[1/2, 1/2]" "[1/4, 3/4]"',
    more=['"normal(0, 1)" "normal(mu, sigma)"', '"[0, 1, 0]" "softmax([1, 3, 2])"'],
)
def cross_entropy(given: Given, p: First, q: Second, *, base: Base = None) -> Answer:
    """The mean of -log q under p, the loss of classification."""
    from dlmath.maths.probability.information import cross_entropy

    return cross_entropy(_source(given, p), _source(given, q), given.settings, _base(base))


@command(
    example='"normal(mu1, sigma1)" "normal(mu2, sigma2)"',
    more=[
        '"[1/2, 1/2]" "[1/4, 3/4]" --kind js --base 2',
        '"normal(0, 1)" "laplace(0, 1)"',
        '"normal(0, 1)" "normal(2, 1)" --kind wasserstein',
    ],
)
def divergence(
    given: Given,
    p: First,
    q: Second,
    *,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=f"{', '.join(KINDS)}; kl if not given.")
    ] = "kl",
    base: Base = None,
) -> Answer:
    """How far one distribution is from another: KL and its relatives."""
    from dlmath.maths.probability.information import divergence

    choose(kind, "--kind", KINDS)
    return divergence(_source(given, p), _source(given, q), given.settings, kind, _base(base))


def _source(given: Given, text: str) -> Source:
    """A list of probabilities, or a distribution. Raises InvalidInput."""
    from dlmath.maths.probability.reading import is_distribution, read_distribution

    if is_distribution(text):
        return read_distribution(text)
    return given.expression(text)


def _base(text: str | None) -> Node | None:
    """Raises InvalidOption unless it is above 0 and not 1."""
    from dlmath.expression.graph import ONE, free_symbols
    from dlmath.expression.numbers import evaluate

    if text is None:
        return None
    node = read_expression(text, "--base")
    value = evaluate(node) if not free_symbols(node) else 2
    if not isinstance(value, (int, float)) or not value > 0 or value == 1 or node is ONE:
        raise InvalidOption("--base takes a number above 0 that is not 1", hint="--base 2")
    return node


@command(
    example="@houses.csv --column price --dist normal",
    more=[
        "@houses.csv --column price --compare normal,lognormal,gamma --plot",
        '"[3, 5, 4, 2, 5]" --dist "binomial(n=10)"',
        '@houses.csv --column price --prior "mu ~ normal(250, 20)"',
    ],
)
def fit(
    given: Given,
    data: Annotated[str, typer.Argument(metavar="@FILE", help="A table, or a list of numbers.")],
    *,
    dist: Annotated[
        str | None,
        typer.Option(
            "--dist",
            metavar="FAMILY",
            help="normal if not given; parameters that are known: binomial(n=10).",
        ),
    ] = None,
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help="Which column of the table.")
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="FAMILIES", help="Several: normal,laplace,student_t."),
    ] = None,
    prior: Annotated[
        list[str] | None,
        typer.Option(
            "--prior",
            metavar="PRIOR",
            help='Of a parameter, for the mode of the posterior: "mu ~ normal(0, 1)". May be '
            "repeated.",
        ),
    ] = None,
) -> Answer:
    """The parameters of a family under which data are most likely."""
    from dlmath.maths.probability.distribution import Distribution
    from dlmath.maths.probability.fit import Candidate, fit
    from dlmath.maths.probability.reading import read_family_to_fit, read_random_variable

    if dist is not None and compare is not None:
        raise InvalidOption("--dist and --compare name families", hint="give one of them")
    if dist is not None and dist.strip() == "categorical":
        from dlmath.maths.probability.categories import fit_categories

        if prior:
            raise InvalidOption("--prior goes with families of numbers", hint="see dlmath bayes")
        classes = _classes(given, data, column)
        return fit_categories(classes[1], given.settings, name=classes[0])
    texts = _split(compare) if compare is not None else [dist or "normal"]
    option = "--dist" if compare is None else "--compare"
    candidates = [Candidate(*reworded(option, partial(read_family_to_fit, text))) for text in texts]
    priors = {}
    for text in prior or []:
        name, chosen = reworded("--prior", partial(read_random_variable, text))
        if not isinstance(chosen, Distribution):
            raise InvalidOption("--prior takes a distribution of one parameter")
        priors[name] = chosen
    label, values = _values(given, data, column)
    return fit(values, candidates, given.settings, priors=priors, name=label)


def _split(text: str) -> list[str]:
    """Names with parentheses, between commas outside of them."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _column(data: str, column: str | None) -> tuple[str, Columns]:
    """The table, and the name of the column that is meant. Raises InvalidOption."""
    from dlmath.cli.read_columns import read_columns

    columns = read_columns(data, "fit", needed=None if column is None else [column])
    names = columns.names
    if column is not None and not names:
        names = read_columns(data, "fit").names
    if column is None and len(names) > 1:
        raise InvalidOption(
            f"the table has {len(names)} columns",
            hint=f"--column {names[0]}; they are " + ", ".join(names),
        )
    name = column or names[0]
    if name not in names:
        raise InvalidOption(
            f"the data have no column {name}", hint="the columns are " + ", ".join(names)
        )
    return name, columns


def _classes(given: Given, data: str, column: str | None) -> tuple[str, list[str]]:
    """A name, and the class of each observation. Raises InvalidInput."""
    if data.startswith("@"):
        name, columns = _column(data, column)
        values = columns.column(name)
        if name in columns.categories:
            return name, [columns.categories[name][int(value)] for value in values]
    else:
        name, values = _values(given, data, column)
    if any(value != int(value) for value in values):
        raise InvalidInput("classes are words or whole numbers", hint="--dist normal")
    return name, [str(int(value)) for value in values]


def _values(given: Given, data: str, column: str | None) -> tuple[str, Any]:
    """A name, and numbers of shape (n,). Raises InvalidInput."""
    import numpy as np

    from dlmath.expression.graph import free_symbols
    from dlmath.expression.numbers import evaluate, to_float

    if data.startswith("@"):
        name, columns = _column(data, column)
        if name in columns.categories:
            raise InvalidOption(
                f"column {name} holds words, not numbers", hint="--dist categorical counts them"
            )
        return name, columns.column(name)
    node = given.expression(data)
    if node.op != "vector" or free_symbols(node):
        raise InvalidInput("fit takes @file or a list of numbers", hint="fit @houses.csv")
    values = np.array(to_float(evaluate(node)), dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise InvalidInput("fit takes a list of finite numbers")
    return "data", values
