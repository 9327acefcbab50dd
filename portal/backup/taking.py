"""Taking a backup: the rows of one instant first, then the files they name, none of which goes meanwhile."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal import config, db
from portal.domain import accounts, files

from . import archive, snapshot
from .archive import Step

NAME = re.compile(r"reins-\d{8}T\d{6}Z\.backup")


@dataclass(slots=True)
class Taken:
    """What a backup holds."""

    path: Path
    taken_at: datetime
    rows: int = 0
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)  # files that a row names and that are gone or changed
    rotated: list[str] = field(default_factory=list)


def take(
    target: Path, *, secret: bytes | None = None, keep: int | None = None, step: Step = lambda _: None
) -> Taken:
    """Write one backup to ``target``, a file, or a folder in which it gets a name of its own.

    With ``keep``, only the newest so many of a folder stay, unless files are missing: what an older one holds may be
    nowhere else by then. ``step`` hears of bytes that were done. Raise
    :class:`snapshot.NoTables`, :class:`archive.Broken` for a target that exists, OSError as it comes.
    """
    database, at = db.database(), datetime.now(UTC)
    folder = target if target.is_dir() else target.parent
    path = target / f"reins-{at:%Y%m%dT%H%M%SZ}.backup" if target.is_dir() else target
    if path.exists():
        raise archive.Broken(f"{path} exists already.")
    _clear(folder)
    done = Taken(path, at)
    with (
        files.held_still() as alive,
        snapshot.of(database, step) as rows,
        archive.writing(path, secret, _head(rows, at)) as out,
    ):
        for number, piece in enumerate(rows.pieces()):
            out.add_rows(*piece)
            if number % 16 == 0:
                alive()
        for number, named in enumerate(rows.files()):
            _add_file(out, named, done, step)
            if number % 64 == 0:
                alive()
        facts = rows.facts()
        done.rows = sum(facts["rows"].values())
        told = {"files": done.files, "file_bytes": done.bytes, "missing": done.missing}
        out.finish({**facts, **told})
    if keep is not None and target.is_dir() and not done.missing:
        done.rotated = rotate(target, keep)
    return done


def rotate(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest ``keep`` backups that were made in a folder; return their names."""
    found = sorted((path for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)
    for path in found[max(keep, 1) :]:
        path.unlink()
    return [path.name for path in found[max(keep, 1) :]]


def release() -> str:
    """Return the version of this release."""
    found = tomllib.loads((config.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(found["project"]["version"])


def _head(rows: snapshot.Snapshot, at: datetime) -> dict[str, Any]:
    return {
        "format": archive.FORMAT, "database": rows.kind, "revision": rows.revision, "release": release(),
        "taken_at": at.isoformat(), "secret_key": accounts.own_marks()[0],
    }  # fmt: skip


def _add_file(out: archive.Writer, named: snapshot.Named, done: Taken, step: Step) -> None:
    path = files.path_of(named.stored_name)
    try:
        with path.open("rb") as source:
            size = path.stat().st_size
            found = out.add_stream(f"files/{named.stored_name[:2]}/{named.stored_name}", source, size)
    except FileNotFoundError:
        done.missing.append(named.stored_name)
        return
    done.files += 1
    done.bytes += size
    step(size)
    if (found, size) != (named.sha256, named.size):
        done.missing.append(named.stored_name)


def _clear(folder: Path) -> None:
    limit = datetime.now(UTC).timestamp() - snapshot.ENDED.total_seconds()
    for left in folder.glob(".*.backup.partial"):
        if left.stat().st_mtime < limit:
            left.unlink(missing_ok=True)
