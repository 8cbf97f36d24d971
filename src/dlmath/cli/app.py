"""The command line: finds the command, has it computed within limits, writes, and exits.

This is the only place that catches errors. A command's module is imported when that command is
asked for, and its mathematics in the computing process only.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_from_info

from dlmath.answer import Answer
from dlmath.cli.job import Job
from dlmath.cli.options import COMMON, Common, InvalidOption, holds_one
from dlmath.cli.save import check_savable, save_all
from dlmath.cli.show import Display, show_error, terminal_width
from dlmath.cli.syntax import Command, ShowHelp, unknown
from dlmath.errors import DlmathError, ExitCode, InvalidInput, OutputError
from dlmath.limits.frames import Line
from dlmath.limits.output import Output

#: Headings of `dlmath --help`: the module of each subject, and its commands with their summaries.
#: A test holds that a summary is the first line of the command's own help.
SUBJECTS: dict[str, tuple[str, dict[str, str]]] = {
    "Calculus": (
        "calculus",
        {
            "derive": "The derivative, of any order, and the tangent at a point.",
            "gradient": "The vector of partial derivatives.",
            "jacobian": "The matrix of partial derivatives, a row for each function.",
            "hessian": "The matrix of second derivatives; at a point, its eigenvalues.",
            "integrate": "The integral: indefinite, definite, or over several variables.",
            "limit": "The limit at a point or at infinity, from both sides or one.",
            "series": "The expansion in powers: Taylor, Laurent, Puiseux.",
            "study": "What a function does: domain, extrema, bending, asymptotes.",
        },
    ),
    "Equations": (
        "equations",
        {
            "solve": "Equations, systems and inequalities: all solutions, each put in.",
            "ode": "Ordinary differential equations, with initial or boundary conditions.",
            "pde": "Partial differential equations: heat, wave, Laplace, transport and others.",
        },
    ),
    "Linear algebra": (
        "linear_algebra",
        {
            "dot": "The product of two vectors or matrices; angle, projection.",
            "vector": "Norms, angles, projections, cross products, bases of vectors.",
            "tensor": "Shapes, broadcasting, contractions and einsum of tensors.",
            "matrix": "Inverses, systems, eigenvalues, factorizations; exact or numeric.",
        },
    ),
    "Probability": (
        "probability",
        {
            "dist": "A distribution: its moments, density, quantiles; samples of it.",
            "expect": "The mean of an expression in random variables, and its variance.",
            "probability": "The probability of an event in random variables.",
            "bayes": "Posterior probabilities of hypotheses, or of a parameter.",
            "entropy": "The entropy of probabilities, of a joint table, of a distribution.",
            "cross-entropy": "The mean of -log q under p, the loss of classification.",
            "divergence": "How far one distribution is from another: KL and its relatives.",
            "fit": "The parameters of a family under which data are most likely.",
        },
    ),
    "Optimization": (
        "optimization",
        {
            "descend": "Walk down a function by gradient descent, step by step.",
            "extrema": "Critical points, each classified; under constraints, with multipliers.",
            "convex": "Convex, concave, both or neither: with the proof or a counterexample.",
        },
    ),
    "Neural networks": (
        "networks",
        {
            "activation": "What an activation does to values and gradients, or the list of them.",
            "loss": "What a loss asks of a prediction, its gradient and model, or the list.",
            "backprop": "The computation graph of a loss, forward and backward, and its gradient.",
            "matrix-derive": "The derivative of a matrix expression, in matrix form.",
            "train": "Train a small network on the rows of a table.",
            "predict": "What a trained network predicts for the rows of a table.",
        },
    ),
    "Everyday": (
        "everyday",
        {
            "evaluate": "The exact value of an expression, and its decimal.",
            "simplify": "A simpler form of an expression with the same values.",
            "check": "Are two expressions equal? If not, where they differ.",
            "plot": "Curves, paths, equations, level lines, data: in the terminal or a file.",
            "explain": "A concept in short: definition, formula, an example at work, mistakes.",
        },
    ),
}

#: Commands that are not in the module of their subject, but in one of their own.
OWN_MODULES = {
    "extrema": "extrema",
    "convex": "extrema",
    "plot": "plot",
    "explain": "explain",
    **dict.fromkeys(("bayes", "entropy", "cross-entropy", "divergence", "fit"), "inference"),
    "train": "training",
    "predict": "training",
}

#: The module of each command.
COMMANDS: dict[str, str] = {
    name: OWN_MODULES.get(name, module)
    for module, summaries in SUBJECTS.values()
    for name in summaries
}


def command(
    *, example: str, more: Sequence[str] = (), symbolic: bool = False, saves: Sequence[str] = ()
) -> Callable[[Callable[..., Answer]], Callable[..., Job]]:
    """Makes a command of a function that computes an answer.

    The function takes a `Given` first, then its arguments and options as Typer reads them; the
    options of every command are added here. Typer calls the result in the supervising process,
    which makes a `Job`; the function itself runs in the computing process.

    example: arguments that work, for errors and help. more: further examples for the help.
    symbolic: may it use sympy? saves: endings of files that only this command can write, from
    `Answer.files`.
    """

    def decorate(compute: Callable[..., Answer]) -> Callable[..., Job]:
        own = list(inspect.signature(compute, eval_str=True).parameters.values())[1:]
        arguments = [parameter.name for parameter in own if _is_argument(parameter)]

        def run(**values: Any) -> Job:
            common = Common(**{parameter.name: values.pop(parameter.name) for parameter in COMMON})
            texts = {name: values.pop(name) for name in arguments}
            name = compute.__name__.replace("_", "-")
            return Job(name, compute, texts, values, common, symbolic=symbolic, saves=saves)

        parameters = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own
        ] + list(COMMON)
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__doc__ = compute.__doc__
        run.__name__ = compute.__name__
        run.example = example  # type: ignore[attr-defined]
        run.examples = (example, *more)  # type: ignore[attr-defined]
        return run

    return decorate


def _is_argument(parameter: inspect.Parameter) -> bool:
    from typer.models import ArgumentInfo

    return any(isinstance(part, ArgumentInfo) for part in parameter.annotation.__metadata__)


class Commands(TyperGroup):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            raise unknown("command", cmd_name, COMMANDS)
        module = import_module(f"dlmath.cli.{COMMANDS[cmd_name]}")
        function = getattr(module, cmd_name.replace("-", "_"))
        info = typer.models.CommandInfo(cmd_name, cls=Command, callback=function)
        made = get_command_from_info(info, pretty_exceptions_short=False, rich_markup_mode=None)
        made.example = function.example  # type: ignore[attr-defined]
        return made

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads what stands before the command's name. Raises InvalidInput, ShowHelp."""
        first = args[0] if args else "--help"
        if first in ("-h", "--help"):
            raise ShowHelp(ctx.get_help())
        if first == "--version":
            from dlmath import __version__

            raise ShowHelp(f"dlmath {__version__}")
        if first == "--":
            args = args[1:]
            if not args:
                raise InvalidInput("no command is given", hint="dlmath --help lists the commands")
        elif first.startswith("--"):
            raise unknown("option", first.partition("=")[0], ("--help", "--version"))
        return super().parse_args(ctx, ["--", *args])

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write("Usage: dlmath COMMAND ARGUMENT... [OPTIONS]\n")

    def format_options(self, ctx: Any, formatter: Any) -> None:
        self.format_commands(ctx, formatter)
        with formatter.section("Options"):
            formatter.write_dl(
                [
                    ("-h, --help", "This help; dlmath COMMAND --help for one command."),
                    ("--version", "The version."),
                ]
            )

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        for heading, (_, summaries) in SUBJECTS.items():
            with formatter.section(heading):
                formatter.write_dl(list(summaries.items()))


def _group() -> Commands:
    return Commands(
        name="dlmath",
        help="The mathematics behind deep learning: answers, their working, and a check.",
        epilog='Try: dlmath derive "x^2 sin(x)" --steps',
        rich_markup_mode=None,
        context_settings={"terminal_width": min(terminal_width(), 100)},
    )


def run(arguments: Sequence[str]) -> int:
    """Carries out one command line and returns its exit code."""
    output = Output()
    try:
        return _carry_out(list(arguments), output)
    except ShowHelp as help_text:
        return _write(output, str(help_text).rstrip() + "\n")
    except DlmathError as error:
        return _explain(error, arguments, output)


def job_of(arguments: list[str]) -> Job:
    """What a command line asks to be computed. Raises DlmathError, ShowHelp."""
    job = _group().main(arguments, prog_name="dlmath", standalone_mode=False)
    assert isinstance(job, Job)
    return job


def _carry_out(arguments: list[str], output: Output) -> int:
    """Raises DlmathError, ShowHelp."""
    from dlmath.limits.supervisor import supervise

    job = job_of(arguments)
    handover = os.environ.get("DLMATH_COMPUTES")
    if handover:
        from dlmath.limits.child import serve_spawned

        job.take_over(handover)
        serve_spawned(job)
        return 0
    for path in job.saved_as:
        check_savable(path, job.saves)
        if job.streams and holds_one(path):
            raise InvalidOption(
                f"--save {path} holds one answer, and standard input may give several",
                hint="give one expression as an argument, or save to .html, .tex, .json or .txt",
            )
    code, saved = supervise(job, _lines(job, output), output, arguments)
    if code < ExitCode.INTERRUPTED or not job.streams:  # half of the answers make no file
        save_all(job.saved_as, saved)
    return code


def _lines(job: Job, output: Output) -> Any:
    """What is to be computed: the arguments once, or every line of standard input."""
    if not job.streams:
        return [(Line(), None)]
    if len(job.streams) > 1:
        raise InvalidInput("only one argument can be read from standard input (`-`)")
    if not output.has_input:
        raise InvalidInput("standard input is closed", hint="give the expression as an argument")
    from dlmath.cli.read import standard_input

    return standard_input()


def _write(output: Output, text: str) -> int:
    try:
        output.answer(text.encode())
    except OutputError as error:
        output.remark(f"error: {error.message}\n".encode())
        return int(ExitCode.OUTPUT)
    return 0


def _explain(error: DlmathError, arguments: Sequence[str], output: Output) -> int:
    """Writes an error that ends the whole run."""
    as_json = "--json" in arguments or os.environ.get("DLMATH_FORMAT") == "json"
    as_json = as_json or _follows(arguments, "--format", "json") or "--format=json" in arguments
    name = arguments[0] if arguments and arguments[0] in COMMANDS else ""
    display = Display("json" if as_json else "plain")
    asked = " ".join(arguments[1:] if name else arguments)
    reply = show_error(error, name, display, Line(), asked)
    output.remark(reply.err)
    if isinstance(error, OutputError):
        return reply.code
    return reply.code if _write(output, reply.out.decode()) == 0 else int(ExitCode.OUTPUT)


def _follows(arguments: Sequence[str], first: str, second: str) -> bool:
    return (first, second) in pairwise(arguments)
