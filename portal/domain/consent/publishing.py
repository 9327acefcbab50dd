"""Publish what a purpose means, in words for each language, as versions that never change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select

from portal import db
from portal.domain import audit, clock
from portal.domain.actor import Actor, Permission
from portal.domain.audit import Tag
from portal.domain.errors import Invalid
from portal.text import _t

from .models import Purpose, PurposeNotice, PurposeVersion, Topic
from .rules import Basis


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """The words of a purpose in one language; the benefit says what the customer gets and by when."""

    title: str
    question: str
    text: str
    benefit: str = ""
    data: str = ""
    recipients: str = ""


@dataclass(frozen=True, slots=True)
class PurposeDraft:
    """Everything that a version of a purpose says; ``asks_anew`` makes older yeses end with it."""

    key: str
    basis: str
    notices: Mapping[str, NoticeDraft]
    dpv_purpose: str
    retention_months: int
    marketing: bool = False
    sends: bool = True
    position: int = 0
    channels: Sequence[str] = ()
    data_categories: Sequence[str] = ()
    recipients: Sequence[str] = ()
    valid_months: int | None = None
    benefit_by_days: int | None = None
    asks_anew: bool = field(default=False, compare=False)


def text_hash(notice: NoticeDraft) -> str:
    """Return the SHA-256 that proves the words of a notice, over JSON with sorted keys."""
    words = json.dumps(asdict(notice), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def publish(draft: PurposeDraft, *, actor: Actor) -> Purpose:
    """Publish ``draft`` as the next version of its purpose; publishing the same again changes nothing.

    Raises Denied without the right to change settings, Invalid when a word, a benefit or a term is missing.
    """
    actor.require(Permission.PURPOSES_WRITE)
    check(draft)
    session = db.session()
    purpose = session.scalars(select(Purpose).where(Purpose.key == draft.key).with_for_update()).one_or_none()
    if purpose is None:
        purpose = Purpose(key=draft.key, basis=draft.basis, version=0, asks_from_version=1)
        session.add(purpose)
    elif _same(purpose, draft):
        return purpose
    if purpose.version and purpose.basis != draft.basis:
        raise Invalid(
            _t("A purpose keeps its legal basis. Publish a new purpose instead."),
            code="consent.basis",
            field="basis",
        )
    purpose.version += 1
    purpose.position, purpose.marketing, purpose.sends = draft.position, draft.marketing, draft.sends
    purpose.channels = list(draft.channels)
    if draft.asks_anew:
        purpose.asks_from_version = purpose.version
    session.flush()
    version = PurposeVersion(
        purpose_id=purpose.id,
        number=purpose.version,
        published_at=clock.now(),
        dpv_purpose=draft.dpv_purpose,
        data_categories=list(draft.data_categories),
        recipients=list(draft.recipients),
        retention_months=draft.retention_months,
        valid_months=draft.valid_months,
        benefit_by_days=draft.benefit_by_days,
    )
    session.add(version)
    session.flush()
    for language, notice in sorted(draft.notices.items()):
        session.add(
            PurposeNotice(
                purpose_version_id=version.id,
                language=language,
                title=notice.title,
                question=notice.question,
                text=notice.text,
                benefit=notice.benefit,
                data_text=notice.data,
                recipients_text=notice.recipients,
                text_hash=text_hash(notice),
            )
        )
    audit.record(
        Tag.PURPOSE_PUBLISHED,
        actor=actor,
        subject=("purpose", purpose.uuid),
        purpose=draft.key,
        version=purpose.version,
    )
    session.flush()
    return purpose


def publish_topics(topics: Mapping[str, Mapping[str, str]], *, actor: Actor) -> None:
    """Set the topics in the order given, each with its name per language; known keys are renamed, none goes."""
    actor.require(Permission.PURPOSES_WRITE)
    session = db.session()
    known = {topic.key: topic for topic in session.scalars(select(Topic))}
    for position, (key, names) in enumerate(topics.items()):
        topic = known.get(key)
        if topic is None:
            session.add(Topic(key=key, position=position, names=dict(names)))
        else:
            topic.position, topic.names = position, dict(names)
    session.flush()


def check(draft: PurposeDraft) -> None:
    """Raise Invalid at the first thing that keeps a draft from being published."""
    problems: Iterable[tuple[bool, str, Any]] = (
        (not draft.key or len(draft.key) > 60, "key", _t("A purpose needs a short key.")),
        (draft.basis not in set(Basis), "basis", _t("Name a legal basis.")),
        ("en" not in draft.notices, "notices", _t("Write the notice in English at least.")),
        (draft.retention_months < 0, "retention_months", _t("Say for how many months the data are kept.")),
        (
            draft.basis == Basis.CONSENT
            and (
                draft.benefit_by_days is None or any(not notice.benefit for notice in draft.notices.values())
            ),
            "benefit",
            _t("A permission that is asked for names what the customer gets and by when."),
        ),
        (
            any(not (notice.title and notice.question and notice.text) for notice in draft.notices.values()),
            "notices",
            _t("Each notice needs a title, a question and a text."),
        ),
    )
    for wrong, name, message in problems:
        if wrong:
            raise Invalid(message, code=f"consent.{name}", field=name)


def _same(purpose: Purpose, draft: PurposeDraft) -> bool:
    """Tell whether the published version already says all of ``draft``."""
    session = db.session()
    version = session.scalars(
        select(PurposeVersion).where(
            PurposeVersion.purpose_id == purpose.id, PurposeVersion.number == purpose.version
        )
    ).one()
    shown = {
        notice.language: notice.text_hash
        for notice in session.scalars(
            select(PurposeNotice).where(PurposeNotice.purpose_version_id == version.id)
        )
    }
    now = (
        purpose.basis, purpose.marketing, purpose.sends, purpose.position, list(purpose.channels), version.dpv_purpose,
        version.retention_months, list(version.data_categories), list(version.recipients), version.valid_months,
        version.benefit_by_days, shown,
    )  # fmt: skip
    wanted = (
        draft.basis, draft.marketing, draft.sends, draft.position, list(draft.channels), draft.dpv_purpose,
        draft.retention_months, list(draft.data_categories), list(draft.recipients), draft.valid_months,
        draft.benefit_by_days, {language: text_hash(notice) for language, notice in draft.notices.items()},
    )  # fmt: skip
    return now == wanted
