"""The shape of the command line: arguments, options, help, formats, exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import dlmath


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["derive", "-x^2"], "-2*x"),
        (["derive", "--", "-x^2"], "-2*x"),
        (["derive", "-x^2", "--wrt=x"], "-2*x"),
        (["evaluate", "-1+2"], "1"),
        (["evaluate", "-hx", "--at", "hx=-3"], "3"),
        (["derive", "x^3", "--at", "x=-1"], "3"),
        (["limit", "exp(x)", "--to", "-oo"], "0"),
        (["derive", "a*x^2", "--wrt", "x,a"], "2*x"),
        (["derive", "x^4", "--order", "2"], "12*x**2"),
        (["evaluate", r"\frac{1}{2}", "--latex-input"], "1/2"),
        (["evaluate", "[1, 2]"], "[1, 2]"),
    ],
)
def test_answers(arguments: list[str], answer: str) -> None:
    result = dlmath(*arguments)
    assert (result.code, result.out) == (0, answer + "\n"), result.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["deriv", "x"], "there is no command deriv", "did you mean derive?"),
        (["derive", "x", "--ordr", "2"], "there is no option --ordr", "did you mean --order?"),
        (["derive", "--x"], "there is no option --x", "bare --"),
        (["--vers"], "there is no option --vers", "--version"),
        (["derive"], "derive needs EXPR", "for example: dlmath derive"),
        (["check", "x"], "check needs B", "dlmath check"),
        (["derive", "x", "y"], 'takes 1 argument, but there are 2: "x", "y"', "quotes"),
        (["derive", "x", "--wrt"], "--wrt needs a value", "--wrt NAMES"),
        (["derive", "x", "--wrt", "--steps"], "--wrt needs a value", ""),
        (["derive", "x", "--steps=yes"], "--steps takes no value", ""),
        (["derive", "x", "--order", "1", "--order", "2"], "--order is given twice", ""),
        (["descend", "x^2", "--start", "x=1", "--start", "x=2"], "--start is given twice", ""),
        (["derive", "x", "--order", "-1"], "--order must be at least 0, not -1", ""),
        (["derive", "x", "--order", "1.5"], '--order takes a whole number, not "1.5"', ""),
        (["derive", "x", "--digits", "0"], "--digits must be at least 1", ""),
        (["derive", "x", "--digits", "-5"], "--digits must be at least 1", ""),
        (["derive", "x", "--timeout", "soon"], "--timeout takes a number", ""),
        (["derive", "x", "--timeout", "nan"], "--timeout takes a number", ""),
        (["derive", "x", "--memory", "-1"], "--memory takes a number", ""),
        (["derive", "x", "--plain", "--latex"], "two formats are asked for", "choose one"),
        (["derive", "x", "--format", "xml"], "there is no format xml", "json"),
        (["derive", "x", "--at", "x"], "--at:", ""),
        (["derive", "x*y", "--order", "2", "--wrt", "x,y,x"], "order 3, --order for 2", ""),
        (["integrate", "x", "--from", "0"], "--from without --to", ""),
        (["integrate", "x", "--numeric"], "--numeric needs bounds", ""),
        (["integrate", "x", "--over", "x=0..1", "--wrt", "x"], "--over says", ""),
        (["limit", "x", "--side", "lft"], "--side", "did you mean left?"),
        (["simplify", "x", "--as", "factr"], "--as", "did you mean factor?"),
        (["descend", "x^2"], "needs a point", "--start"),
        (["descend", "x^2", "--start", "x=1", "--rate", "0,1"], "--rate:", ""),
        (["descend", "x^2", "--start", "x=1", "--rate", "abc"], "--rate takes a number", ""),
        (["descend", "x^2", "--start", "x=1", "--rate", "1/0"], "--rate takes a number", ""),
        (["descend", "x^2", "--start", "x=1", "--rate", "0"], "--rate must be above 0", ""),
        (["descend", "x^2", "--start", "x=1", "--steps-max", "-1"], "--steps-max", ""),
        (["descend", "x^2", "--start", "x=1", "--tolerance", "-1"], "--tolerance", ""),
        (["descend", "x^2", "--start", "x=1", "--method", "adm"], "--method", "did you mean adam?"),
        (
            ["descend", "x^2", "--start", "x=1", "--method", "momentum", "--momentum", "1"],
            "--momentum must be at least 0 and below 1",
            "",
        ),
        (["dot", "-", "-"], "only one argument", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_usage_errors(arguments: list[str], message: str, hint: str) -> None:
    result = dlmath(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("error: ")
    assert message in result.err
    if hint:
        assert hint in result.err.partition("\nhint: ")[2]


def test_digits_have_a_limit() -> None:
    result = dlmath("evaluate", "pi", "--digits", "100000000")
    assert result.code == 3
    assert "at most 1000" in result.err


def test_fractions_are_numbers_for_options() -> None:
    result = dlmath("descend", "x^2", "--start", "x=1", "--rate", "1/10", "--json")
    assert result.json["facts"]["rate"] == 0.1


def test_help_is_grouped_and_complete() -> None:
    result = dlmath("--help")
    assert result.code == 0
    for heading in ("Calculus:", "Linear algebra:", "Optimization:", "Everyday:"):
        assert heading in result.out
    assert dlmath("-h").out == result.out == dlmath().out


def test_version() -> None:
    result = dlmath("--version")
    assert result.code == 0
    assert result.out.startswith("dlmath ")


def test_summaries_are_those_of_the_commands() -> None:
    from importlib import import_module

    from dlmath.cli.app import COMMANDS, SUBJECTS

    for _, summaries in SUBJECTS.values():
        for name, summary in summaries.items():
            function = getattr(
                import_module(f"dlmath.cli.{COMMANDS[name]}"), name.replace("-", "_")
            )
            assert function.__doc__.splitlines()[0] == summary


@pytest.mark.parametrize("name", ["derive", "integrate", "limit", "dot", "descend", "check"])
def test_help_of_a_command_lists_own_options_first(name: str) -> None:
    text = dlmath(name, "-h").out
    assert text.startswith(f"Usage: dlmath {name} ")
    assert "[OPTIONS]" in text
    assert "Options of every command:" in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_examples_of_the_commands_work() -> None:
    import shlex
    from importlib import import_module

    from dlmath.cli.app import COMMANDS
    from tests.documented import DATA

    for name, module in COMMANDS.items():
        example = getattr(import_module(f"dlmath.cli.{module}"), name.replace("-", "_")).example
        assert dlmath(name, *shlex.split(example), cwd=DATA).code == 0


# --- formats --------------------------------------------------------------------------------


def test_plain_is_the_answer_alone() -> None:
    result = dlmath("derive", "relu(x)")
    assert result.out.count("\n") == 1
    assert result.err.startswith("note: ")


def test_plain_steps_go_to_standard_error() -> None:
    result = dlmath("derive", "x^2 sin(x)", "--steps")
    assert result.out == "x**2*cos(x) + 2*x*sin(x)\n"
    assert "product rule" in result.err


def test_environment_sets_the_default_format() -> None:
    assert dlmath("derive", "x^2", DLMATH_FORMAT="json").json["answer"] == "2*x"
    assert dlmath("derive", "x^2", "--plain", DLMATH_FORMAT="json").out == "2*x\n"
    assert "DLMATH_FORMAT" in dlmath("derive", "x^2", DLMATH_FORMAT="xml").err


def test_json_schema() -> None:
    found = dlmath("derive", "x**2*sin(x)", "--json", "--steps").json
    assert (
        list(found)
        == (
            "schema command question status answer latex value facts checks steps tables notes "
            "error seconds"
        ).split()
    )
    assert found["schema"] == 1
    assert found["answer"] == "x**2*cos(x) + 2*x*sin(x)"
    assert found["latex"] == (r"x^{2} \cos{\left(x \right)} + 2 x \sin{\left(x \right)}")
    assert found["steps"][-1]["after"] == found["answer"]
    assert {check["verdict"] for check in found["checks"]} == {"passed"}
    assert found["seconds"] > 0


def test_json_carries_the_error() -> None:
    result = dlmath("derive", "(x+1", "--json")
    assert result.code == 2
    assert result.err.startswith("error: ")
    found = result.json
    assert found["status"] == "invalid"
    assert found["answer"] is None
    assert found["error"]["text"] == "(x+1"
    assert dlmath("derive", "x", "--nosuch", "--json").json["status"] == "invalid"
    assert dlmath("evaluate", "1/0", "--json").json["status"] == "undefined"


def test_undefined_is_exit_1_and_prints_nothing() -> None:
    result = dlmath("evaluate", "1/0")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("error: ")


def test_check_exits_1_when_two_differ() -> None:
    result = dlmath("check", "x", "x+1")
    assert result.code == 1
    assert "equal" in result.out


def test_python_runs() -> None:
    text = dlmath("derive", "x**2*sin(x)", "--format", "python").out
    space: dict[str, object] = {}
    exec(compile(text, "answer", "exec"), space)  # noqa: S102  the text is ours
    import math

    function = space["answer"]
    assert callable(function)
    assert function(0.7) == pytest.approx(0.49 * math.cos(0.7) + 1.4 * math.sin(0.7), rel=1e-15)


def test_latex_steps_are_a_list() -> None:
    text = dlmath("derive", "x^2 sin(x)", "--latex", "--steps").out
    assert text.startswith("\\begin{enumerate}\n")
    assert text.count("\\begin{") == text.count("\\end{") == 2
    assert text.endswith("\\[ x^{2} \\cos{\\left(x \\right)} + 2 x \\sin{\\left(x \\right)} \\]\n")


# --- saving ---------------------------------------------------------------------------------


def test_saves_several_formats(tmp_path: Path) -> None:
    import json

    names = [tmp_path / name for name in ("a.json", "a.tex", "a.txt")]
    saves = [part for name in names for part in ("--save", str(name))]
    assert dlmath("derive", "x^2", *saves).out == "2*x\n"
    assert json.loads(names[0].read_text())["answer"] == "2*x"
    page = names[1].read_text()
    assert page.startswith("\\documentclass")
    assert "\\[ \\fitted{2 x} \\]\n" in page
    assert page.endswith("\\end{document}\n")
    assert names[2].read_text() == "2*x\n"
    assert sorted(tmp_path.iterdir()) == sorted(names)


def test_saves_a_page_of_one_or_several_answers(tmp_path: Path) -> None:
    file = tmp_path / "page.HTML"
    saving = ("--steps", "--save", str(file))
    assert dlmath("derive", "x^2", *saving).code == 0
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert '<ol class="steps">' in page
    assert "<title>d/dx x**2 · dlmath</title>" in page
    lines = dlmath("derive", "-", *saving, stdin="theta^2\n(x\nsin(x)\n")
    assert lines.out == "2*theta\ncos(x)\n"
    page = file.read_text(encoding="utf-8")
    assert page.count("<article ") == 2
    assert page.count("</html>") == 1
    assert dlmath("derive", "(<b>", *saving).code == 2
    assert file.read_text(encoding="utf-8") == page


def test_files_are_utf8_whatever_the_terminal_is(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.html", "a.tex", "a.txt")]
    saves = [part for file in files for part in ("--save", str(file))]
    latin = dlmath("derive", "theta^2", *saves, PYTHONIOENCODING="latin-1")
    assert latin.code == 0
    assert "<mi>θ</mi>" in files[0].read_text(encoding="utf-8")


def test_saving_refuses_before_computing(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("old")
    assert dlmath("derive", "x^2", "--save", "a.doc").code == 2
    assert dlmath("derive", "x^2", "--save", str(tmp_path)).code == 2
    assert dlmath("derive", "x^2", "--save", str(tmp_path / "no" / "a.json")).code == 4
    assert dlmath("derive", "(x", "--save", str(kept)).code == 2
    assert kept.read_text() == "old"


def test_a_decimal_that_is_asked_for() -> None:
    result = dlmath("evaluate", "sqrt(2)", "--digits", "20")
    assert result.out == "1.4142135623730950488\n"
    assert result.err == "note: exactly sqrt(2)\n"
    assert dlmath("evaluate", "1+1", "--digits", "5").out.strip() in ("2", "2.0000")
    assert dlmath("derive", "x^2", "--digits", "5").out == "2*x\n"
