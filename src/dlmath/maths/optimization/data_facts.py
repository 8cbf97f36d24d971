"""Facts, tables and checks of a descent on data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Table
from dlmath.maths.optimization.curvature import Spectrum
from dlmath.maths.optimization.facts import EveryStep, rows_shown
from dlmath.maths.optimization.facts import facts as facts_of_run
from dlmath.maths.optimization.kinds import MAXIMUM, SADDLE, Kind, classify
from dlmath.maths.optimization.verdict import CONVERGED, DIVERGED, INTERRUPTED, TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.optimization.data_descent import Fit

    Floats = NDArray[Any]

#: How a descent on minibatches ends when nothing else happens.
EPOCHS = "epochs"

#: An eigenvalue so many times smaller than the largest is 0 but for rounding.
_SINGULAR = 1e14

#: Numbers of the parameters that the table has columns for.
_COLUMNS = 6


class Study(NamedTuple):
    """What is known of the end point of minibatches.

    spectrum: of the Hessian there, None where there is none. kind: of the point.
    norm: of the gradient over all rows.
    """

    spectrum: Spectrum | None
    kind: Kind
    norm: float
    slope: list[float]


def study(fit: Fit) -> Study:
    """Gradient, curvature and kind of the end point."""
    from dlmath.maths.optimization.run import spectrum_at

    point = fit.end.tolist()
    slope = fit.objective.slope(point)
    norm = sum(entry * entry for entry in slope) ** 0.5
    found = spectrum_at(fit.objective, point)
    kind = Kind(None)
    if found is not None:
        kind = classify(fit.objective, point, found, slope, stationary=norm <= 1e-8)
    return Study(found, kind, norm, slope)


def facts(fit: Fit) -> dict[str, Any]:
    """The facts of `descend`, and those of data."""
    if fit.run is not None:
        found = facts_of_run(fit.run)
        if found["at"] is not None:
            found["at"] = fit.problem.at(fit.end)
        if found["condition"] is not None and found["condition"] > _SINGULAR:
            found |= dict.fromkeys(("condition", "best_rate", "best_momentum"))
            found["best_rate_with_momentum"] = None
    else:
        found = _facts_of_track(fit)
    if found["eigenvalues"] is None and found["at"] is not None:
        high = fit.objective.largest(fit.end, fit.objective.curvature_batch())
        found["stable_rate"] = 2 / high if high else None
    if (values := found["eigenvalues"]) is not None:
        level = max(map(abs, values)) / _SINGULAR
        found["eigenvalues"] = [value if abs(value) > level else 0.0 for value in values]
    found |= {"epochs": fit.epochs, "rows": fit.objective.source.rows, "batch": fit.batch}
    return found


def reason_of(fit: Fit) -> str:
    """Why a descent on minibatches ended."""
    assert fit.track is not None
    ended = fit.track.ended
    names = {"unsound": DIVERGED, "gone": DIVERGED, "time": TIME, "interrupted": INTERRUPTED}
    return names.get(ended, EPOCHS)


def _facts_of_track(fit: Fit) -> dict[str, Any]:
    track = fit.track
    assert track is not None
    reason = reason_of(fit)
    diverged = reason == DIVERGED
    known = None if diverged else study(fit)
    if known is not None and reason == EPOCHS and known.norm <= 1e-8:
        reason = CONVERGED
    value = fit.value if known and known.kind.kind not in (SADDLE, MAXIMUM) else None
    found: dict[str, Any] = {
        "minimum": value,
        "at": None if diverged else fit.problem.at(fit.end),
        "iterations": track.steps,
        "reason": reason,
        "verdict": verdict_words(fit, reason),
        "gradient_norm": None if known is None else known.norm,
        "eigenvalues": known.spectrum.values if known and known.spectrum else None,
        "kind": known.kind.kind if known else None,
    }
    found["stable_rate"] = found["condition"] = None
    if known is not None and known.spectrum is not None:
        low, high = known.spectrum.values[0], known.spectrum.values[-1]
        found["stable_rate"] = 2 / high if high > 0 else None
        found["condition"] = high / low if low > 0 and high < _SINGULAR * low else None
    found["method"] = fit.plan.method.name
    found["rate"] = fit.plan.rate
    if fit.plan.schedule != "constant":
        found["schedule"] = fit.plan.schedule
    return found


def verdict_words(fit: Fit, reason: str) -> str:
    """How a descent on minibatches went."""
    track = fit.track
    assert track is not None
    if reason == DIVERGED:
        return f"diverged in epoch {max(1, track.epochs)}"
    count = f"{track.epochs} epoch{'s' * (track.epochs != 1)}"
    if reason == TIME:
        return f"the time is used up after {count}"
    if reason == INTERRUPTED:
        return f"interrupted after {count}"
    if reason == CONVERGED:
        return f"converged within {count}"
    return f"{count} done, {track.steps} steps"


# --- tables -----------------------------------------------------------------------------------


def table(fit: Fit, rows: int) -> Table:
    """The loss and the first parameters after some epochs, the start and the end among them."""
    names = fit.problem.names[:_COLUMNS]
    shown = len(names)
    if fit.run is not None:
        path = fit.run.path
        last = fit.run.verdict.step if fit.run.verdict.step is not None else path.end.step
        states = [path.at(step) for step in rows_shown(last, rows)]
        lines = [(state.step, *state.point[:shown], state.value, state.norm) for state in states]
        return Table("descent", ("epoch", *names, "loss", "gradient norm"), tuple(lines))
    track = fit.track
    assert track is not None
    lines = [
        (epoch, *track.kept[epoch][:shown].tolist(), track.losses[epoch])
        for epoch in rows_shown(track.epochs, rows)
        if epoch in track.kept
    ]
    return Table("descent", ("epoch", *names, "loss"), tuple(lines))


class EveryEpoch(EveryStep):
    """The loss after every epoch; where each step takes all rows, the parameters too.

    Called, it gives them as CSV in full precision.
    """

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def table(self) -> Table:
        """The epochs as a table."""
        fit = self._fit
        if fit.run is not None:
            found = EveryStep(fit.run).table()
            return found._replace(columns=("epoch", *found.columns[1:-2], "loss", "gradient norm"))
        assert fit.track is not None
        return Table("descent", ("epoch", "loss"), tuple(enumerate(fit.track.losses)))

    def __call__(self) -> bytes:
        found = self.table()
        heads = [f'"{name}"' if "," in name else name for name in found.columns]
        lines = [heads, *(map(repr, row) for row in found.rows)]
        return "".join(",".join(line) + "\n" for line in lines).encode()
