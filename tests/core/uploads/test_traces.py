"""Nothing that names the maker survives the scrubbing, wherever it was put; the page stays."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from app.core.uploads import LIMITS, describe_removed, scrub_pdf
from app.core.uploads import pdf as inside
from tests.core.uploads import built
from tests.core.uploads.cases import ACCEPTED, CASES
from tests.trust.pdf_tokens import find_tokens, hidden_tokens

OWNER = "ZQ0417K9f3b21cc"
BODY = "We study the tides."


def on_root(key: str, make: Callable[[Pdf], object]) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.Root[key] = make(pdf)

    return change


def on_page(key: str, make: Callable[[Pdf], object]) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj[key] = make(pdf)

    return change


def metadata(pdf: Pdf) -> Stream:
    stream = Stream(pdf, b"<x:xmpmeta><dc:creator>%s</dc:creator></x:xmpmeta>" % OWNER.encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    return pdf.make_indirect(stream)


def private(_pdf: Pdf) -> Dictionary:
    return Dictionary(Maker=Dictionary(LastModified=String("D:2026"), Private=String(OWNER)))


def info(pdf: Pdf) -> None:
    pdf.docinfo = pdf.make_indirect(
        Dictionary(Author=String(OWNER), Company=String(OWNER), Title=String(f"{OWNER}.docx"))
    )


def info_in_wide_letters(pdf: Pdf) -> None:
    pdf.docinfo = pdf.make_indirect(Dictionary({"/Author": String(f"Ω {OWNER}")}))


def marks(pdf: Pdf) -> None:
    def mark(kind: str, **entries: object) -> Dictionary:
        made = Dictionary(
            Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([9, 9, 40, 40]),
            T=String(OWNER), Contents=String(OWNER), NM=String(OWNER), Subj=String(OWNER),
        )  # fmt: skip
        for key, value in entries.items():
            made[f"/{key}"] = value
        return pdf.make_indirect(made)

    uri = Dictionary(S=Name.URI, URI=String(f"https://{OWNER}.example"))
    look = Stream(pdf, b"1 0 0 RG 0 0 20 20 re S % " + OWNER.encode())
    look.Subtype, look.BBox = Name.Form, Array([0, 0, 20, 20])
    pdf.pages[0].obj.Annots = Array(
        [
            mark("Text"),
            mark("Highlight", QuadPoints=Array([0] * 8)),
            mark("Stamp", AP=Dictionary(N=pdf.make_indirect(look)), RC=String(OWNER)),
            mark("Link", A=uri, PA=uri),
            mark("Link", Dest=String(OWNER)),
            mark("FileAttachment", FS=Dictionary(F=String(f"{OWNER}.doc"))),
            mark("Popup"),
        ]
    )


def outline(pdf: Pdf) -> None:
    with pdf.open_outline() as bookmarks:
        bookmarks.root.append(pikepdf.OutlineItem(f"Work plan of {OWNER}", 0))


def named_places(pdf: Pdf) -> None:
    place = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.Names = Dictionary(
        Dests=Dictionary(Names=Array([String(OWNER), place])),
        JavaScript=Dictionary(Names=Array([String(OWNER), Dictionary(S=Name.JavaScript)])),
        AP=Dictionary(Names=Array([String(OWNER), Dictionary()])),
    )
    pdf.Root.Dests = Dictionary({f"/{OWNER}": place})


def attachment(pdf: Pdf) -> None:
    inner = built.honest(change=info)
    pdf.attachments[f"{OWNER}.pdf"] = inner


def structure(pdf: Pdf) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    root.K = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Figure, P=root, Alt=String(f"C:/{OWNER}/a.png"))
    )
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def labelled_words(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = Stream(
        pdf,
        b"/Span << /ActualText (%(n)s) /Alt (%(n)s) >> BDC BT /F1 24 Tf 72 700 Td (%(b)s) Tj ET "
        b"EMC /%(n)s MP /Note << /Author (%(n)s) >> DP /%(n)s BMC EMC %% by %(n)s\n0 0 9 9 re f"
        % {b"n": OWNER.encode(), b"b": BODY.encode()},
    )


def labelled_by_name(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.Properties = Dictionary(MC0=Dictionary(ActualText=String(OWNER)))
    pdf.pages[0].obj.Contents = Stream(pdf, b"/Span /MC0 BDC EMC " + built.TEXT)


def inline_picture(pdf: Pdf) -> None:
    pdf.pages[0].obj.Contents = Stream(
        pdf,
        built.TEXT
        + b" q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G /Author (%s) ID \x80 EI Q"
        % OWNER.encode(),
    )


def picture(pdf: Pdf, **entries: object) -> Stream:
    made = Stream(pdf, bytes(64))
    made.Subtype, made.Width, made.Height = Name.Image, 8, 8
    made.ColorSpace, made.BitsPerComponent = Name.DeviceGray, 8
    built.show(pdf, made, entries)
    return made


def described_picture(pdf: Pdf) -> None:
    picture(
        pdf, Metadata=metadata(pdf), PieceInfo=private(pdf), Name=Name(f"/{OWNER}"),
        OPI=Dictionary(F=String(OWNER)), Author=String(OWNER), AF=Array([String(OWNER)]),
    )  # fmt: skip


def photograph(pdf: Pdf) -> None:
    data = built.jpeg(
        built.exif(OWNER.encode()),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<dc:creator>" + OWNER.encode()),
        (0xED, b"Photoshop 3.0\0" + OWNER.encode()),
        (0xFE, OWNER.encode()),
        (0xE2, b"ICC_PROFILE\0" + OWNER.encode()),
    )
    made = picture(pdf)
    made.write(data + OWNER.encode(), filter=Name.DCTDecode)


def photograph_packed_twice(pdf: Pdf) -> None:
    made = picture(pdf)
    made.write(zlib.compress(built.jpeg(built.exif(OWNER.encode()))))
    made.Filter = Array([Name.FlateDecode, Name.DCTDecode])


def jpeg_2000(pdf: Pdf) -> None:
    comment = b"\xff\x64" + (4 + len(OWNER)).to_bytes(2, "big") + b"\0\1" + OWNER.encode()
    stream = b"\xff\x4f\xff\x51\x00\x04ab" + comment + b"\xff\x90\x00\x0a" + bytes(8) + b"\xff\xd9"
    words = OWNER.encode()
    data = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
    for name, body in ((b"xml ", words), (b"uuid", bytes(16) + words), (b"jp2c", stream)):
        data += (8 + len(body)).to_bytes(4, "big") + name + body
    picture(pdf).write(data, filter=Name.JPXDecode)


def colour_profile(pdf: Pdf) -> None:
    stream = Stream(pdf, built.profile(f"Display of {OWNER}"))
    stream.N = 3
    pdf.pages[0].obj.Resources.ColorSpace = Dictionary(C1=Array([Name.ICCBased, stream]))
    pdf.pages[0].obj.Contents = Stream(pdf, b"/C1 cs 1 0 0 sc 0 0 9 9 re f " + built.TEXT)


def output_intent(pdf: Pdf) -> None:
    pdf.Root.OutputIntents = Array(
        [Dictionary(S=Name.GTS_PDFA1, Info=String(OWNER), OutputConditionIdentifier=String(OWNER))]
    )


def font_of_ones_own(pdf: Pdf) -> None:
    font = pdf.pages[0].obj.Resources.Font.F1
    program = Stream(pdf, built.typeface(f"Hand of {OWNER}"))
    font.FontDescriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name.Helvetica, FontFamily=String(OWNER),
        FontFile2=pdf.make_indirect(program), Metadata=metadata(pdf), Flags=32,
    )  # fmt: skip


def layer(pdf: Pdf) -> None:
    made = pdf.make_indirect(
        Dictionary(
            Type=Name.OCG, Name=String(OWNER),
            Usage=Dictionary(
                CreatorInfo=Dictionary(Creator=String(OWNER)), User=Dictionary(Name=String(OWNER)),
                View=Dictionary(ViewState=Name.ON),
            ),
        )
    )  # fmt: skip
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array([made]), D=Dictionary(Name=String(OWNER), Order=Array([String(OWNER), made]))
    )
    pdf.pages[0].obj.Resources.Properties = Dictionary({"/MC0": made})
    pdf.pages[0].obj.Contents = Stream(pdf, b"/OC /MC0 BDC 0 0 9 9 re f EMC " + built.TEXT)


def unused_resource(pdf: Pdf) -> None:
    stream = Stream(pdf, b"0 0 9 9 re f % " + OWNER.encode())
    stream.Subtype, stream.BBox = Name.Form, Array([0, 0, 9, 9])
    pdf.pages[0].obj.Resources.XObject = Dictionary({f"/{OWNER}": stream})


def group_of_the_form(pdf: Pdf) -> None:
    form = Stream(pdf, b"0 0 9 9 re f % " + OWNER.encode())
    form.Subtype, form.BBox, form.LastModified = Name.Form, Array([0, 0, 9, 9]), String("D:2026")
    form.Metadata, form.PieceInfo, form.Ref = metadata(pdf), private(pdf), Dictionary(F=OWNER)
    built.show(pdf, form)


HIDING_PLACES: dict[str, Callable[[Pdf], None]] = {
    "properties": info,
    "properties in wide letters": info_in_wide_letters,
    "xmp of the document": on_root("/Metadata", metadata),
    "xmp of a page": on_page("/Metadata", metadata),
    "private data of the document": on_root("/PieceInfo", private),
    "private data of a page": on_page("/PieceInfo", private),
    "thumbnail": on_page("/Thumb", lambda pdf: Stream(pdf, OWNER.encode())),
    "page labels": on_root(
        "/PageLabels", lambda _: Dictionary(Nums=Array([0, Dictionary(P=OWNER)]))
    ),
    "web capture": on_root("/SpiderInfo", lambda _: Dictionary(V=1, C=Array([String(OWNER)]))),
    "web address": on_root("/URI", lambda _: Dictionary(Base=String(OWNER))),
    "article threads": on_root(
        "/Threads", lambda _: Array([Dictionary(I=Dictionary(Author=OWNER))])
    ),
    "permissions": on_root("/Perms", lambda _: Dictionary(DocMDP=Dictionary(Name=String(OWNER)))),
    "requirements": on_root("/Requirements", lambda _: Array([String(OWNER)])),
    "an unknown key": on_root(f"/{OWNER}", lambda _: 1),
    "an unknown key of a page": on_page("/Okafor", lambda _: String(OWNER)),
    "the key of a page": on_page(f"/{OWNER}", lambda _: 1),
    "language": on_root("/Lang", lambda _: String(OWNER)),
    "viewports": on_page("/VP", lambda _: Array([Dictionary(Name=String(OWNER))])),
    "opening action": on_root(
        "/OpenAction", lambda _: Dictionary(S=Name.JavaScript, JS=String(f"alert('{OWNER}')"))
    ),
    "action of a page": on_page(
        "/AA", lambda _: Dictionary(O=Dictionary(S=Name.URI, URI=String(OWNER)))
    ),
    "comments and links": marks,
    "bookmarks": outline,
    "named places": named_places,
    "an attached document": attachment,
    "associated files": on_root("/AF", lambda _: Array([Dictionary(F=String(OWNER))])),
    "structure": structure,
    "labels in the words": labelled_words,
    "labels by name": labelled_by_name,
    "an inline picture": inline_picture,
    "keys of a picture": described_picture,
    "a photograph": photograph,
    "a photograph packed twice": photograph_packed_twice,
    "a jpeg 2000": jpeg_2000,
    "a colour profile": colour_profile,
    "an output intent": output_intent,
    "a typeface": font_of_ones_own,
    "a layer": layer,
    "an unused resource": unused_resource,
    "a drawing in the drawing": group_of_the_form,
}  # fmt: skip


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_a_name_hidden_in_any_place_is_found_before_and_gone_after(place: str) -> None:
    data = built.honest(change=HIDING_PLACES[place])
    assert find_tokens(data, [OWNER]), "the scanner cannot see this place: the test would be blind"
    scrubbed = scrub_pdf(data)
    assert find_tokens(scrubbed.pdf, [OWNER]) == set()
    assert BODY in scrubbed.text[0]
    assert inside.scrub(scrubbed.pdf, LIMITS.to_dict())[1] == scrubbed.pdf


def test_the_author_of_an_earlier_version_is_gone() -> None:
    data = built.commented(built.commented(built.altered(), OWNER.encode()), b"anonymous")
    assert hidden_tokens(data, [OWNER])
    scrubbed = scrub_pdf(data)
    assert find_tokens(scrubbed.pdf, [OWNER]) == set()
    assert scrubbed.pdf.count(b"%%EOF") == 1
    assert "revisions" in scrubbed.removed


def test_what_is_filled_into_a_form_becomes_part_of_the_page() -> None:
    for looks in (True, False):
        scrubbed = scrub_pdf(built.with_form("Tides of Zanzibar", looks=looks))
        assert "Tides of Zanzibar" in scrubbed.text[0]
        with pikepdf.open(io.BytesIO(scrubbed.pdf)) as pdf:
            assert Name.AcroForm not in pdf.Root
            assert Name.Annots not in pdf.pages[0].obj


def test_a_stamp_over_the_page_is_drawn_into_it_and_a_note_is_not() -> None:
    scrubbed = scrub_pdf(built.honest(change=marks))
    with pikepdf.open(io.BytesIO(scrubbed.pdf)) as pdf:
        kinds = [mark.Subtype for mark in pdf.pages[0].obj.Annots]
        assert kinds == [Name.Link, Name.Link]
        assert not any(Name.A in mark for mark in pdf.pages[0].obj.Annots)
        assert len(pdf.pages[0].obj.Resources.XObject.keys()) == 1


@pytest.mark.parametrize("way", ["explicit", "named", "old named", "action"])
def test_links_inside_the_document_still_lead_there(way: str) -> None:
    def change(pdf: Pdf) -> None:
        place = Array([pdf.pages[2].obj, Name.XYZ, 10, 20, None])
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 9, 40, 40]))
        match way:
            case "explicit":
                link.Dest = place
            case "named":
                link.Dest = String(OWNER)
                pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String(OWNER), place])))
            case "old named":
                link.Dest = Name(f"/{OWNER}")
                pdf.Root.Dests = Dictionary({f"/{OWNER}": place})
            case _:
                link.A = Dictionary(S=Name.GoTo, D=place)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])

    scrubbed = scrub_pdf(built.honest(3, change))
    assert find_tokens(scrubbed.pdf, [OWNER]) == set()
    with pikepdf.open(io.BytesIO(scrubbed.pdf)) as pdf:
        place = pdf.pages[0].obj.Annots[0].Dest
        assert place[0].objgen == pdf.pages[2].obj.objgen
        assert place[1] == Name.XYZ
    assert inside.scrub(scrubbed.pdf, LIMITS.to_dict())[1] == scrubbed.pdf


def test_the_copy_has_no_date_no_producer_and_an_id_that_follows_from_its_content() -> None:
    first, again = scrub_pdf(built.honest(change=info)), scrub_pdf(built.honest())
    assert first.pdf == again.pdf
    with pikepdf.open(io.BytesIO(first.pdf)) as pdf:
        assert Name.Info not in pdf.trailer
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
    for word in (b"CreationDate", b"ModDate", b"pikepdf", b"qpdf", b"Producer"):
        assert word not in first.pdf


@pytest.mark.parametrize("name", [name for name, (_, said) in CASES.items() if said == {ACCEPTED}])
def test_scrubbing_twice_changes_nothing(name: str) -> None:
    _, once = inside.scrub(CASES[name][0](), LIMITS.to_dict())
    _, twice = inside.scrub(once, LIMITS.to_dict())
    assert once == twice


def test_what_was_removed_is_said_in_words() -> None:
    def change(pdf: Pdf) -> None:
        for hide in (info, marks, structure):
            hide(pdf)

    scrubbed = scrub_pdf(built.honest(change=change))
    assert set(scrubbed.removed) >= {"author", "notes", "links", "tags", "attachments"}
    words = describe_removed(scrubbed.removed)
    assert len(words) == len(scrubbed.removed)
    assert any("comments" in word for word in words)


def test_a_page_without_words_is_named_for_human_eyes() -> None:
    scrubbed = scrub_pdf(built.drawn(b"0 0 99 99 re f"))
    assert (scrubbed.text, scrubbed.unread) == (("",), (1,))
