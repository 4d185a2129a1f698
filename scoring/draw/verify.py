"""Check what `python -m scoring draw` wrote, with Python alone: `python verify.py DRAW.json`."""

import hashlib
import json
import sys
from fractions import Fraction
from typing import Any


def word(start: bytes, t: int) -> int:
    return int.from_bytes(hashlib.sha256(start + t.to_bytes(8, "big")).digest(), "big")


def below(limit: int, start: bytes, t: int) -> tuple[int, int]:
    while (x := word(start, t)) >= 2**256 // limit * limit:
        t += 1  # pragma: no cover - practically never
    return x % limit, t + 1


def selected(p: dict[str, Fraction], seed: bytes, label: str) -> tuple[list[str], list[str]]:
    order, t = sorted(name for name in p if 0 < p[name] < 1), 0
    for last in range(len(order) - 1, 0, -1):
        other, t = below(last + 1, seed + f"{label}/order".encode(), t)
        order[last], order[other] = order[other], order[last]
    u = Fraction(below(2**64, seed + f"{label}/start".encode(), 0)[0], 2**64)
    end, chosen = Fraction(0), [name for name in p if p[name] == 1]
    for name in order:
        end += p[name]
        if u < end:
            chosen, u = [*chosen, name], u + 1
    return order, sorted(chosen)


def faults(draw: dict[str, Any]) -> list[str]:
    seed, committed = bytes.fromhex(draw["seed"]), draw["commitment"]
    text = json.dumps(draw["entrants"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    p = {name: Fraction(chance) for name, chance in draw["probabilities"].items()}
    checks = {
        "the commitment is not the SHA-256 of the entrants": committed
        == hashlib.sha256(text.encode()).hexdigest(),
        "the seed is not SHA-256(commitment, randomness)": not draw["randomness"]
        or hashlib.sha256(bytes.fromhex(committed + draw["randomness"])).digest() == seed,
        "the chances are not those committed to": draw["entrants"]["probabilities"]
        == draw["probabilities"],
        "the chances do not add to k": sum(p.values()) == draw["k"] and min(p.values()) >= 0,
        "order or selection differ": selected(p, seed, draw["label"])
        == (draw["order"], sorted(draw["selected"])),
    }
    return [fault for fault, right in checks.items() if not right]


if __name__ == "__main__":  # pragma: no cover - run as a program in the tests
    try:
        with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123  (one import fewer)
            wrong = faults(json.load(file))
    except (LookupError, OSError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        print(f"No draw that was held can be read (python verify.py DRAW.json): {error}")  # noqa: T201
        sys.exit(2)
    print("\n".join(wrong) or "the draw holds")  # noqa: T201
    sys.exit(1 if wrong else 0)
