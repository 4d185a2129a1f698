"""Calls as pages need them: plain values with times in the call's zone."""

from app.calls.views.desk import desk_links, desk_of, starting_anchors
from app.calls.views.page import eligibility_choices, money_sentences, public_page
from app.calls.views.told import call_row, local, told_phase
from app.calls.views.words import (
    attribute_words,
    blinding_words,
    kind_words,
    phase_words,
    test_words,
    who_learns_whom,
)

__all__ = [
    "attribute_words",
    "blinding_words",
    "call_row",
    "desk_links",
    "desk_of",
    "eligibility_choices",
    "kind_words",
    "local",
    "money_sentences",
    "phase_words",
    "public_page",
    "starting_anchors",
    "test_words",
    "told_phase",
    "who_learns_whom",
]
