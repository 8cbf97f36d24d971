"""Time, memory, signals and broken streams: how the command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import DLMATH, dlmath, environment


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Signals reach the command although the suite runs in the background.

    A shell starts background jobs with SIGINT and SIGQUIT ignored, and so would their children be.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGQUIT)}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def waiting() -> subprocess.Popen[bytes]:
    """The command, with its child started and waiting for a line."""
    process = subprocess.Popen(
        [*DLMATH, "evaluate", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"1+1\n")
    process.stdin.flush()
    assert process.stdout.readline() == b"2\n"
    return process


def members(group: int) -> list[int]:
    """Living processes of a process group."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, pgrp = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        (signal.SIGQUIT, 131),
        (signal.SIGKILL, -9),
    ],
)
def test_signals_end_quietly_and_leave_nothing(
    waiting: subprocess.Popen[bytes], number: int, code: int
) -> None:
    with waiting:
        assert len(members(waiting.pid)) == 2
        started = time.monotonic()
        os.kill(waiting.pid, number)
        assert waiting.wait(10) == code
        assert time.monotonic() - started < 1
        deadline = time.monotonic() + 2
        while members(waiting.pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert members(waiting.pid) == []
        assert waiting.stderr is not None
        assert waiting.stderr.read() == b""


def test_stopping_and_continuing(waiting: subprocess.Popen[bytes]) -> None:
    with waiting:
        os.killpg(waiting.pid, signal.SIGTSTP)
        time.sleep(0.2)
        os.killpg(waiting.pid, signal.SIGCONT)
        assert waiting.stdin is not None
        assert waiting.stdout is not None
        waiting.stdin.write(b"2+2\n")
        waiting.stdin.flush()
        assert waiting.stdout.readline() == b"4\n"
        waiting.stdin.close()
        assert waiting.wait(10) == 0


def test_interrupts_while_starting() -> None:
    for delay in (0.02, 0.06):
        with subprocess.Popen(
            [*DLMATH, "evaluate", "1+1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        ) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            code = process.wait(10)
            assert process.stderr is not None
            assert code in (130, -2, 0, 1)
            if code == 130:
                assert process.stderr.read() == b""


def test_time_limit() -> None:
    result = dlmath("derive", "x^2", "--timeout", "0.001", "--json")
    assert result.code == 3
    assert result.json["status"] == "limit_reached"
    assert "time limit of 0.001 s" in result.err
    assert "--timeout" in result.err


def test_memory_limit() -> None:
    result = dlmath("integrate", "exp(-x^4)", "--from", "0", "--to", "1", "--memory", "60")
    assert result.code == 3
    assert "memory" in result.err


def test_no_limits() -> None:
    assert dlmath("derive", "x^2", "--timeout", "0", "--memory", "0").out == "2*x\n"


def test_output_that_cannot_be_written() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    for arguments in (["evaluate", "1+1"], ["--help"]):
        with Path("/dev/full").open("wb") as full:
            run = subprocess.run(
                [*DLMATH, *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment(),
                check=False,
            )
        assert run.returncode == 4
        assert run.stderr.startswith(b"error: ")


def test_a_closed_pipe_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    run = subprocess.run(
        [*DLMATH, "evaluate", "1+1"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(write_end)
    assert run.returncode == 0
    assert run.stderr == b""


@pytest.mark.parametrize("stream", [0, 1, 2])
def test_closed_streams(stream: int) -> None:
    run = subprocess.run(
        ["sh", "-c", f'exec "$0" evaluate 1+1 {stream}>&-', DLMATH[0]],
        capture_output=True,
        env=environment(),
        check=False,
    )
    if stream == 1:
        assert run.returncode == 4
        assert b"standard output is closed" in run.stderr
    else:
        assert run.returncode == 0
        assert run.stdout == b"2\n"


def test_a_deleted_directory(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    run = subprocess.run(
        ["sh", "-c", 'cd "$1" && rmdir "$1" && exec "$0" evaluate 1+1', DLMATH[0], str(gone)],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert run.stdout == b"2\n"
    assert run.stderr == b""
