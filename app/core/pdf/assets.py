"""The only things a document may load: files packaged here, by exact `asset:` name."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

TYPEFACES = files(__package__) / "typefaces"

_MEDIA_TYPES = {".ttf": "font/ttf", ".css": "text/css"}


class AssetRefused(ValueError):  # noqa: N818 - it says what happened
    """A document asked for something that is not packaged: a mistake in its template."""


def packaged_assets() -> dict[str, Traversable]:
    """Return what may be loaded: the full URL, and nothing but it, for each file."""
    return {
        f"asset:{file.name}": file
        for file in sorted(TYPEFACES.iterdir(), key=lambda file: file.name)
        if _suffix(file.name) in _MEDIA_TYPES
    }


def _suffix(name: str) -> str:
    return name[name.rfind(".") :]


class PackagedAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves packaged assets and ends the rendering at any other address.

    WeasyPrint's own fetcher opens local files and connections; nothing of it is used.
    The refusal is a BaseException there, because WeasyPrint goes on after ordinary ones.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self._assets = packaged_assets()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        del headers
        if (file := self._assets.get(url)) is None:
            raise FatalURLFetchingError(f"the page asks for {url[:200]!r}, which is not packaged")
        return URLFetcherResponse(
            url, file.read_bytes(), {"Content-Type": _MEDIA_TYPES[_suffix(file.name)]}
        )

    def open(self, url: object, data: object = None, timeout: object = None) -> URLFetcherResponse:
        del data, timeout
        return self.fetch(str(getattr(url, "full_url", url)))
