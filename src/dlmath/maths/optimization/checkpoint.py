"""A descent saved to a file and taken up again, to the same result bit for bit.

The file is JSON; floats are written in hexadecimal, so that nothing is rounded. It is replaced in
one act: whoever reads it finds the old one or the new one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path as File
from typing import Any

from dlmath.errors import InvalidInput, OutputError
from dlmath.maths.optimization.objective import Objective, Point
from dlmath.maths.optimization.path import Path, State
from dlmath.maths.optimization.plan import Plan

_FORMAT = "dlmath descend checkpoint 1"

#: What may differ between the descent that was saved and the one that goes on.
_WORDS = {
    "function": "another function",
    "start": "another start",
    "method": "another method",
    "parameters": "other parameters of the method",
    "rate": "another rate",
    "schedule": "another schedule",
    "clip": "another --clip",
    "noise": "another --noise",
    "seed": "another seed",
    "line_search": "another line search",
    "steps": "another number of steps, which its schedule depends on",
}

_LARGEST_FILE = 1 << 30


class Keeper:
    """Saves a path to a file, and finds it there. `identity` is what must be the same."""

    def __init__(self, file: str, objective: Objective, plan: Plan, start: Point) -> None:
        from dlmath.expression.text import to_text

        self._file = File(file)
        self._count = len(start)
        self.identity: dict[str, Any] = {
            "function": to_text(objective.expression),
            "start": dict(zip(objective.names, map(_written, start), strict=True)),
            "method": plan.method.name,
            "parameters": {name: _written(value) for name, value in plan.parameters.items()},
            "rate": _written(plan.rate),
            "schedule": plan.schedule,
            "clip": None if plan.clip is None else _written(plan.clip),
            "noise": _written(plan.noise),
            "seed": plan.seed if plan.noise else None,
            "line_search": plan.line_search,
            "steps": plan.steps if plan.schedule != "constant" else None,
        }

    def save(self, path: Path) -> None:
        """Writes the kept states. Raises OutputError."""
        content = {
            "format": _FORMAT,
            **self.identity,
            "stride": path.stride,
            "states": [_state_written(state) for state in path.checkpoints],
        }
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        try:
            try:
                with beside.open("w", encoding="utf-8") as stream:
                    json.dump(content, stream)
                    stream.write("\n")
                    stream.flush()
                    os.fsync(stream.fileno())
                beside.replace(self._file)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"the checkpoint {self._file} cannot be written: {error.strerror}"
            ) from error

    def load(self, path: Path) -> int | None:
        """Sets the path to where the file left it; the step there, or None where it begins anew.

        Raises InvalidInput for a file that is none, or of another descent.
        """
        content = self._read()
        if content is None:
            self.save(path)  # finds out now, and not at the end, whether it can be written
            return None
        for name, mine in self.identity.items():
            if content.get(name) != mine:
                raise InvalidInput(
                    f"the checkpoint {self._file} is of {_WORDS[name]}",
                    hint="give the options it was made with, or another file",
                )
        try:
            states = [_state_read(state, self._count) for state in content["states"]]
            stride = content["stride"]
            steps = [state.step for state in states]
            ordered = steps == sorted(set(steps)) and steps[:1] == [0]
            if type(stride) is not int or stride < 1 or not ordered:
                raise ValueError
            if any(len(state.memory) != len(path.start.memory) for state in states):
                raise ValueError
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise self._damaged() from error
        path.resume(states, stride)
        return states[-1].step

    def _read(self) -> dict[str, Any] | None:
        try:
            if self._file.stat().st_size > _LARGEST_FILE:
                raise self._damaged()
            content = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InvalidInput(
                f"the checkpoint {self._file} cannot be read: {error.strerror}"
            ) from error
        except (ValueError, RecursionError) as error:
            raise self._damaged() from error
        if not isinstance(content, dict) or content.get("format") != _FORMAT:
            raise self._damaged()
        return content

    def _damaged(self) -> InvalidInput:
        return InvalidInput(
            f"{self._file} is no checkpoint of a descent", hint="give another file, or remove it"
        )


def _written(value: float) -> str:
    return float(value).hex()


def _state_written(state: State) -> list[Any]:
    numbers = [*state.point, *state.memory, state.value, state.squared]
    return [state.step, *map(_written, numbers)]


def _state_read(numbers: list[Any], count: int) -> State:
    step, *texts = numbers
    if type(step) is not int:
        raise ValueError
    *rest, value, squared = (float.fromhex(text) for text in texts)
    return State(step, tuple(rest[:count]), tuple(rest[count:]), value, squared)
