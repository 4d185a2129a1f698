"""Every built upload by name: how it is made and what must be said about it."""

from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream, String

from tests.core.uploads import built

ACCEPTED = "accepted"
Case = tuple[Callable[[], bytes], set[str]]


def _on(change: Callable[[Pdf], None], **saving: Any) -> Callable[[], bytes]:
    return lambda: built.honest(change=change, **saving)


def _root(**entries: object) -> Callable[[], bytes]:
    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value

    return _on(change)


def _page(**entries: object) -> Callable[[], bytes]:
    def change(pdf: Pdf) -> None:
        for key, value in entries.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return _on(change)


def _script(pdf: Pdf) -> None:
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert('Okafor')"))
    pdf.Root.OpenAction = action
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))
    pdf.pages[0].obj.AA = Dictionary(O=action)


def _attachment(pdf: Pdf) -> None:
    pdf.attachments["cv.pdf"] = built.honest()


def _portfolio(pdf: Pdf) -> None:
    _attachment(pdf)
    pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)


def _actions(pdf: Pdf) -> None:
    kinds = ["Launch", "GoToR", "GoToE", "SubmitForm", "ImportData", "URI", "Rendition"]
    pdf.pages[0].obj.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    Rect=Array([0, 0, 9, 9]),
                    A=Dictionary(S=Name(f"/{kind}"), F=String("x.exe"), URI=String("http://x/")),
                )
            )
            for kind in kinds
        ]
    )


def _marks(count: int) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        mark = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]))
        pdf.pages[0].obj.Annots = Array([mark] * count)

    return change


def _forms_in_forms(depth: int) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        inner: Stream | None = None
        for _level in range(depth):
            form = Stream(pdf, b"/X1 Do" if inner is not None else b"0 0 9 9 re f")
            form.Type, form.Subtype = Name.XObject, Name.Form
            form.BBox = Array([0, 0, 99, 99])
            if inner is not None:
                form.Resources = Dictionary(XObject=Dictionary(X1=inner))
            inner = pdf.make_indirect(form)
        assert inner is not None
        built.show(pdf, inner)

    return change


def _form_in_itself(pdf: Pdf) -> None:
    form = pdf.make_indirect(Stream(pdf, b"/X1 Do"))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([0, 0, 99, 99])
    form.Resources = Dictionary(XObject=Dictionary(X1=form))
    built.show(pdf, form)


def _glyph_in_itself(pdf: Pdf) -> None:
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3))
    font.CharProcs = Dictionary(a=Stream(pdf, b"9 0 d0 BT /F1 9 Tf (a) Tj ET"))
    font.Encoding = Dictionary(Differences=Array([97, Name.a]))
    font.FontBBox, font.FontMatrix = Array([0, 0, 9, 9]), Array([1, 0, 0, 1, 0, 0])
    font.FirstChar, font.LastChar, font.Widths = 97, 97, Array([9])
    font.Resources = Dictionary(Font=Dictionary(F1=font))
    pdf.pages[0].obj.Resources.Font = Dictionary(F1=font)


def _pattern_in_itself(pdf: Pdf) -> None:
    pattern = pdf.make_indirect(Stream(pdf, b"/Pattern cs /P1 scn 0 0 9 9 re f"))
    for key, value in {
        "PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 9, "YStep": 9,
        "BBox": Array([0, 0, 9, 9]), "Resources": Dictionary(Pattern=Dictionary(P1=pattern)),
    }.items():  # fmt: skip
        pattern[f"/{key}"] = value
    pdf.pages[0].obj.Resources.Pattern = Dictionary(P1=pattern)


def _colour_in_itself(pdf: Pdf) -> None:
    space = pdf.make_indirect(Array([Name.Indexed]))
    space.append(space)
    space.append(1)
    space.append(String("ab"))
    pdf.pages[0].obj.Resources.ColorSpace = Dictionary(C1=space)


def _tree_in_itself(key: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        tree = pdf.make_indirect(Dictionary())
        tree.Kids = Array([tree])
        tree.Limits = Array([String("a"), String("z")])
        pdf.Root.Names = Dictionary({f"/{key}": tree})
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        link.Dest = String("b")
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])

    return change


def _fields_in_themselves(pdf: Pdf) -> None:
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("a"), Subtype=Name.Widget))
    field.Kids, field.Parent = Array([field]), field
    field.Type, field.Rect, field.V = Name.Annot, Array([0, 0, 9, 9]), String("x")
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    pdf.pages[0].obj.Annots = Array([field])


def _outline_in_itself(pdf: Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("Okafor")))
    item.Next = item.First = item.Parent = item
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item))


def _layers(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Okafor")))
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([layer]), D=Dictionary(Name=String("Okafor"), Order=Array([layer]))
    )
    pdf.pages[0].obj.Resources.Properties = Dictionary(MC0=layer)
    pdf.pages[0].obj.Contents = Stream(pdf, b"/OC /MC0 BDC 0 0 9 9 re f EMC")


def _live_form(pdf: Pdf) -> None:
    pdf.Root.NeedsRendering = True
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Stream(pdf, b"<xdp/>"))


def _deep_page_tree(levels: int) -> bytes:
    objects = built.plain_objects()
    objects[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    for level in range(10, 10 + levels):
        kid = 3 if level == 9 + levels else level + 1
        parent = 2 if level == 10 else level - 1
        objects[level] = b"<< /Type /Pages /Kids [%d 0 R] /Parent %d 0 R /Count 1 >>" % (
            kid,
            parent,
        )
    return built.raw(objects)


def _nested(opening: bytes, closing: bytes, depth: int) -> bytes:
    return built.altered(o6=opening * depth + closing * depth, o2=(
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /X 6 0 R >>"
    ))  # fmt: skip


def _table_lies(data: bytes) -> bytes:
    at = data.rfind(b"xref\n0")
    return data[:at] + data[at:].replace(b"00000 n", b"00000 n").replace(b"00000000", b"00009999")


def _stream_table(widths: bytes, index: bytes) -> bytes:
    return built.raw(built.plain_objects()).replace(
        b"trailer",
        b"7 0 obj\n<< /Type /XRef /W %s /Index %s /Size 8 /Root 1 0 R /Length 4 >>\nstream\nabcd\n"
        b"endstream\nendobj\ntrailer" % (widths, index),
    )


def _in_a_loop() -> bytes:
    data = built.raw(built.plain_objects(), trailer=b"/Root 1 0 R /Prev 00000")
    return data.replace(b"/Prev 00000", b"/Prev %05d" % data.rfind(b"xref\n0"))


GREY_8 = b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray "
BOMB_PICTURE = GREY_8 + b"/BitsPerComponent 8"
BROKEN_OR_NOT = {ACCEPTED, "broken", "no_pages", "too_many_pages", "too_complex", "page_damaged"}

CASES: dict[str, Case] = {
    # the envelope
    "nothing": (lambda: b"", {"empty"}),
    "one byte": (lambda: b"%", {"not_pdf"}),
    "only spaces": (lambda: b" " * 5000, {"not_pdf"}),
    "only zeros": (lambda: bytes(5000), {"not_pdf"}),
    "a web page": (lambda: b"<!DOCTYPE html><p>proposal", {"not_pdf"}),
    "plain text": (lambda: b"We study the tides.", {"not_pdf"}),
    "a virus test": (lambda: built.EICAR, {"not_pdf"}),
    "a word document": (lambda: built.archive("word/document.xml"), {"not_pdf_office"}),
    "an old word document": (lambda: b"\xd0\xcf\x11\xe0" + bytes(600), {"not_pdf_office"}),
    "rich text": (lambda: b"{\\rtf1 proposal}", {"not_pdf_office"}),
    "a photograph": (built.jpeg, {"not_pdf_picture"}),
    "a drawing": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(90), {"not_pdf_picture"}),
    "a scan": (lambda: b"II*\x00" + bytes(90), {"not_pdf_picture"}),
    "postscript": (lambda: b"%!PS-Adobe-3.0\nshowpage", {"not_pdf_postscript"}),
    "larger than allowed": (lambda: b"%PDF-1.7\n" + bytes(26 << 20), {"too_large"}),
    "a head of 60 MB": (lambda: b"\n" * (60 << 20) + built.honest(), {"too_large"}),
    "a head behind 2 kB": (lambda: b"x" * 2000 + built.honest(), {"not_pdf"}),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + built.honest(), {ACCEPTED}),
    "a line break first": (lambda: b"\r\n" + built.honest(), {ACCEPTED}),
    "a head alone": (lambda: b"%PDF-1.7\n", {"cut_off"}),
    "head and end alone": (lambda: b"%PDF-1.7\n%%EOF\n", {"broken"}),
    "half a document": (lambda: built.honest(20)[:2000], {"cut_off"}),
    "all but ten bytes": (lambda: built.honest()[:-10], {"cut_off"}),
    "cut and closed again": (lambda: built.honest(9)[:-400] + b"\n%%EOF\n", BROKEN_OR_NOT),
    "garbage behind the end": (lambda: built.honest() + b"x" * 5000, {"cut_off"}),
    "empty lines behind the end": (lambda: built.honest() + b"\r\n" * 3000, {ACCEPTED}),
    "two documents in a row": (lambda: built.honest() + built.honest(2), BROKEN_OR_NOT),
    "a web page in the head": (
        lambda: built.raw(built.plain_objects(), head=b"<html><script>alert(1)</script>\n"),
        {"polyglot"},
    ),
    "a script in the head": (
        lambda: built.raw(built.plain_objects(), head=b"% <ScRiPt src=x>\n"),
        {"polyglot"},
    ),
    "a web page behind": (lambda: built.honest() + b"<html><body>", {"polyglot"}),
    "an archive behind": (lambda: built.honest() + built.archive(), {"polyglot", "cut_off"}),
    "an archive to the last byte": (lambda: built.archive_over(built.honest()), {"polyglot"}),
    "a rar behind": (lambda: built.honest() + b"Rar!\x1a\x07\x01\x00", {"polyglot"}),
    "a tape archive": (
        lambda: built.raw(built.plain_objects(), head=b"%" + b"x" * 247 + b"ustar\n"),
        {"polyglot"},
    ),
    "a medical picture": (
        lambda: built.raw(built.plain_objects(), head=b"%" + b"x" * 118 + b"DICM\n"),
        {"polyglot"},
    ),
    # locks
    "a password": (_on(lambda _: None, encryption=Encryption(user="u", owner="o")), {"password"}),
    "an old password": (
        _on(
            lambda _: None,
            encryption=Encryption(user="u", owner="o", R=3, aes=False, metadata=False),
        ),
        {"password"},
    ),
    "a lock without password": (
        _on(lambda _: None, encryption=Encryption(user="", owner="o")),
        {ACCEPTED},
    ),
    "an unknown lock": (
        lambda: built.raw(
            built.plain_objects(),
            b"/Root 1 0 R /Encrypt << /Filter /Foo /V 9 /R 9 >> /ID [(a)(b)]",
        ),
        {"broken", "password"},
    ),
    # the skeleton
    "no pages": (lambda: built.altered(o2=b"<< /Type /Pages /Kids [] /Count 0 >>"), {"no_pages"}),
    "no root": (lambda: built.raw(built.plain_objects(), b""), BROKEN_OR_NOT),
    "a number for a root": (lambda: built.altered(o1=b"42"), BROKEN_OR_NOT),
    "a root without pages": (lambda: built.altered(o1=b"<< /Type /Catalog >>"), BROKEN_OR_NOT),
    "pages within themselves": (
        lambda: built.altered(o2=b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"),
        BROKEN_OR_NOT,
    ),
    "a page as its own parent's parent": (
        lambda: built.altered(o2=b"<< /Type /Pages /Parent 3 0 R /Kids [3 0 R] /Count 1 >>"),
        BROKEN_OR_NOT,
    ),
    "kids that are a name": (
        lambda: built.altered(o2=b"<< /Type /Pages /Kids /None /Count 1 >>"),
        BROKEN_OR_NOT,
    ),
    "kids that are numbers": (
        lambda: built.altered(o2=b"<< /Type /Pages /Kids [1 2 3] /Count 3 >>"),
        BROKEN_OR_NOT,
    ),
    "a count that lies": (
        lambda: built.altered(o2=b"<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>"),
        {ACCEPTED},
    ),
    "the same page three times": (
        lambda: built.altered(o2=b"<< /Type /Pages /Kids [3 0 R 3 0 R 3 0 R] /Count 3 >>"),
        {ACCEPTED},
    ),
    "a page tree of 400 levels": (lambda: _deep_page_tree(400), BROKEN_OR_NOT),
    "a page tree of 20000 levels": (lambda: _deep_page_tree(20_000), BROKEN_OR_NOT | {"crash"}),
    "201 pages": (lambda: built.honest(201), {"too_many_pages"}),
    "a table that lies": (lambda: _table_lies(built.altered()), {ACCEPTED}),
    "a table far away": (
        lambda: built.altered().replace(b"startxref\n", b"startxref\n9999999"),
        {ACCEPTED},
    ),
    "a negative table": (
        lambda: built.altered().replace(b"startxref\n", b"startxref\n-"),
        {ACCEPTED},
    ),
    "tables in a loop": (_in_a_loop, BROKEN_OR_NOT),
    "a table of giants": (lambda: _stream_table(b"[8 8 8]", b"[0 2147483647]"), {ACCEPTED}),
    "a table of nothing": (lambda: _stream_table(b"[0 0 0]", b"[0 999999999]"), {ACCEPTED}),
    # depth and number
    "100000 nested arrays": (lambda: _nested(b"[", b"]", 100_000), BROKEN_OR_NOT),
    "100000 nested dictionaries": (lambda: _nested(b"<</a ", b">>", 100_000), BROKEN_OR_NOT),
    "a million numbers": (
        lambda: built.altered(
            o2=b"<< /Type /Pages /Kids [3 0 R] /Count 1 /X [%s] >>" % (b"1 " * 1_000_000)
        ),
        {ACCEPTED},
    ),
    "a word of five megabytes": (
        lambda: built.altered(
            o2=b"<< /Type /Pages /Kids [3 0 R] /Count 1 /X (%s) >>" % (b"a" * 5_000_000)
        ),
        {ACCEPTED},
    ),
    "50000 objects": (
        lambda: built.raw(built.plain_objects() | dict.fromkeys(range(6, 50_000), b"<< /A 1 >>")),
        {ACCEPTED},
    ),
    "500 forms in one another": (_on(_forms_in_forms(500)), {ACCEPTED, "too_complex"}),
    "5000 forms in one another": (_on(_forms_in_forms(5000)), {"too_complex", "crash"}),
    "a form in itself": (_on(_form_in_itself), {ACCEPTED}),
    "a glyph in itself": (_on(_glyph_in_itself), {ACCEPTED}),
    "a pattern in itself": (_on(_pattern_in_itself), {ACCEPTED}),
    "a colour in itself": (_on(_colour_in_itself), {ACCEPTED, "too_complex"}),
    "destinations in themselves": (_on(_tree_in_itself("Dests")), {ACCEPTED}),
    "scripts in themselves": (_on(_tree_in_itself("JavaScript")), {ACCEPTED}),
    "attachments in themselves": (_on(_tree_in_itself("EmbeddedFiles")), {ACCEPTED}),
    "fields in themselves": (_on(_fields_in_themselves), BROKEN_OR_NOT | {"form"}),
    "bookmarks in themselves": (_on(_outline_in_itself), {ACCEPTED}),
    "25000 notes": (_on(_marks(25_000)), {"too_complex"}),
    # what grows
    "words that grow to 300 MB": (
        lambda: built.altered(o4=built.packed(built.zeros(300), b"/FlateDecode")),
        {"bomb"},
    ),
    "words packed three times": (
        lambda: built.altered(
            o4=built.packed(built.zeros(400, 3), b"[/FlateDecode /FlateDecode /FlateDecode]")
        ),
        {"bomb"},
    ),
    "words packed a hundred times": (
        lambda: built.altered(o4=built.packed(b"41>", b"[" + b"/ASCIIHexDecode " * 100 + b"]")),
        {"bomb"},
    ),
    "a picture that grows": (
        lambda: built.altered(
            o6=built.packed(built.zeros(300), b"/FlateDecode", BOMB_PICTURE),
            o3=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /XObject << /X 6 0 R >> >> >>",
        ),
        {"bomb"},
    ),
    "runs that grow": (
        lambda: built.altered(o4=built.packed(b"\x81\x00" * 1_500_000, b"/RunLengthDecode")),
        {"bomb"},
    ),
    "a predictor of giants": (
        lambda: built.altered(
            o4=built.packed(
                built.zeros(1),
                b"/FlateDecode",
                b"/DecodeParms << /Predictor 12 /Columns 2147483647 /Colors 32 >>",
            )
        ),
        {"bomb", "page_damaged", ACCEPTED},
    ),
    "a sheet of ten billion dots": (
        lambda: built.with_picture(b"x", 100_000, 100_000),
        {"picture_too_large"},
    ),
    "a photograph that lies": (
        lambda: built.with_picture(built.jpeg(size=(65_500, 65_500)), Filter=Name.DCTDecode),
        {"picture_too_large"},
    ),
    "twenty thousand open brackets": (lambda: built.drawn(b"[" * 20_000), BROKEN_OR_NOT),
    "a drawing of two million steps": (
        lambda: built.drawn(b"0 0 m 1 1 l S\n" * 600_000),
        {ACCEPTED, "memory", "time", "bomb"},
    ),
    # pictures
    "noise for a photograph": (
        lambda: built.with_picture(b"noise", Filter=Name.DCTDecode),
        {"picture_damaged"},
    ),
    "half a photograph": (
        lambda: built.with_picture(built.jpeg()[:-3], Filter=Name.DCTDecode),
        {ACCEPTED},
    ),
    "noise for a jpeg 2000": (
        lambda: built.with_picture(b"noise", Filter=Name.JPXDecode),
        {"picture_damaged"},
    ),
    "noise for a jbig2": (
        lambda: built.with_picture(b"noise", Filter=Name.JBIG2Decode, BitsPerComponent=1),
        {ACCEPTED},
    ),
    "noise for a fax": (
        lambda: built.with_picture(b"noise", Filter=Name.CCITTFaxDecode, BitsPerComponent=1),
        {ACCEPTED},
    ),
    "an unknown packing": (
        lambda: built.with_picture(b"noise", Filter=Name.Mystery),
        {ACCEPTED, "broken"},
    ),
    "a packing that is a number": (lambda: built.with_picture(b"noise", Filter=7), {"broken"}),
    # pages
    "words that are noise": (
        lambda: built.drawn(bytes(range(256)) * 9),
        {"page_damaged", ACCEPTED},
    ),
    "words that never end": (lambda: built.drawn(b"BT (We study"), {ACCEPTED}),
    "damaged packing": (
        lambda: built.altered(o4=built.packed(b"\x78\x9cnonsense", b"/FlateDecode")),
        {"page_damaged", ACCEPTED},
    ),
    "a length too short": (
        lambda: built.altered().replace(b"/Length %d" % len(built.TEXT), b"/Length 3 "),
        {ACCEPTED},
    ),
    "a length too long": (
        lambda: built.altered().replace(b"/Length %d" % len(built.TEXT), b"/Length 999999"),
        {ACCEPTED},
    ),
    "a length of itself": (
        lambda: built.altered().replace(b"/Length %d" % len(built.TEXT), b"/Length 4 0 R"),
        {ACCEPTED, "broken", "page_damaged"},
    ),
    "no contents": (
        lambda: built.altered(o3=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        {ACCEPTED},
    ),
    "contents of many kinds": (
        lambda: built.altered(
            o3=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents [4 0 R null 7 (a)] >>"
        ),
        {ACCEPTED},
    ),
    "no paper": (
        lambda: built.altered(o3=b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"),
        BROKEN_OR_NOT,
    ),
    "paper turned inside out": (_page(MediaBox=Array([595, 842, 0, 0])), {ACCEPTED}),
    "paper of a mile": (_page(MediaBox=Array([0, 0, 10**9, 10**9])), {ACCEPTED}),
    "paper of words": (_page(MediaBox=Array([String("a")] * 4)), BROKEN_OR_NOT),
    "resources that are a number": (_page(Resources=7), {ACCEPTED}),
    "marks that are a word": (_page(Annots=String("a")), {ACCEPTED}),
    "marks that are numbers": (_page(Annots=Array([1, 2, 3])), {ACCEPTED}),
    # what is taken out
    "scripts": (_on(_script), {ACCEPTED}),
    "an attachment": (_on(_attachment), {ACCEPTED}),
    "a portfolio": (_on(_portfolio), {"portfolio"}),
    "every action": (_on(_actions), {ACCEPTED}),
    "layers": (_on(_layers), {ACCEPTED}),
    "layers that are a word": (_root(OCProperties=String("a")), {ACCEPTED}),
    "names that are a number": (_root(Names=7, Dests=7, AcroForm=7, Outlines=7), {ACCEPTED}),
    "a form that makes its pages": (_on(_live_form), {"live_form"}),
    "a filled form": (lambda: built.with_form("Tides", looks=True), {ACCEPTED}),
    "a filled form without looks": (lambda: built.with_form("Tides", looks=False), {ACCEPTED}),
    "a form filled in Greek": (lambda: built.with_form("Ωκεανός", looks=False), {"form"}),
    "an earlier version": (
        lambda: built.commented(built.altered(), b"Ngozi Okafor"),
        {ACCEPTED},
    ),
    "the virus test on a page": (lambda: built.drawn(b"% " + built.EICAR), {ACCEPTED}),
    "objects in streams": (
        _on(lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        {ACCEPTED},
    ),
    "made for the web": (_on(lambda _: None, linearize=True), {ACCEPTED}),
}  # fmt: skip
