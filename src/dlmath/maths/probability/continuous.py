"""The continuous distributions of one variable."""

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


def _scale(name: str, meaning: str = "scale") -> Parameter:
    return Parameter(name, meaning, f"{name} > 0", "1", same("scale"))


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

CONTINUOUS = (
    NORMAL,
    UNIFORM,
    LOGNORMAL,
    EXPONENTIAL,
    GAMMA,
    BETA,
    STUDENT_T,
    CHI_SQUARED,
    F,
    CAUCHY,
    LAPLACE,
    LOGISTIC,
    GUMBEL,
    WEIBULL,
    PARETO,
    VON_MISES,
    RAYLEIGH,
    HALF_NORMAL,
    INVERSE_GAMMA,
)
