"""Why a sign-in did not work: one calm page each, with what happened and whom to ask; the log has no token."""

from __future__ import annotations

import uuid as uuidlib
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from portal.domain.partners import Refusal
from portal.oidc import Reason
from portal.text import Lazy, _t
from portal.ui import watch
from portal.ui.browser import network
from portal.ui.reader import the_firm
from portal.ui.watch import NUMBER


@dataclass(frozen=True, slots=True)
class Page:
    """What a refusal says: what happened, what to do now (a key of NOW), whom to ask (a key of ASK)."""

    status: int
    title: Lazy
    text: Lazy
    now: str
    ask: str = "company"


NOW = {
    "again": _t("Begin again from our sign-in page."),
    "later": _t("Wait some minutes, then begin again."),
    "close": _t("If it was not you who set out to sign in, close this page. Otherwise begin again."),
    "ask": _t("Trying again changes nothing before that is put right, so ask first."),
}
ASK = {
    "company": _t("Ask whoever looks after sign-ins at {company}. They can ask us, too."),
    "administrator": _t("Ask whoever looks after the people of {company} here."),
    "firm": _t("Ask the person at {firm} who works with your company."),
}
PAGES: dict[Reason | Refusal, Page] = {
    Reason.BARE: Page(
        400, _t("Nothing to sign in with came along"),
        _t("This page is where your company’s sign-in leads back to. It was opened without its answer."),
        "again", "firm",
    ),
    Reason.TWICE: Page(
        400, _t("The answer says the same thing twice"),
        _t("A part of the address stands in it more than once, so nobody can tell which one is meant."),
        "close", "firm",
    ),
    Reason.NOT_HERE: Page(
        400, _t("This sign-in did not begin in this browser"),
        _t("A sign-in ends in the browser where it began. A link that somebody sent you, or cookies that were removed "
           "in between, do not sign you in."), "close", "firm",
    ),
    Reason.STATE: Page(
        400, _t("The answer does not fit the question"),
        _t("This browser had set out to sign in, but what came back belongs to another question."), "close", "firm",
    ),
    Reason.OVER: Page(
        400, _t("This sign-in is over"),
        _t("It was finished before, or it took longer than ten minutes. Each works once."), "again", "firm",
    ),
    Reason.DENIED: Page(
        403, _t("You, or your company, said no"),
        _t("At your company’s sign-in the question whether we may know who you are was answered with no. Nothing was "
           "passed on to us."), "again",
    ),
    Reason.PROVIDER_ERROR: Page(
        502, _t("Your company’s sign-in reports a fault"),
        _t("It sent you back with an error of its own instead of an answer."), "later",
    ),
    Reason.ISSUER_MISSING: Page(
        400, _t("The answer does not say who sent it"),
        _t("Your company’s sign-in always names itself in its answers. This one did not, so it was not taken."),
        "close",
    ),
    Reason.ISSUER_WRONG: Page(
        400, _t("The answer came from somebody else"),
        _t("You had set out for another sign-in than the one that answered, so the answer was not taken."), "close",
    ),
    Reason.DOWN: Page(
        502, _t("Your company’s sign-in cannot be reached"),
        _t("We tried just now, and nobody answered there. That usually passes; what you do here is not lost."),
        "later",
    ),
    Reason.SLOW: Page(
        504, _t("Your company’s sign-in takes too long"), _t("It did not answer within seven seconds."), "later",
    ),
    Reason.NONSENSE: Page(
        502, _t("Your company’s sign-in gave an answer that cannot be read"),
        _t("Something is set up wrongly there, or something else answers in its place."), "ask",
    ),
    Reason.CODE: Page(
        400, _t("Your company’s sign-in did not confirm it"),
        _t("We asked whether what your browser brought is good, and the answer was no: it was used before, or it is "
           "too old."), "again",
    ),
    Reason.CLIENT: Page(
        502, _t("Your company’s sign-in does not know us any more"),
        _t("It refused us, not you: the secret between your company and us is no longer right."), "ask", "firm",
    ),
    Reason.NO_TOKEN: Page(
        502, _t("The answer has no proof in it"),
        _t("Your company’s sign-in confirmed that somebody came, and did not say who."), "ask",
    ),
    Reason.UNSIGNED: Page(
        403, _t("The answer is not signed"),
        _t("Anybody could have written it, so it proves nothing."), "close",
    ),
    Reason.PUBLIC_KEY: Page(
        403, _t("The answer is signed with something that is no secret"),
        _t("It is signed in a way for which a secret is needed that your company never gave us. What was used for it "
           "is open to everybody."), "close",
    ),
    Reason.ALGORITHM: Page(
        403, _t("The answer is not signed in a way that we accept"),
        _t("Your company’s sign-in may have been set to an old way of signing, or somebody changed its answer."), "ask",
    ),
    Reason.KEY: Page(
        403, _t("The answer is signed with a key that nobody knows"),
        _t("Your company’s sign-in does not list that key among its own. It may have been changed just now."), "later",
    ),
    Reason.SIGNATURE: Page(
        403, _t("The signature of the answer is not right"),
        _t("It was changed on the way, or somebody else wrote it in the name of your company."), "close",
    ),
    Reason.TOKEN: Page(
        403, _t("The answer is not of the kind we asked for"),
        _t("It is a paper for another use, or it belongs to another answer, so it proves nothing here."), "close",
    ),
    Reason.TOKEN_ISSUER: Page(
        403, _t("The answer names another sign-in"),
        _t("The key is the right one, but the proof says that another sign-in made it."), "ask",
    ),
    Reason.AUDIENCE: Page(
        403, _t("The answer was meant for somebody else"),
        _t("It was made for another program, so it signs nobody in here."), "close",
    ),
    Reason.EXPIRED: Page(
        403, _t("The answer is too old"),
        _t("It had run out when it came. If this happens again, a clock is wrong at your company or here."), "again",
    ),
    Reason.TOO_EARLY: Page(
        403, _t("The answer is not good yet"),
        _t("By our clock it was made in the future. A clock is wrong at your company or here."), "later",
    ),
    Reason.NONCE: Page(
        403, _t("The answer belongs to another sign-in"),
        _t("It does not carry the mark of the question we asked a moment ago."), "close",
    ),
    Reason.SUBJECT: Page(
        403, _t("The answer does not say who you are"),
        _t("Your company’s sign-in let you in, but named nobody."), "ask",
    ),
    Reason.NOT_FRESH: Page(
        403, _t("You were not asked anew"),
        _t("For what comes next your company’s sign-in has to ask you once more, and it did not."), "again",
    ),
    Refusal.COMPANY: Page(
        403, _t("Your company has no access at the moment"),
        _t("You signed in well, but the access of your company is switched off."), "ask", "firm",
    ),
    Refusal.PERSON: Page(
        403, _t("Your access is switched off"), _t("You signed in well, but your access here was switched off."),
        "ask", "firm",
    ),
    Refusal.ENDED: Page(
        403, _t("Your access has ended"),
        _t("You signed in well, but whoever looks after the people of your company has ended your access here."),
        "ask", "administrator",
    ),
    Refusal.UNKNOWN: Page(
        403, _t("Nobody has asked you in yet"),
        _t("You signed in well at your company, but you are not among the people it has named here."),
        "ask", "administrator",
    ),
    Refusal.MAIL: Page(
        403, _t("Your mail address is not confirmed"),
        _t("Your company’s sign-in does not say that it has made sure of your mail address. At your first sign-in here "
           "we need that. Confirm the address there, then try again."), "again",
    ),
    Refusal.NO_MAIL: Page(
        403, _t("The answer names no mail address of yours"),
        _t("At your first sign-in here we need one that your company has made sure of."), "ask",
    ),
    Refusal.OTHER_SUBJECT: Page(
        403, _t("This mail address belongs to another account"),
        _t("Somebody of your company comes here with this address already, under another account. An address alone "
           "opens nothing: if it is yours now, let yourself be invited anew."), "ask", "administrator",
    ),
    Refusal.OTHER_PERSON: Page(
        403, _t("That was somebody else"),
        _t("You are signed in here as one person and confirmed it as another. Nothing was done."), "again",
        "administrator",
    ),
    Refusal.OTHER_ADDRESS: Page(
        403, _t("The invitation is for another address"),
        _t("You proved one mail address, and the invitation went to another. Nothing was done."), "ask",
        "administrator",
    ),
    Refusal.OVER: Page(
        403, _t("The invitation is over"),
        _t("It was used or taken back while you were on your way."), "ask", "administrator",
    ),
}  # fmt: skip


def refused(
    reason: Reason | Refusal, *, company: str = "", detail: str = "", provider: uuidlib.UUID | None = None
) -> Any:
    """Return the page of a refusal with its status, and log it by its word; the reference leads to that line."""
    watch.note(
        "partner.sign_in_refused",
        reason=reason.value,
        detail=detail,
        provider=str(provider or ""),
        network=network(),
    )
    page = PAGES[reason]
    return (
        render_template(
            "extranet/sign_in/refused.html",
            page=page,
            now=NOW[page.now],
            ask=_t(
                ASK[page.ask].message,
                company=company or _t("your company"),
                firm=getattr(the_firm(), "name", ""),
            ),
            reference=request.environ.get(NUMBER, ""),
        ),
        page.status,
    )
