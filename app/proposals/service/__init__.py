"""What people do with proposals. Each function is one use case, all of it or none."""

from app.proposals.service.approvals import countries_without_line
from app.proposals.service.arriving import Announced, Misplaced, partial_of, whole
from app.proposals.service.arriving import begin as begin_file
from app.proposals.service.arriving import forget as forget_files
from app.proposals.service.arriving import take as take_piece
from app.proposals.service.beginning import start
from app.proposals.service.checking import problems_of, written_in
from app.proposals.service.comments import comment, settle_comment
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
from app.proposals.service.exemptions import DEADLINE, ask_exemption, decide_exemption, give_time
from app.proposals.service.files import (
    Arrived,
    attach,
    files_telling_who,
    needles_of,
    own_names_in,
    remove_file,
)
from app.proposals.service.history import content_of
from app.proposals.service.keyed import (
    Incomplete,
    KeyReused,
    NamesFound,
    NotCurrent,
    Wanted,
    submit_once,
)
from app.proposals.service.leaving import withdraw
from app.proposals.service.members import (
    answer_invitation,
    change_member,
    hand_over,
    invite,
    revoke,
    take_back,
)
from app.proposals.service.organisations import load_organisations
from app.proposals.service.returning import return_for_correction
from app.proposals.service.screening import screen
from app.proposals.service.signing import (
    ask_signatory,
    problems_of_signature,
    sign_off,
    signed_sha256,
)
from app.proposals.service.submitting import submit
from app.proposals.service.sweeping import files_left
from app.proposals.service.writing import Change, Overtaken, save

__all__ = [
    "DEADLINE",
    "Announced",
    "Arrived",
    "BackgroundDraft",
    "Change",
    "Incomplete",
    "KeyReused",
    "Misplaced",
    "NamesFound",
    "NotCurrent",
    "Overtaken",
    "PartnerDraft",
    "PartnerOvertaken",
    "Wanted",
    "add_partner",
    "answer_as_partner",
    "answer_invitation",
    "ask_exemption",
    "ask_signatory",
    "ask_to_confirm",
    "attach",
    "begin_file",
    "change_member",
    "change_partner",
    "comment",
    "content_of",
    "countries_without_line",
    "decide_exemption",
    "describe_background",
    "files_left",
    "files_telling_who",
    "findings_of",
    "forget_files",
    "give_time",
    "hand_over",
    "invite",
    "load_organisations",
    "money_of",
    "needles_of",
    "own_names_in",
    "partial_of",
    "problems_of",
    "problems_of_signature",
    "remove_file",
    "remove_partner",
    "return_for_correction",
    "revoke",
    "save",
    "screen",
    "settle_comment",
    "shares_of",
    "sign_off",
    "signed_sha256",
    "start",
    "submit",
    "submit_once",
    "take_back",
    "take_piece",
    "whole",
    "withdraw",
    "written_in",
]
