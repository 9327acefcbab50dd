"""The archive: a tar whose first member says what it is and whose last ones prove that it is whole.

reins-backup.json                 format, kind of database, revision, release, instant
database/<table>/000001.gz …      rows in the order in which they can be put back (a SQLite file is one "table")
files/<ab>/<stored name>          what people attached
SHA256SUMS                        each member above, as `sha256sum -c` reads it
manifest.json                     rows of each table, files, and the sum of SHA256SUMS
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from . import sealing

FORMAT = 1
HEAD, SUMS, MANIFEST = "reins-backup.json", "SHA256SUMS", "manifest.json"
CHUNK = 4 * 1024 * 1024  # of rows, before they are packed
BLOCK = 256 * 1024
Step = Callable[[int], None]


class Broken(Exception):
    """An archive cannot be used; the message is one line that says why."""


class Writer:
    """Writes members one after another and remembers the sum of each on the disk, not in memory."""

    def __init__(self, target: Any, head: dict[str, Any], spool: Path) -> None:
        self._tar: Any = tarfile.open(mode="w|", fileobj=target, format=tarfile.PAX_FORMAT, bufsize=BLOCK)  # noqa: SIM115
        self._sums: Any = tempfile.SpooledTemporaryFile(1024 * 1024, mode="w+b", dir=str(spool))  # noqa: SIM115
        self._sum = hashlib.sha256()
        self.members = 0
        self.add(HEAD, orjson.dumps(head))

    def add(self, name: str, content: bytes) -> str:
        """Add one member; return its SHA-256."""
        return self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, source: IO[bytes], size: int) -> str:
        """Add ``size`` bytes of ``source``; return their SHA-256. Raise OSError when there are fewer."""
        read = _Summed(source)
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        self._tar.addfile(info, read)
        self._tar.members.clear()
        line = f"{read.sum.hexdigest()}  {name}\n".encode()
        self._sums.write(line)
        self._sum.update(line)
        self.members += 1
        return read.sum.hexdigest()

    def add_rows(self, table: str, number: int, rows: bytes) -> None:
        """Add one piece of a table."""
        self.add(f"database/{table}/{number:06d}.gz", gzip.compress(rows, compresslevel=4, mtime=0))

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add the sums and the manifest; without them an archive is refused."""
        sums, members = self._sum.hexdigest(), self.members
        size = self._sums.tell()
        self._sums.seek(0)
        self.add_stream(SUMS, self._sums, size)
        whole = {**manifest, "members": members, "sums": sums}
        self.add(MANIFEST, orjson.dumps(whole, option=orjson.OPT_NON_STR_KEYS))
        self.close()

    def close(self) -> None:
        """Let go of what is open; a second call does nothing."""
        self._tar.close()
        self._sums.close()


class _Summed:
    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        found = self.source.read(size)
        self.sum.update(found)
        return found


@dataclass(frozen=True, slots=True)
class Member:
    """One member while the archive is read: its content can be read once, before the next one comes."""

    name: str
    size: int
    content: Any  # with read(size)


class Reader:
    """Reads an archive from its begin to its end, once, and checks every sum on the way."""

    def __init__(self, path: Path, secret: bytes | None, step: Step = lambda _: None) -> None:
        self._path, self._secret, self._step = path, secret, step
        self.manifest: dict[str, Any] = {}

    def head(self) -> dict[str, Any]:
        """Return what the archive says of itself; raise :class:`Broken`."""
        with self._open() as tar:
            first = tar.next()
            if first is None or first.name != HEAD or first.size > 100_000:
                raise Broken("This is no backup of Reins.")
            content = tar.extractfile(first)
            assert content is not None
            head: dict[str, Any] = orjson.loads(content.read())
        if head.get("format") != FORMAT:
            raise Broken("This backup has a format that this release does not read.")
        return head

    def members(self) -> Iterator[Member]:
        """Yield every member of database and files; raise :class:`Broken` at the end unless all of it was right."""
        total, count = hashlib.sha256(), 0
        with self._open() as tar:
            while (info := tar.next()) is not None:
                tar.members.clear()
                content = tar.extractfile(info)
                if content is None:
                    raise Broken(f"{info.name} is no plain member.")
                if info.name == MANIFEST:
                    self.manifest = orjson.loads(content.read())
                    break
                read = _Summed(content)
                if info.name not in (HEAD, SUMS):
                    yield Member(info.name, info.size, read)
                while read.read(BLOCK):
                    pass
                self._step(info.size)
                if info.name != SUMS:
                    total.update(f"{read.sum.hexdigest()}  {info.name}\n".encode())
                    count += 1
                elif read.sum.hexdigest() != total.hexdigest():
                    raise Broken("A checksum is wrong: the backup is damaged.")
        if not self.manifest:
            raise Broken("The backup is cut off: its manifest is missing.")
        if self.manifest["sums"] != total.hexdigest() or self.manifest["members"] != count:
            raise Broken("A checksum is wrong: the backup is damaged.")

    @contextmanager
    def _open(self) -> Iterator[Any]:
        sealed = sealing.is_sealed(self._path)
        if sealed and self._secret is None:
            raise Broken("This backup is sealed: name its key with --key-file.")
        with self._path.open("rb") as source:
            plain: Any = source
            if sealed and self._secret is not None:
                plain = sealing.Opener(source, self._secret)
            try:
                with tarfile.open(mode="r|", fileobj=plain, bufsize=BLOCK) as tar:
                    yield tar
                while plain.read(
                    BLOCK
                ):  # to the end: the last piece of a sealed one proves that it is the last
                    pass
            except sealing.Sealed as error:
                raise Broken(str(error)) from None
            except (tarfile.TarError, EOFError, gzip.BadGzipFile, OSError, ValueError) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise
                raise Broken("This is no backup of Reins, or it is damaged.") from error


@contextmanager
def writing(path: Path, secret: bytes | None, head: dict[str, Any]) -> Iterator[Writer]:
    """Write an archive beside ``path`` and put it there when it is whole and on the disk; else leave nothing."""
    partial = path.with_name(f".{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as target:
            sealer = sealing.Sealer(target, secret) if secret is not None else None
            writer = Writer(sealer or target, head, path.parent)
            try:
                yield writer
            finally:
                writer.close()
            if sealer is not None:
                sealer.close()
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
