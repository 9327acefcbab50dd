"""Limits counted in the database, so that they hold over processes.

A try is written down before it is judged and taken back when it was right: many tries at the same instant
cannot slip through, and only wrong ones count. The rows are committed apart, because a refusal rolls back.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select

from portal import config, db
from portal.domain import clock
from portal.domain.errors import TooMany
from portal.prepared import Prepared
from portal.text import _tn

from . import keys, shapes
from .credentials import Attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` wrong tries within ``minutes`` for one bucket."""

    bucket: str
    most: int
    minutes: int


def _bucket(name: str, value: str = "") -> str:
    return f"{name}:{keys.fingerprint('attempt', value)}" if value else name


def network_of(address: str) -> str:
    """Return what counts as one network: the IPv4 address, or the /64 that a household has in IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def trace(address: str) -> str:
    """Return twelve hex digits by which a log knows a mailbox again without naming it; keyed, so nobody can guess."""
    return keys.fingerprint("log", shapes.key_of(address))[:12]


def of_password(address_key: str, network: str) -> list[Limit]:
    """Return the limits on passwords: per mailbox, known or not, per network, and in all."""
    settings = config.load()
    minutes = settings.sign_in_window_minutes
    return [
        Limit(_bucket("mailbox", address_key), settings.sign_ins_per_account, minutes),
        Limit(_bucket("network", network_of(network)), settings.sign_ins_per_address, minutes),
        Limit(_bucket("all"), settings.sign_ins_global, minutes),
    ]


def of_code(person_id: int) -> list[Limit]:
    """Return the limits on codes of the second step of one person: in five minutes, an hour, a day."""
    settings = config.load()
    bucket = _bucket("code", str(person_id))
    return [
        Limit(bucket, settings.codes_per_window, settings.sign_in_window_minutes),
        Limit(bucket, settings.codes_per_hour, 60),
        Limit(bucket, settings.codes_per_day, 24 * 60),
    ]


@cache
def _counting(many: int) -> Prepared:
    """Return the statement that counts the tries of ``many`` limits, each since its own instant."""
    return Prepared(
        select(
            *(
                select(func.count(Attempt.id))
                .where(Attempt.bucket == bindparam(f"bucket{n}"), Attempt.at > bindparam(f"since{n}"))
                .scalar_subquery()
                .label(f"count{n}")
                for n in range(many)
            )
        )
    )


def _counts(limits: Sequence[Limit]) -> Sequence[int]:
    now = clock.now()
    buckets = {f"bucket{n}": limit.bucket for n, limit in enumerate(limits)}
    since = {f"since{n}": now - timedelta(minutes=limit.minutes) for n, limit in enumerate(limits)}
    return _counting(len(limits)).all(**buckets, **since)[0]


def _refuse(limits: Sequence[Limit], counts: Sequence[int], *, above: bool) -> None:
    full = [limit for limit, count in zip(limits, counts, strict=True) if count >= limit.most + above]
    if full:
        minutes = min(max(limit.minutes for limit in full), 60)
        message = _tn(
            "Too many tries. Wait {count} minute, or choose a new password by e-mail: that works at once.",
            "Too many tries. Wait {count} minutes, or choose a new password by e-mail: that works at once.",
            minutes,
        )
        raise TooMany(minutes * 60, message)


def take(limits: Sequence[Limit]) -> list[int]:
    """Count one try against every limit, committed apart; return its rows, raise TooMany when one is full."""
    buckets = list(dict.fromkeys(limit.bucket for limit in limits))
    with db.apart() as session:
        _refuse(limits, _counts(limits), above=False)
        at = clock.now()
        tries = [{"bucket": bucket, "at": at} for bucket in buckets]
        counted = list(session.connection().scalars(insert(Attempt).returning(Attempt.id), tries))
    if (
        not db.database().sqlite
    ):  # which lets one writer count at a time; elsewhere others have counted meanwhile
        with db.unit_of_work(write=False):
            _refuse(limits, _counts(limits), above=True)
    return counted


def give_back(rows: Sequence[int], *, also: Limit | None = None) -> None:
    """Take back a try that was right, and with ``also`` everything counted in the bucket of that limit."""
    wanted: ColumnElement[bool] = Attempt.id.in_(rows)
    if also is not None:
        wanted = wanted | (Attempt.bucket == also.bucket)
    db.session().connection().execute(delete(Attempt).where(wanted))


def buckets_of(address_key: str, person_id: int) -> list[str]:
    """Return where tries at the password and at the second step of one person are counted."""
    return [_bucket("mailbox", address_key), _bucket("code", str(person_id))]


def forget_passwords(address_key: str) -> None:
    """Lift the lock of one mailbox: its owner has just proved it."""
    db.session().execute(delete(Attempt).where(Attempt.bucket == _bucket("mailbox", address_key)))
