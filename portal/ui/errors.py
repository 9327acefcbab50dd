"""Errors as pages that say what to do next, in the face they happen in; nothing internal leaves."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from portal.domain import errors
from portal.text import _t
from portal.ui import problems, watch
from portal.ui.forms import say
from portal.ui.session import to_confirm

STATUS: dict[type[errors.DomainError], int] = {
    errors.NotFound: 404,
    errors.Denied: 403,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Invalid: 400,
}
PAGES = {400, 403, 404, 409, 413, 429, 500}
log = structlog.get_logger()


def _page(status: int, message: str = "", headers: dict[str, str] | None = None) -> Any:
    name = status if status in PAGES else (500 if status >= 500 else 400)
    return render_template(f"errors/{name}.html", message=message), status, headers or {}


def init_errors(app: Flask) -> None:
    """Register the error pages."""

    app.register_error_handler(problems.Problem, problems.answer)

    @app.errorhandler(errors.FreshSignInNeeded)
    def _fresh(error: errors.FreshSignInNeeded) -> Any:
        if problems.for_a_program():
            return problems.answer(problems.of_domain(error))
        return to_confirm()

    @app.errorhandler(errors.DomainError)
    def _domain(error: errors.DomainError) -> Any:
        if isinstance(error, errors.Denied | errors.TooMany):
            watch.note("access.denied" if isinstance(error, errors.Denied) else "access.too_many")
        if problems.for_a_program():
            return problems.answer(problems.of_domain(error))
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, errors.TooMany) else None
        # A foreign object answers like a missing one, to the byte.
        message = "" if status == 404 else say(error.message)
        return _page(status, message, headers)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Any:
        watch.note("access.form_not_proved")
        return _page(400, say(_t("This page was open too long. Go back, reload it and send the form again.")))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code is not None and 300 <= error.code < 400:
            return error
        if problems.for_a_program():
            return problems.of_http(error)
        headers = dict(error.get_headers()) if error.code in {405, 429} else {}
        keep = {name: value for name, value in headers.items() if name in {"Allow", "Retry-After"}}
        if isinstance(error, RequestEntityTooLarge):
            return _page(413, headers=keep)
        body, _, extra = _page(error.code or 500, headers=keep)
        return body, error.code or 500, extra

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Any:
        if current_app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        log.exception("request.failed", endpoint=request.endpoint)
        if problems.for_a_program():
            return problems.answer(problems.Problem("fault"))
        g.actor = getattr(g, "actor", None)
        return _page(InternalServerError.code)
