"""`python -m docs`: write the generated pages and take the pictures; or one of the two by name."""

import sys
from collections.abc import Callable

from docs import generated, pictures

PARTS: dict[str, Callable[[], None]] = {"reference": generated.write, "pictures": pictures.take}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"{unknown[0]} is not a part of docs; choose of: {', '.join(PARTS)}.\n")
        return 2
    for name in names or PARTS:
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
