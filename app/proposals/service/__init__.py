"""What people do with proposals. Each function is one use case, all of it or none."""

from app.proposals.service.checking import asked_of, money_of, problems_of, written_in
from app.proposals.service.files import Arrived, attach, needles_of, own_names_in, remove_file
from app.proposals.service.leaving import withdraw
from app.proposals.service.screening import screen
from app.proposals.service.submitting import submit
from app.proposals.service.writing import Change, Overtaken, save, start

__all__ = [
    "Arrived",
    "Change",
    "Overtaken",
    "asked_of",
    "attach",
    "money_of",
    "needles_of",
    "own_names_in",
    "problems_of",
    "remove_file",
    "save",
    "screen",
    "start",
    "submit",
    "withdraw",
    "written_in",
]
