"""`--save` never destroys a file by accident."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlmath.cli import save
from dlmath.errors import OutputError
from tests.cli.command import dlmath

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

#: Runs until it is stopped.
ENDLESS = ["evaluate", "sum(sin(k)/k, k, 1, 10^6)", "--digits", "900", "--timeout", "0"]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "kept.json"
    path.write_text("old")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(kept: Path) -> None:
    assert dlmath("derive", "x^2", "--save", str(kept)).code == 0
    assert kept.read_text().startswith('{"schema": 1')
    assert names(kept.parent) == ["kept.json"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["derive", "(x"], 2),
        (["evaluate", "1/0"], 1),
        (["integrate", "x", "--from", "0"], 2),
        ([*ENDLESS[:-1], "0.3"], 3),
        (["evaluate", "log(x)", "--at", "x=0"], 1),
    ],
    ids=["syntax", "undefined", "usage", "time", "domain"],
)
def test_a_failed_run_leaves_it_as_it_was(kept: Path, arguments: list[str], code: int) -> None:
    assert dlmath(*arguments, "--save", str(kept)).code == code
    assert kept.read_text() == "old"
    assert names(kept.parent) == ["kept.json"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_it_as_it_was(kept: Path, number: signal.Signals) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "dlmath", *ENDLESS, "--save", str(kept)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(1.5)
    run.send_signal(number)
    assert run.wait(20) == 128 + number
    assert kept.read_text() == "old"
    assert names(kept.parent) == ["kept.json"]


def test_several_answers_that_are_cut_short_make_no_file(kept: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "dlmath", "evaluate", "-", *ENDLESS[2:], "--save", str(kept)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert run.stdin is not None
    assert run.stdout is not None
    run.stdin.write(f"1+1\n{ENDLESS[1]}\n".encode())
    run.stdin.close()
    assert run.stdout.readline().startswith(b"2")  # the first is answered
    run.send_signal(signal.SIGINT)
    assert run.wait(20) == 130
    run.stdout.close()
    assert kept.read_text() == "old"


def test_a_file_is_written_although_nobody_reads_the_answer(kept: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "dlmath", "derive", "x^2", "--save", str(kept)],
        stdout=subprocess.PIPE,
    )
    assert run.stdout is not None
    run.stdout.close()
    assert run.wait(20) == 0
    assert "2*x" in kept.read_text()


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    link = tmp_path / "full.json"
    link.symlink_to("/dev/full")
    saved = dlmath("derive", "x^2", "--save", str(link))
    assert saved.code == 4
    assert saved.out == "2*x\n"
    assert "No space left on device".lower() in saved.err.lower()
    assert link.is_symlink()


def test_a_disk_that_fills_up_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two files cannot be written: the first is as it was, too."""
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for file in files:
        file.write_text("old")
    real = os.fsync
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"b\.txt cannot be written: no space left"):
        save.save_all([str(file) for file in files], [[b"new"], [b"new"]])
    assert [file.read_text() for file in files] == ["old", "old"]
    assert names(tmp_path) == ["a.txt", "b.txt"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "real.json"
    target.write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(target)
    assert dlmath("derive", "x^2", "--save", str(link)).code == 0
    assert link.is_symlink()
    assert "2*x" in target.read_text()
    assert names(target.parent) == ["real.json"]
    ahead = tmp_path / "ahead.json"
    ahead.symlink_to(tmp_path / "there" / "new.json")
    assert dlmath("derive", "x^2", "--save", str(ahead)).code == 0
    assert "2*x" in (tmp_path / "there" / "new.json").read_text()
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    assert dlmath("derive", "x^2", "--save", str(loop)).code == 4


def test_permissions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "private.json"
    path.write_text("old")
    path.chmod(0o640)
    fresh = tmp_path / "fresh.json"
    mask = os.umask(0o027)
    try:
        assert dlmath("derive", "x^2", "--save", str(path), "--save", str(fresh)).code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o640


def test_a_file_of_the_name_that_is_written_first_is_safe(tmp_path: Path) -> None:
    """Nothing beside the file is followed or replaced, whatever it is called."""
    victim = tmp_path / "victim"
    victim.write_text("old")
    for name in (f".a.json.{os.getpid()}.part", "a.json.part"):
        (tmp_path / name).symlink_to(victim)
    save.save_all([str(tmp_path / "a.json")], [[b"{}"]])
    assert victim.read_text() == "old"
    assert (tmp_path / "a.json").read_bytes() == b"{}"


def test_long_names_are_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 240 + ".json")
    assert dlmath("derive", "x^2", "--save", str(path)).code == 0
    assert "2*x" in path.read_text()


@pytest.mark.parametrize("place", ["/proc/a.json", "/nowhere/a.json", "/dev/null/a.json"])
def test_an_unwritable_place_is_an_error_before_the_computation(place: str) -> None:
    begun = time.monotonic()
    refused = dlmath(*ENDLESS[:-1], "30", "--save", place)
    assert time.monotonic() - begun < 10
    assert refused.code == 4
    assert f"{place} cannot be written" in refused.err
    assert refused.out == ""


@pytest.mark.skipif(IS_ROOT, reason="root may write everywhere")
def test_permission_is_asked_before_the_computation(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    inside = locked / "a.json"
    inside.write_text("old")
    locked.chmod(0o555)
    mine = tmp_path / "mine.json"
    mine.write_text("old")
    mine.chmod(0o444)
    try:
        for path in (inside, locked / "new.json", mine):
            refused = dlmath(*ENDLESS[:-1], "30", "--save", str(path))
            assert refused.code == 4
            assert "permission denied" in refused.err
    finally:
        locked.chmod(0o755)
    assert inside.read_text() == mine.read_text() == "old"


def test_the_check_before_leaves_nothing_behind(tmp_path: Path) -> None:
    save.check_savable(str(tmp_path / "a.json"))
    assert names(tmp_path) == []
