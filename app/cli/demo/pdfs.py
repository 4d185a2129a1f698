"""PDF files as applicants upload them, with the traces that blinding has to take away."""

from io import BytesIO
from textwrap import wrap
from xml.sax.saxutils import escape

import pikepdf

from app.cli.demo.world import Paper

WIDTH, HEIGHT, MARGIN, LEADING = 595, 842, 64, 15
XMP_TYPE, XMP_KIND = pikepdf.Name.Metadata, pikepdf.Name.XML
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def a_description(title: str, paragraphs: list[str], paper: Paper) -> bytes:
    """Return a small PDF whose properties and attached comment name its author.

    The same words give the same bytes.
    """
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
    if paper.comment:
        _comment(pdf, paper)
    pdf.docinfo["/Author"] = paper.author
    pdf.docinfo["/Title"] = paper.title
    pdf.docinfo["/Producer"] = "Demonstration"
    if paper.xmp:
        pdf.Root.Metadata = pdf.make_stream(
            XMP.replace("{creator}", escape(paper.xmp)).encode(), Type=XMP_TYPE, Subtype=XMP_KIND
        )
    with BytesIO() as out:
        pdf.save(out, static_id=True)
        return out.getvalue()


def _comment(pdf: pikepdf.Pdf, paper: Paper) -> None:
    """Attach a note to the first page, as somebody who read the draft leaves it."""
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[WIDTH - MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN + 20, HEIGHT - MARGIN + 20],
        T=paper.comment,
        Contents=f"Checked by {paper.comment}",
    )
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))


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
