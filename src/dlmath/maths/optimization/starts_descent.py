"""`descend` from many starts in a box: which minima there are, and how many starts each draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import (
    DIVERGES,
    FAILED,
    LIMIT_REACHED,
    PASSED,
    UNAVAILABLE,
    Answer,
    Check,
    Sentence,
    Table,
)
from dlmath.errors import ExitCode, InvalidInput
from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.optimization import advice
from dlmath.maths.optimization.basins import Basins, assign, find_basins
from dlmath.maths.optimization.kinds import MAXIMUM, SADDLE
from dlmath.maths.optimization.objective import (
    Objective,
    penalized,
    point_text,
    read_function,
)
from dlmath.maths.optimization.plan import Options, Plan, make_plan
from dlmath.maths.optimization.run import spectrum_at
from dlmath.maths.optimization.starts import (
    ARRIVED,
    LEFT_DOMAIN,
    NEAR,
    RAN_AWAY,
    UNFINISHED,
    Ends,
    Walker,
    random_starts,
)
from dlmath.maths.optimization.theory import default_rate, is_linear
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: Starts at most, and numbers in their coordinates.
MOST = 10_000_000
_NUMBERS = 50_000_000

#: The gradient norm at which a start has arrived, where none is asked for: Newton does the rest.
TOLERANCE = 1e-6

#: Starts whose curvature decides the rate, and starts that are walked again one by one.
_LOOKED_AT, _AGAIN = 64, 8

#: End points of descents that arrived nowhere, of which the lowest is sought.
_LOOKED_THROUGH = 2000

#: Basins in the table and in the words of the answer.
_ROWS = 20


class Search(NamedTuple):
    """Many descents, done. box: for each variable the ends of its side."""

    objective: Objective
    plan: Plan
    tolerance: float
    box: list[tuple[float, float]]
    ends: Ends
    basins: Basins
    walker: Walker


def descend_from_many(
    expression: Node,
    count: int,
    box: Mapping[str, tuple[Node, Node]] | tuple[Node, Node],
    settings: Settings,
    options: Options | None = None,
    tolerance: float | None = None,
) -> Answer:
    """Descends from so many starts, evenly distributed over a box, and counts where they end.

    count: 1 to `MOST`. box: for each variable (or for all) its least and greatest value.
    options: as for `descend`; `seed` settles the starts. tolerance: the gradient norm at which a
    start has arrived.

    Facts: `minimum`, `at`, `kind` of the lowest point; `basins`, the lowest first (20 at most of
    `basins_found`), each with `at`, `value`, `kind`, `starts`; `starts`, and of them `arrived`,
    `near` (still on the way, close to a minimum), `unfinished`, `diverged` and `left_domain`;
    `lowest` where none arrived; `iterations` (of the longest descent), `reason`, `method`, `rate`.

    Raises InvalidInput for a box or an option that does not fit.
    """
    options = options or Options()
    plan = make_plan(options)
    _refuse(plan, options, count)
    moving = [] if isinstance(box, tuple) else list(box)
    function = read_function(expression, moving, settings)
    names = sorted(free_symbols(function))
    sides = _sides(names, box)
    if count * len(names) > _NUMBERS:
        raise InvalidInput(f"{count} starts of {len(names)} variables are too many")
    notes: list[Sentence] = []
    if plan.penalty:
        function = penalized(function, names, plan.penalty)
        notes.append(advice.on_penalty(plan.penalty, names))
    objective = Objective(function, names)
    starts = random_starts(count, sides, options.seed)
    if options.rate is None:
        plan = plan._replace(rate=_rate(objective, plan, starts))
        if plan.rate != plan.method.rate:
            words = f"the rate is {plan.rate:.5g}: 1 over the largest curvature at"
            notes.append((f"{words} {min(count, _LOOKED_AT)} of the starts; --rate sets another",))
    wanted = TOLERANCE if tolerance is None else tolerance
    walker = Walker(objective, plan, wanted)
    ends = _walked(walker, starts, settings)
    basins = find_basins(objective, ends, sides, wanted)
    search = Search(objective, plan, wanted, sides, ends, basins, walker)
    return _answer(search, expression, settings, notes)


# --- what was asked ---------------------------------------------------------------------------


def _refuse(plan: Plan, options: Options, count: int) -> None:
    if not 1 <= count <= MOST:
        raise InvalidInput(f"the starts must be 1 to {MOST}, not {count}")
    if plan.line_search is not None:
        raise InvalidInput(
            "a line search takes steps of its own length from every start, not in blocks",
            hint="with --starts use gd, momentum, adam or another method with a rate",
        )
    if plan.noise:
        raise InvalidInput("--noise does not go with --starts: each start is walked without noise")
    if options.checkpoint is not None:
        raise InvalidInput("--checkpoint does not go with --starts", hint="--seed repeats a search")


def _sides(
    names: Sequence[str], box: Mapping[str, tuple[Node, Node]] | tuple[Node, Node]
) -> list[tuple[float, float]]:
    if not names:
        raise InvalidInput("the function has no variable to descend on")
    if isinstance(box, tuple):
        return [_side("the box", box)] * len(names)
    extra = [name for name in box if name not in names]
    missing = [name for name in names if name not in box]
    example = ",".join(f"{name}=-2..2" for name in names)
    if extra:
        raise InvalidInput(
            f"the box names {', '.join(extra)}, which the function does not contain",
            hint=f'its variables: --box "{example}"',
        )
    if missing:
        raise InvalidInput(
            f"the box has no side for {', '.join(missing)}", hint=f'--box "{example}"'
        )
    return [_side(f"the side of {name}", box[name]) for name in names]


def _side(what: str, ends: tuple[Node, Node]) -> tuple[float, float]:
    from dlmath.expression.numbers import evaluate

    found = [None if free_symbols(end) else evaluate(end) for end in ends]
    low, high = (value if isinstance(value, (int, float)) else float("nan") for value in found)
    if not (isfinite(low) and isfinite(high)):
        raise InvalidInput(f"{what} runs between two finite numbers", hint="for example -2..2")
    if not low < high:
        raise InvalidInput(f"{what} runs from {low:g} to {high:g}, which is not upwards")
    return float(low), float(high)


def _rate(objective: Objective, plan: Plan, starts: Floats) -> float:
    """A rate that is stable at the most curved of a few starts."""
    largest = 0.0
    for start in starts[:_LOOKED_AT] if is_linear(plan.method) else []:
        found = spectrum_at(objective, start.tolist())
        if found is not None:
            largest = max(largest, found.values[-1])
    return default_rate(plan.method, largest or None)


def _walked(walker: Walker, starts: Floats, settings: Settings) -> Ends:
    begun = monotonic()
    budget = 0.7 * settings.seconds

    def stop(done: int) -> bool:
        if done:
            settings.progress(done / len(starts), f"{done} of {len(starts)} starts")
        return settings.interrupted() or (bool(budget) and monotonic() - begun > budget)

    return walker.walk(starts, stop)


# --- what came of it --------------------------------------------------------------------------


def _answer(search: Search, expression: Node, settings: Settings, notes: list[Sentence]) -> Answer:
    names, found = search.objective.names, search.basins.found
    total, done = len(search.ends.starts), search.ends.done
    sides = ", ".join(
        f"{name} = {low:g}..{high:g}" for name, (low, high) in zip(names, search.box, strict=True)
    )
    words = f" by {search.plan.method.title} from {total} starts in {sides}"
    digits = settings.digits or 10
    answer = Answer(
        "descend",
        question=("minimize ", expression, words),
        facts=_facts(search),
        notes=[*notes, *_notes(search)],
    )
    if found:
        answer.result = point_text(names, found[0].at, digits)
        answer.value = answer.facts["minimum"]
        answer.tables.append(_table(search))
        answer.files[".csv"] = AllBasins(search)
    elif answer.facts.get("lowest") is None or search.objective.endless():
        answer.status, answer.result = DIVERGES, "diverges"
    else:
        lowest = answer.facts["lowest"]
        answer.result = point_text(list(lowest["at"]), list(lowest["at"].values()), digits)
        answer.notes.append(("no start arrived in a basin: the lowest of the end points is shown",))
    if done < total:
        interrupted = settings.interrupted()
        message = f"{done} of {total} starts were walked"
        if interrupted:
            answer.exit_code = ExitCode.INTERRUPTED
            answer.notes.append((f"interrupted: {message}",))
        else:
            answer.status, answer.result, answer.value = LIMIT_REACHED, None, None
            hint = "--timeout gives it more seconds, or take fewer starts"
            answer.error = {"message": f"the time is used up: {message}", "hint": hint}
    if settings.check and found:
        answer.checks = _checks(search)
    if settings.plot:
        from dlmath.maths.pictures.basins import basins_picture
        from dlmath.maths.pictures.draw import put_picture

        put_picture(answer, basins_picture, search)
    return answer


def _facts(search: Search) -> dict[str, Any]:
    ends, names, found = search.ends, search.objective.names, search.basins.found
    fate = ends.fate[: ends.done]
    best = found[0] if found else None
    stationary = best is not None and best.kind not in (SADDLE, MAXIMUM)
    unfinished = int((fate == UNFINISHED).sum())
    if not unfinished and (fate == ARRIVED).any() and not (fate == NEAR).any():
        reason = "converged"
    else:
        stopped = unfinished or bool((fate == NEAR).any())
        reason = "steps_max" if stopped else "diverged"
    known: dict[str, Any] = {
        "minimum": best.value if best is not None and stationary else None,
        "at": dict(zip(names, best.at, strict=True)) if best is not None else None,
        "kind": best.kind if best is not None else None,
        "basins": [
            {
                "at": dict(zip(names, basin.at, strict=True)),
                "value": basin.value,
                "kind": basin.kind,
                "starts": basin.starts,
            }
            for basin in found[:_ROWS]
        ],
        "basins_found": len(found),
        "starts": ends.done,
        "arrived": int((fate == ARRIVED).sum()),
        "near": int((fate == NEAR).sum()),
        "unfinished": unfinished,
        "diverged": int((fate == RAN_AWAY).sum()),
        "left_domain": int((fate == LEFT_DOMAIN).sum()),
        "iterations": int(ends.steps.max()) if ends.done else 0,
        "reason": reason,
        "method": search.plan.method.name,
        "rate": search.plan.rate,
    }
    if not found and (unfinished or known["arrived"]):
        known["lowest"] = _lowest(search)
    return known


def _lowest(search: Search) -> dict[str, Any] | None:
    """The lowest of the end points that arrived nowhere."""
    import numpy as np

    objective, ends = search.objective, search.ends
    chosen = np.flatnonzero((ends.fate == UNFINISHED) | (ends.fate == ARRIVED))
    values = [objective.value(ends.points[place].tolist()) for place in chosen[:_LOOKED_THROUGH]]
    place = chosen[int(np.nanargmin(values))]
    at = dict(zip(objective.names, ends.points[place].tolist(), strict=True))
    return {"at": at, "value": min(value for value in values if value == value)}


class AllBasins:
    """Every basin as CSV in full precision."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def __call__(self) -> bytes:
        names = self._search.objective.names
        lines = [",".join([*names, "value", "kind", "starts"])]
        for basin in self._search.basins.found:
            cells = [*map(repr, basin.at), repr(basin.value), basin.kind or "", str(basin.starts)]
            lines.append(",".join(cells))
        return "".join(f"{line}\n" for line in lines).encode()


def _table(search: Search) -> Table:
    names = search.objective.names[:6]
    rows = tuple(
        (
            place,
            *basin.at[: len(names)],
            basin.value,
            basin.kind or "",
            basin.starts,
            f"{100 * basin.share:.2f} %",
        )
        for place, basin in enumerate(search.basins.found[:_ROWS], start=1)
    )
    return Table("basins", ("basin", *names, "value", "kind", "starts", "share"), rows)


def _notes(search: Search) -> list[Sentence]:
    found, ends = search.basins.found, search.ends
    fate = ends.fate[: ends.done]
    notes: list[Sentence] = []
    if len(found) > _ROWS:
        words = f"there are {len(found)} basins; the {_ROWS} lowest are shown"
        notes.append((f"{words}, --save basins.csv has them all",))
    for place, basin in enumerate(found[:_ROWS], start=1):
        if basin.level:
            notes.append(
                (f"basin {place} is a whole curve of points of the same value; one is shown",)
            )
    if near := int((fate == NEAR).sum()):
        words = f"{near} starts had not arrived after {search.plan.steps} steps, but"
        notes.append((f"{words} were close to a minimum, and are counted there",))
    unfinished = int((fate == UNFINISHED).sum())
    if unfinished:
        if (endless := search.objective.endless()) is not None:
            notes.append((f"the function falls without bound along {endless}",))
        words = f"{unfinished} starts had not arrived after {search.plan.steps} steps"
        notes.append((f"{words}: more --steps-max, or another --method, brings them further",))
    if ran := int((fate == RAN_AWAY).sum()):
        notes.append((f"{ran} starts ran away: a smaller --rate, or there is no minimum there",))
    if left := int((fate == LEFT_DOMAIN).sum()):
        notes.append((f"{left} starts were, or came, where the function has no value",))
    elsewhere = int(((search.basins.of[: ends.done] < 0) & (fate == ARRIVED)).sum())
    if elsewhere:
        words = (
            f"{elsewhere} starts arrived on a plateau, or at scattered points, and not in a basin"
        )
        notes.append((words,))
    return notes


# --- checks -----------------------------------------------------------------------------------


def _checks(search: Search) -> list[Check]:
    return [_check_stationary(search), _check_again(search)]


def _check_stationary(search: Search) -> Check:
    """Are the gradients at the basins 0 by differences of values?"""
    from dlmath.checks import descent

    name = "gradients at the basins by differences of values"
    objective, worst, settled = search.objective, 0.0, 0
    for basin in search.basins.found[:_ROWS]:
        slopes = descent.difference_slopes(objective.expression, objective.names, basin.at)
        for place, slope in slopes.items():
            if not slope.settled:
                continue
            settled += 1
            worst = max(worst, abs(slope.value))
            allowed = 2 * search.tolerance + 3 * slope.error + 1e-7 * (1 + abs(basin.value))
            if abs(slope.value) > allowed:
                where = point_text(objective.names, basin.at, 6)
                detail = f"by {objective.names[place]} it is {slope.value:.3g} at {where}"
                return Check(name, FAILED, detail)
    if not settled:
        return Check(name, UNAVAILABLE, "differences of values do not settle at the basins")
    return Check(name, PASSED, f"the largest is {worst:.2g}")


def _check_again(search: Search) -> Check:
    """Do some starts, walked one by one in scalar code, end in the same basins?

    Near the border of two basins rounding may decide; most of them must agree.
    """
    import numpy as np

    from dlmath.maths.optimization.loop import compile_loop
    from dlmath.maths.optimization.path import Path

    name = "some starts walked again one by one"
    ends = search.ends
    able = np.flatnonzero(search.basins.of >= 0)
    able = able[ends.steps[able] < 20_000]
    if not len(able):
        return Check(name, UNAVAILABLE, "no start is in a basin")
    chosen = able[np.unique(np.linspace(0, len(able) - 1, _AGAIN).astype(int))]
    loop = compile_loop(search.objective, search.plan)
    same = 0
    for place in chosen:
        remembered = len(search.plan.method.memory) * len(search.objective.names)
        path = Path(loop, tuple(ends.starts[place].tolist()), remembered)
        path.run(int(ends.steps[place]), search.tolerance)
        one = ends._replace(
            starts=ends.starts[place : place + 1],
            points=np.array([path.end.point]),
            fate=np.array([ARRIVED]),
        )
        reach = 1e-2 * max(high - low for low, high in search.box)
        near = float(np.abs(one.points[0] - ends.points[place]).max())
        own = assign(search.basins, one, reach)[0]
        same += bool(own == search.basins.of[place] or near <= reach)
    detail = f"{same} of {len(chosen)} end in the same basin"
    return Check(name, PASSED if 2 * same > len(chosen) else FAILED, detail)
