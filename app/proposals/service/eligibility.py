"""Judging a draft by its call's rules of eligibility and by what its partners must be."""

from zoneinfo import ZoneInfo

from app.calls import eligibility
from app.calls.eligibility import Applying, Finding
from app.calls.models import Call
from app.core.money import Money, MoneyError
from app.core.words import _
from app.proposals import queries, sharing
from app.proposals.models import Confirmation, Draft, Partner, Place, Proposal
from app.proposals.queries import Together
from app.proposals.rules import CallMoney, Problem
from app.proposals.sharing import Shares

PAGES = {"consortium": "consortium", "background": "background", "requested": "requested"}


def findings_of(call: Call, proposal: Proposal, draft: Draft) -> list[Finding]:
    """Say of each rule of the call whether the draft meets it; what is let off counts as met."""
    if not call.eligibility:
        return []
    applying = applying_of(call, proposal, draft, queries.together_of(proposal.id))
    found = eligibility.judged(call.eligibility, applying, call.currency)
    if all(finding.met for finding in found):
        return found
    waived = queries.waived_rules(proposal.id)
    return [
        Finding(f.rule, f.asks, True, _("The call’s office makes an exception here."), f.mend_at)
        if not f.met and f.rule in waived
        else f
        for f in found
    ]


def applying_of(call: Call, proposal: Proposal, draft: Draft, together: Together) -> Applying:
    """Return what the rules look at, as the draft has it now."""
    partners, background, _draft = together
    lead = _key("", draft.organisation)
    by_place = {partner.place: _key(partner.ror, partner.name) for partner in partners}
    own_ror = next((p.ror for p in partners if _key("", p.name) == lead), "")
    return Applying(
        countries=(draft.country, *(partner.country for partner in partners)),
        partner_countries=tuple(partner.country for partner in partners),
        requested_minor=_requested(call, draft),
        others_by_lead=_others(call, proposal),
        doctorate=background.doctorate if background else "",
        break_months=background.break_months if background else 0,
        at=call.closes_at.astimezone(ZoneInfo(call.zone)).date(),
        home=by_place.get(Place.HOME, own_ror or lead),
        host=by_place.get(Place.HOST, ""),
    )


def _key(ror: str, name: str) -> str:
    return ror or queries.name_key(name)


def _others(call: Call, proposal: Proposal) -> int:
    if not any(rule["rule"] == "one-per-lead" for rule in call.eligibility):
        return 0
    return queries.others_of_lead(proposal.id, call.id)


def money_of(call: Call) -> CallMoney:
    return CallMoney(call.currency, call.rates, call.award_ceiling_minor)


def _requested(call: Call, draft: Draft) -> int | None:
    try:
        return money_of(call).requested(draft.requested, draft.currency).converted.minor
    except MoneyError:
        return None


def shares_of(call: Call, draft: Draft, partners: list[Partner]) -> Shares | None:
    """Split the amount asked for; None while there is no amount that can be read."""
    minor = _requested(call, draft)
    if minor is None:
        return None
    budgets = [(p.name, Money(p.budget_minor, p.currency)) for p in partners]
    return sharing.shares_of(Money(minor, call.currency), budgets, call.rates)


def problems_of_consortium(call: Call, proposal: Proposal, draft: Draft) -> list[Problem]:
    """List what keeps the draft from being submitted, of rules, budgets and confirmations."""
    found = [
        Problem(PAGES.get(f.mend_at, "eligibility"), f.sentence)
        for f in findings_of(call, proposal, draft)
        if not f.met
    ]
    partners = queries.partners_of(proposal.id)
    shares = shares_of(call, draft, partners) if partners else None
    sentences = [sharing.problem(shares)] if shares else []
    for partner in partners:
        sentences += _lacks(partner, call)
    return found + [Problem("consortium", sentence) for sentence in sentences if sentence]


def _lacks(partner: Partner, call: Call) -> list[str]:
    """Say what is missing of a partner."""
    contact = bool(partner.contact_name and partner.contact_email)
    return [
        ""
        if contact
        else _("Name the contact of “%(name)s” and their e-mail address.", name=partner.name),
        "" if partner.roles else _("Say what “%(name)s” contributes.", name=partner.name),
        _confirmation_lacks(partner) if call.partners_confirm else "",
    ]


def _confirmation_lacks(partner: Partner) -> str:
    match partner.confirmation:
        case Confirmation.CONFIRMED:
            return ""
        case Confirmation.DECLINED:
            return _(
                "“%(name)s” answered that it does not take part. Remove it or ask again.",
                name=partner.name,
            )
        case Confirmation.ASKED:
            return _("“%(name)s” has not confirmed yet.", name=partner.name)
        case _:
            return _("Ask “%(name)s” to confirm that it takes part.", name=partner.name)
