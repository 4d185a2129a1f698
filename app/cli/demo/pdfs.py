"""PDF files as applicants upload them, with the traces that blinding has to take away."""

from io import BytesIO
from textwrap import wrap

import pikepdf

WIDTH, HEIGHT, MARGIN, LEADING = 595, 842, 64, 15


def a_description(title: str, paragraphs: list[str], *, author: str) -> bytes:
    """Return a small PDF whose properties and attached comment name its author."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number, paragraph in enumerate(paragraphs, 1):
        pdf.pages.append(_page(pdf, font, f"{title} ({number}/{len(paragraphs)})", paragraph))
    pdf.docinfo["/Author"] = author
    pdf.docinfo["/Title"] = f"Project description of {author}"
    pdf.docinfo["/Producer"] = "Demonstration"
    with BytesIO() as out:
        pdf.save(out, static_id=True)
        return out.getvalue()


def _page(pdf: pikepdf.Pdf, font: pikepdf.Object, heading: str, text: str) -> pikepdf.Page:
    lines = ["BT", f"/F1 14 Tf {LEADING} TL {MARGIN} {HEIGHT - MARGIN} Td"]
    lines += [f"{_literal(line)} Tj T*" for line in wrap(heading, 62)]
    lines += ["/F1 11 Tf T*", *(f"{_literal(line)} Tj T*" for line in wrap(text, 84)), "ET"]
    return pikepdf.Page(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, WIDTH, HEIGHT],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
            Contents=pdf.make_stream("\n".join(lines).encode("cp1252", "replace")),
        )
    )


def _literal(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"
