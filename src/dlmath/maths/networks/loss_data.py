"""What cannot be computed about the named losses: sources, models and minimizers as claims.

The claims are tried by `checks.loss`: the density is normalized and its logarithm is the loss but
for a constant, the minimizer is found again on data.
"""

from __future__ import annotations

from typing import NamedTuple

#: How a loss depends on prediction and target.
ERROR = "error"  # of p - y
PROBABILITY = "probability"  # of a probability p and a target y in 0..1
MARGIN = "margin"  # of y*s with y -1 or 1
CLASSES = "classes"  # of vectors of probabilities


class NamedLoss(NamedTuple):
    """A loss of the language.

    form: the call, in the language. prediction, target: the variables in it. kind: one of the
    above. part: the loss of one entry as a function of its prediction, for kind `classes`.
    minimizer: the constant prediction with the least mean loss, in words; statistic: its name in
    `checks.loss`. model: the probability model whose negative log-likelihood it is, in words;
    density: that density of y given p, in the language (None: there is none).
    logits: the form for a score z, stable; logits_form: what it equals. paper: a source.
    """

    title: str
    form: str
    prediction: str
    target: str
    kind: str
    minimizer: str
    statistic: str
    model: str
    density: str | None
    paper: str
    part: str | None = None
    logits: str | None = None
    logits_form: str | None = None


_THREE = "[p1, p2, p3], [y1, y2, y3]"
_SCORES = "[z1, z2, z3]"
_TARGETS = "[y1, y2, 1 - y1 - y2]"

LOSSES: dict[str, NamedLoss] = {
    "mse": NamedLoss(
        "squared error",
        "mse(p, y)",
        "p",
        "y",
        ERROR,
        "the mean of the targets",
        "mean",
        "normal errors of constant variance (with variance 1/2 the likelihood has this scale)",
        "exp(-(y - p)^2/(2*(1/2)))/sqrt(2*pi*(1/2))",
        "Legendre 1805; Gauss 1809",
    ),
    "mae": NamedLoss(
        "absolute error",
        "mae(p, y)",
        "p",
        "y",
        ERROR,
        "the median of the targets",
        "median",
        "Laplace errors of scale 1",
        "exp(-abs(y - p))/2",
        "Boscovich 1757; Laplace 1774",
    ),
    "huber": NamedLoss(
        "Huber loss, threshold 1",
        "huber(p, y)",
        "p",
        "y",
        ERROR,
        "Huber's estimate: the mean of the targets, each moved to within 1 of it",
        "huber",
        "normal errors with tails of Laplace errors, Huber's least favourable distribution",
        "exp(-piecewise(((y - p)^2/2, abs(y - p) <= 1), (abs(y - p) - 1/2, True)))"
        "/(sqrt(2*pi)*erf(1/sqrt(2)) + 2*exp(-1/2))",
        "Huber 1964",
    ),
    "bce": NamedLoss(
        "binary cross-entropy",
        "bce(p, y)",
        "p",
        "y",
        PROBABILITY,
        "the mean of the targets, the share of ones",
        "mean",
        "a Bernoulli variable with probability p",
        "p^y*(1 - p)^(1 - y)",
        "Good 1952",
        logits="softplus(z) - y*z",
        logits_form="bce(sigmoid(z), y)",
    ),
    "cross_entropy": NamedLoss(
        "cross-entropy of classes",
        f"cross_entropy({_THREE})",
        "p1",
        "y1",
        CLASSES,
        "the frequencies of the classes",
        "frequencies",
        "a categorical variable with probabilities p",
        "p1^y1*p2^y2*p3^y3",
        "Good 1952; Bridle 1990",
        part="-log(p)",
        logits=f"logsumexp({_SCORES}) - dot({_TARGETS}, {_SCORES})",
        logits_form=f"cross_entropy(softmax({_SCORES}), {_TARGETS})",
    ),
    "hinge": NamedLoss(
        "hinge loss, targets -1 and 1",
        "hinge(s, y)",
        "s",
        "y",
        MARGIN,
        "1 or -1, whichever target is more frequent",
        "majority",
        "none: it is no negative log-likelihood",
        None,
        "Cortes and Vapnik 1995",
    ),
    "kl_div": NamedLoss(
        "Kullback-Leibler divergence of the prediction q from the target p",
        "kl_div([p1, p2, p3], [q1, q2, q3])",
        "q1",
        "p1",
        CLASSES,
        "the mean of the target distributions",
        "mean distribution",
        "a categorical variable: the cross-entropy less the entropy of the target",
        None,
        "Kullback and Leibler 1951",
        part="-log(q)",
        logits=f"logsumexp({_SCORES}) - dot({_TARGETS}, {_SCORES})"
        f" + dot({_TARGETS}, log({_TARGETS}))",
        logits_form=f"kl_div({_TARGETS}, softmax({_SCORES}))",
    ),
}
