"""Why a sign-in did not work: one calm page each, with what happened and whom to ask; the log has no token."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from typing import Any

from flask import render_template

from portal.domain.partners import Refusal
from portal.oidc import Reason
from portal.text import Lazy, _t
from portal.ui import watch
from portal.ui.browser import network


@dataclass(frozen=True, slots=True)
class Page:
    """What a refusal says. ``ask`` is who can help: again (the reader), company, firm."""

    status: int
    title: Lazy
    text: Lazy
    ask: str = "company"


_FORGED = _t(
    "The answer of your company’s sign-in could not be trusted, so nobody was signed in. It may have been changed on "
    "the way."
)
PAGES: dict[Reason | Refusal, Page] = {
    Reason.BARE: Page(
        400, _t("Nothing to sign in with came along"),
        _t("This page is where your company’s sign-in leads back to. It was opened without its answer."), "again",
    ),
    Reason.NOT_HERE: Page(
        400, _t("This sign-in did not begin in this browser"),
        _t("A sign-in ends in the browser where it began. A link that somebody sent you, or cookies that were removed "
           "in between, do not sign you in."), "again",
    ),
    Reason.OVER: Page(
        400, _t("This sign-in is over"),
        _t("It was finished before, or it took longer than ten minutes. Each works once."), "again",
    ),
    Reason.DENIED: Page(
        403, _t("You, or your company, said no"),
        _t("At your company’s sign-in the question whether we may know who you are was answered with no. Nothing was "
           "passed on to us."), "again",
    ),
    Reason.PROVIDER_ERROR: Page(
        502, _t("Your company’s sign-in reports a fault"),
        _t("It sent you back with an error of its own instead of an answer."),
    ),
    Reason.ISSUER_MISSING: Page(
        400, _t("The answer does not say who sent it"),
        _t("Your company’s sign-in always names itself in its answers. This one did not, so it was not taken."),
    ),
    Reason.ISSUER_WRONG: Page(
        400, _t("The answer came from somebody else"),
        _t("You had set out for another sign-in than the one that answered, so the answer was not taken."),
    ),
    Reason.DOWN: Page(
        502, _t("Your company’s sign-in cannot be reached"),
        _t("We tried just now, and nobody answered there. That usually passes; what you do here is not lost."),
    ),
    Reason.SLOW: Page(
        504, _t("Your company’s sign-in takes too long"),
        _t("It did not answer within seven seconds. Please try again in a moment."),
    ),
    Reason.NONSENSE: Page(
        502, _t("Your company’s sign-in gave an answer that cannot be read"),
        _t("Something is set up wrongly there, or something else answers in its place."),
    ),
    Reason.CODE: Page(
        400, _t("Your company’s sign-in did not confirm it"),
        _t("We asked whether what your browser brought is good, and the answer was no: it was used before, or it is "
           "too old."), "again",
    ),
    Reason.CLIENT: Page(
        502, _t("Your company’s sign-in does not know us any more"),
        _t("It refused us, not you: the secret between your company and us is no longer right."), "firm",
    ),
    Reason.ALGORITHM: Page(
        403, _t("The answer is not signed in a way that we accept"), _FORGED,
    ),
    Reason.SIGNATURE: Page(403, _t("The signature of the answer is not right"), _FORGED),
    Reason.TOKEN: Page(403, _t("The answer is not of the kind we asked for"), _FORGED),
    Reason.TOKEN_ISSUER: Page(403, _t("The answer names another sign-in"), _FORGED),
    Reason.AUDIENCE: Page(
        403, _t("The answer was meant for somebody else"),
        _t("It was made for another program, so it signs nobody in here."),
    ),
    Reason.EXPIRED: Page(
        403, _t("The answer is too old"),
        _t("It had run out when it came. If this happens again, a clock is wrong at your company or here."),
    ),
    Reason.TOO_EARLY: Page(
        403, _t("The answer is not good yet"),
        _t("By our clock it was made in the future. A clock is wrong at your company or here."),
    ),
    Reason.NONCE: Page(
        403, _t("The answer belongs to another sign-in"),
        _t("It does not carry the mark of the question we asked a moment ago."), "again",
    ),
    Reason.SUBJECT: Page(
        403, _t("The answer does not say who you are"),
        _t("Your company’s sign-in let you in, but named nobody."),
    ),
    Reason.NOT_FRESH: Page(
        403, _t("You were not asked anew"),
        _t("For what comes next your company’s sign-in has to ask you once more, and it did not."),
    ),
    Refusal.COMPANY: Page(
        403, _t("Your company has no access at the moment"),
        _t("You signed in well, but the access of your company is switched off."), "firm",
    ),
    Refusal.PERSON: Page(
        403, _t("Your access is switched off"), _t("You signed in well, but your access here was switched off."),
    ),
    Refusal.ENDED: Page(
        403, _t("Your access has ended"),
        _t("You signed in well, but whoever looks after the people of your company has ended your access here."),
    ),
    Refusal.UNKNOWN: Page(
        403, _t("Nobody has asked you in yet"),
        _t("You signed in well at your company, but you are not among the people it has named here."),
    ),
    Refusal.MAIL: Page(
        403, _t("Your mail address is not confirmed"),
        _t("Your company’s sign-in does not say that it has made sure of your mail address. At your first sign-in here "
           "we need that. Confirm the address there, then try again."),
    ),
    Refusal.OTHER_SUBJECT: Page(
        403, _t("This mail address belongs to another account"),
        _t("Somebody of your company comes here with this address already, under another account. An address alone "
           "opens nothing: if it is yours now, let yourself be invited anew."),
    ),
    Refusal.OTHER_PERSON: Page(
        403, _t("That was somebody else"),
        _t("You are signed in here as one person and confirmed it as another. Nothing was done."),
    ),
}  # fmt: skip


def refused(
    reason: Reason | Refusal, *, company: str = "", detail: str = "", provider: uuidlib.UUID | None = None
) -> Any:
    """Return the page of a refusal with its status, and log it by its word."""
    watch.note(
        "partner.sign_in_refused",
        reason=reason.value,
        detail=detail,
        provider=str(provider or ""),
        network=network(),
    )
    page = PAGES[reason]
    return render_template("extranet/sign_in/refused.html", page=page, company=company), page.status
