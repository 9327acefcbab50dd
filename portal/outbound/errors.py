"""Why a call to the outside did not succeed, or was never made."""

from __future__ import annotations

import requests


class Unreachable(requests.RequestException):
    """The call did not succeed; ``reason`` is one of a few words, ``detail`` says more for people who operate.

    name, connection, tls, too_late, too_large, nonsense; of :class:`Forbidden` also address, port, scheme, form.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail[:300]
        super().__init__(f"{reason}: {detail}" if detail else reason)


class Forbidden(Unreachable):
    """We do not call this address, whoever asks."""
