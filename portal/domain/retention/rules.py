"""The rules: what is kept for how long, why, and what happens at the end. Each stands here and nowhere else."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from portal import db
from portal.domain.accounts.credentials import (
    Attempt,
    HeldForm,
    KnownDevice,
    MailboxRequest,
    OneTimeLink,
    RefusedSignIn,
    SignInSession,
)
from portal.domain.accounts.devices import KEPT
from portal.domain.accounts.links import PASSKEY
from portal.domain.accounts.models import Account, Invitation
from portal.domain.changes import KEPT as CHANGES_KEPT
from portal.domain.changes.models import PartnerChange
from portal.domain.clients.models import PartnerClientReply, PartnerClientToken
from portal.domain.complaints.models import Attachment, Complaint
from portal.domain.consent.models import Purpose, PurposeVersion
from portal.domain.drops.models import DroppedFile
from portal.domain.exchange.material_models import Taken
from portal.domain.exchange.models import Lead, Reading
from portal.domain.feedback.models import Feedback
from portal.domain.lookups.models import LookUp
from portal.domain.outbox import SERVICE_PURPOSES, Message
from portal.domain.programs.models import Reply
from portal.domain.programs.replies import KEPT as REPLIES_KEPT
from portal.domain.timeline.models import Contact
from portal.text import _t

from . import removing
from .models import RetentionRun
from .partners import OF_PARTNERS
from .periods import Period
from .rule import CONSENT, CONSENT_OF_PERSON, CONTRACT, GONE, INTEREST, LAW, Rule
from .shared import OF_SHARING

_ENDED = Message.ended_at.is_not(None)
_WORDS_THERE = Message.words_gone_at.is_(None)
_LOOKED_AT = select(LookUp.session_id).where(LookUp.session_id.is_not(None))

RULES: tuple[Rule, ...] = (
    Rule(
        "complaint_files", _t("Files of a complaint"), _t("the end of the complaint"), Period(months=36),
        _t("removed from the disk; that there was a file, its size and its checksum stay"), CONTRACT,
        Attachment, removing.ended_of(Attachment.complaint_id), removing.files,
        due=(Attachment.removed_at.is_(None),), account=Attachment.account_id,
    ),
    Rule(
        "complaint_words", _t("Words of a complaint: what was written, asked, answered and offered"),
        _t("the end of the complaint"), Period(months=72),
        _t("removed; number, dates, states and amounts stay for figures"), CONTRACT,
        Complaint, Complaint.ended_at, removing.complaint_words,
        due=(Complaint.words_gone_at.is_(None), Complaint.state.not_in(["draft", "discarded"])),
        account=Complaint.account_id,
    ),
    Rule(
        "discarded_drafts", _t("Complaints that were never sent"),
        _t("the day it was thrown away, at the latest ninety days after it was last written to"), Period(days=30), GONE,
        CONTRACT, Complaint, Complaint.ended_at, removing.complaint_words,
        due=(Complaint.words_gone_at.is_(None), Complaint.state == "discarded"), account=Complaint.account_id,
    ),
    Rule(
        "contacts", _t("Notes of calls, letters and visits"), _t("the contact"), Period(months=36), GONE, CONTRACT,
        Contact, Contact.at, removing.contacts, account=Contact.account_id,
    ),
    Rule(
        "service_messages", _t("Words and address of messages about the service"), _t("the day it was sent"),
        Period(months=36), _t("removed; date, subject and result stay"), CONTRACT,
        Message, Message.ended_at, removing.message_words,
        due=(_ENDED, _WORDS_THERE, Message.purpose.in_(SERVICE_PURPOSES), Message.state.in_(["sent", "done"])),
        account=Message.account_id,
    ),
    Rule(
        "unsent_messages", _t("What a message would have said that was withheld, cancelled or given up"),
        _t("the day it was decided"), Period(months=6), _t("removed; date and reason stay"), INTEREST,
        Message, Message.ended_at, removing.message_words,
        due=(_ENDED, _WORDS_THERE, Message.state.in_(["withheld", "cancelled", "gave_up"])), account=Message.account_id,
    ),
    Rule(
        "look_ups", _t("Who of us looked at your data"), _t("the look"), Period(months=36), GONE, LAW,
        LookUp, LookUp.last_at, removing.look_ups, account=LookUp.account_id,
    ),
    Rule(
        "sign_ins", _t("Your sign-ins: device, network and time"), _t("the last use"), Period(months=12), GONE,
        INTEREST, SignInSession, SignInSession.last_seen_at, removing.rows_of(SignInSession),
        due=(SignInSession.id.not_in(_LOOKED_AT),), account=SignInSession.account_id,
    ),
    Rule(
        "refused_sign_ins", _t("Sign-ins that were refused"), _t("the try"), Period(days=90), GONE, INTEREST,
        RefusedSignIn, RefusedSignIn.at, removing.rows_of(RefusedSignIn),
    ),
    Rule(
        "known_devices", _t("Browsers we know again"), _t("the last sign-in from it"), Period(days=KEPT.days), GONE,
        INTEREST, KnownDevice, KnownDevice.last_seen_at, removing.rows_of(KnownDevice),
    ),
    Rule(
        "feedback", _t("Feedback in your words, and that it was yours"), _t("the day it was given"), Period(months=36),
        _t("words and name removed; the marks stay for figures"), INTEREST,
        Feedback, Feedback.created_at, removing.feedback,
        due=(or_(Feedback.account_id.is_not(None), Feedback.text != "", Feedback.key.is_not(None)),),
        account=Feedback.account_id,
    ),
    Rule(
        "invitations", _t("Invitations of a company that ended or were not taken up"), _t("its end"), Period(days=90),
        GONE, INTEREST, Invitation, func.coalesce(Invitation.ended_at, Invitation.expires_at),
        removing.rows_of(Invitation), account=Invitation.account_id,
    ),
    Rule(
        "unclaimed_accounts", _t("Customers taken over from an older register who never came here"),
        _t("the day they were taken over"), Period(months=36),
        _t("name, addresses and numbers removed; what the books need stays without a name"), INTEREST,
        Account, Account.created_at, removing.unclaimed,
        due=(Account.source.is_not(None), Account.claimed_at.is_(None), Account.closed_at.is_(None),
             removing.nothing_open()),
        account=Account.id,
    ),
    Rule(
        "lead_contacts", _t("People named at companies that may become customers"),
        _t("the end of the matter, or the last thing that happened to it"), Period(months=6),
        _t("name, address, number and words removed; the company, dates and states stay"), CONSENT_OF_PERSON,
        Lead, func.coalesce(Lead.ended_at, Lead.moved_at), removing.lead_contacts,
        due=(Lead.contact_gone_at.is_(None),),
    ),
    Rule(
        "dropped_files", _t("Files that partners and suppliers send us"),
        _t("the day its lines counted or it was rejected"),
        Period(days=30), _t("removed from the disk with what was wrong in it; name, days and counts stay"), INTEREST,
        DroppedFile, DroppedFile.ended_at, removing.dropped_files, due=(DroppedFile.removed_at.is_(None),), told=False,
    ),
    Rule(
        "announcement_readings", _t("Who of a partner read which announcement"), _t("the reading"), Period(months=36),
        GONE, CONTRACT, Reading, Reading.first_at, removing.rows_of(Reading),
    ),
    Rule(
        "material_downloads", _t("Who of a partner downloaded which material"), _t("the download"), Period(months=36),
        GONE, CONTRACT, Taken, Taken.at, removing.rows_of(Taken),
    ),
    Rule(
        "links", _t("Links in mails, used or not"), _t("the end of the link"), Period(days=30), GONE, INTEREST,
        OneTimeLink, OneTimeLink.expires_at, removing.rows_of(OneTimeLink),
    ),
    Rule(
        "mailbox_requests", _t("Addresses typed to register or to reset"), _t("our answer"), Period(days=30), GONE,
        INTEREST, MailboxRequest, MailboxRequest.handled_at, removing.rows_of(MailboxRequest),
    ),
    Rule(
        "held_forms", _t("What was typed when a sign-in ran out"), _t("thirty minutes"), Period(), GONE, INTEREST,
        HeldForm, HeldForm.expires_at, removing.rows_of(HeldForm), told=False,
    ),
    Rule(
        "challenges", _t("Challenges to passkeys"), _t("its end"), Period(hours=1), GONE, INTEREST,
        OneTimeLink, OneTimeLink.expires_at, removing.rows_of(OneTimeLink),
        due=(OneTimeLink.kind == PASSKEY,), told=False,
    ),
    Rule(
        "tries", _t("Counted tries to sign in, as a hash"), _t("the try"), Period(hours=48), GONE, INTEREST,
        Attempt, Attempt.at, removing.rows_of(Attempt), told=False,
    ),
    Rule(
        "replies", _t("Answers to programs, kept for a repeated request"), _t("the answer"),
        Period(hours=int(REPLIES_KEPT.total_seconds() // 3600)), GONE,
        INTEREST, Reply, Reply.created_at, removing.rows_of(Reply), told=False,
    ),
    Rule(
        "client_replies", _t("Answers to systems of partners, kept for a repeated request"), _t("the answer"),
        Period(hours=int(REPLIES_KEPT.total_seconds() // 3600)), GONE,
        INTEREST, PartnerClientReply, PartnerClientReply.created_at, removing.rows_of(PartnerClientReply), told=False,
    ),
    Rule(
        "client_tokens", _t("Tokens of partners’ systems, as a hash"), _t("the end of the token"), Period(days=30),
        GONE, INTEREST, PartnerClientToken, PartnerClientToken.expires_at, removing.rows_of(PartnerClientToken),
        told=False,
    ),
    Rule(
        "changes", _t("What changed for the systems of partners"), _t("the change"), Period(days=CHANGES_KEPT.days),
        GONE, INTEREST, PartnerChange, PartnerChange.numbered_at, removing.rows_of(PartnerChange),
        due=(PartnerChange.number.is_not(None),), told=False,
    ),
    Rule(
        "empty_runs", _t("Days on which a rule found nothing"), _t("that day"), Period(days=90), GONE, INTEREST,
        RetentionRun, RetentionRun.started_at, removing.rows_of(RetentionRun),
        due=(RetentionRun.removed == 0, RetentionRun.finished_at.is_not(None)), told=False,
    ),
    *OF_SHARING,
    *OF_PARTNERS,
)  # fmt: skip


def of_purposes() -> list[Rule]:
    """Return one rule for each purpose: the months it was published with, as its page tells them.

    One that sends no more is among them: what it sent has its end too.
    """
    rows = db.session().execute(
        select(Purpose.key, PurposeVersion.retention_months)
        .join(
            PurposeVersion,
            and_(PurposeVersion.purpose_id == Purpose.id, PurposeVersion.number == Purpose.version),
        )
        .where(Purpose.key.not_in(SERVICE_PURPOSES))
        .order_by(Purpose.position, Purpose.id)
    )
    return [
        Rule(
            f"purpose:{key}", _t("Words and address of messages under the purpose “{purpose}”", purpose=key),
            _t("the day it was sent"), Period(months=months) if months else Period(days=1),
            _t("removed; date, subject and result stay"), CONSENT, Message, Message.ended_at,
            removing.message_words,
            due=(_ENDED, _WORDS_THERE, Message.purpose == key, Message.state.in_(["sent", "done"])),
            account=Message.account_id, told=False, purpose=key,
        )
        for key, months in rows
    ]  # fmt: skip


def every() -> list[Rule]:
    """Return every rule that holds now."""
    return [*RULES, *of_purposes()]
