"""Letters as PDF through WeasyPrint, where the system has its libraries; nothing is fetched but our own files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

STATIC = Path(__file__).resolve().parents[2] / "static"
PICTURE = "data:image/png;base64,"  # the logo, which comes with the page itself
SHEET = STATIC / "pages" / "letter-sheet.css"


class NoPdf(RuntimeError):
    """This machine lacks the libraries that make a PDF (Pango); the print-ready page does the same."""


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise NoPdf(str(error)) from error

    class OnlyStatic(URLFetcher):
        """Opens files below our static folder and refuses every other address."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(PICTURE):
                return super().fetch(url, headers)
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme != "file" or parts.netloc or not path.is_relative_to(STATIC):
                raise ValueError("only our own static files are opened for a letter")
            return super().fetch(url, headers)

    return weasyprint, OnlyStatic, FontConfiguration


def letter_pdf(html: str) -> bytes:
    """Return a page of HTML as an accessible PDF (PDF/UA-1); raise :class:`NoPdf` where it cannot be made."""
    weasyprint, fetcher, fonts = _weasyprint()
    opener = fetcher(allowed_protocols=("file", "data"), allow_redirects=False)
    document = weasyprint.HTML(string=html, base_url=STATIC.as_uri(), url_fetcher=opener)
    known = fonts()
    sheet = weasyprint.CSS(filename=str(SHEET), url_fetcher=opener, font_config=known)
    return bytes(document.write_pdf(stylesheets=[sheet], font_config=known, pdf_variant="pdf/ua-1"))
