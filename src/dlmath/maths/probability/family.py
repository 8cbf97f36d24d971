"""What is known of a family of distributions, as text of the language.

A family is a row of a table: its parameters, its density and what follows from it. The formulas
are those of N. L. Johnson, S. Kotz and N. Balakrishnan, "Univariate Discrete Distributions" and
"Continuous Univariate Distributions"; each is held against quadrature or sums by the tests, and
again by the check of every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: A formula; or formulas with the condition of each, of which the first that holds is meant; or
#: None where there is no closed form. The formula `NONE` says that there is no such value.
Formula = str | tuple[tuple[str, str], ...] | None

NONE = "does not exist"

#: The variable of a density, a distribution function; of a quantile; of a characteristic function.
OUTCOME = "x"
PROBABILITY = "p_"
FREQUENCY = "t"


class Parameter(NamedTuple):
    """One parameter of a family.

    name: in the formulas. meaning: in words. requires: what must hold, in the language.
    default: its value where none is given. others: further names, each with what the parameter is
    in terms of it (`{"variance": "sqrt(variance)"}`).
    """

    name: str
    meaning: str
    requires: str = ""
    default: str | None = None
    others: Mapping[str, str] = {}


class Family(NamedTuple):
    """A family of distributions of one real variable.

    low, high: the ends of the support. discrete: on whole numbers alone? density, log_density,
    cdf: of `x`; quantile: of `p_`; characteristic: of `t`. kurtosis: the fourth standardized
    moment, 3 for the normal distribution.
    """

    name: str
    parameters: tuple[Parameter, ...]
    low: str
    high: str
    density: str
    log_density: str
    discrete: bool = False
    cdf: Formula = None
    quantile: Formula = None
    mean: Formula = None
    variance: Formula = None
    skewness: Formula = None
    kurtosis: Formula = None
    entropy: Formula = None
    mode: Formula = None
    median: Formula = None
    characteristic: Formula = None
    also: tuple[str, ...] = ()


def same(*names: str) -> dict[str, str]:
    """Other names of the same parameter."""
    return {name: name for name in names}
