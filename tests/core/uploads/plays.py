"""Ways in which a child process may end, for test_child.py; runs inside the child."""

import os
import signal
import socket
import sys
import time

Limits = dict[str, int]
Answer = tuple[dict[str, object], bytes]


def echo(data: bytes, _limits: Limits) -> Answer:
    return {"size": len(data), "words": "Ω"}, data


def eat_memory(_data: bytes, _limits: Limits) -> Answer:
    return {"size": len(bytes(1 << 30))}, b""


def think_forever(_data: bytes, _limits: Limits) -> Answer:
    while True:
        pass


def sleep_forever(_data: bytes, _limits: Limits) -> Answer:
    time.sleep(60)
    return {"slept": True}, b""


def fall_over(_data: bytes, _limits: Limits) -> Answer:
    os.kill(os.getpid(), signal.SIGSEGV)
    return {"stood": True}, b""


def raise_something(_data: bytes, _limits: Limits) -> Answer:
    raise KeyError("something")


def leave_early(_data: bytes, _limits: Limits) -> Answer:
    os._exit(3)


def say_nothing(_data: bytes, _limits: Limits) -> Answer:
    os._exit(0)


def say_nonsense(_data: bytes, _limits: Limits) -> Answer:
    os.write(1, b"\xff\xff\xff\xff{{{{")
    os._exit(0)


def talk_forever(_data: bytes, _limits: Limits) -> Answer:
    return {"talk": True}, b"x" * (8 << 20)


def look_around(_data: bytes, limits: Limits) -> Answer:
    import resource  # noqa: PLC0415

    try:
        with socket.create_connection(("127.0.0.1", 9), 0.2):
            network = "open"
    except ConnectionRefusedError:
        network = "open"
    except OSError:
        network = "closed"
    opened = []
    for handle in range(32):
        try:
            os.fstat(handle)
        except OSError:
            continue
        opened.append(handle)
    return {
        "environment": sorted(os.environ),
        "open": opened,
        "folder": os.getcwd(),  # noqa: PTH109
        "session": os.getsid(0) == os.getpid(),
        "modules": sorted({"flask", "sqlalchemy", "pikepdf"} & set(sys.modules)),
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "network": network,
        "limits": limits,
    }, b""
