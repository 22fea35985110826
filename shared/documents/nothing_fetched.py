"""The only thing a document may bring in is a picture that stands inside it: no address is ever asked for anything."""

from typing_extensions import override
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

INSIDE = "data:image/svg+xml"


class FetchRefusedError(FatalURLFetchingError):  # type: ignore[misc]  # the library has no types
    """A template named an address outside the document: a defect, and nothing is printed."""


class NothingFetched(URLFetcher):  # type: ignore[misc]  # the library has no types
    """Reads pictures out of the document itself. Refuses everything else, files of this machine too."""

    @override
    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(INSIDE):
            raise FetchRefusedError("a document names an address outside itself")
        return super().fetch(url, headers)
