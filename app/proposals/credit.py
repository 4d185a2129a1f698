"""What a partner contributes, in the words of CRediT (ANSI/NISO Z39.104-2022)."""

from app.core.words import _

TERMS = (
    "conceptualization",
    "data-curation",
    "formal-analysis",
    "funding-acquisition",
    "investigation",
    "methodology",
    "project-administration",
    "resources",
    "software",
    "supervision",
    "validation",
    "visualization",
    "writing-original-draft",
    "writing-review-editing",
)


def term_words(term: str) -> str:
    return {
        "conceptualization": _("Conceptualization"),
        "data-curation": _("Data curation"),
        "formal-analysis": _("Formal analysis"),
        "funding-acquisition": _("Funding acquisition"),
        "investigation": _("Investigation"),
        "methodology": _("Methodology"),
        "project-administration": _("Project administration"),
        "resources": _("Resources"),
        "software": _("Software"),
        "supervision": _("Supervision"),
        "validation": _("Validation"),
        "visualization": _("Visualization"),
        "writing-original-draft": _("Writing: original draft"),
        "writing-review-editing": _("Writing: review and editing"),
    }[term]
