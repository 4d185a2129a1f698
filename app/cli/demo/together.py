"""A call from a template in which a consortium writes together, and a call of two stages."""

from datetime import timedelta

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls import service as calling
from app.calls import transfer
from app.calls.kinds.base import dump
from app.calls.models import Call
from app.calls.service import ContributionDraft
from app.calls.transfer import Beginning
from app.cli.demo.stage import Stage, Story
from app.core.lens import Lens
from app.core.money import Money
from app.funds.models import FunderKind
from app.proposals import equality, queries, service, stages
from app.proposals.models import MayDo, Place, Proposal, ProposalState
from app.proposals.service import Change, PartnerDraft

CODE, OUTLINES, SECOND = "ACROSS27", "TWIN26", "TWIN27"
LEAD, FRIEND, SHORT = "okafor", "mensah", "weiss"  # SHORT asks for an exception
RATES = {"USD": "0.92", "GHS": "0.061", "SEK": "0.088", "NGN": "0.00058"}
WALL = "%Y-%m-%dT09:00"
LAY = (
    "Stomach cancer is found late wherever endoscopy is rare. We ask whether a breath test in a "
    "village clinic can tell who should travel, and who need not."
)
FUNDER = "The Lantern Foundation against Cancer (fictional)"


def across(stage: Stage) -> Story:
    """Tell of a consortium: one partner confirmed, one awaited, a co-applicant who comments."""
    yield stage.today - timedelta(days=40)
    call_id = _published(stage, CODE, "Cancer research across borders 2027 (fictional)")
    yield stage.today - timedelta(days=20)
    proposal_id = _write(stage, call_id, LEAD, "A breath test where the endoscope is far")
    _write_along(stage, proposal_id)
    yield stage.today - timedelta(days=18)
    _name_partners(stage, proposal_id)
    yield stage.today - timedelta(days=15)
    other = _write(stage, call_id, SHORT, "Two registries, one way of counting")
    with stage.act(SHORT, Lens.APPLICANT) as actor:
        proposal, call = _own(other)
        reason = "The third partner’s country is at war; its registry joins when it can."
        asked = service.ask_exemption(actor, proposal, call, rule="min-countries", reason=reason)
        asked_id = asked.id
    yield stage.today - timedelta(days=12)
    with stage.act("officer", Lens.STAFF) as officer:
        exemption = queries.get_exemption(asked_id)
        assert exemption is not None
        reason = "Two countries are enough here: the third cannot take part for now."
        service.decide_exemption(officer, _call(call_id), exemption, granted=True, reason=reason)


def two_stages(stage: Stage, closes: int) -> Story:
    """Tell of a second stage: a full call like the first, and an outline invited to it."""
    yield stage.today + timedelta(days=closes + 1, hours=6)
    with stage.act("officer", Lens.STAFF) as officer:
        first = calls.call_with_code(OUTLINES)
        assert first is not None
        start = _beginning(stage, SECOND, "Exchange visits: full proposals 2027 (fictional)")
        _publish(officer, transfer.clone(officer, first, start, second_stage=True))
        eligible = [
            row.id for row in queries.submitted_in(first.id) if row.state is ProposalState.ELIGIBLE
        ]
        for outline_id in eligible[:1]:
            outline = queries.get_proposal(outline_id)
            assert outline is not None
            stages.invite(officer, first, outline)


def _published(stage: Stage, code: str, title: str) -> str:
    with stage.act("officer", Lens.STAFF) as officer:
        told = transfer.library()["collaborative-project"]
        call = transfer.begin(officer, told, _beginning(stage, code, title))
        call.rates, call.rates_source = RATES, "Invented for the demonstration"
        call.summary += " Fictional."
        _publish(officer, call)
        return call.id


def _beginning(stage: Stage, code: str, title: str) -> Beginning:
    opens, closes = (stage.today + timedelta(days=days) for days in (-30, 35))
    return Beginning(
        code, title, "Europe/Oslo", opens=opens.strftime(WALL), closes=closes.strftime(WALL)
    )


def _publish(officer: Actor, call: Call) -> None:
    call.fictional = True
    amount = Money.of("1500000", call.currency).minor
    given = ContributionDraft(FUNDER, FunderKind.CHARITY, amount)
    calling.add_contribution(officer, call, given)
    calling.publish(officer, call)


# --- the proposals ------------------------------------------------------------------------------


def _write(stage: Stage, call_id: str, lead: str, title: str) -> str:
    figure = stage.cast[lead]
    with stage.act(lead, Lens.APPLICANT) as actor:
        call = _call(call_id)
        proposal = service.start(actor, call)
        change = Change(
            revision=0,
            title=title,
            organisation=figure.organisation,
            country=figure.country,
            currency="EUR",
            requested="420000",
            months="36",
            answers=_answers(figure.position, figure.country),
        )
        service.save(actor, proposal, call, change)
        equality.save(actor, proposal, call, {"eq_gender": "Woman", "eq_career": "6 to 10 years"})
        return proposal.id


def _answers(position: str, country: str) -> dict[str, str]:
    """Return what is written so far; the form asks for more."""
    return {
        "lead_position": position,
        "topic": "Early detection and diagnosis",
        "lay_summary": LAY,
        "why_together": "The test must work in three kinds of health systems, or it is no use.",
        "ethics": "Yes",
        "approvals": dump(
            [
                {
                    "country": country,
                    "site": "",
                    "status": "granted",
                    "body": "National committee (fictional)",
                    "day": "2026-05-04",
                    "number": "F-118",
                },
                {"country": "GH", "site": "Two clinics", "status": "to-apply"},
            ]
        ),
        "data_kinds": dump(["Clinical records", "Tissue and other samples"]),
        "data_plan": dump(
            [
                {
                    "title": "Breath and biopsy results",
                    "type": "clinical",
                    "personal": "yes",
                    "sensitive": "yes",
                    "access": "shared",
                    "from": "2030-01-01",
                    "licence": "own-terms",
                    "host": "A public repository (fictional)",
                    "host_url": "https://repository.example",
                }
            ]
        ),
        "budget_lines": dump(
            [{"what": "Staff", "amount": "300000"}, {"what": "Travel", "amount": "120000"}]
        ),
    }


def _write_along(stage: Stage, proposal_id: str) -> None:
    """Invite somebody who comments, and is answered."""
    email = stage.cast[FRIEND].email
    with stage.act(LEAD, Lens.APPLICANT) as actor:
        proposal, call = _own(proposal_id)
        service.invite(actor, proposal, call, email, MayDo.EDIT)
        service.comment(actor, proposal, call, field="q_aims", text="Kofi, will you begin here?")
    with stage.act(FRIEND, Lens.APPLICANT) as actor:
        proposal, call = _own(proposal_id)
        invitation = queries.open_invitations(proposal.id)[0]
        service.answer_invitation(actor, invitation, proposal, call, accepts=True)
    with stage.act(FRIEND, Lens.APPLICANT) as actor:
        proposal, call = _own(proposal_id)
        service.comment(
            actor, proposal, call, field="q_lay_summary", text="Say how far people travel now."
        )


def _name_partners(stage: Stage, proposal_id: str) -> None:
    partners = (
        ("mensah", "GHS", "900000", ("investigation", "resources")),
        ("lindqvist", "SEK", "800000", ("formal-analysis",)),
    )
    with stage.act(LEAD, Lens.APPLICANT) as actor:
        proposal, call = _own(proposal_id)
        for key, currency, amount, roles in partners:
            figure = stage.cast[key]
            draft = PartnerDraft(
                place=Place.PARTNER,
                name=figure.organisation,
                ror="",
                country=figure.country,
                contact_name=figure.name,
                contact_email=figure.email,
                roles=roles,
                person_months="18",
                currency=currency,
                budget_minor=Money.of(amount, currency).minor,
            )
            partner = service.add_partner(actor, proposal, call, draft)
            service.ask_to_confirm(actor, proposal, call, partner)
    with stage.act(LEAD, Lens.APPLICANT):
        proposal, call = _own(proposal_id)
        first = queries.partners_of(proposal.id)[0]
        name = stage.cast["mensah"].name
        service.answer_as_partner(first, proposal, call, takes_part=True, name=name)


def _own(proposal_id: str) -> tuple[Proposal, Call]:
    proposal = queries.get_proposal(proposal_id)
    assert proposal is not None
    return proposal, _call(proposal.call_id)


def _call(call_id: str) -> Call:
    call = calls.get_call(call_id)
    assert call is not None
    return call
