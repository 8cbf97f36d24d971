"""Walking down: the states a descent passes through, of which few need be kept.

The loop itself is generated code (`optimization.loop`) that runs many steps in one call. Between
calls a state is kept as a checkpoint; as the path grows, every other checkpoint is dropped, so
there are never more than `CHECKPOINTS`. A state between two of them is computed again from the one
before, which gives the same numbers, because every step is deterministic.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from math import isfinite, sqrt
from time import monotonic
from typing import NamedTuple

CHECKPOINTS = 64

#: One call of the loop takes about this long at most, in seconds.
_CALL_SECONDS = 0.05
_PROGRESS_SECONDS = 0.2
_SAVE_SECONDS = 2.0

#: Beyond this size of value or squared gradient a descent has left every reasonable scale.
TOO_LARGE = 1e300

#: loop(step, end, floor, *point, *memory) runs until the squared gradient norm is at most `floor`,
#: or value or norm are no numbers any more, or `end` is reached; it returns (step, value, squared
#: gradient norm, *point, *memory). Value and norm are nan where the function could not be computed.
Loop = Callable[..., tuple[float, ...]]


class State(NamedTuple):
    """Where a descent is after `step` steps.

    memory: what the method remembers of each variable, one variable after the other.
    value, squared: the function and the squared Euclidean norm of its gradient at the point.
    """

    step: int
    point: tuple[float, ...]
    memory: tuple[float, ...]
    value: float
    squared: float

    @property
    def norm(self) -> float:
        """The Euclidean norm of the gradient."""
        return sqrt(self.squared) if self.squared == self.squared else self.squared

    @property
    def sound(self) -> bool:
        """Are value and gradient finite numbers of a reasonable size?"""
        return abs(self.value) < TOO_LARGE and self.squared < TOO_LARGE


class Watch(NamedTuple):
    """What goes on beside a descent.

    progress: called with (fraction done, words) now and then. seconds: the time budget, 0 for
    none. interrupted: was it asked to stop? save: called with the path every few seconds and at
    the end.
    """

    progress: Callable[[float, str], None] = lambda done, words: None
    seconds: float = 0.0
    interrupted: Callable[[], bool] = lambda: False
    save: Callable[[Path], None] | None = None


UNWATCHED = Watch()


class Path:
    """The states of one descent.

    tolerance: the gradient norm to reach. stride: kept states are so many steps apart.
    ended: why it stopped: `tolerance` (the gradient is small), `steps` (none left), `unsound` (no
        finite value or gradient at the last point), `fixed` (a step changes nothing any more, or
        the same two points come in turn), `time` (the budget is used up), `interrupted`.
    """

    def __init__(
        self, loop: Loop, start: tuple[float, ...], remembered: int, *, repeats: bool = True
    ) -> None:
        """repeats: does the same state lead to the same next one, whatever the step's number?"""
        self._loop = loop
        self._size = len(start)
        self._repeats = repeats
        nowhere = State(0, start, (0.0,) * remembered, float("nan"), float("nan"))
        self.checkpoints = [self._advance(nowhere, 0, -1.0)]
        self.stride = 1
        self.ended = "steps"
        self.tolerance = 0.0

    @property
    def start(self) -> State:
        """The state before the first step."""
        return self.checkpoints[0]

    @property
    def end(self) -> State:
        """The last state."""
        return self.checkpoints[-1]

    def resume(self, checkpoints: list[State], stride: int) -> None:
        """Goes on from the last of these states, which another path of the same loop has kept."""
        self.checkpoints, self.stride = checkpoints, stride

    def _advance(self, state: State, end: int, floor: float) -> State:
        """Runs the loop from a state until `end` or a stop."""
        step, value, squared, *rest = self._loop(
            state.step, end, floor, *state.point, *state.memory
        )
        point, memory = tuple(rest[: self._size]), tuple(rest[self._size :])
        return State(int(step), point, memory, value, squared)

    def at(self, step: int) -> State:
        """The state after so many steps, computed again where it was not kept."""
        place = bisect_right(self.checkpoints, step, key=lambda state: state.step) - 1
        state = self.checkpoints[place]
        return state if state.step == step else self._advance(state, step, -1.0)

    def between(self, first: int, last: int, every: int = 1) -> Iterator[State]:
        """The states of these steps in order, each computed from the one before."""
        state = self.at(first)
        while state.step < last:
            yield state
            step = min(state.step + every, last)
            kept = self.at(step) if step == self.end.step else None
            state = kept or self._advance(state, step, -1.0)
            if state.step < step:  # no numbers from here on
                break
        yield state

    def last(self, count: int) -> list[State]:
        """The states of the last `count` steps and the end, one after the other."""
        return list(self.between(max(0, self.end.step - count), self.end.step))

    def best(self) -> State:
        """The lowest of the states that are kept."""
        sound = [state for state in self.checkpoints if state.sound]
        return min(sound, key=lambda state: state.value, default=self.end)

    def run(self, steps_max: int, tolerance: float, watch: Watch = UNWATCHED) -> None:
        """Descends until the gradient norm is at most `tolerance` or `steps_max` steps are done.

        Which states are kept, and where a repetition is noticed, depends on the steps alone and
        not on the clock, so that a descent that was stopped goes on as if it never had been.
        """
        self.tolerance = tolerance
        floor = tolerance * tolerance
        clock = _Clock(watch, self.end.step, steps_max)
        state = self.end
        if state.step % self.stride:
            self.checkpoints.pop()
        while True:
            reason = self._reason_to_stop(state, steps_max, floor) or clock.reason_to_stop()
            if reason:
                return self._finish(reason, state, watch)
            target = min(self._next_checkpoint(), state.step + clock.per_call, steps_max)
            state = self._advance(state, target, floor)
            clock.look(state)
            if state.step == target and not state.step % self.stride:
                before = self.checkpoints[-1]
                self._keep(state)
                if self._repeats and _is_same(before, state):
                    return self._finish("fixed", self._first_like(before, state), watch)
            if len(self.checkpoints) > CHECKPOINTS:
                self.stride *= 2
                self.checkpoints = [
                    kept for kept in self.checkpoints if not kept.step % self.stride
                ]
            if clock.is_time_to_save():
                self._save(watch, state)

    def _finish(self, reason: str, state: State, watch: Watch) -> None:
        self.ended = reason
        if reason == "unsound":
            state = self._first_unsound(state)
        while self.end.step > state.step:
            self.checkpoints.pop()
        self._keep(state)
        self._save(watch, state)

    def _first_unsound(self, state: State) -> State:
        """The first state without a sound value; a loop may notice it a few steps later."""
        low, high = -1, state.step
        for kept in self.checkpoints:
            low = max(low, kept.step) if kept.sound else low
        while high - low > 1:
            middle = (low + high) // 2
            found = self.at(middle)
            if found.step == middle and found.sound:
                low = middle
            else:
                high, state = middle, found
        return state

    def _save(self, watch: Watch, state: State) -> None:
        if watch.save is not None:
            kept = self.checkpoints
            self.checkpoints = [*kept, state] if state.step > self.end.step else kept
            watch.save(self)
            self.checkpoints = kept

    def _first_like(self, before: State, state: State) -> State:
        """The first state since `before` from which a step changes nothing; else `state` itself."""
        if not _is_same(state, self._advance(state, state.step + 1, -1.0)):
            return state
        low, high = before.step - 1, state.step
        while high - low > 1:
            middle = (low + high) // 2
            if _is_same(self.at(middle), state, later=False):
                high = middle
            else:
                low = middle
        return self.at(high)

    def _next_checkpoint(self) -> int:
        last = self.checkpoints[-1].step
        return last - last % self.stride + self.stride

    def _keep(self, state: State) -> None:
        if state.step > self.checkpoints[-1].step:
            self.checkpoints.append(state)
        elif state.step == self.checkpoints[-1].step:
            self.checkpoints[-1] = state

    @staticmethod
    def _reason_to_stop(state: State, steps_max: int, floor: float) -> str | None:
        if not state.sound:
            return "unsound"
        if state.squared <= floor:
            return "tolerance"
        return "steps" if state.step >= steps_max else None


def _is_same(before: State, after: State, *, later: bool = True) -> bool:
    """Has nothing changed? later: is the second one to come after the first?"""
    return (
        (after.step > before.step or not later)
        and after.point == before.point
        and after.memory == before.memory
        and isfinite(after.value)
    )


class _Clock:
    """Looks at the time between calls of the loop: how many steps a call takes, what is left."""

    def __init__(self, watch: Watch, first: int, last: int) -> None:
        self.per_call = 1000
        self._watch = watch
        self._first, self._last = first, last
        self._begun = self._called = self._reported = self._saved = monotonic()

    def reason_to_stop(self) -> str | None:
        self._called = monotonic()
        if self._watch.interrupted():
            return "interrupted"
        if self._watch.seconds and self._called - self._begun > self._watch.seconds:
            return "time"
        return None

    def look(self, state: State) -> None:
        """After a call: adapts the number of steps, and reports."""
        now = monotonic()
        if now - self._called < _CALL_SECONDS / 2:
            self.per_call *= 2
        elif now - self._called > _CALL_SECONDS:
            self.per_call = max(1, self.per_call // 2)
        if now - self._reported > _PROGRESS_SECONDS:
            self._reported = now
            self._watch.progress(state.step / self._last, self._words(state, now))

    def _words(self, state: State, now: float) -> str:
        speed = (state.step - self._first) / (now - self._begun)
        words, value = f"step {state.step} of {self._last}", f"value {state.value:.6g}"
        if speed <= 0:
            return f"{words}, {value}"
        left = duration((self._last - state.step) / speed)
        return f"{words}, {left} left, {speed:.3g} steps/s, {value}"

    def is_time_to_save(self) -> bool:
        if self._watch.save is None or monotonic() - self._saved < _SAVE_SECONDS:
            return False
        self._saved = monotonic()
        return True


def duration(seconds: float) -> str:
    """`8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
