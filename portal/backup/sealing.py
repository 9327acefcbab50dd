"""A stream sealed with a key: ChaCha20-Poly1305 in pieces (STREAM), so that any length is read in bounded memory.

A sealed file begins with the mark, the salt of the key (scrypt) and the prefix of the nonces. Each piece carries its
number and whether it is the last one in its nonce, so that none can be left out, moved, added or cut off unnoticed.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MARK = b"REINS-SEALED-1\n"
PIECE = 64 * 1024
TAG = 16
SALT, PREFIX = 16, 7
COST = 2**15  # of scrypt, about a tenth of a second
LEAST_KEY = 20


class Sealed(Exception):
    """A sealed file cannot be opened; the message is one line that says why."""


def read_key(path: Path) -> bytes:
    """Return the secret in a key file; raise :class:`Sealed` when it is too short to protect anything."""
    secret = path.read_bytes().strip()
    if len(secret) < LEAST_KEY:
        raise Sealed(f"The key in {path} is too short: it needs {LEAST_KEY} characters or more.")
    return secret


def _cipher(secret: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(secret))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, last)


class Sealer:
    """A file to write to; what is written reaches ``target`` sealed. Without :meth:`close` it is worth nothing."""

    def __init__(self, target: IO[bytes], secret: bytes) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._target, self._cipher = target, _cipher(secret, salt)
        self._kept = bytearray()
        self._number = 0
        target.write(MARK + salt + self._prefix)

    def write(self, data: bytes) -> int:
        """Take any number of bytes."""
        self._kept += data
        while len(self._kept) > PIECE:  # one piece is kept back: it may be the last
            self._seal(bytes(self._kept[:PIECE]), last=False)
            del self._kept[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        self._seal(bytes(self._kept), last=True)
        self._kept.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last), piece, MARK))
        self._number += 1


class Opener:
    """A file to read from: the content of a sealed one. Raises :class:`Sealed` where anything was changed."""

    def __init__(self, source: IO[bytes], secret: bytes) -> None:
        if source.read(len(MARK)) != MARK:
            raise Sealed("This file is not sealed.")
        salt, self._prefix = source.read(SALT), source.read(PREFIX)
        if len(self._prefix) != PREFIX:
            raise Sealed("The file is cut off.")
        self._source, self._cipher = source, _cipher(secret, salt)
        self._next = source.read(PIECE + TAG)
        self._kept = bytearray()
        self._number = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all of them when it is negative; fewer only at the end."""
        while not self._ended and (size < 0 or len(self._kept) < size):
            self._open()
        cut = len(self._kept) if size < 0 else size
        found = bytes(self._kept[:cut])
        del self._kept[:cut]
        return found

    def _open(self) -> None:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        self._ended = not self._next
        try:
            self._kept += self._cipher.decrypt(_nonce(self._prefix, self._number, self._ended), piece, MARK)
        except InvalidTag:
            if self._number:
                raise Sealed("The file was changed or is cut off.") from None
            raise Sealed("This key does not open the file, or the file was changed.") from None
        self._number += 1


def is_sealed(path: Path) -> bool:
    """Tell whether a file begins as sealed ones do."""
    with path.open("rb") as source:
        return source.read(len(MARK)) == MARK
