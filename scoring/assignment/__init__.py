"""Which reviewer reads which proposal: exact, proven, explained."""

from scoring.assignment.assign import Assignment, InfeasibleError, assign, merit_of, worst_of
from scoring.assignment.chance import Chances, assign_by_chance, cap_of
from scoring.assignment.problem import MICRO, Problem, Rule, whole_merit

__all__ = [
    "MICRO",
    "Assignment",
    "Chances",
    "InfeasibleError",
    "Problem",
    "Rule",
    "assign",
    "assign_by_chance",
    "cap_of",
    "merit_of",
    "whole_merit",
    "worst_of",
]
