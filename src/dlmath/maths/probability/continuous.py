"""The continuous distributions on the whole line or an interval."""

from __future__ import annotations

from dlmath.maths.probability.family import NONE, Family, Parameter, same

_POSITION = Parameter("mu", "mean", "", "0", same("mean", "location", "loc", "m"))

_SIGMA = Parameter(
    "sigma",
    "standard deviation",
    "sigma > 0",
    "1",
    {
        **same("sd", "std", "stddev", "standard_deviation", "scale", "s"),
        "variance": "sqrt(variance)",
        "var": "sqrt(var)",
        "precision": "1/sqrt(precision)",
    },
)


def _location(meaning: str = "location") -> Parameter:
    return Parameter("mu", meaning, "", "0", same("location", "loc", "m", "mean"))


NORMAL = Family(
    "normal",
    (_POSITION, _SIGMA),
    "-oo",
    "oo",
    "exp(-(x - mu)^2/(2*sigma^2))/(sigma*sqrt(2*pi))",
    "-(x - mu)^2/(2*sigma^2) - log(sigma) - log(2*pi)/2",
    cdf="erfc((mu - x)/(sigma*sqrt(2)))/2",
    mean="mu",
    variance="sigma^2",
    skewness="0",
    kurtosis="3",
    entropy="log(2*pi*e*sigma^2)/2",
    mode="mu",
    median="mu",
    characteristic="exp(i*mu*t - sigma^2*t^2/2)",
    also=("gaussian", "gauss"),
)

UNIFORM = Family(
    "uniform",
    (
        Parameter("a", "lower end", "", "0", same("low", "lower", "min", "minimum")),
        Parameter("b", "upper end", "b > a", "1", same("high", "upper", "max", "maximum")),
    ),
    "a",
    "b",
    "1/(b - a)",
    "-log(b - a)",
    cdf="(x - a)/(b - a)",
    quantile="a + (b - a)*p_",
    mean="(a + b)/2",
    variance="(b - a)^2/12",
    skewness="0",
    kurtosis="9/5",
    entropy="log(b - a)",
    median="(a + b)/2",
    characteristic="(exp(i*b*t) - exp(i*a*t))/(i*t*(b - a))",
)

BETA = Family(
    "beta",
    (
        Parameter("a", "first shape", "a > 0", None, same("alpha")),
        Parameter("b", "second shape", "b > 0", None, same("beta")),
    ),
    "0",
    "1",
    "x^(a - 1)*(1 - x)^(b - 1)/beta(a, b)",
    "(a - 1)*log(x) + (b - 1)*log(1 - x) - loggamma(a) - loggamma(b) + loggamma(a + b)",
    mean="a/(a + b)",
    variance="a*b/((a + b)^2*(a + b + 1))",
    skewness="2*(b - a)*sqrt(a + b + 1)/((a + b + 2)*sqrt(a*b))",
    kurtosis="3 + 6*((a - b)^2*(a + b + 1) - a*b*(a + b + 2))/(a*b*(a + b + 2)*(a + b + 3))",
    entropy="loggamma(a) + loggamma(b) - loggamma(a + b) - (a - 1)*digamma(a)"
    " - (b - 1)*digamma(b) + (a + b - 2)*digamma(a + b)",
    mode=(
        ("(a - 1)/(a + b - 2)", "a > 1 and b > 1"),
        ("0", "a < b and a <= 1"),
        ("1", "b < a and b <= 1"),
    ),
    characteristic="hyper([a], [a + b], i*t)",
)

STUDENT_T = Family(
    "student_t",
    (
        Parameter("nu", "degrees of freedom", "nu > 0", None, same("df", "n", "k")),
        Parameter("mu", "location", "", "0", same("location", "loc")),
        Parameter("sigma", "scale", "sigma > 0", "1", same("scale", "s")),
    ),
    "-oo",
    "oo",
    "gamma((nu + 1)/2)/(gamma(nu/2)*sqrt(nu*pi)*sigma)*(1 + (x - mu)^2/(nu*sigma^2))^(-(nu + 1)/2)",
    "loggamma((nu + 1)/2) - loggamma(nu/2) - log(nu*pi)/2 - log(sigma)"
    " - (nu + 1)/2*log(1 + (x - mu)^2/(nu*sigma^2))",
    mean=(("mu", "nu > 1"), (NONE, "")),
    variance=(("sigma^2*nu/(nu - 2)", "nu > 2"), ("oo", "nu > 1"), (NONE, "")),
    skewness=(("0", "nu > 3"), (NONE, "")),
    kurtosis=(("3 + 6/(nu - 4)", "nu > 4"), ("oo", "nu > 2"), (NONE, "")),
    entropy="(nu + 1)/2*(digamma((nu + 1)/2) - digamma(nu/2))"
    " + log(sqrt(nu)*beta(nu/2, 1/2)) + log(sigma)",
    mode="mu",
    median="mu",
    characteristic="besselk(nu/2, sqrt(nu)*sigma*abs(t))*(sqrt(nu)*sigma*abs(t))^(nu/2)"
    "*exp(i*mu*t)/(gamma(nu/2)*2^(nu/2 - 1))",
    also=("t", "student", "studentt"),
)

CAUCHY = Family(
    "cauchy",
    (
        Parameter("mu", "location", "", "0", same("x0", "location", "loc", "median")),
        Parameter("s", "scale", "s > 0", "1", same("scale", "gamma")),
    ),
    "-oo",
    "oo",
    "1/(pi*s*(1 + (x - mu)^2/s^2))",
    "-log(pi*s) - log(1 + (x - mu)^2/s^2)",
    cdf="1/2 + atan((x - mu)/s)/pi",
    quantile="mu + s*tan(pi*(p_ - 1/2))",
    mean=NONE,
    variance=NONE,
    skewness=NONE,
    kurtosis=NONE,
    entropy="log(4*pi*s)",
    mode="mu",
    median="mu",
    characteristic="exp(i*mu*t - s*abs(t))",
    also=("lorentz",),
)

LAPLACE = Family(
    "laplace",
    (_location("mean"), Parameter("b", "scale", "b > 0", "1", same("scale", "s"))),
    "-oo",
    "oo",
    "exp(-abs(x - mu)/b)/(2*b)",
    "-abs(x - mu)/b - log(2*b)",
    cdf="piecewise((exp((x - mu)/b)/2, x < mu), (1 - exp(-(x - mu)/b)/2, true))",
    quantile="piecewise((mu + b*log(2*p_), p_ < 1/2), (mu - b*log(2 - 2*p_), true))",
    mean="mu",
    variance="2*b^2",
    skewness="0",
    kurtosis="6",
    entropy="1 + log(2*b)",
    mode="mu",
    median="mu",
    characteristic="exp(i*mu*t)/(1 + b^2*t^2)",
    also=("double_exponential",),
)

LOGISTIC = Family(
    "logistic",
    (_location("mean"), Parameter("s", "scale", "s > 0", "1", same("scale"))),
    "-oo",
    "oo",
    "sigmoid((x - mu)/s)*(1 - sigmoid((x - mu)/s))/s",
    "-softplus((x - mu)/s) - softplus(-(x - mu)/s) - log(s)",
    cdf="sigmoid((x - mu)/s)",
    quantile="mu + s*log(p_/(1 - p_))",
    mean="mu",
    variance="pi^2*s^2/3",
    skewness="0",
    kurtosis="21/5",
    entropy="2 + log(s)",
    mode="mu",
    median="mu",
    characteristic="pi*s*t*exp(i*mu*t)/sinh(pi*s*t)",
)

GUMBEL = Family(
    "gumbel",
    (
        Parameter("mu", "mode", "", "0", same("location", "loc", "mode")),
        Parameter("beta", "scale", "beta > 0", "1", same("scale", "b", "s")),
    ),
    "-oo",
    "oo",
    "exp(-(x - mu)/beta - exp(-(x - mu)/beta))/beta",
    "-(x - mu)/beta - exp(-(x - mu)/beta) - log(beta)",
    cdf="exp(-exp(-(x - mu)/beta))",
    quantile="mu - beta*log(-log(p_))",
    mean="mu - beta*digamma(1)",
    variance="pi^2*beta^2/6",
    skewness="12*sqrt(6)*zeta(3)/pi^3",
    kurtosis="27/5",
    entropy="1 + log(beta) - digamma(1)",
    mode="mu",
    median="mu - beta*log(log(2))",
    characteristic="gamma(1 - i*beta*t)*exp(i*mu*t)",
)

VON_MISES = Family(
    "von_mises",
    (
        Parameter("mu", "direction", "", "0", same("mean", "location", "loc")),
        Parameter("kappa", "concentration", "kappa > 0", None, same("concentration", "k")),
    ),
    "mu - pi",
    "mu + pi",
    "exp(kappa*cos(x - mu))/(2*pi*besseli(0, kappa))",
    "kappa*cos(x - mu) - log(2*pi*besseli(0, kappa))",
    mean="mu",
    skewness="0",
    entropy="log(2*pi*besseli(0, kappa)) - kappa*besseli(1, kappa)/besseli(0, kappa)",
    mode="mu",
    median="mu",
    also=("vonmises",),
)

REAL = (
    NORMAL,
    UNIFORM,
    BETA,
    STUDENT_T,
    CAUCHY,
    LAPLACE,
    LOGISTIC,
    GUMBEL,
    VON_MISES,
)
