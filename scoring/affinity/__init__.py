"""How well each reviewer suits each proposal, computed from words, codes and bids."""

from scoring.affinity.affinity import Affinity, Parts, Told, affinity
from scoring.affinity.bids import Bid

__all__ = ["Affinity", "Bid", "Parts", "Told", "affinity"]
