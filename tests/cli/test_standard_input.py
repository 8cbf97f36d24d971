"""`-`: one expression per line in, one answer per line out, whatever the lines are."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import time

import pytest

from tests.cli.command import DLMATH, dlmath, environment


def test_lines_in_order_with_comments_skipped() -> None:
    result = dlmath("derive", "-", stdin="x^2\n\n# a comment\n  x^3\r\nsin(x)")
    assert result.out == "2*x\n3*x**2\ncos(x)\n"
    assert result.code == 0


def test_a_bad_line_is_named_and_the_rest_goes_on() -> None:
    result = dlmath("derive", "-", stdin="x^2\n(x\nx^3\n")
    assert result.out == "2*x\n3*x**2\n"
    assert result.err.startswith("error: line 2: ")
    assert result.code == 2


def test_json_has_one_object_per_line() -> None:
    result = dlmath("evaluate", "-", "--json", stdin="1+1\n1/0\n2+\n")
    found = [json.loads(line) for line in result.out.splitlines()]
    assert [one["status"] for one in found] == ["answered", "undefined", "invalid"]
    assert [one["error"] and one["error"].get("line") for one in found] == [None, 2, 3]
    assert result.code == 2


def test_highest_exit_code_of_all() -> None:
    assert dlmath("evaluate", "-", stdin="1/0\n1\n").code == 1


@pytest.mark.parametrize("text", ["", "\n", "  \n\n", "# only a comment\n"])
def test_nothing_to_read(text: str) -> None:
    result = dlmath("evaluate", "-", stdin=text)
    assert result.code == 2
    assert "no expression" in result.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe1\x00", "UTF-16"),
        (b"1+\xff1\n", "byte 3 of the line is not UTF-8"),
        (b"1" * 1_500_000 + b"\n", "too long"),
    ],
)
def test_lines_that_cannot_be_read(content: bytes, message: str) -> None:
    result = dlmath("evaluate", "-", stdin=content + b"\n1+1\n")
    assert result.code in (2, 3)
    assert message in result.err
    assert result.out == "2\n"


def test_a_byte_order_mark_is_not_mathematics() -> None:
    assert dlmath("evaluate", "-", stdin=b"\xef\xbb\xbf1+1\n").out == "2\n"


def test_wrong_options_are_said_once() -> None:
    result = dlmath("derive", "-", "--order", "-1", stdin="x\nx^2\nx^3\n")
    assert result.code == 2
    assert result.err.count("error: ") == 1


def test_either_argument_may_be_read() -> None:
    result = dlmath("dot", "[1, 2]", "-", stdin="[3, 4]\n[5, 6]\n")
    assert result.out == "11\n17\n"


def test_answers_come_as_lines_are_given() -> None:
    with subprocess.Popen(
        [*DLMATH, "evaluate", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in (1, 2):
            process.stdin.write(f"{number}+{number}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == f"{2 * number}\n".encode()
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_terminal_is_not_waited_for() -> None:
    master, slave = pty.openpty()
    try:
        started = time.monotonic()
        run = subprocess.run(
            [*DLMATH, "evaluate", "-"],
            stdin=slave,
            capture_output=True,
            env=environment(),
            timeout=20,
            check=False,
        )
        assert run.returncode == 2
        assert b"terminal" in run.stderr
        assert time.monotonic() - started < 10
    finally:
        os.close(master)
        os.close(slave)
