"""Limits that the operating system holds for one process."""

from __future__ import annotations

import sys

_MEBIBYTE = 1 << 20

#: Above its wall clock a computation gets this much processor time before the system ends it.
_SPARE_SECONDS = 10


def limit_memory(mebibytes: int) -> None:
    """No allocation of this process may take it past so much address space (0: no limit)."""
    if not mebibytes:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mebibytes * _MEBIBYTE
    for already in (soft, hard):
        if already != resource.RLIM_INFINITY:
            wanted = min(wanted, already)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))


def limit_processor_time(seconds: float) -> None:
    """A backstop behind the wall clock: processor seconds from now on (0: no limit).

    It ends the process even when its supervisor no longer can.
    """
    if not seconds:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + _SPARE_SECONDS
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (wanted, hard))


def leave_no_core() -> None:
    """A crash writes no core file."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def die_with_parent() -> bool:
    """Asks the system to end this process when its parent ends, however that ends (Linux).

    Returns whether the system can do it.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        PR_SET_PDEATHSIG, SIGKILL = 1, 9
        return bool(ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):
        return False
