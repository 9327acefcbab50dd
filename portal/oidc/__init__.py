"""Identity providers of partners: OpenID Connect by Authlib, and what it leaves to us.

begin(provider, token=…, redirect=…)       the address at the provider that a browser goes to
finish(provider, answer, token=…, …)       who came back; Refused with a reason for everything not to be believed
sign_out_address · read_notice             signing out there too, and being told that somebody did
try_out(provider, redirect=…) · try_proof  each step in words, for our staff; our proof alone
"""

from __future__ import annotations

from .discovery import forget
from .flow import Person, begin, finish, is_state_of, read_notice, sign_out_address, state_of
from .proof import new_key
from .refusals import Reason, Refused
from .tokens import Notice
from .trial import Step, try_out, try_proof

__all__ = [
    "begin", "finish", "state_of", "is_state_of", "sign_out_address", "read_notice", "Person", "Notice", "Reason",
    "Refused", "forget", "new_key", "try_out", "try_proof", "Step",
]  # fmt: skip
