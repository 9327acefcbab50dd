"""What a verb raises when a rule says no; faces turn it into a form error, a page, problem+json or an exit code."""

from __future__ import annotations

from portal.text import Lazy, _t


class DomainError(Exception):
    """A refusal by a rule: a stable ``code``, a message for people, and the field that would mend it."""

    code = "refused"
    default: Lazy = _t("This is not possible.")

    def __init__(
        self, message: Lazy | None = None, *, code: str | None = None, field: str | None = None
    ) -> None:
        self.message = message or self.default
        self.code = code or self.code
        self.field = field
        super().__init__(str(self.message))


class NotFound(DomainError):
    """The object does not exist, or is not this actor's: both answer the same."""

    code = "not_found"
    default = _t("We could not find this.")


class Denied(DomainError):
    """The actor lacks the right for this act."""

    code = "denied"
    default = _t("Your role does not allow this.")


class Invalid(DomainError):
    """A value breaks a rule; ``field`` names it and the message says the mend."""

    code = "invalid"
    default = _t("Please check this value.")


class Conflict(DomainError):
    """The state has moved on since the actor saw it, or the act does not fit the state."""

    code = "conflict"
    default = _t("Something changed in the meantime. Please look at the current state and decide again.")


class TooMany(DomainError):
    """A limit was reached; ``retry_after`` is in seconds."""

    code = "too_many"
    default = _t("Too many attempts. Please wait a little and try again.")

    def __init__(self, retry_after: int, message: Lazy | None = None, *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after = retry_after


class FreshSignInNeeded(DomainError):
    """A sensitive act asks for a sign-in of the last few minutes (ASVS 5.0 7.5)."""

    code = "fresh_sign_in_needed"
    default = _t("Please confirm that it is you before you go on.")
