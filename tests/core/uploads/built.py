"""PDFs built for the tests: honest, odd and hostile. No file of anyone's is kept here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

TEXT = b"BT /F1 24 Tf 72 700 Td (We study the tides.) Tj ET 0.5 g 72 500 200 100 re f"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def honest(pages: int = 1, change: Callable[[Pdf], None] | None = None, **saving: Any) -> bytes:
    """A plain document; `change` may spoil it before it is saved."""
    pdf = Pdf.new()
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for _number in range(pages):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = Stream(pdf, TEXT)
    if change:
        change(pdf)
    return saved(pdf, **saving)


def saved(pdf: Pdf, **saving: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, static_id=not saving.get("encryption"), fix_metadata_version=False, **saving)
    return out.getvalue()


def drawn(content: bytes, **resources: object) -> bytes:
    """A page that draws `content`, stored as it is."""

    def change(pdf: Pdf) -> None:
        pdf.pages[0].obj.Contents = Stream(pdf, content)
        for key, value in resources.items():
            pdf.pages[0].obj.Resources[f"/{key}"] = value

    return honest(change=change, compress_streams=False)


def pictured(data: bytes, **entries: object) -> bytes:
    """A page with one picture made of `data` and `entries`."""

    def change(pdf: Pdf) -> None:
        show(pdf, Stream(pdf, data, {"/Type": Name.XObject, "/Subtype": Name.Image}), entries)

    return honest(
        change=change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


def show(pdf: Pdf, item: Stream, entries: Mapping[str, object] | None = None) -> None:
    """Put `item` on the first page as an XObject."""
    for key, value in (entries or {}).items():
        item[f"/{key}"] = value
    pdf.pages[0].obj.Resources.XObject = Dictionary(X1=pdf.make_indirect(item))
    pdf.pages[0].obj.Contents = Stream(pdf, TEXT + b" q 200 0 0 200 100 200 cm /X1 Do Q")


def raw(objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R", head: bytes = b"") -> bytes:
    """Write a PDF by hand: `objects` by number, a true table, a trailer."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n" + head)
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start, size = out.tell(), max(objects, default=0) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % places.get(number, 0))
    out.write(b"trailer\n<< /Size %d %s >>\n" % (size, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def plain_objects(content: bytes = TEXT) -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }


def altered(**changes: bytes) -> bytes:
    """The hand-written document with some objects replaced: `altered(o2=b"...")`."""
    objects = plain_objects() | {int(name[1:]): body for name, body in changes.items()}
    return raw(objects)


def packed(data: bytes, filters: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d /Filter %s %s >>\nstream\n%s\nendstream" % (
        len(data),
        filters,
        entries,
        data,
    )


def zeros(megabytes: int, layers: int = 1) -> bytes:
    """Zero bytes, deflated `layers` times."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    for _layer in range(layers - 1):
        data = zlib.compress(data, 9)
    return data


def archive(name: str = "page.html", body: bytes = b"<script>alert(1)</script>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, body)
    return out.getvalue()


def archive_over(document: bytes) -> bytes:
    """A file that is a PDF to PDF readers and an archive to archive readers, to its last byte."""
    inner = archive()
    end = inner.rfind(b"PK\x05\x06")
    comment = b"\n%%EOF\n"
    return document + inner[: end + 20] + struct.pack("<H", len(comment)) + comment


def jpeg(*segments: tuple[int, bytes], size: tuple[int, int] = (8, 8)) -> bytes:
    """A grey JPEG of one block, with extra segments `(marker, body)` after its start."""
    height, width = size[1], size[0]
    quantisation = b"\x00" + bytes([1] * 64)
    huffman = bytes([0x00, 0, 1, *[0] * 14, 0]), bytes([0x10, 0, 1, *[0] * 14, 0])
    frame = b"\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    parts = [
        *segments,
        (0xDB, quantisation),
        (0xC0, frame),
        (0xC4, huffman[0]),
        (0xC4, huffman[1]),
        (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]
    body = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(part) + 2) + part for marker, part in parts
    )
    blocks = -(-width // 8) * -(-height // 8)
    scan = bytes(-(-2 * min(blocks, 4096) // 8))
    return b"\xff\xd8" + body + scan + b"\xff\xd9"


def exif(words: bytes) -> tuple[int, bytes]:
    """An Exif segment whose artist is `words`."""
    tiff = (
        b"II*\x00\x08\x00\x00\x00\x01\x00"
        + struct.pack("<HHII", 0x013B, 2, len(words) + 1, 26)
        + bytes(4)
        + words
        + b"\0"
    )
    return 0xE1, b"Exif\0\0" + tiff


def with_picture(data: bytes, width: int = 8, height: int = 8, **entries: object) -> bytes:
    entries = {
        "Width": width,
        "Height": height,
        "ColorSpace": Name.DeviceGray,
        "BitsPerComponent": 8,
        **entries,
    }
    return pictured(data, **entries)


def profile(words: str) -> bytes:
    """An ICC profile whose description is `words`, as screens carry their owner's name."""
    wide = words.encode("utf-16-be")
    record = b"mluc" + bytes(4) + struct.pack(">II", 1, 12) + b"enUS"
    record += struct.pack(">II", len(wide), 28) + wide
    narrow = words.encode()
    text = b"desc" + bytes(4) + struct.pack(">I", len(narrow) + 1) + narrow + bytes(1 + 78)
    table = struct.pack(">I", 2)
    table += b"dscm" + struct.pack(">II", 132 + 24, len(record))
    table += b"desc" + struct.pack(">II", 132 + 24 + len(record), len(text))
    size = 128 + len(table) + len(record) + len(text)
    head = struct.pack(">I", size) + bytes(8) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(88)
    return head + table + record + text


def typeface(words: str) -> bytes:
    """The smallest thing with a TrueType naming table."""
    wide = words.encode("utf-16-be")
    record = struct.pack(">HHHHHHHHH", 0, 1, 18, 3, 1, 0x409, 0, len(wide), 0) + wide
    return (
        b"\x00\x01\x00\x00"
        + struct.pack(">HHHH", 1, 16, 0, 0)
        + b"name"
        + struct.pack(">III", 0, 28, len(record))
        + record
    )


def commented(document: bytes, words: bytes) -> bytes:
    """Add a version behind `document` whose properties name `words`, as editors save."""
    start = document.rfind(b"startxref")
    previous = int(document[start + 9 :].split()[0])
    out = document + b"\n"
    place = len(out)
    out += b"90 0 obj\n<< /Author (%s) >>\nendobj\n" % words
    table = len(out)
    out += b"xref\n90 1\n%010d 00000 n \n" % place
    out += b"trailer\n<< /Size 91 /Root 1 0 R /Info 90 0 R /Prev %d >>\n" % previous
    return out + b"startxref\n%d\n%%%%EOF\n" % table


def with_form(value: str, *, looks: bool) -> bytes:
    """A form with one text field, with or without a picture of its value."""

    def change(pdf: Pdf) -> None:
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("project"),
                V=String(value), Rect=Array([72, 600, 300, 620]), F=4,
                DA=String("/Helv 12 Tf 0 g"),
            )
        )  # fmt: skip
        if looks:
            shown = Stream(pdf, b"BT /F1 12 Tf 2 5 Td (%s) Tj ET" % value.encode())
            shown.Type, shown.Subtype = Name.XObject, Name.Form
            shown.BBox = Array([0, 0, 228, 20])
            shown.Resources = pdf.pages[0].obj.Resources
            field.AP = Dictionary(N=pdf.make_indirect(shown))
        pdf.pages[0].obj.Annots = Array([field])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]),
            DR=Dictionary(Font=Dictionary(Helv=font)),
            DA=String("/Helv 12 Tf 0 g"),
        )

    return honest(change=change)
