"""Reading: one's proposals, one of them, a receipt."""

from app.accounts.session import signed_in
from app.calls.api import row_of
from app.core.api import Listed, PageAsked, TokenScope, listed, operation
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import policy, queries
from app.proposals.api.room import (
    OwnProposal,
    ProposalTold,
    ReceiptTold,
    bp,
    told,
    told_receipt,
)
from app.proposals.routes.room import own


@bp.get("/proposals")
@operation(
    Lens.APPLICANT,
    policy.may_list_own,
    TokenScope.PROPOSALS_READ,
    answers=Listed[OwnProposal],
    asks=PageAsked,
)
def list_own(asked: PageAsked) -> Listed[OwnProposal]:
    """List the proposals you stand behind, those of the last deadline first."""
    actor = signed_in()
    enforce(policy.may_list_own(actor))
    return listed(
        queries.proposals_of(actor.id),
        asked,
        lambda row: OwnProposal(row.id, row.number, row.state, row.title, row_of(row.call)),
    )


@bp.get("/proposals/<id:proposal_id>")
@operation(Lens.APPLICANT, policy.may_see_own, TokenScope.PROPOSALS_READ, answers=ProposalTold)
def show(proposal_id: str) -> ProposalTold:
    """Read one of your proposals: its draft, what is missing, its receipts."""
    return told(*own(proposal_id))


@bp.get("/proposals/<id:proposal_id>/receipts/<id:receipt_id>")
@operation(
    Lens.APPLICANT,
    policy.may_see_own,
    TokenScope.PROPOSALS_READ,
    answers=ReceiptTold,
    never_turned_away=True,
)
def show_receipt(proposal_id: str, receipt_id: str) -> ReceiptTold:
    """Read a receipt with its proof."""
    proposal, _call = own(proposal_id)
    return told_receipt(proposal, require(queries.receipt(proposal_id, receipt_id)))
