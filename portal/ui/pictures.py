"""A logo on its way in: the form with one picture, read up to the bound and no further."""

from __future__ import annotations

from flask_wtf.file import FileField

from portal.domain import firm

from .forms import Form


class LogoForm(Form):
    """One picture."""

    logo = FileField()

    def content(self) -> bytes:
        """Return what was sent, one byte more than may be at most; nothing where nothing was chosen."""
        if not self.logo.data:
            return b""
        content = self.logo.data.read(firm.MOST_BYTES + 1)
        self.logo.data.close()
        return bytes(content)
