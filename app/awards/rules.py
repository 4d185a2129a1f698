"""How an award is named. Pure."""


def award_number(proposal_number: str) -> str:
    return f"{proposal_number}-A"
