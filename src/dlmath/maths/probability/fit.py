"""`fit`: the parameters of a family under which data are most likely."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Notation, Step, Table
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution, exact, template
from dlmath.maths.probability.estimates import CLOSED, LOSSES, Closed, statistics
from dlmath.maths.probability.family import Family
from dlmath.maths.probability.likelihood import Likelihood, largest, scale_of
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Of a confidence interval, and how many standard errors it reaches to each side.
_CONFIDENCE, _REACH = 0.95, 1.959963984540054


class Candidate(NamedTuple):
    """A family to be fitted: the parameters in `fixed` keep their values."""

    family: Family
    fixed: Mapping[str, Node]


class Fitted(NamedTuple):
    """The estimates and what they cost. errors: standard errors; empty where there are none."""

    family: Family
    estimates: dict[str, float]
    free: tuple[str, ...]
    errors: dict[str, float]
    log_likelihood: float
    closed: Closed | None
    likelihood: Likelihood

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2k - 2 log L."""
        return 2 * len(self.free) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian information criterion, k log n - 2 log L."""
        return len(self.free) * math.log(len(self.likelihood.x)) - 2 * self.log_likelihood

    def distribution(self) -> Distribution:
        """With the estimates as they are."""
        return Distribution(
            self.family, {name: exact(value) for name, value in self.estimates.items()}
        )


@withheld_if_refuted
def fit(
    x: Array,
    candidates: Sequence[Candidate],
    settings: Settings = DEFAULTS,
    *,
    priors: Mapping[str, Distribution] | None = None,
    name: str = "data",
) -> Answer:
    """The family of the largest likelihood (of several: of the least AIC).

    x: shape (n,), finite. priors: of parameters; the mode of the posterior is found instead. Raises
    InvalidInput for data outside the support, Unsolved where nothing is found.
    """
    goal = "mode of the posterior" if priors else "maximum likelihood"
    answer = Answer("fit", question=(f"{goal} for {len(x)} values of {name}",))
    known = statistics(x)
    fits: list[Fitted] = []
    for candidate in candidates:
        _require_inside(x, candidate)
        try:
            fits.append(_fitted(x, candidate, known, priors or {}))
        except Unsolved as reason:
            if len(candidates) == 1:
                raise
            answer.notes.append((f"{candidate.family.name}: {reason.message}",))
    if not fits:
        raise Unsolved("none of the families could be fitted")
    fits.sort(key=lambda one: one.aic)
    best = fits[0]
    digits = settings.digits or 6
    answer.result = as_text(best, digits)
    _facts(answer, best)
    answer.tables.append(_estimates_table(best, digits))
    if len(fits) > 1:
        answer.tables.append(_comparison(fits, digits))
        answer.facts["aic_by_family"] = {one.family.name: one.aic for one in fits}
    if priors:
        answer.notes.append(("the mode of the posterior: log-likelihood and log-prior together",))
    if (words := LOSSES.get(best.family.name)) is not None:
        answer.notes.append((words,))
    if settings.steps:
        answer.steps = _steps(best, known)
    if settings.check:
        from dlmath.maths.probability.goodness import goodness

        answer.checks.append(_check(best, known))
        goodness(answer, best, known)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import fitted_picture

        chosen = {one.family.name: one.distribution() for one in fits}
        put_picture(answer, fitted_picture, x, chosen, name)
    return answer


def as_text(fitted: Fitted, digits: int) -> str:
    """`normal(1.02, 0.98)`, which reads back."""
    values = ", ".join(_shown(fitted, p.name, digits) for p in fitted.family.parameters)
    return f"{fitted.family.name}({values})"


def _shown(fitted: Fitted, name: str, digits: int) -> str:
    """An estimate to so many digits, or to as many as its standard error makes out."""
    value, error = fitted.estimates[name], fitted.errors.get(name, 0.0)
    if error > 0 and value:
        made_out = math.floor(math.log10(abs(value))) - math.floor(math.log10(error)) + 3
        digits = min(max(digits, made_out), 15)
    return f"{value:.{digits}g}"


def _require_inside(x: Array, candidate: Candidate) -> None:
    """Raises InvalidInput where a datum is impossible under every member of the family."""
    import numpy as np

    family = candidate.family
    if family.discrete and (bad := np.flatnonzero(x != np.floor(x))).size:
        raise InvalidInput(
            f"{family.name} gives whole numbers; value {bad[0] + 1} of the data is {x[bad[0]]:g}"
        )
    for text, sign in ((family.low, 1), (family.high, -1)):
        end = substitute(template(text), dict(candidate.fixed))
        if free_symbols(end):
            continue
        bound = to_float(evaluate(end))
        assert isinstance(bound, (int, float))
        outside = np.flatnonzero(sign * (x - bound) < 0)
        if outside.size:
            raise InvalidInput(
                f"{family.name} lies {'above' if sign > 0 else 'below'} {bound:g}; "
                f"value {outside[0] + 1} of the data is {x[outside[0]]:g}"
            )


def fitted_quickly(x: Array, family: Family, fixed: Mapping[str, float]) -> dict[str, float] | None:
    """The estimates where they have a closed form."""
    row = _closed_row(family, fixed)
    return None if row is None else _closed_estimates(row, statistics(x), fixed)


def _closed_row(family: Family, fixed: Mapping[str, float]) -> Closed | None:
    rows = CLOSED.get(family.name, ())
    return next((row for row in rows if row.fixed == frozenset(fixed)), None)


def _closed_estimates(
    row: Closed, known: Mapping[str, float], fixed: Mapping[str, float]
) -> dict[str, float] | None:
    at = {**known, **fixed}
    found = {}
    for name, text in row.estimates.items():
        node = template(text)
        value = to_float(evaluate(node, at)) if free_symbols(node) <= set(at) else math.nan
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        found[name] = float(value)
    return found


def _fitted(
    x: Array,
    candidate: Candidate,
    known: Mapping[str, float],
    priors: Mapping[str, Distribution],
) -> Fitted:
    family = candidate.family
    if family.name == "hypergeometric":
        raise Unsolved("the parameters of hypergeometric are whole numbers, and are not fitted")
    fixed = {name: float(to_float(evaluate(v))) for name, v in candidate.fixed.items()}
    if family.name == "binomial" and "n" not in fixed:
        raise InvalidInput("binomial needs its number of trials", hint='--dist "binomial(n=10)"')
    unknown = set(priors) - {p.name for p in family.parameters}
    if unknown:
        raise InvalidInput(
            f"{family.name} has no parameter {sorted(unknown)[0]}",
            hint="its parameters are " + ", ".join(p.name for p in family.parameters),
        )
    log_prior = _log_prior(priors)
    likelihood = Likelihood(family, x, fixed, log_prior)
    if not likelihood.free:
        raise InvalidInput("every parameter is given; nothing is left to fit")
    row = _closed_row(family, fixed) if not priors else None
    found = None if row is None else _closed_estimates(row, known, fixed)
    if found is None:
        row = None
        values = largest(likelihood, known)
        found = dict(zip(likelihood.free, values, strict=True))
    estimates = {p.name: {**fixed, **found}[p.name] for p in family.parameters}
    plain = likelihood if log_prior is None else Likelihood(family, x, fixed)
    free = [estimates[name] for name in likelihood.free]
    value = plain.value(free)
    if not math.isfinite(value):
        raise Undefined(f"the likelihood of {family.name} is infinite: the data do not vary")
    errors = _errors(plain, free, row, estimates)
    return Fitted(family, estimates, tuple(plain.free), errors, value, row, likelihood)


def _log_prior(priors: Mapping[str, Distribution]) -> Node | None:
    from dlmath.expression.graph import add, symbol

    if not priors:
        return None
    return add(*(prior.log_density(symbol(name)) for name, prior in priors.items()))


def _errors(
    likelihood: Likelihood,
    free: Sequence[float],
    row: Closed | None,
    estimates: Mapping[str, float],
) -> dict[str, float]:
    """Standard errors: the square roots of the diagonal of the inverse information."""
    import numpy as np

    if row is not None and row.errors is not None:
        at = {**estimates, "count": float(len(likelihood.x))}
        return {n: float(to_float(evaluate(template(t), at))) for n, t in row.errors.items()}
    try:
        covariance = np.linalg.inv(likelihood.information(free))
    except (np.linalg.LinAlgError, Unsolved):
        return {}
    diagonal = np.diag(covariance)
    if not (np.isfinite(diagonal) & (diagonal > 0)).all():
        return {}
    return dict(zip(likelihood.free, np.sqrt(diagonal).tolist(), strict=True))


def intervals(fitted: Fitted) -> dict[str, list[float]]:
    """Confidence intervals on the scale on which a parameter has no ends (Wald's)."""
    found = {}
    for name, error in fitted.errors.items():
        scale = scale_of(fitted.family, name)
        value = fitted.estimates[name]
        step = max(1e-6 * abs(value), 1e-9)
        try:
            slope = (scale.there(value + step) - scale.there(value - step)) / (2 * step)
            middle = scale.there(value)
        except (ValueError, ZeroDivisionError):
            continue
        reach = _REACH * error * abs(slope)
        found[name] = [scale.back(middle - reach), scale.back(middle + reach)]
    return found


# --- what is told ---------------------------------------------------------------------------


def _facts(answer: Answer, best: Fitted) -> None:
    free = {name: best.estimates[name] for name in best.free}
    answer.facts |= {
        "family": best.family.name,
        "estimates": free,
        "standard_errors": best.errors,
        "confidence_intervals": intervals(best),
        "log_likelihood": best.log_likelihood,
        "aic": best.aic,
        "bic": best.bic,
        "n": len(best.likelihood.x),
        "method": "closed form" if best.closed is not None else "search",
    }
    missing = [name for name in best.free if name not in best.errors]
    if missing:
        why = "lies at the edge of the data" if best.closed is not None else "has no curvature"
        answer.notes.append((f"no standard error of {', '.join(missing)}: the likelihood {why}",))


def _estimates_table(best: Fitted, digits: int) -> Table:
    reach = intervals(best)
    rows = []
    for parameter in best.family.parameters:
        name = parameter.name
        low, high = reach.get(name, [None, None])
        given = None if name in best.free else "given"
        rows.append(
            (
                name,
                parameter.meaning,
                float(_shown(best, name, digits)),
                given or _rounded(best.errors.get(name), digits),
                _rounded(low, digits),
                _rounded(high, digits),
            )
        )
    percent = f"{_CONFIDENCE:.0%}"
    columns = ("parameter", "meaning", "estimate", "standard error", f"{percent} from", "to")
    return Table("estimates", columns, tuple(rows))


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def _comparison(fits: Sequence[Fitted], digits: int) -> Table:
    rows = tuple(
        (
            as_text(one, min(digits, 5)),
            len(one.free),
            _rounded(one.log_likelihood, 7),
            _rounded(one.aic, 7),
            _rounded(one.bic, 7),
        )
        for one in fits
    )
    columns = ("family, by AIC", "fitted", "log-likelihood", "AIC", "BIC")
    return Table("comparison", columns, rows)


def _steps(best: Fitted, known: Mapping[str, float]) -> list[Step]:
    """The derivation: the log-density, the equations it leads to, their solution."""
    log_density = template(best.family.log_density)
    steps = [
        Step("log-likelihood", ("the sum over the data of ", log_density)),
    ]
    if best.closed is None:
        words = "its derivatives have no zero in closed form: it is searched for its largest value"
        return [*steps, Step("search", (words,))]
    steps.append(Step("score", ("where it is largest: ", Notation(best.closed.score))))
    at = {**known, **{n: v for n, v in best.estimates.items() if n not in best.free}}
    for name, text in best.closed.estimates.items():
        node = template(text)
        listed = ", ".join(f"{key} = {at[key]:.8g}" for key in sorted(free_symbols(node)))
        words = f"{name} = {text}" + (f" with {listed}" if listed else "")
        numbers = {key: exact(at[key]) for key in free_symbols(node)}
        steps.append(Step(name, (words,), substitute(node, numbers), exact(best.estimates[name])))
    return [step._replace(before=None, after=None) for step in steps]


def _check(best: Fitted, known: Mapping[str, float]) -> Check:
    """A search from elsewhere finds no larger likelihood."""
    name = "search from other places"
    here = best.likelihood.value([best.estimates[p] for p in best.free])
    if best.closed is not None and best.closed.errors == {}:
        return _check_neighbours(best, here)
    try:
        values = largest(best.likelihood, known, seed=5)
    except Unsolved as reason:
        return Check(name, UNAVAILABLE, reason.message)
    there = best.likelihood.value(values)
    slack = 1e-7 * (1 + abs(here))
    if there > here + slack:
        return Check(name, FAILED, f"log-likelihood {there:.10g}, above {here:.10g}")
    return Check(name, PASSED, f"log-likelihood {there:.10g}, not above {here:.10g}")


def _check_neighbours(best: Fitted, here: float) -> Check:
    """No parameters nearby are better."""
    name = "parameters nearby"
    values = [best.estimates[p] for p in best.free]
    for place in range(len(values)):
        step = 1.0 if best.family.discrete else 1e-3 * (1 + abs(values[place]))
        for sign in (1, -1):
            moved = [v + sign * step * (i == place) for i, v in enumerate(values)]
            if best.likelihood.value(moved) > here:
                return Check(name, FAILED, f"{best.free[place]} = {moved[place]:g} is better")
    return Check(name, PASSED, f"none of {2 * len(values)} is better")
