"""The continuous distributions of positive numbers."""

from __future__ import annotations

from dlmath.maths.probability.family import NONE, Family, Parameter, same


def _scale(name: str, meaning: str = "scale") -> Parameter:
    return Parameter(name, meaning, f"{name} > 0", "1", same("scale"))


LOGNORMAL = Family(
    "lognormal",
    (
        Parameter("mu", "mean of the logarithm", "", "0", same("mean_log", "meanlog")),
        Parameter(
            "sigma",
            "standard deviation of the logarithm",
            "sigma > 0",
            "1",
            same("sd_log", "sdlog", "s"),
        ),
    ),
    "0",
    "oo",
    "exp(-(log(x) - mu)^2/(2*sigma^2))/(x*sigma*sqrt(2*pi))",
    "-(log(x) - mu)^2/(2*sigma^2) - log(x) - log(sigma) - log(2*pi)/2",
    cdf="erfc((mu - log(x))/(sigma*sqrt(2)))/2",
    mean="exp(mu + sigma^2/2)",
    variance="(exp(sigma^2) - 1)*exp(2*mu + sigma^2)",
    skewness="(exp(sigma^2) + 2)*sqrt(exp(sigma^2) - 1)",
    kurtosis="exp(4*sigma^2) + 2*exp(3*sigma^2) + 3*exp(2*sigma^2) - 3",
    entropy="mu + log(2*pi*e*sigma^2)/2",
    mode="exp(mu - sigma^2)",
    median="exp(mu)",
    also=("log_normal",),
)

EXPONENTIAL = Family(
    "exponential",
    (
        Parameter(
            "lambda",
            "rate",
            "lambda > 0",
            "1",
            {**same("rate"), "scale": "1/scale", "mean": "1/mean", "beta": "1/beta"},
        ),
    ),
    "0",
    "oo",
    "lambda*exp(-lambda*x)",
    "log(lambda) - lambda*x",
    cdf="1 - exp(-lambda*x)",
    quantile="-log(1 - p_)/lambda",
    mean="1/lambda",
    variance="1/lambda^2",
    skewness="2",
    kurtosis="9",
    entropy="1 - log(lambda)",
    mode="0",
    median="log(2)/lambda",
    characteristic="lambda/(lambda - i*t)",
    also=("expon",),
)

GAMMA = Family(
    "gamma",
    (
        Parameter("alpha", "shape", "alpha > 0", None, same("shape", "a", "k", "concentration")),
        Parameter(
            "beta",
            "rate",
            "beta > 0",
            "1",
            {**same("rate", "b"), "scale": "1/scale", "theta": "1/theta"},
        ),
    ),
    "0",
    "oo",
    "beta^alpha*x^(alpha - 1)*exp(-beta*x)/gamma(alpha)",
    "alpha*log(beta) + (alpha - 1)*log(x) - beta*x - loggamma(alpha)",
    cdf="lowergamma(alpha, beta*x)/gamma(alpha)",
    mean="alpha/beta",
    variance="alpha/beta^2",
    skewness="2/sqrt(alpha)",
    kurtosis="3 + 6/alpha",
    entropy="alpha - log(beta) + loggamma(alpha) + (1 - alpha)*digamma(alpha)",
    mode=(("(alpha - 1)/beta", "alpha >= 1"), ("0", "")),
    characteristic="(1 - i*t/beta)^(-alpha)",
)

CHI_SQUARED = Family(
    "chi_squared",
    (Parameter("nu", "degrees of freedom", "nu > 0", None, same("df", "k", "n")),),
    "0",
    "oo",
    "x^(nu/2 - 1)*exp(-x/2)/(2^(nu/2)*gamma(nu/2))",
    "(nu/2 - 1)*log(x) - x/2 - nu/2*log(2) - loggamma(nu/2)",
    cdf="lowergamma(nu/2, x/2)/gamma(nu/2)",
    mean="nu",
    variance="2*nu",
    skewness="sqrt(8/nu)",
    kurtosis="3 + 12/nu",
    entropy="nu/2 + log(2) + loggamma(nu/2) + (1 - nu/2)*digamma(nu/2)",
    mode=(("nu - 2", "nu >= 2"), ("0", "")),
    characteristic="(1 - 2*i*t)^(-nu/2)",
    also=("chi2", "chisquared", "chi_square", "chisquare"),
)

F = Family(
    "f",
    (
        Parameter("d1", "degrees of freedom above", "d1 > 0", None, same("df1", "dfn", "nu1", "m")),
        Parameter("d2", "degrees of freedom below", "d2 > 0", None, same("df2", "dfd", "nu2", "n")),
    ),
    "0",
    "oo",
    "(d1/d2)^(d1/2)*x^(d1/2 - 1)*(1 + d1*x/d2)^(-(d1 + d2)/2)/beta(d1/2, d2/2)",
    "d1/2*log(d1/d2) + (d1/2 - 1)*log(x) - (d1 + d2)/2*log(1 + d1*x/d2)"
    " - loggamma(d1/2) - loggamma(d2/2) + loggamma((d1 + d2)/2)",
    mean=(("d2/(d2 - 2)", "d2 > 2"), ("oo", "")),
    variance=(
        ("2*d2^2*(d1 + d2 - 2)/(d1*(d2 - 2)^2*(d2 - 4))", "d2 > 4"),
        ("oo", "d2 > 2"),
        (NONE, ""),
    ),
    skewness=(
        ("(2*d1 + d2 - 2)*sqrt(8*(d2 - 4))/((d2 - 6)*sqrt(d1*(d1 + d2 - 2)))", "d2 > 6"),
        ("oo", "d2 > 4"),
        (NONE, ""),
    ),
    kurtosis=(
        (
            "3 + 12*(d1*(5*d2 - 22)*(d1 + d2 - 2) + (d2 - 4)*(d2 - 2)^2)"
            "/(d1*(d2 - 6)*(d2 - 8)*(d1 + d2 - 2))",
            "d2 > 8",
        ),
        ("oo", "d2 > 4"),
        (NONE, ""),
    ),
    entropy="loggamma(d1/2) + loggamma(d2/2) - loggamma((d1 + d2)/2)"
    " + (1 - d1/2)*digamma(d1/2) - (1 + d2/2)*digamma(d2/2)"
    " + (d1 + d2)/2*digamma((d1 + d2)/2) + log(d2/d1)",
    mode=(("(d1 - 2)*d2/(d1*(d2 + 2))", "d1 >= 2"), ("0", "")),
    also=("fisher", "fisher_f", "snedecor"),
)

_G1, _G2, _G3, _G4 = (f"gamma(1 + {n}/k)" for n in (1, 2, 3, 4))

WEIBULL = Family(
    "weibull",
    (
        Parameter("k", "shape", "k > 0", None, same("shape", "a", "c")),
        Parameter("lambda", "scale", "lambda > 0", "1", same("scale", "b")),
    ),
    "0",
    "oo",
    "k/lambda*(x/lambda)^(k - 1)*exp(-(x/lambda)^k)",
    "log(k/lambda) + (k - 1)*log(x/lambda) - (x/lambda)^k",
    cdf="1 - exp(-(x/lambda)^k)",
    quantile="lambda*(-log(1 - p_))^(1/k)",
    mean=f"lambda*{_G1}",
    variance=f"lambda^2*({_G2} - {_G1}^2)",
    skewness=f"({_G3} - 3*{_G1}*{_G2} + 2*{_G1}^3)/({_G2} - {_G1}^2)^(3/2)",
    kurtosis=f"({_G4} - 4*{_G1}*{_G3} + 6*{_G1}^2*{_G2} - 3*{_G1}^4)/({_G2} - {_G1}^2)^2",
    entropy="-digamma(1)*(1 - 1/k) + log(lambda/k) + 1",
    mode=(("lambda*((k - 1)/k)^(1/k)", "k >= 1"), ("0", "")),
    median="lambda*log(2)^(1/k)",
)

PARETO = Family(
    "pareto",
    (
        Parameter("m", "minimum", "m > 0", "1", same("scale", "minimum", "xm", "x_m")),
        Parameter("alpha", "shape", "alpha > 0", None, same("shape", "a", "b")),
    ),
    "m",
    "oo",
    "alpha*m^alpha/x^(alpha + 1)",
    "log(alpha) + alpha*log(m) - (alpha + 1)*log(x)",
    cdf="1 - (m/x)^alpha",
    quantile="m*(1 - p_)^(-1/alpha)",
    mean=(("alpha*m/(alpha - 1)", "alpha > 1"), ("oo", "")),
    variance=(
        ("alpha*m^2/((alpha - 1)^2*(alpha - 2))", "alpha > 2"),
        ("oo", "alpha > 1"),
        (NONE, ""),
    ),
    skewness=(
        ("2*(alpha + 1)/(alpha - 3)*sqrt((alpha - 2)/alpha)", "alpha > 3"),
        ("oo", "alpha > 2"),
        (NONE, ""),
    ),
    kurtosis=(
        (
            "3 + 6*(alpha^3 + alpha^2 - 6*alpha - 2)/(alpha*(alpha - 3)*(alpha - 4))",
            "alpha > 4",
        ),
        ("oo", "alpha > 2"),
        (NONE, ""),
    ),
    entropy="log(m/alpha) + 1/alpha + 1",
    mode="m",
    median="m*2^(1/alpha)",
)

RAYLEIGH = Family(
    "rayleigh",
    (_scale("sigma"),),
    "0",
    "oo",
    "x/sigma^2*exp(-x^2/(2*sigma^2))",
    "log(x) - 2*log(sigma) - x^2/(2*sigma^2)",
    cdf="1 - exp(-x^2/(2*sigma^2))",
    quantile="sigma*sqrt(-2*log(1 - p_))",
    mean="sigma*sqrt(pi/2)",
    variance="(4 - pi)/2*sigma^2",
    skewness="2*sqrt(pi)*(pi - 3)/(4 - pi)^(3/2)",
    kurtosis="3 - (6*pi^2 - 24*pi + 16)/(4 - pi)^2",
    entropy="1 + log(sigma/sqrt(2)) - digamma(1)/2",
    mode="sigma",
    median="sigma*sqrt(2*log(2))",
)

HALF_NORMAL = Family(
    "half_normal",
    (_scale("sigma"),),
    "0",
    "oo",
    "sqrt(2/pi)/sigma*exp(-x^2/(2*sigma^2))",
    "log(2/pi)/2 - log(sigma) - x^2/(2*sigma^2)",
    cdf="erf(x/(sigma*sqrt(2)))",
    mean="sigma*sqrt(2/pi)",
    variance="sigma^2*(1 - 2/pi)",
    skewness="sqrt(2)*(4 - pi)/(pi - 2)^(3/2)",
    kurtosis="3 + 8*(pi - 3)/(pi - 2)^2",
    entropy="log(pi*sigma^2/2)/2 + 1/2",
    mode="0",
    also=("halfnormal",),
)

INVERSE_GAMMA = Family(
    "inverse_gamma",
    (
        Parameter("alpha", "shape", "alpha > 0", None, same("shape", "a")),
        Parameter("beta", "scale", "beta > 0", "1", same("scale", "b")),
    ),
    "0",
    "oo",
    "beta^alpha*x^(-alpha - 1)*exp(-beta/x)/gamma(alpha)",
    "alpha*log(beta) - (alpha + 1)*log(x) - beta/x - loggamma(alpha)",
    cdf="uppergamma(alpha, beta/x)/gamma(alpha)",
    mean=(("beta/(alpha - 1)", "alpha > 1"), ("oo", "")),
    variance=(
        ("beta^2/((alpha - 1)^2*(alpha - 2))", "alpha > 2"),
        ("oo", "alpha > 1"),
        (NONE, ""),
    ),
    skewness=(("4*sqrt(alpha - 2)/(alpha - 3)", "alpha > 3"), ("oo", "alpha > 2"), (NONE, "")),
    kurtosis=(
        ("3 + 6*(5*alpha - 11)/((alpha - 3)*(alpha - 4))", "alpha > 4"),
        ("oo", "alpha > 2"),
        (NONE, ""),
    ),
    entropy="alpha + log(beta) + loggamma(alpha) - (1 + alpha)*digamma(alpha)",
    mode="beta/(alpha + 1)",
    also=("inversegamma", "invgamma"),
)

POSITIVE = (
    LOGNORMAL,
    EXPONENTIAL,
    GAMMA,
    CHI_SQUARED,
    F,
    WEIBULL,
    PARETO,
    RAYLEIGH,
    HALF_NORMAL,
    INVERSE_GAMMA,
)
