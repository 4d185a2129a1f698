"""Ranking, proposing, signing and releasing. Each function is one use case, all or none."""

from app.allocation.service.drawing import Chance, commit_draw, enter_value, promise, reveal
from app.allocation.service.exploring import (
    computed_already,
    look_closer,
    remove_scenario,
    rule_now,
    takes_a_solver,
    try_scenario,
)
from app.allocation.service.proposing import (
    Departure,
    Terms,
    draw_is_held,
    outlook,
    own_terms,
    propose,
    rule_of,
)
from app.allocation.service.ranking import inputs_of, make_ranking, standing
from app.allocation.service.release import STATES, propose_release, release
from app.allocation.service.signing import approve, approve_departure, send_back
from app.allocation.service.standing import money_stands, nobody_left

__all__ = [
    "STATES",
    "Chance",
    "Departure",
    "Terms",
    "approve",
    "approve_departure",
    "commit_draw",
    "computed_already",
    "draw_is_held",
    "enter_value",
    "inputs_of",
    "look_closer",
    "make_ranking",
    "money_stands",
    "nobody_left",
    "outlook",
    "own_terms",
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
    "takes_a_solver",
    "try_scenario",
]
