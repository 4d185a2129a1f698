"""Ranking, proposing, signing and releasing. Each function is one use case, all or none."""

from app.allocation.service.drawing import Chance, commit_draw, enter_value, promise, reveal
from app.allocation.service.exploring import (
    CALIBRATE,
    compute_again,
    look_closer,
    remove_scenario,
    stop_computing,
    try_scenario,
)
from app.allocation.service.outlook import (
    OWN,
    Departure,
    Outlook,
    is_stale,
    offer_sha256,
    outlook,
    outlook_for_page,
    rule_now,
)
from app.allocation.service.preparing import (
    PREPARE,
    can_release_prepared,
    computed_anew,
    departures_in,
    prepare_release,
    standing_of,
    takes_a_while,
)
from app.allocation.service.proposing import propose
from app.allocation.service.ranking import inputs_of, make_ranking, standing
from app.allocation.service.release import STATES, propose_release, release
from app.allocation.service.signing import approve, approve_departure, send_back
from app.allocation.service.standing import money_stands, nobody_left
from app.allocation.service.terms import Terms, draw_is_needed, own_terms, rule_of

__all__ = [
    "CALIBRATE",
    "OWN",
    "PREPARE",
    "STATES",
    "Chance",
    "Departure",
    "Outlook",
    "Terms",
    "approve",
    "approve_departure",
    "can_release_prepared",
    "commit_draw",
    "compute_again",
    "computed_anew",
    "departures_in",
    "draw_is_needed",
    "enter_value",
    "inputs_of",
    "is_stale",
    "look_closer",
    "make_ranking",
    "money_stands",
    "nobody_left",
    "offer_sha256",
    "outlook",
    "outlook_for_page",
    "own_terms",
    "prepare_release",
    "promise",
    "propose",
    "propose_release",
    "release",
    "remove_scenario",
    "reveal",
    "rule_now",
    "rule_of",
    "send_back",
    "standing",
    "standing_of",
    "stop_computing",
    "takes_a_while",
    "try_scenario",
]
