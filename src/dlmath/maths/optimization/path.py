"""Walking down: the states a descent passes through, of which few need be kept.

The loop itself is generated code (`optimization.loop`) that runs many steps in one call. Between
calls a state is kept as a checkpoint; as the path grows, every other checkpoint is dropped, so
there are never more than `CHECKPOINTS`. A state between two of them is computed again from the one
before, which gives the same numbers, because every step is deterministic.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from math import isfinite, sqrt
from time import monotonic
from typing import NamedTuple

CHECKPOINTS = 64

#: One call of the loop takes about this long at most, in seconds.
_CALL_SECONDS = 0.05
_PROGRESS_SECONDS = 0.2

#: Beyond this size of value or squared gradient a descent has left every reasonable scale.
TOO_LARGE = 1e300

#: loop(step, end, floor, *point, *memory) runs until the squared gradient norm is at most `floor`,
#: or value or norm are not sound, or `end` is reached; it returns (step, value, squared gradient
#: norm, *point, *memory). Value and norm are nan where the function could not be computed.
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


class Path:
    """The states of one descent.

    tolerance: the gradient norm to reach.
    ended: why it stopped: `tolerance` (the gradient is small), `steps` (none left), `unsound` (no
        finite value or gradient at the last point), `fixed` (a step changes nothing any more),
        `time` (the time budget is used up).
    """

    def __init__(self, loop: Loop, start: tuple[float, ...], remembered: int) -> None:
        self._loop = loop
        self._size = len(start)
        nowhere = State(0, start, (0.0,) * remembered, float("nan"), float("nan"))
        self.checkpoints = [self._advance(nowhere, 0, -1.0)]
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

    def last(self, count: int) -> list[State]:
        """The states of the last `count` steps and the end, one after the other."""
        states = [self.at(max(0, self.end.step - count))]
        while states[-1].step < self.end.step - 1:
            states.append(self._advance(states[-1], states[-1].step + 1, -1.0))
        return [*states, self.end] if states[-1].step < self.end.step else states

    def run(
        self,
        steps_max: int,
        tolerance: float,
        progress: Callable[[float, str], None],
        seconds: float = 0.0,
    ) -> None:
        """Descends until the gradient norm is at most `tolerance` or `steps_max` steps are done.

        seconds: the time budget, 0 for none.
        """
        stride, per_call = 1, 1000
        self.tolerance = tolerance
        floor = tolerance * tolerance
        begun = reported = monotonic()
        state = self.start
        while True:
            reason = self._reason_to_stop(state, steps_max, floor)
            if reason:
                self.ended = reason
                return
            called = monotonic()
            if seconds and called - begun > seconds:
                self.ended = "time"
                self._keep(state)
                return
            if called - reported > _PROGRESS_SECONDS:
                reported = called
                progress(state.step / steps_max, f"step {state.step}, value {state.value:.6g}")
            target = min(self._next_checkpoint(stride), state.step + per_call, steps_max)
            before, state = state, self._advance(state, target, floor)
            if monotonic() - called < _CALL_SECONDS / 2:
                per_call *= 2
            elif monotonic() - called > _CALL_SECONDS:
                per_call = max(1, per_call // 2)
            if self._is_fixed(before, state):
                self.ended = "fixed"
                self._keep(state)
                return
            if state.step < target or state.step == steps_max or not state.step % stride:
                self._keep(state)
            if len(self.checkpoints) > CHECKPOINTS:
                stride *= 2
                self.checkpoints = [
                    kept for kept in self.checkpoints if not kept.step % stride or kept is state
                ]

    def _next_checkpoint(self, stride: int) -> int:
        last = self.checkpoints[-1].step
        return last - last % stride + stride

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

    @staticmethod
    def _is_fixed(before: State, after: State) -> bool:
        return (
            after.step > before.step
            and after.point == before.point
            and after.memory == before.memory
            and isfinite(after.value)
        )
