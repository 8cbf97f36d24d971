"""explain."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.read import Given


@command(
    example="gradient",
    more=['"chain rule" --plot', "derivative of softmax", "", "jacobain --json"],
    symbolic=True,
)
def explain(
    given: Given,
    term: Annotated[
        list[str] | None,
        typer.Argument(metavar="TERM", help="A concept, or words of it; none: the list."),
    ] = None,
) -> Answer:
    """A concept in short: definition, formula, an example at work, mistakes."""
    from dlmath.maths.concepts.explain import explain, listing

    words = " ".join(term or []).strip()
    if not words:
        return listing()
    return explain(words, run_line, given.settings)


def run_line(line: str, options: list[str]) -> Answer:
    """The answer to a command line, computed here and now. Raises DlmathError."""
    import shlex

    from dlmath.cli.app import job_of
    from dlmath.limits.frames import Line

    return job_of([*shlex.split(line), *options]).computed(Line(), _silent)


def _silent(done: float, text: str) -> None:
    """An example is quick."""
