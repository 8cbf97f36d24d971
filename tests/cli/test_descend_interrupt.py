"""Ctrl-C and progress of a long descent, with real processes and a real terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("signals and terminals are not these", allow_module_level=True)

COMMAND = [sys.executable, "-m", "dlmath", "descend"]
LONG = ["(1-x)^2 + 100(y-x^2)^2", "--start", "x=-1.2,y=1", "--rate", "1e-6"]
LONG += ["--steps-max", "1000000000000"]


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """SIGINT is not ignored, as it is by what a shell starts in the background."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def started(*arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [*COMMAND, *LONG, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    time.sleep(1.2)
    assert process.poll() is None
    return process


@pytest.mark.parametrize("everybody", [False, True], ids=["the command", "the whole group"])
def test_an_interrupt_gives_the_best_point_so_far(everybody: bool) -> None:
    process = started("--json")
    (os.killpg if everybody else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert not err
    answer = json.loads(out)
    assert answer["status"] == "answered"
    assert answer["facts"]["reason"] == "interrupted"
    assert answer["facts"]["iterations"] > 1000
    x, y = answer["facts"]["at"].values()
    assert answer["facts"]["minimum"] == pytest.approx((1 - x) ** 2 + 100 * (y - x * x) ** 2)
    assert answer["facts"]["minimum"] < 24


def test_a_checkpoint_of_what_was_interrupted(tmp_path: object) -> None:
    file = f"{tmp_path}/descent.json"
    process = started("--checkpoint", file, "--plain")
    process.send_signal(signal.SIGINT)
    first, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert first.startswith(b"x = ")
    again = started("--checkpoint", file, "--plain")
    again.send_signal(signal.SIGINT)
    _, notes = again.communicate(timeout=20)
    assert b"goes on from step" in notes


def test_a_termination_is_quiet_and_gives_nothing() -> None:
    process = started()
    process.terminate()
    assert process.communicate(timeout=20) == (b"", b"")
    assert process.returncode == 143


def test_control_c_in_a_terminal_with_progress() -> None:
    import pty

    number, terminal = pty.fork()
    if not number:
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
        os.execve(sys.executable, [*COMMAND, *LONG, "--timeout", "60"], environment)  # noqa: S606
    seen = b""
    pressed = False
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            seen += os.read(terminal, 4096)
        except OSError:  # the other side is closed
            break
        if not pressed and b"steps/s, value" in seen:
            os.write(terminal, b"\x03")
            pressed = True
    _, status = os.waitpid(number, 0)
    os.close(terminal)
    assert pressed
    assert os.waitstatus_to_exitcode(status) == 130
    text = seen.decode()
    assert " left" in text
    assert "interrupted at step" in text
    assert "minimize" in text
