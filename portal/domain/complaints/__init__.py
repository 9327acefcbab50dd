"""Complaints: the customer is in charge of the complaint, the firm is in charge of the work.

of(actor)                     what an actor may reach: get, recent, waiting, queue, counts, of_account
case(actor, uuid)             one complaint for its page, in four queries
file · start_draft · save_draft · problems · send · send_draft · discard · attach · remove_file · open_file
enter · take · hand_over · reply · news · ask · offer · deliver · private_note · raise_harm
take_review · ask_in_review · offer_in_review · touched · handlers
in_hands_of · open_cases_of · hand_over_many   when a colleague leaves
add_words · answer · decide_without_it · say_irrelevant · extend · change_remedy
settle_by_law · choose_other     where the law accepted the complaint because we were silent
go_outside · come_back · agree · bodies_for     to an outside body, and from there
reply_to_body · body_decides · extend_by_law   our duties outside, and more time where the law allows it
accept · not_enough · escalate · ask_for_review · confirm · not_done
withdraw · undo_withdraw · reopen · write_after_end · say_more · just_saying
run_all_due · run_due_clocks · clock_lag  the clock runner
legislating                   rows of law and outside bodies: confirmed, switched on, in versions
setting · terms               what the firm sets: lengths of promises from a day on, the limit of a handler
categories · categorising     the firm's lists by which complaints are sorted; categorise(…) sorts one
import_complaint              from another register, without any effect of the past
explain · clock_label         "explain this date", the same for page, mail, queue and letter
"""

from __future__ import annotations

from . import categories, categorising, legislating, setting, terms
from .acts import Act, Role
from .beginning import file, start_draft
from .bodies import seed_bodies
from .casefile import case, wanted
from .categorising import categorise
from .drafts import discard, problems, save_draft, send
from .due import clock_lag
from .endings import just_saying, reopen, say_more, undo_withdraw, withdraw, write_after_end
from .extending import extend_by_law
from .figures import (
    Kept,
    Pressing,
    PublicPromise,
    Sorted,
    kept_promises,
    kept_to,
    pressing,
    public_promises,
    published_length,
    sorted_lately,
)
from .files import OpenedFile, attach, open_file, remove_file
from .handling import ask, hand_over, handlers, news, private_note, raise_harm, reply, take
from .handover import HandedOver, hand_over_many, in_hands_of, open_cases_of
from .intake import enter
from .law import SEED as LAW_SEED
from .lengths import text_of as law_length
from .lines import Line
from .lists import VIEWS, of
from .models import Attachment, Complaint, Entry, Offer, Remedy
from .moving import touched
from .numbers import FEWEST, Ends, Numbers, Spread, public_numbers
from .offers import accept, offer
from .outside import agree, bodies_for, body_decides, come_back, go_outside, reply_to_body
from .regimes import seed_law
from .remedies import confirm, deliver, not_done
from .review import ask_for_review, ask_in_review, escalate, not_enough, offer_in_review, take_review
from .rules import moves
from .runner import run_all_due, run_due_clocks
from .saying import Promise, clock_label, explain, next_words, ours, status_of
from .sending import send_draft
from .sourcing import import_complaint
from .states import INFO, K, State, Waits, info, sees
from .talking import add_words, answer, change_remedy, decide_without_it, extend, say_irrelevant
from .thread import MAX_TEXT, MAX_WORDS, newest_entry
from .transitions import TABLE
from .upholding import choose_other, settle_by_law
from .views import Case, EventView, FileView, Item, OfferView, RemedyView, Stop
from .words import (
    CONTACT_CHANNELS,
    FINDINGS,
    INTAKE_CHANNELS,
    LIMITS,
    MONEY_REMEDIES,
    PRIVATE_CATEGORIES,
    REMEDIES,
)

__all__ = [
    # reading
    "of", "case", "Line", "VIEWS", "Case", "Item", "OfferView", "RemedyView", "FileView", "EventView", "Stop",
    "Promise", "explain", "clock_label", "ours", "status_of", "next_words", "wanted", "touched", "handlers",
    # before sending, files
    "file", "start_draft", "save_draft", "problems", "send", "send_draft", "discard",
    "attach", "newest_entry", "remove_file", "open_file", "OpenedFile",
    # staff
    "enter", "take", "hand_over", "reply", "news", "ask", "offer", "deliver", "private_note", "raise_harm",
    "take_review", "ask_in_review", "offer_in_review",
    "in_hands_of", "open_cases_of", "hand_over_many", "HandedOver",
    # the customer
    "add_words", "answer", "decide_without_it", "say_irrelevant", "extend", "change_remedy",
    "settle_by_law", "choose_other", "go_outside", "come_back", "agree", "bodies_for",
    "reply_to_body", "body_decides", "extend_by_law", "seed_bodies",
    "accept", "not_enough", "escalate", "ask_for_review", "confirm", "not_done",
    "withdraw", "undo_withdraw", "reopen", "write_after_end", "say_more", "just_saying",
    # time and other registers
    "run_all_due", "run_due_clocks", "clock_lag", "import_complaint", "seed_law",
    # the rules
    "State", "Act", "Role", "K", "Waits", "INFO", "info", "sees", "TABLE", "moves",
    # words and limits of forms
    "REMEDIES", "MONEY_REMEDIES", "FINDINGS", "CONTACT_CHANNELS", "INTAKE_CHANNELS", "PRIVATE_CATEGORIES",
    "LIMITS", "MAX_WORDS", "MAX_TEXT",
    # rows
    "Complaint", "Entry", "Offer", "Remedy", "Attachment",
    # how promises are kept
    "Kept", "Pressing", "PublicPromise", "kept_promises", "kept_to", "pressing", "public_promises",
    "published_length", "Sorted", "sorted_lately", "public_numbers", "Numbers", "Spread", "Ends", "FEWEST",
    # what the firm sets
    "setting", "terms", "legislating", "law_length", "LAW_SEED", "categories", "categorising", "categorise",
]  # fmt: skip
