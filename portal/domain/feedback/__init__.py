"""Feedback: the two questions after an answer, the box on every page, our reply and what came of it.

answer_questions(actor=…, about_uuid=…, about_label=…, handling=…, outcome=…)   once per answer
tell_us(actor=…, text=…, page=…)       from any page, signed in or not
reply(feedback, actor=…, text=…)       staff
close(feedback, actor=…, came_of_it=…) staff
of(actor)                              get, page, inbox, counts, figures
public_figures()                       the means of 90 days, for anybody
"""

from __future__ import annotations

from .answering import close, reply
from .giving import SCALE, TEXT_MAX, answer_questions, asked, tell_us
from .models import Feedback
from .reading import STATES, FeedbackOf, Figures, Line, Mean, of, public_figures

__all__ = [
    "answer_questions", "tell_us", "asked", "reply", "close", "of", "Feedback", "FeedbackOf", "Line", "Figures",
    "Mean", "public_figures", "SCALE", "STATES", "TEXT_MAX",
]  # fmt: skip
