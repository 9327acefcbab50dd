"""Clients: systems of partners that act for their company by machine, within scopes, until a day (RFC 6749, 4.4).

make · rotate · revoke                       by the company's administrators; our staff revoke too
clients_of(partner_id, actor=…)              what there is, who made it, what it may, its last use
proved(client_id, secret)                    the client of these credentials, at the same cost whatever is wrong
issue(client, scopes) · revoke_token(token)  a short token, kept only as a keyed hash; RFC 7009
resume(token) · touch(…)                     whose token it is and what it may at this instant
living(actor)                                the condition that a client may go on, asked with each read
once(…)                                      the kept answer to a repeated request
Scope, WORDS, covers                         what a client may be allowed
"""

from __future__ import annotations

from .issuing import LONGEST, Issued, issue, proved, revoke_token
from .making import MOST_CLIENTS, MOST_DAYS, OVERLAP, make, may_manage, revoke, rotate
from .models import PartnerClient, PartnerClientReply, PartnerClientToken
from .reading import Line, by_uuid, clients_of
from .resuming import Resumed, living, once, resume, touch
from .scopes import WORDS, Scope, covers

__all__ = [
    "make", "rotate", "revoke", "may_manage", "MOST_CLIENTS", "MOST_DAYS", "OVERLAP", "clients_of", "by_uuid", "Line",
    "proved", "issue", "Issued", "LONGEST", "revoke_token", "resume", "touch", "Resumed", "living", "once",
    "Scope", "WORDS", "covers", "PartnerClient", "PartnerClientToken", "PartnerClientReply",
]  # fmt: skip
