"""Processor time of whole processes, for the benchmarks that compare commands."""

from __future__ import annotations

import os
import statistics


def seconds(arguments: list[str]) -> float:
    """Processor seconds (user and system, children included) of one run."""
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.execv(arguments[0], arguments)  # noqa: S606  measured without a shell
    _, _, used = os.wait4(child, 0)
    return used.ru_utime + used.ru_stime


def medians(runs: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Median seconds of each command, run in turn within each round.

    A busy machine then troubles all alike; read the results as ratios.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, arguments in runs.items():
            taken[name].append(seconds(arguments))
    return {name: statistics.median(values) for name, values in taken.items()}
