"""The shape of the command line: long options only, so that an argument may begin with a minus.

`dlmath derive -x^2 --wrt x` must work, so only tokens that begin with two dashes are options, and
`-h` is the only short flag. Typer's parser would take `-x^2` for a bundle of flags; here the
tokens are told apart first and handed on in an order that it cannot misread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperOption

from dlmath.errors import InvalidInput


class ShowHelp(Exception):
    """Help was asked for; the text is the argument."""


class Command(TyperCommand):
    """A command whose options are long, given once, and suggested when misspelt."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Reads the tokens after the command's name. Raises InvalidInput, ShowHelp."""
        options = {
            name: option
            for option in self.params
            if isinstance(option, TyperOption)
            for name in option.opts
        }
        given, arguments = self._tell_apart(ctx, args, options)
        wanted = [p for p in self.params if p.param_type_name == "argument"]
        required = [p for p in wanted if p.required]
        most = len(wanted) if all(p.nargs == 1 for p in wanted) else len(arguments)
        if len(arguments) > most:
            at_most = "" if most == len(required) else "at most "
            raise InvalidInput(
                f"{ctx.info_name} takes {at_most}{_count(most, 'argument')}, "
                f"but there are {len(arguments)}: {_quoted(arguments)}",
                hint="put an expression with spaces in quotes",
            )
        if len(arguments) < len(required):
            missing = required[len(arguments)].make_metavar(ctx)
            raise InvalidInput(
                f"{ctx.info_name} needs {missing}",
                hint=f"for example: {ctx.command_path} {getattr(self.callback, 'example', '')}",
            )
        return super().parse_args(ctx, [*given, "--", *arguments])

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        arguments = [p.make_metavar(ctx) for p in self.params if p.param_type_name == "argument"]
        formatter.write(f"Usage: {ctx.command_path} {' '.join([*arguments, '[OPTIONS]'])}\n")

    def _tell_apart(
        self, ctx: Any, tokens: Sequence[str], options: dict[str, TyperOption]
    ) -> tuple[list[str], list[str]]:
        """Options with their values, and arguments."""
        given: list[str] = []
        arguments: list[str] = []
        seen: set[str] = set()
        rest = iter(tokens)
        for token in rest:
            if token == "--":  # noqa: S105  no password
                arguments.extend(rest)
            elif token in ("-h", "--help"):
                raise ShowHelp(ctx.get_help())
            elif not token.startswith("--"):
                arguments.append(token)
            else:
                name, equals, value = token.partition("=")
                option = options.get(name)
                if option is None:
                    raise unknown("option", name, options)
                if name in seen and not option.multiple:
                    raise InvalidInput(f"{name} is given twice", hint=f"give {name} once")
                seen.add(name)
                if option.is_flag:
                    if equals:
                        raise InvalidInput(f"{name} takes no value", hint=f"write {name} alone")
                    given.append(name)
                    continue
                if not equals:
                    found = next(rest, None)
                    if found is None or (found.startswith("--") and found[2:3].isalpha()):
                        raise InvalidInput(
                            f"{name} needs a value",
                            hint=f"{name} {option.make_metavar(ctx)}: {option.help}",
                        )
                    value = found
                given += [name, value]
        return given, arguments

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """The command's own options first, then those that every command has; examples last."""
        from dlmath.cli.options import COMMON

        common = {parameter.name for parameter in COMMON}
        sections: dict[str, list[tuple[str, str]]] = {
            "Arguments": [],
            "Options": [],
            "Options of every command": [],
        }
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            record = (record[0], str(getattr(parameter, "help", "") or record[1]))
            if parameter.param_type_name == "argument":
                sections["Arguments"].append(record)
            elif parameter.name == "help":
                continue
            elif parameter.name in common:
                sections["Options of every command"].append(record)
            else:
                sections["Options"].append(record)
        sections["Options of every command"].append(("-h, --help", "This help."))
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    # On a narrow terminal the text stands below the name.
                    formatter.write_dl(records, col_max=min(30, formatter.width // 3))
        with formatter.section("Examples"):
            for example in getattr(self.callback, "examples", ()):
                # Not wrapped: an example is there to be copied.
                formatter.write(f"{'':{formatter.current_indent}}{ctx.command_path} {example}\n")


def unknown(kind: str, name: str, known: Iterable[str]) -> InvalidInput:
    """The error for a misspelt option or command, with what was probably meant."""
    bare = {candidate.lstrip("-"): candidate for candidate in known}
    close = [bare[found] for found in get_close_matches(name.lstrip("-"), bare, n=1)]
    hint = f"did you mean {close[0]}?" if close else f"dlmath --help lists the {kind}s"
    if kind == "option" and not close:
        hint = "--help lists the options; an argument that begins with -- goes after a bare --"
    return InvalidInput(f"there is no {kind} {_shortened(name)}", hint=hint)


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _quoted(arguments: Sequence[str]) -> str:
    return ", ".join(f'"{_shortened(argument)}"' for argument in arguments[:4])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
