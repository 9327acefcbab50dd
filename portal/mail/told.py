"""Every message that the product sends: what sets it off, who gets it, and under what."""

from __future__ import annotations

from typing import NamedTuple

from portal.domain.outbox import SECURITY
from portal.text import Lazy, _t

SERVICE = "service"


class Told(NamedTuple):
    """One message in the list of staff."""

    group: str
    when: Lazy
    to: Lazy
    purpose: str = SERVICE  # service, security, or any purpose that a mailing names


CUSTOMER = _t("the customer who filed it")
OWNER = _t("the person whose account it is")
ADMINISTRATORS = _t("the administrators of the company")
READER = _t("the people a mailing goes to")

GROUPS: dict[str, Lazy] = {
    "complaints": _t("Complaints"),
    "tasks": _t("Tasks of partners"),
    "partners": _t("Partners and suppliers"),
    "feedback": _t("Feedback"),
    "sharing": _t("Sharing with partners"),
    "companies": _t("Companies and colleagues"),
    "accounts": _t("Accounts and safety"),
    "mailings": _t("Mailings"),
}

_COMPLAINTS: dict[str, Lazy] = {
    "complaint_draft_reminder": _t("A complaint was begun and not sent; a reminder before it is discarded"),
    "complaint_received": _t("A complaint is sent in the portal or by a program"),
    "complaint_entered": _t("Staff write a complaint down that came by phone, letter, counter or e-mail"),
    "complaint_taken": _t("A member of staff takes the complaint"),
    "complaint_reply": _t("Staff write to the customer"),
    "complaint_news": _t("Staff send news with the next step"),
    "complaint_question": _t("Staff ask the one question they need answered"),
    "complaint_question_reminder": _t("Our question is still open; reminders before its date"),
    "complaint_resumed": _t("Our question was not answered in time, or we go on without the answer"),
    "complaint_answer": _t("We give our answer with what we offer"),
    "complaint_offer_improved": _t("We improve an offer that is open"),
    "complaint_offer_reminder": _t("Our answer waits for a decision; reminders before its date"),
    "complaint_accepted": _t("The customer accepts the offer"),
    "complaint_lapsed": _t("The time to decide is over without a word"),
    "complaint_late": _t("We missed a date that we had promised"),
    "complaint_review_started": _t("The customer asks for another person, or a review begins by itself"),
    "complaint_review_taken": _t("A reviewer takes the complaint"),
    "complaint_review_answer": _t("The review is answered"),
    "complaint_remedy_done": _t("Staff say that something owed is done"),
    "complaint_remedy_overdue": _t("Something owed was not done in time and grace is over"),
    "complaint_not_done": _t("The customer says that it is not done"),
    "complaint_confirm_reminder": _t("We asked whether it is done; reminders before the date"),
    "complaint_unreached": _t("Reminders did not arrive; staff try another way"),
    "complaint_law_upheld": _t("We were silent until the legal date, and the law takes that as a yes"),
    "complaint_law_settled": _t("What the law gives is carried out"),
    "complaint_law_other": _t("The customer wishes something else than the law gives"),
    "complaint_outside_open": _t("The legal date passed, and an outside body can be asked"),
    "complaint_gone_outside": _t("The customer takes the complaint to an outside body"),
    "complaint_body_answered": _t("Staff write to the outside body"),
    "complaint_body_decided": _t("The outside body has decided"),
    "complaint_law_extended": _t("Staff use the longer time that a law allows"),
    "complaint_closed": _t("The customer closes the complaint"),
    "complaint_closed_unconfirmed": _t("It ended without the customer’s word"),
    "complaint_withdrawn": _t("The customer withdraws the complaint"),
    "complaint_reopened": _t("The customer opens it again"),
    "complaint_archived": _t("The time to open it again is over"),
}

_TASKS: dict[str, tuple[Lazy, Lazy]] = {
    "task_asked": (_t("Staff would like a partner to see a part of a complaint"), CUSTOMER),
    "task_given": (_t("A partner is given a task without a question to the customer"), CUSTOMER),
    "task_ended": (_t("A task of a partner ended, other than by the customer"), CUSTOMER),
    "task_written": (_t("A partner writes to a customer who allows it"), CUSTOMER),
    "task_news": (_t("Something happened to a task of a partner"), _t("who gave the task")),
    "task_for_partner": (_t("A task begins, shows less or ends"), _t("the people of the partner who work on tasks")),
}  # fmt: skip

MESSAGES: dict[str, Told] = {
    **{name: Told("complaints", when, CUSTOMER) for name, when in _COMPLAINTS.items()},
    "complaint_desk": Told(
        "complaints", _t("The law or an outside body decides something about a complaint"),
        _t("who looks after the complaint, and supervisors"),
    ),
    **{name: Told("tasks", when, to) for name, (when, to) in _TASKS.items()},
    "feedback_replied": Told("feedback", _t("Staff reply to feedback"), _t("who gave the feedback")),
    "feedback_done": Told("feedback", _t("Staff say what came of feedback"), _t("who gave the feedback")),
    "share_request": Told(
        "sharing", _t("A partner asks a customer to share data"), _t("who decides about the data of the account")
    ),
    "share_receipt": Told(
        "sharing", _t("A customer begins, changes or ends sharing, or it ends on its day"),
        _t("the customer who shares"),
    ),
    "share_confirmed": Told(
        "sharing", _t("A partner confirms that it knows of the end, or has erased what it held"),
        _t("the customer who shares"),
    ),
    "share_reminder": Told("sharing", _t("Data has been shared for 90 days"), _t("the customer who shares")),
    "share_told": Told(
        "sharing", _t("Sharing begins, changes or ends, and the partner takes no events"),
        _t("the contact of the partner"),
    ),
    "partner_client": Told(
        "partners", _t("A system of a partner is let in, or gets another secret"),
        _t("the administrators of the partner"), SECURITY,
    ),
    "lead_for_partner": Told(
        "partners", _t("A lead was handed over or went back, or two partners registered the same company"),
        _t("the people of the partner who exchange with us"),
    ),
    "lead_news": Told(
        "partners", _t("Something happened to a lead"), _t("who handed the lead over, or who looks after partners")
    ),
    "announcement_for_partner": Told(
        "partners", _t("The first day of an announcement"), _t("the people of the partners it is for")
    ),
    "drop_for_partner": Told(
        "partners", _t("A file of a partner is accepted in part, in quarantine or rejected"), _t("who sent the file")
    ),
    "drop_news": Told("partners", _t("A file waits in quarantine"), _t("who looks after partners")),
    "supply_for_partner": Told(
        "partners", _t("We publish a price list for a partner"), _t("the people of the partner who exchange with us")
    ),
    "supply_news": Told(
        "partners", _t("A supplier publishes prices, moves a promise to a later day or withdraws it"),
        _t("who looks after partners"),
    ),
    "material_for_partner": Told(
        "partners", _t("A material was replaced or withdrawn"), _t("whoever of a partner downloaded it")
    ),
    "invitation": Told(
        "companies", _t("An administrator invites somebody to act for the company"), _t("the address that was invited")
    ),
    "invitation_answered": Told(
        "companies", _t("The invited accept or decline"), _t("the administrator who invited")
    ),
    "rights_changed": Told(
        "companies", _t("An administrator changes what a colleague may do"), _t("the colleague")
    ),
    "right_ends": Told(
        "companies", _t("Three days before a right ends by its date"), _t("the colleague, and who set the right")
    ),
    "membership_ended": Told("companies", _t("An administrator ends a membership"), _t("the former colleague")),
    "colleague_left": Told("companies", _t("A colleague leaves the company"), ADMINISTRATORS),
    "seat_claim": Told(
        "companies", _t("A colleague asks to administer a company whose administrators are gone, and each step of it"),
        _t("everybody who acts for the company"),
    ),
    "seat_code": Told(
        "companies", _t("Two of staff agreed: the letter with the code"), _t("the seat of the company, by letter")
    ),
    "partner_invitation": Told(
        "accounts", _t("Somebody is asked to act for a partner"), _t("the address that was invited")
    ),
    "prove_mailbox": Told(
        "accounts", _t("Somebody registers with an address nobody has proved"), _t("that address"), SECURITY
    ),
    "known_mailbox": Told("accounts", _t("Somebody registers with an address that has an account"), OWNER, SECURITY),
    "reset_password": Told("accounts", _t("A new password is asked for"), OWNER, SECURITY),
    "password_changed": Told("accounts", _t("The password was changed"), OWNER, SECURITY),
    "new_device": Told("accounts", _t("A sign-in from a browser never seen before"), OWNER, SECURITY),
    "factor_changed": Told("accounts", _t("A way to sign in was added or removed"), OWNER, SECURITY),
    "recovery_codes": Told("accounts", _t("Recovery codes were made, or one was used"), OWNER, SECURITY),
    "passkey_copied": Told("accounts", _t("A passkey was refused because there may be a copy"), OWNER, SECURITY),
    "address_change": Told(
        "accounts", _t("Another e-mail address is to be used"), _t("the new address"), SECURITY
    ),
    "address_changed": Told(
        "accounts", _t("The e-mail address is about to change, or has changed"), _t("the old and the new address"),
        SECURITY,
    ),
    "second_step_asked": Told("accounts", _t("A second step is reported lost"), OWNER, SECURITY),
    "second_step_waiting": Told("accounts", _t("The wait before a lost second step goes has begun"), OWNER, SECURITY),
    "second_step_ready": Told("accounts", _t("The wait is over: the lost second step can go"), OWNER, SECURITY),
    "program_made": Told("accounts", _t("A program may act in somebody’s name"), OWNER, SECURITY),
    "staff_invitation": Told(
        "accounts", _t("An administrator invites somebody to work here"), _t("the invited colleague"), SECURITY
    ),
    "staff_way_back": Told(
        "accounts", _t("A way back for the only administrator was opened on the server, or used"),
        _t("everybody who works here"), SECURITY,
    ),
    "offer": Told("mailings", _t("A mailing with an offer"), READER, "offers"),
    "tip": Told("mailings", _t("A mailing with a tip"), READER, "tips"),
}  # fmt: skip
