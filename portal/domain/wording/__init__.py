"""The words of messages: per message and language, drafted, checked, published in versions, known without a query.

now(name, language)                      the firm's own words of a message; what is not in them is as it ships
rows(actor) · draft(…) · history(…) · version(…)       what was written, by whom, when and why
save · throw_away · publish · go_back    the next version; published ones never change
problems(message, words)                 all that keeps words from being published, each at its part
send_trial(…)                            the message as it would be, to the one who writes it
Message, Part                            what a message is made of, as the mail adapter reads it from its templates
key_of · from_default · fill             parts and placeholders
"""

from __future__ import annotations

from .editing import (
    LONGEST_REASON,
    Draft,
    Row,
    Version,
    draft,
    go_back,
    history,
    publish,
    rows,
    save,
    throw_away,
    version,
)
from .parsing import NAME, Message, Part, changed, fill, from_default, key_of, problems
from .store import now
from .trials import TRIAL, send_trial

__all__ = [
    "now", "rows", "Row", "draft", "Draft", "history", "version", "Version", "save", "throw_away", "publish", "go_back",
    "problems", "changed",
    "Message", "Part", "key_of", "from_default", "fill", "NAME", "send_trial", "TRIAL", "LONGEST_REASON",
]  # fmt: skip
