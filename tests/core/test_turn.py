"""Who writes to SQLite takes turns, in one process and between the workers of a server."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# As a server does that loads the application first and forks its workers then.
FORKED = """
import fcntl, os, sys
from pathlib import Path
from app.core.turn import WriteQueue

queue = WriteQueue(Path(sys.argv[1]))
told, tell = os.pipe()
wait, go = os.pipe()
if not os.fork():
    with queue.turn():
        os.write(tell, b"x")
        os.read(wait, 1)
    os._exit(0)
os.read(told, 1)
try:
    fcntl.flock(queue._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("both write")
except BlockingIOError:
    print("the other waits")
os.write(go, b"x")
with queue.turn():
    print("and then writes")
"""


def test_the_workers_of_a_server_that_loads_first_take_turns(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(tmp_path / "turn")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:2] == ["the other waits", "and then writes"]
