"""Two JSON values side by side: every difference, named by its path."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """At `path` the bundle says `published`, the recomputation says `recomputed`."""

    path: str
    published: object
    recomputed: object

    def __str__(self) -> str:
        return f"{self.path}: published {self.published!r}, recomputed {self.recomputed!r}"


class _Missing:
    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()


def differences(published: object, recomputed: object, path: str = "") -> Iterator[Difference]:
    """Yield the differences, `proposals[3].raw` and the like; true is not 1, 1 is 1.0."""
    if isinstance(published, dict) and isinstance(recomputed, dict):
        for key in [*published, *(key for key in recomputed if key not in published)]:
            inner = f"{path}.{key}" if path else str(key)
            yield from differences(published.get(key, MISSING), recomputed.get(key, MISSING), inner)
    elif isinstance(published, list) and isinstance(recomputed, list):
        for row in range(max(len(published), len(recomputed))):
            yield from differences(
                published[row] if row < len(published) else MISSING,
                recomputed[row] if row < len(recomputed) else MISSING,
                f"{path}[{row}]",
            )
    elif published != recomputed or isinstance(published, bool) != isinstance(recomputed, bool):
        yield Difference(path, published, recomputed)
