"""Files that come with a form of a complaint: each is taken by itself, and one that fails takes nothing with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import structlog
from flask import current_app, flash, g
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.domain import complaints, errors
from portal.domain.complaints import Complaint
from portal.ui.forms import say

log = structlog.get_logger()


def limits() -> dict[str, int]:
    """Return what is told before: megabytes of one file, megabytes of one go, files of one complaint."""
    settings = current_app.config["SETTINGS"]
    mega = 1024 * 1024
    return {
        "each": settings.file_max_bytes // mega,
        "together": settings.file_max_bytes * 4 // mega,
        "count": settings.files_per_complaint,
    }


def chosen(files: Iterable[Any] | None) -> list[FileStorage]:
    """Return the files that a form really carries; an empty field sends one without a name."""
    return [one for one in files or () if isinstance(one, FileStorage) and one.filename]


def take(complaint: Complaint, files: Iterable[Any] | None, *, entry: Any = None) -> list[str]:
    """Attach each file to the complaint and return the sentences for those that were refused."""
    refused = []
    for one in chosen(files):
        name = one.filename or ""
        try:
            complaints.attach(complaint, actor=g.actor, name=name, stream=one.stream, entry=entry)  # type: ignore[arg-type]
        except errors.Invalid as error:
            refused.append(say(error.message))
        except OSError:
            log.exception("complaint.file_not_stored", complaint=complaint.id)
            refused.append(
                _("“%(name)s” could not be stored just now. Please try again in a while.", name=name)
            )
    return refused


def tell(refused: list[str], *, with_words: bool = True) -> None:
    """Say which files were not taken; the words that came with them are safe."""
    for sentence in refused:
        flash(
            f"{sentence} {_('Your words are sent; only this file is not.')}" if with_words else sentence,
            "warn",
        )
