"""What a request asks with: its query, its body, what it accepts; whatever does not fit is named with the mend."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import current_app, request
from pydantic import BaseModel, ValidationError

from portal.text import Lazy, _t
from portal.ui.problems import Problem

Shape = TypeVar("Shape", bound=BaseModel)
JSON = "application/json"
FILE = "application/octet-stream"
ETAG = re.compile(r'\*|(W/)?"[!#-~]*"')
BODY_MOST = 256 * 1024

WORDS: dict[str, Lazy] = {
    "missing": _t("This is needed."),
    "extra_forbidden": _t("There is no such field here."),
    "string_type": _t("Write a text."),
    "bool_type": _t("Write true or false."),
    "int_type": _t("Write a whole number."),
    "int_parsing": _t("Write a whole number."),
    "int_parsing_size": _t("Write a smaller number."),
    "list_type": _t("Write a list."),
    "dict_type": _t("Write an object."),
    "model_type": _t("Write an object."),
    "model_attributes_type": _t("Write an object."),
    "string_pattern_mismatch": _t("This is not written as the document says."),
}


def query(shape: type[BaseModel] | None) -> Any:
    """Return what the address asks with; raise the problem with each parameter that does not fit."""
    try:
        unquote_to_bytes(request.query_string).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("malformed", _t("The address is not written in UTF-8.")) from None
    given = list(request.args.items(multi=True))
    twice = [name for name, count in Counter(name for name, _value in given).items() if count > 1]
    if twice:
        found = [{"parameter": name, "detail": _t("Write it once.")} for name in twice]
        raise Problem("malformed", errors=found)
    try:
        return (shape or _Nothing).model_validate(dict(given))
    except ValidationError as error:
        raise Problem("malformed", errors=_errors(error, "parameter")) from None


def body(shape: type[Shape] | None) -> Shape | None:
    """Return the body as ``shape``, or nothing where none is taken; raise the problem with each wrong field."""
    request.max_content_length = BODY_MOST
    raw = request.get_data()
    if shape is None:
        if raw and raw.strip() not in (b"", b"{}"):
            raise Problem("malformed", _t("This takes no content."))
        return None
    if raw or request.mimetype:
        _check_type(JSON)
    try:
        found = shape.model_validate_json(raw or b"{}")
    except ValidationError as error:
        if any(one["type"] == "json_invalid" for one in error.errors()):
            raise Problem("malformed", _t("The content is not JSON in UTF-8.")) from None
        raise Problem("invalid", errors=_errors(error, "pointer")) from None
    # What fits a shape is not nested deeper than the shape, so it can be walked through safely.
    json.loads(raw or b"{}", object_pairs_hook=_each_once)
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; raise the problem when it names something twice, since others may read the other one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _value in pairs)
        twice = [{"pointer": _place((name,), "pointer"), "detail": _t("Write it once.")}
                 for name, count in names.items() if count > 1]  # fmt: skip
        raise Problem("malformed", errors=twice)
    return found


def check_upload() -> None:
    """Raise the problem unless the body is a file that is not too large."""
    request.max_content_length = current_app.config["SETTINGS"].file_max_bytes
    _check_type(FILE)
    if not request.get_data():
        raise Problem("malformed", _t("Send the file as the content of the request."))


def check_condition() -> None:
    """Raise the problem unless the request says which state it has seen: one ETag, or * for any (RFC 9110, 13.1.1)."""
    seen = request.headers.get("If-Match", "")
    if not seen:
        raise Problem("condition-needed", errors=[{"header": "If-Match"}])
    if not ETAG.fullmatch(seen):
        words = _t("Write one ETag as you got it, with its quotation marks.")
        raise Problem("malformed", words, errors=[{"header": "If-Match", "detail": words}])


def check_accept(*, download: bool) -> None:
    """Raise the problem when the request accepts nothing that this address gives."""
    if not request.headers.get("Accept"):
        return
    offered = ["*/*", FILE, "application/pdf", "image/jpeg", "image/png"] if download else [JSON]
    if not any(request.accept_mimetypes[kind] > 0 for kind in offered):
        raise Problem("not-acceptable")


def _check_type(wanted: str) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != wanted or charset not in ("utf-8", "utf8"):
        raise Problem("media-type", _t("Send the content as {type}.", type=wanted))


def _errors(error: ValidationError, place: str) -> list[dict[str, Any]]:
    return [
        {place: _place(one["loc"], place), "detail": _words(one)} for one in error.errors(include_url=False)
    ]


def _place(parts: Sequence[Any], place: str) -> str:
    """Return a JSON pointer (RFC 6901), or the name of a parameter."""
    if place != "pointer":
        return str(parts[0]) if parts else ""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _words(one: Any) -> Lazy:
    about = one.get("ctx", {})
    match one["type"]:
        case "string_too_long" | "too_long":
            return _t("At most {most}.", most=about["max_length"])
        case "string_too_short" | "too_short":
            return _t("At least {least}.", least=about["min_length"])
        case "literal_error" | "enum":
            return _t("Choose one of these: {choices}.", choices=about["expected"])
        case "greater_than_equal":
            return _t("Write {least} or more.", least=about["ge"])
        case "less_than_equal":
            return _t("Write {most} or less.", most=about["le"])
        case kind if kind.startswith(("date", "value_error")):
            return _t("Write a day like 2026-03-14.")
        case kind:
            return WORDS.get(kind) or _t("This value does not fit.")


class _Nothing(BaseModel):
    """The query of an address that takes none."""

    model_config = {"extra": "forbid"}
