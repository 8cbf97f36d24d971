"""The supervisor with computations that misbehave in every way."""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
import time

import pytest

from dlmath.errors import DlmathError, InvalidInput
from dlmath.limits.child import Progress
from dlmath.limits.frames import Inbox, Line, Reply, send, write_all
from dlmath.limits.output import Output
from dlmath.limits.spawned import MARK, Spawned
from dlmath.limits.supervisor import Gone, supervise

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Clumsy:
    """A worker whose lines say what goes wrong."""

    timeout = 0.5
    memory = 1500
    handover = ""

    def prepare(self) -> Reply | None:
        return None

    def answer(self, line: Line, progress: Progress) -> Reply:
        deed = line.text or ""
        if deed == "sleep":
            time.sleep(60)
        elif deed == "count":
            # One operation in C, which no signal handler of Python's interrupts.
            return Reply(0, str(pow(3, 10**9)).encode())
        elif deed == "fill":
            return Reply(0, bytes(3 << 30))
        elif deed == "fail":
            raise InvalidInput("no")
        elif deed == "break":
            raise KeyError(deed)
        elif deed == "dig":
            return self.answer(Line(line.number, deed), progress)
        elif deed == "die":
            os._exit(7)
        elif deed == "crash":
            faulthandler.disable()  # pytest would print the stack
            os.kill(os.getpid(), 11)
        elif deed == "stop":
            return Reply(2, b"stop\n", final=True)
        elif deed == "print":
            os.write(1, b"noise")
            os.write(2, b"noise")
        progress(0.5, "half")
        return Reply(0, f"{deed} done\n".encode(), saved=(deed.encode(),))

    def failure(self, error: DlmathError, line: Line) -> Reply:
        text = f"{line.number}: {error.message}\n"
        return Reply(int(error.exit_code), b"", text.encode())


def run(*deeds: str) -> tuple[int, list[list[bytes]]]:
    lines = [(Line(number, deed), None) for number, deed in enumerate(deeds, start=1)]
    return supervise(Clumsy(), lines, Output(), [])


@pytest.mark.parametrize(
    ("deed", "code", "message"),
    [
        ("sleep", 3, "2: the time limit of 0.5 s was reached"),
        ("count", 3, "2: the time limit of 0.5 s was reached"),
        ("fill", 3, "2: the memory limit of 1500 MiB was reached"),
        ("fail", 2, "2: no"),
        ("break", 70, "2: a defect in dlmath (KeyError in tests.limits.test_supervisor"),
        ("dig", 3, "2: the expression is nested too deeply"),
        ("die", 70, "2: a defect in dlmath (the computation ended with 7)"),
        ("crash", 70, "2: a defect in dlmath (the computation ended with -11)"),
    ],
)
def test_the_lines_after_a_misfortune_are_answered(
    deed: str, code: int, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    worst, _ = run("one", deed, "three")
    out, err = capfd.readouterr()
    assert worst == code
    assert out == "one done\nthree done\n"
    assert err.startswith(message)


def test_a_final_reply_ends_the_batch(capfd: pytest.CaptureFixture[str]) -> None:
    worst, _ = run("one", "stop", "three")
    assert worst == 2
    assert capfd.readouterr().out == "one done\nstop\n"


def test_the_child_does_not_reach_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    run("print")
    assert capfd.readouterr() == ("print done\n", "")


def test_what_is_to_be_saved_is_kept_in_order(capfd: pytest.CaptureFixture[str]) -> None:
    _, saved = run("one", "two")
    assert saved == [[b"one", b"two"]]


def test_no_child_is_left(capfd: pytest.CaptureFixture[str]) -> None:
    run("one", "sleep")
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_messages_survive_a_narrow_pipe() -> None:
    reading, writing = os.pipe()
    message = ("reply", 3, b"x" * 300_000, None, ("a", 1.5))
    if os.fork() == 0:
        send(writing, *message)
        os._exit(0)
    os.close(writing)
    inbox = Inbox(reading)
    while (found := inbox.next()) is None:
        assert inbox.read()
    assert found == message
    assert not inbox.read()
    os.close(reading)
    os.wait()


def test_write_all_writes_nothing_of_nothing() -> None:
    write_all(-1, b"")


# --- where there is no fork -----------------------------------------------------------------


def received(child: Spawned) -> tuple[object, ...]:
    message = child.receive(30)
    assert message is not None
    return message


def test_a_new_interpreter_serves_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MARK, raising=False)
    from dlmath.cli.show import Display

    child = Spawned(["evaluate", "1+1"], json.dumps(Display("plain")))
    try:
        assert received(child) == ("ready",)
        child.send(Line())
        assert received(child)[:3] == ("reply", 0, b"2\n")
        child.send(Line())
        assert received(child)[:3] == ("reply", 0, b"2\n")
    finally:
        child.kill()
    with pytest.raises(Gone):
        child.receive(5)


#: The whole command in an interpreter that cannot fork.
WITHOUT_FORK = """
import os, sys
del os.fork
from dlmath.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


def test_the_command_without_fork() -> None:
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_FORK, "derive", "-"],
        input="x^2\n(x\nx^3\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == "2*x\n3*x**2\n"
    assert run.stderr.startswith("error: line 2: ")
