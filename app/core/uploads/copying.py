"""Draw up a new document that holds only what the shapes allow."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from app.core.uploads import pictures, streams
from app.core.uploads.drawing import clean_drawing
from app.core.uploads.shapes import COLOUR_SPACES, SHAPES, PdfValue
from app.core.uploads.streams import Budget


class TooLargePicture(Exception):  # noqa: N818 — read as a fact
    """A picture has more pixels than anyone prints."""


class Copier:
    """Copy objects of one document into another by their shapes; what has no place is dropped."""

    def __init__(self, target: pikepdf.Pdf, budget: Budget, most_pixels: int) -> None:
        self.target = target
        self.dropped: set[str] = set()
        self._budget = budget
        self._most_pixels = most_pixels
        self._made: dict[tuple[tuple[int, int], str], PdfValue] = {}
        self._layers = 0

    def copy(self, value: PdfValue, kind: str) -> PdfValue:
        """Return the copy of `value` as a `kind`, or None when it has no place there."""
        if isinstance(value, String):
            return String(bytes(value)) if kind == "text" else None
        if not isinstance(value, Object) or isinstance(value, Name):
            return value
        if isinstance(value, Array):
            return self._array(value, kind)
        if isinstance(value, (Dictionary, Stream)):
            return self._once(value, self._exact_kind(value, kind))
        return None

    def drawing(self, data: bytes) -> Stream:
        """Make a stream of cleaned drawing commands."""
        return Stream(self.target, clean_drawing(self.target, data))

    def fill(self, made: PdfValue, value: PdfValue, kind: str) -> None:
        """Put into `made` those entries of `value` that a `kind` may have."""
        keys = SHAPES[kind].keys
        for key, entry in value.items():
            place = keys.get(key)
            if place is None:
                self.dropped.add(key)
            elif (copy := self.copy(entry, place)) is not None:
                made[key] = copy

    def _array(self, value: Array, kind: str) -> Array | None:
        if kind == "colour space":
            return self._colour_space(value)
        if kind.startswith("*"):
            return None
        copies = [self.copy(item, kind) for item in value]
        return Array([Dictionary() if copy is None else copy for copy in copies])

    def _colour_space(self, value: Array) -> Array:
        family = str(value[0]) if len(value) and isinstance(value[0], Name) else ""
        kinds = COLOUR_SPACES.get(family, ())
        copies = [
            String(bytes(item)) if kind == "colour table" and isinstance(item, String)
            else self.copy(item, kind)
            for item, kind in zip(list(value)[1:], kinds, strict=False)
        ]  # fmt: skip
        return Array([value[0], *[Dictionary() if copy is None else copy for copy in copies]])

    def _exact_kind(self, value: PdfValue, kind: str) -> str:
        match kind:
            case "object":
                return "picture" if value.get(Name.Subtype) == Name.Image else "form"
            case "pattern":
                return "tiling" if isinstance(value, Stream) else "shading pattern"
            case "layer":
                return "layer membership" if value.get(Name.Type) == Name.OCMD else "layer group"
            case _:
                return kind

    def _once(self, value: PdfValue, kind: str) -> PdfValue:
        address = (value.objgen, kind)
        if address[0] != (0, 0) and address in self._made:
            return self._made[address]
        if kind.startswith("*"):
            return self._named(value, kind[1:])
        shape = SHAPES.get(kind)
        if shape is None or (kind in ("picture", "form") and not isinstance(value, Stream)):
            return None
        poured = isinstance(value, Stream) and shape.data != "none"
        made: PdfValue = Stream(self.target, b"") if poured else Dictionary()
        if address[0] != (0, 0):
            made = self._made[address] = self.target.make_indirect(made)
        self.fill(made, value, kind)
        if isinstance(made, Stream):
            self._pour(made, value, shape.data)
        if kind == "layer group":
            self._layers += 1
            made.Name = String(f"Layer {self._layers}")
        return made

    def _named(self, value: PdfValue, kind: str) -> Dictionary:
        made = Dictionary()
        for key, entry in value.items():
            copy = self.copy(entry, kind)
            made[key] = Dictionary() if copy is None else copy
        return made

    def _pour(self, made: Stream, value: Stream, treatment: str) -> None:
        """Fill a new stream with the bytes of the old one, treated as its shape says."""
        filters = streams.filters_of(value)
        self._budget.weigh(value, filters)
        match treatment:
            case "drawing":
                made.write(clean_drawing(self.target, streams.read(value)))
            case "colour profile":
                made.write(pictures.clean_profile(streams.read(value)))
            case "font file":
                self._pour_typeface(made, value, filters)
            case "picture":
                self._pour_picture(made, value, filters)
            case _:
                self._pour_raw(made, value, filters)

    def _pour_raw(self, made: Stream, value: Stream, filters: list[str]) -> None:
        parameters = streams.parameters_of(value, len(filters))
        copies = [self.copy(entry, "filter parameters") for entry in parameters]
        made.write(bytes(value.read_raw_bytes()))
        if filters:
            made.Filter = Array([Name(name) for name in filters])
        if any(copy is not None for copy in copies):
            made.DecodeParms = Array([Dictionary() if copy is None else copy for copy in copies])

    def _pour_typeface(self, made: Stream, value: Stream, filters: list[str]) -> None:
        data = streams.read(value)
        clean = pictures.clean_typeface(data)
        if clean == data:
            self._pour_raw(made, value, filters)
        else:
            made.write(clean)

    def _pour_picture(self, made: Stream, value: Stream, filters: list[str]) -> None:
        self._measure(value.get(Name.Width), value.get(Name.Height))
        match streams.PICTURES.get(filters[-1]) if filters else None:
            case "jpeg":
                data = streams.unwrapped(self.target, value, filters)
                if pictures.jpeg_pixels(data) > self._most_pixels:
                    raise TooLargePicture
                self._pour_clean(made, value, filters, pictures.clean_jpeg(data), data)
            case "jpeg2000":
                data = streams.unwrapped(self.target, value, filters)
                self._pour_clean(made, value, filters, pictures.clean_jpeg2000(data), data)
            case _:
                self._pour_raw(made, value, filters)

    def _pour_clean(
        self, made: Stream, value: Stream, filters: list[str], clean: bytes, data: bytes
    ) -> None:
        if clean != data:
            self.dropped.add("/Exif")
        made.write(clean)
        made.Filter = Name(filters[-1])
        parameters = streams.parameters_of(value, len(filters))[-1]
        if parameters is not None:
            made.DecodeParms = self.copy(parameters, "filter parameters")

    def _measure(self, width: PdfValue, height: PdfValue) -> None:
        known = isinstance(width, int) and isinstance(height, int)
        if known and abs(width * height) > self._most_pixels:
            raise TooLargePicture
