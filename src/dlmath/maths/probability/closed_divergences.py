"""Divergences between two distributions of one family in closed form, as text of the language.

The parameters of the first distribution end in 1, those of the second in 2. Kullback-Leibler:
M. Gil, F. Alajaji and T. Linder, "Rényi divergence measures for commonly used univariate
continuous distributions", Information Sciences 249 (2013), table 2, and by summing the densities;
Bhattacharyya coefficients: by integration. Each is held against quadrature by the tests and the
check of every answer.
"""

from __future__ import annotations

from typing import NamedTuple


class Closed(NamedTuple):
    """A formula, and what must hold for it; where that fails the divergence is infinite.

    needs: what must hold for the formula to apply at all (the same number of trials).
    """

    formula: str
    finite_if: str = ""
    needs: str = ""


_BERNOULLI = "p1*log(p1/p2) + (1 - p1)*log((1 - p1)/(1 - p2))"
_GEOMETRIC = "log(p1/p2) + (1 - p1)/p1*log((1 - p1)/(1 - p2))"
_GAMMA = (
    "(alpha1 - alpha2)*digamma(alpha1) - loggamma(alpha1) + loggamma(alpha2)"
    " + alpha2*log(beta1/beta2) + alpha1*(beta2 - beta1)/beta1"
)
_NORMAL = "log(sigma2/sigma1) + (sigma1^2 + (mu1 - mu2)^2)/(2*sigma2^2) - 1/2"

#: The Kullback-Leibler divergence of the second from the first, the mean of log(p/q) under p.
KULLBACK_LEIBLER: dict[str, Closed] = {
    "normal": Closed(_NORMAL),
    "lognormal": Closed(_NORMAL),
    "exponential": Closed("log(lambda1/lambda2) + lambda2/lambda1 - 1"),
    "gamma": Closed(_GAMMA),
    "inverse_gamma": Closed(_GAMMA),
    "chi_squared": Closed("(nu1 - nu2)/2*digamma(nu1/2) - loggamma(nu1/2) + loggamma(nu2/2)"),
    "beta": Closed(
        "loggamma(a2) + loggamma(b2) - loggamma(a2 + b2)"
        " - loggamma(a1) - loggamma(b1) + loggamma(a1 + b1)"
        " + (a1 - a2)*digamma(a1) + (b1 - b2)*digamma(b1)"
        " + (a2 - a1 + b2 - b1)*digamma(a1 + b1)"
    ),
    "laplace": Closed("log(b2/b1) + abs(mu1 - mu2)/b2 + b1/b2*exp(-abs(mu1 - mu2)/b1) - 1"),
    "cauchy": Closed("log(((s1 + s2)^2 + (mu1 - mu2)^2)/(4*s1*s2))"),
    "uniform": Closed("log((b2 - a2)/(b1 - a1))", "a2 <= a1 and b1 <= b2"),
    "discrete_uniform": Closed("log((b2 - a2 + 1)/(b1 - a1 + 1))", "a2 <= a1 and b1 <= b2"),
    "pareto": Closed("log(alpha1/alpha2) + alpha2*log(m1/m2) + alpha2/alpha1 - 1", "m2 <= m1"),
    "weibull": Closed(
        "log(k1/k2) + k2*log(lambda2) - k1*log(lambda1)"
        " + (k1 - k2)*(log(lambda1) + digamma(1)/k1)"
        " + (lambda1/lambda2)^k2*gamma(k2/k1 + 1) - 1"
    ),
    "gumbel": Closed(
        "log(beta2/beta1) - digamma(1)*(beta1/beta2 - 1)"
        " + exp((mu2 - mu1)/beta2)*gamma(beta1/beta2 + 1) - 1 + (mu1 - mu2)/beta2"
    ),
    "rayleigh": Closed("2*log(sigma2/sigma1) + sigma1^2/sigma2^2 - 1"),
    "half_normal": Closed("log(sigma2/sigma1) + (sigma1^2/sigma2^2 - 1)/2"),
    "von_mises": Closed(
        "log(besseli(0, kappa2)/besseli(0, kappa1))"
        " + besseli(1, kappa1)/besseli(0, kappa1)*(kappa1 - kappa2*cos(mu1 - mu2))",
        needs="mu1 == mu2",
    ),
    "bernoulli": Closed(_BERNOULLI),
    "binomial": Closed(f"n1*({_BERNOULLI})", needs="n1 == n2"),
    "geometric": Closed(_GEOMETRIC),
    "negative_binomial": Closed(f"r1*({_GEOMETRIC})", needs="r1 == r2"),
    "poisson": Closed("mu1*log(mu1/mu2) + mu2 - mu1"),
}

#: The integral of sqrt(p*q); the Hellinger distance is sqrt(1 - it).
BHATTACHARYYA: dict[str, Closed] = {
    "normal": Closed(
        "sqrt(2*sigma1*sigma2/(sigma1^2 + sigma2^2))*exp(-(mu1 - mu2)^2/(4*(sigma1^2 + sigma2^2)))"
    ),
    "exponential": Closed("2*sqrt(lambda1*lambda2)/(lambda1 + lambda2)"),
    "poisson": Closed("exp(-(sqrt(mu1) - sqrt(mu2))^2/2)"),
    "bernoulli": Closed("sqrt(p1*p2) + sqrt((1 - p1)*(1 - p2))"),
    "geometric": Closed("sqrt(p1*p2)/(1 - sqrt((1 - p1)*(1 - p2)))"),
    "beta": Closed("beta((a1 + a2)/2, (b1 + b2)/2)/sqrt(beta(a1, b1)*beta(a2, b2))"),
    "gamma": Closed(
        "gamma((alpha1 + alpha2)/2)*((beta1 + beta2)/2)^(-(alpha1 + alpha2)/2)"
        "*sqrt(beta1^alpha1*beta2^alpha2/(gamma(alpha1)*gamma(alpha2)))"
    ),
    "rayleigh": Closed("2*sigma1*sigma2/(sigma1^2 + sigma2^2)"),
}

#: Half the integral of |p - q|.
TOTAL_VARIATION: dict[str, Closed] = {
    "normal": Closed("erf(abs(mu1 - mu2)/(2*sqrt(2)*sigma1))", needs="sigma1 == sigma2"),
    "laplace": Closed("1 - exp(-abs(mu1 - mu2)/(2*b1))", needs="b1 == b2"),
    "bernoulli": Closed("abs(p1 - p2)"),
}

#: The Wasserstein distance of order 1, the integral of |F - G|.
WASSERSTEIN: dict[str, Closed] = {
    "exponential": Closed("abs(1/lambda1 - 1/lambda2)"),
    "bernoulli": Closed("abs(p1 - p2)"),
    "rayleigh": Closed("sqrt(pi/2)*abs(sigma1 - sigma2)"),
    "half_normal": Closed("sqrt(2/pi)*abs(sigma1 - sigma2)"),
    **{
        name: Closed("abs(mu1 - mu2)", needs=f"{scale}1 == {scale}2")
        for name, scale in (("logistic", "s"), ("laplace", "b"), ("gumbel", "beta"))
    },
}

#: Of two normal distributions: mu1 - mu2 + (sigma1 - sigma2)*Z joins them by their quantiles.
NORMAL_WASSERSTEIN = (
    Closed("abs(mu1 - mu2)", needs="sigma1 == sigma2"),
    Closed(
        "abs(sigma1 - sigma2)*sqrt(2/pi)*exp(-(mu1 - mu2)^2/(2*(sigma1 - sigma2)^2))"
        " + (mu1 - mu2)*erf((mu1 - mu2)/(sqrt(2)*abs(sigma1 - sigma2)))"
    ),
)
