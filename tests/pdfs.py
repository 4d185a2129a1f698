"""Small PDFs for tests."""

from io import BytesIO

import pikepdf


def a_pdf(text: str = "Aims and methods", *, author: str = "") -> bytes:
    """One page with a line of text, and an author in its properties."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 200))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    safe = text.replace("\\", "").replace("(", "").replace(")", "")
    page.obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 20 100 Td ({safe}) Tj ET".encode("latin-1"))
    if author:
        pdf.docinfo["/Author"] = author
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()
