"""What each permission lets staff do, in words, in the order and the groups in which pages show them."""

from __future__ import annotations

from portal.domain.actor import Permission as P
from portal.text import Lazy, _t

GROUPS: tuple[tuple[Lazy, dict[P, Lazy]], ...] = (
    (
        _t("Customers"),
        {
            P.CUSTOMERS_READ: _t("open the page of a customer, with a stated purpose"),
            P.CUSTOMERS_SEARCH: _t("search for customers and complaints"),
            P.CONTACTS_WRITE: _t("note what was said by phone, letter or counter"),
            P.COMPANIES_RECOVER: _t(
                "agree that a company without an administrator gets one, together with a colleague"
            ),
            P.LOOKUPS_READ: _t("read who looked at whose data"),
            P.LOOKUPS_REVEAL: _t("see the names behind look-ups"),
        },
    ),
    (
        _t("Complaints and feedback"),
        {
            P.COMPLAINTS_READ: _t("read complaints"),
            P.COMPLAINTS_WRITE: _t("look after complaints: take, reply, ask, offer, deliver"),
            P.COMPLAINTS_INTAKE: _t("write down a complaint that came by phone, letter or counter"),
            P.COMPLAINTS_REVIEW: _t("be the second look at a complaint"),
            P.COMPLAINTS_SUPERVISE: _t("hand complaints over and offer more than one handler may"),
            P.FILES_READ: _t("open files of a complaint"),
            P.FEEDBACK_READ: _t("read feedback"),
            P.FEEDBACK_WRITE: _t("reply to feedback and say what came of it"),
        },
    ),
    (
        _t("Messages and permissions"),
        {
            P.MESSAGES_READ: _t("read messages to customers"),
            P.MESSAGES_SEND: _t("send messages"),
            P.CAMPAIGNS_WRITE: _t("prepare mailings"),
            P.LETTERS_PRINT: _t("print and post letters"),
            P.TASKS_WORK: _t("work on calls"),
            P.CONSENT_READ: _t("read what a customer has allowed"),
            P.CONSENT_RECORD: _t("write down a yes or no that came by phone or letter"),
        },
    ),
    (
        _t("The firm"),
        {
            P.DASHBOARD_READ: _t("see the dashboard and the list of settings"),
            P.AUDIT_READ: _t("read who changed which setting"),
            P.STAFF_ADMIN: _t("invite, change and deactivate staff, and make roles"),
            P.SETTINGS_WRITE: _t("change the firm, its hours and holidays, and how complaints are promised"),
            P.PURPOSES_WRITE: _t("write purposes and publish them"),
            P.TEXTS_WRITE: _t("write the texts of messages and publish them"),
            P.PARTNERS_WRITE: _t("set up partner companies, and how their people sign in"),
            P.RETENTION_READ: _t("read what is removed when, and what was"),
            P.RETENTION_WRITE: _t("keep a customer's data from being removed while the law needs them"),
        },
    ),
)
WORDS: dict[P, Lazy] = {permission: words for _, group in GROUPS for permission, words in group.items()}
