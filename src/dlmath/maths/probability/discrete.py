"""The distributions on whole numbers."""

from __future__ import annotations

from dlmath.maths.probability.family import Family, Parameter, same

_P = Parameter("p", "probability of success", "p >= 0 and p <= 1", None, same("prob", "theta"))
#: Waiting for something that never comes has no distribution.
_P_ABOVE = _P._replace(requires="p > 0 and p <= 1")

BERNOULLI = Family(
    "bernoulli",
    (_P._replace(default="1/2"),),
    "0",
    "1",
    "p^x*(1 - p)^(1 - x)",
    "x*log(p) + (1 - x)*log(1 - p)",
    discrete=True,
    mean="p",
    variance="p*(1 - p)",
    skewness="(1 - 2*p)/sqrt(p*(1 - p))",
    kurtosis="3 + (1 - 6*p*(1 - p))/(p*(1 - p))",
    entropy="-p*log(p) - (1 - p)*log(1 - p)",
    mode=(("0", "p < 1/2"), ("1", "p > 1/2"), ("0", "")),
    median=(("0", "p <= 1/2"), ("1", "")),
    characteristic="1 - p + p*exp(i*t)",
)

BINOMIAL = Family(
    "binomial",
    (
        Parameter("n", "number of trials", "n >= 0 integer", None, same("trials", "N")),
        _P,
    ),
    "0",
    "n",
    "binomial(n, x)*p^x*(1 - p)^(n - x)",
    "loggamma(n + 1) - loggamma(x + 1) - loggamma(n - x + 1) + x*log(p) + (n - x)*log(1 - p)",
    discrete=True,
    mean="n*p",
    variance="n*p*(1 - p)",
    skewness="(1 - 2*p)/sqrt(n*p*(1 - p))",
    kurtosis="3 + (1 - 6*p*(1 - p))/(n*p*(1 - p))",
    mode="min(n, floor((n + 1)*p))",
    characteristic="(1 - p + p*exp(i*t))^n",
    also=("binom",),
)

GEOMETRIC = Family(
    "geometric",
    (_P_ABOVE,),
    "1",
    "oo",
    "(1 - p)^(x - 1)*p",
    "(x - 1)*log(1 - p) + log(p)",
    discrete=True,
    cdf="1 - (1 - p)^floor(x)",
    mean="1/p",
    variance="(1 - p)/p^2",
    skewness="(2 - p)/sqrt(1 - p)",
    kurtosis="9 + p^2/(1 - p)",
    entropy="(-(1 - p)*log(1 - p) - p*log(p))/p",
    mode="1",
    median="max(1, ceil(-log(2)/log(1 - p)))",
    characteristic="p*exp(i*t)/(1 - (1 - p)*exp(i*t))",
    also=("geom",),
)

NEGATIVE_BINOMIAL = Family(
    "negative_binomial",
    (
        Parameter("r", "successes waited for", "r > 0", None, same("n", "successes")),
        _P_ABOVE,
    ),
    "0",
    "oo",
    "gamma(x + r)/(factorial(x)*gamma(r))*p^r*(1 - p)^x",
    "loggamma(x + r) - loggamma(x + 1) - loggamma(r) + r*log(p) + x*log(1 - p)",
    discrete=True,
    mean="r*(1 - p)/p",
    variance="r*(1 - p)/p^2",
    skewness="(2 - p)/sqrt(r*(1 - p))",
    kurtosis="3 + 6/r + p^2/(r*(1 - p))",
    mode=(("floor((r - 1)*(1 - p)/p)", "r > 1"), ("0", "")),
    characteristic="(p/(1 - (1 - p)*exp(i*t)))^r",
    also=("nbinom", "negativebinomial"),
)

POISSON = Family(
    "poisson",
    (Parameter("mu", "mean", "mu > 0", None, same("mean", "rate", "lambda", "lam")),),
    "0",
    "oo",
    "mu^x*exp(-mu)/factorial(x)",
    "x*log(mu) - mu - loggamma(x + 1)",
    discrete=True,
    cdf="uppergamma(floor(x) + 1, mu)/gamma(floor(x) + 1)",
    mean="mu",
    variance="mu",
    skewness="1/sqrt(mu)",
    kurtosis="3 + 1/mu",
    mode="floor(mu)",
    characteristic="exp(mu*(exp(i*t) - 1))",
)

DISCRETE_UNIFORM = Family(
    "discrete_uniform",
    (
        Parameter("a", "least", "a integer", None, same("low", "min", "minimum", "least")),
        Parameter(
            "b", "greatest", "b >= a integer", None, same("high", "max", "maximum", "greatest")
        ),
    ),
    "a",
    "b",
    "1/(b - a + 1)",
    "-log(b - a + 1)",
    discrete=True,
    cdf="(floor(x) - a + 1)/(b - a + 1)",
    mean="(a + b)/2",
    variance="((b - a + 1)^2 - 1)/12",
    skewness="0",
    kurtosis="3 - 6/5*((b - a + 1)^2 + 1)/((b - a + 1)^2 - 1)",
    entropy="log(b - a + 1)",
    median="floor((a + b)/2)",
    characteristic="(exp(i*a*t) - exp(i*(b + 1)*t))/((b - a + 1)*(1 - exp(i*t)))",
    also=("randint", "discreteuniform", "die"),
)

HYPERGEOMETRIC = Family(
    "hypergeometric",
    (
        Parameter("M", "size of the population", "M >= 1 integer", None, same("N", "population")),
        Parameter(
            "K", "successes in the population", "K >= 0 and K <= M integer", None, same("successes")
        ),
        Parameter("n", "draws", "n >= 0 and n <= M integer", None, same("draws")),
    ),
    "max(0, n + K - M)",
    "min(n, K)",
    "binomial(K, x)*binomial(M - K, n - x)/binomial(M, n)",
    "loggamma(K + 1) - loggamma(x + 1) - loggamma(K - x + 1) + loggamma(M - K + 1)"
    " - loggamma(n - x + 1) - loggamma(M - K - n + x + 1)"
    " - loggamma(M + 1) + loggamma(n + 1) + loggamma(M - n + 1)",
    discrete=True,
    mean="n*K/M",
    variance="n*K*(M - K)*(M - n)/(M^2*(M - 1))",
    skewness="(M - 2*K)*sqrt(M - 1)*(M - 2*n)/(sqrt(n*K*(M - K)*(M - n))*(M - 2))",
    mode="floor((n + 1)*(K + 1)/(M + 2))",
    also=("hypergeom",),
)

DISCRETE = (
    BERNOULLI,
    BINOMIAL,
    GEOMETRIC,
    NEGATIVE_BINOMIAL,
    POISSON,
    DISCRETE_UNIFORM,
    HYPERGEOMETRIC,
)
