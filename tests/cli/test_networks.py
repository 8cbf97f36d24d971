"""activation, loss and backprop at the command line: files, formats, names, lines of input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import dlmath


def test_the_graph_is_saved_for_graphviz_and_mermaid(tmp_path: Path) -> None:
    dot, mermaid = tmp_path / "graph.dot", tmp_path / "graph.mmd"
    result = dlmath(
        "backprop", "(w*x - 1)^2", "--at", "w=2,x=3", "--save", str(dot), "--save", str(mermaid)
    )
    assert (result.code, result.out) == (0, "dL_dw = 30\ndL_dx = 20\n")
    assert dot.read_text().startswith("digraph") and mermaid.read_text().startswith("flowchart")


def test_other_commands_do_not_save_graphs(tmp_path: Path) -> None:
    result = dlmath("derive", "x^2", "--save", str(tmp_path / "graph.dot"))
    assert result.code != 0 and ".dot" in result.err


@pytest.mark.parametrize("form", ["numpy", "torch", "jax"])
def test_programs_are_printed(form: str) -> None:
    for arguments in (
        ["derive", "sigmoid(x)"],
        ["gradient", "x^2*y"],
        ["backprop", "x^2*y", "--at", "x=1,y=2"],
    ):
        result = dlmath(*arguments, "--format", form)
        assert result.code == 0, result.err
        assert "def value_and_gradient(x" in result.out
        compile(result.out, form, "exec")


def test_a_format_that_a_command_does_not_have() -> None:
    result = dlmath("limit", "sin(x)/x", "--format", "torch")
    assert (result.code, result.out) == (2, "")
    assert "limit has none" in result.err and "auto, rich, plain, json" in result.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["activation", "rel"], "there is no activation rel", "did you mean relu?"),
        (["loss", "hubr"], "there is no loss hubr", "did you mean huber?"),
        (["activation", "x*y"], "one variable", "x*sigmoid"),
        (["backprop", "w*x", "--at", "w=1"], "x has no value", "x=1"),
        (["backprop", "w^2"], "w has no value", "--at w=1"),
        (["backprop", "w^2", "--at", "w=1", "--path", "w,x"], "one variable", "--path w"),
    ],
)
def test_mistakes(arguments: list[str], message: str, hint: str) -> None:
    result = dlmath(*arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err and hint in result.err


def test_names_from_standard_input() -> None:
    result = dlmath("activation", "-", stdin="relu\nfoo\nswish\n")
    assert result.out == "max(0, x)\nx/(1 + exp(-x))\n"
    assert result.code == 2 and "line 2" in result.err


def test_json() -> None:
    result = dlmath("activation", "tanh", "--json")
    found = json.loads(result.out)
    assert found["facts"]["lipschitz"] == "1" or found["facts"]["lipschitz"] == 1
    assert found["answer"] == "(exp(x) - exp(-x))/(exp(x) + exp(-x))"
    listed = json.loads(dlmath("loss", "--json").out)
    assert "huber" in listed["facts"]["names"]
