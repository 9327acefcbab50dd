"""Messages on their way out: words from templates, e-mail by SMTP, SMS by files.

init_mail(app)   called once by the app
post(app)        the transport that delivery takes
silent(app)      the same without sending, for a told history
MESSAGES, GROUPS  every message, what sets it off and who gets it
message_parts(app, name, language)  what of a message can be worded anew
Titles(app, …)   what a message is called in a list before its words are written
"""

from __future__ import annotations

import flask_mail
from flask import Flask

from .parts import message as message_parts
from .plain import as_html, without_footer
from .render import Composer
from .smtp import flask_mail_settings
from .titles import Titles
from .told import GROUPS, MESSAGES
from .transport import Post, Silent

__all__ = [
    "MESSAGES",
    "GROUPS",
    "message_parts",
    "Composer",
    "Post",
    "Silent",
    "Titles",
    "as_html",
    "without_footer",
    "init_mail",
    "post",
    "silent",
]


def init_mail(app: Flask) -> None:
    """Set Flask-Mail up from our settings."""
    app.config.update(flask_mail_settings(app.config["SETTINGS"]))
    flask_mail.Mail(app)


def post(app: Flask) -> Post:
    """Return the transport of ``app``; one worker at a time may use it, another builds its own."""
    return Post(app, app.config["SETTINGS"])


def silent(app: Flask) -> Silent:
    """Return a transport that sends nothing."""
    return Silent(app, app.config["SETTINGS"])
