"""What people do with proposals. Each function is one use case, all of it or none."""

from app.proposals.service.checking import asked_of, problems_of, written_in
from app.proposals.service.consortium import (
    BackgroundDraft,
    PartnerDraft,
    PartnerOvertaken,
    add_partner,
    answer_as_partner,
    ask_to_confirm,
    change_partner,
    describe_background,
    remove_partner,
)
from app.proposals.service.eligibility import findings_of, money_of, shares_of
from app.proposals.service.exemptions import ask_exemption, decide_exemption
from app.proposals.service.files import Arrived, attach, needles_of, own_names_in, remove_file
from app.proposals.service.leaving import withdraw
from app.proposals.service.organisations import load_organisations
from app.proposals.service.screening import screen
from app.proposals.service.submitting import submit
from app.proposals.service.writing import Change, Overtaken, save, start

__all__ = [
    "Arrived",
    "BackgroundDraft",
    "Change",
    "Overtaken",
    "PartnerDraft",
    "PartnerOvertaken",
    "add_partner",
    "answer_as_partner",
    "ask_exemption",
    "ask_to_confirm",
    "asked_of",
    "attach",
    "change_partner",
    "decide_exemption",
    "describe_background",
    "findings_of",
    "load_organisations",
    "money_of",
    "needles_of",
    "own_names_in",
    "problems_of",
    "remove_file",
    "remove_partner",
    "save",
    "screen",
    "shares_of",
    "start",
    "submit",
    "withdraw",
    "written_in",
]
