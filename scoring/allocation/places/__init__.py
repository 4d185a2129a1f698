"""At which place in the order each decision turns: the margin where rank order decides."""

from scoring.allocation.places.turn import Turn

__all__ = ["Turn"]
