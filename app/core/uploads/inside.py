"""The child's side: shed every right, call the one function, write the answer, leave.

Run by path under `python -I`. The packages above are entered by hand, unexecuted, so that the
child loads no web framework, no settings and no database driver.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import types
from pathlib import Path

OUT_OF_MEMORY = 81
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38


def main() -> int:
    name, limits = sys.argv[1], json.loads(sys.argv[2])
    shed_rights(limits)
    enter_packages()
    try:
        function = load(name)
        facts, data = function(sys.stdin.buffer.read(), limits)
    except MemoryError:
        return OUT_OF_MEMORY
    header = json.dumps(facts).encode()
    sys.stdout.buffer.write(len(header).to_bytes(4, "big") + header + data)
    sys.stdout.buffer.flush()
    return 0


def shed_rights(limits: dict[str, int]) -> None:
    """Memory, processor time, file size, open files; no network and no new rights if we can."""
    cpu, memory = limits["cpu_seconds"], limits["memory_bytes"]
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_FSIZE, limits["answer_bytes"], limits["answer_bytes"]),
        (resource.RLIMIT_NOFILE, 32, 32),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(kind, (soft, hard))
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if kernel.unshare(CLONE_NEWNET) != 0:
            kernel.unshare(CLONE_NEWUSER | CLONE_NEWNET)
        kernel.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def enter_packages() -> None:
    """Make `app.core.uploads` importable without running what `app/__init__.py` would run."""
    folder = Path(__file__).resolve().parent
    for name, place in (
        ("app", folder.parent.parent),
        ("app.core", folder.parent),
        ("app.core.uploads", folder),
    ):
        package = types.ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package


def load(name: str) -> types.FunctionType:
    module, _, function = name.partition(":")
    found = getattr(importlib.import_module(module), function)
    if not isinstance(found, types.FunctionType):
        raise TypeError(name)
    return found


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # tidying up a hostile document's objects could only crash
