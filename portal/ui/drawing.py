"""How a form's inputs are drawn: the same HTML as WTForms makes, without asking each input what it might be.

A form of a page has dozens of inputs and choices. WTForms makes a whole field of every choice and escapes every
attribute on its own; what a choice needs is one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape
from wtforms import widgets

INPUTS = {
    widgets.TextInput,
    widgets.PasswordInput,
    widgets.SearchInput,
    widgets.TelInput,
    widgets.EmailInput,
    widgets.URLInput,
    widgets.HiddenInput,
    widgets.NumberInput,
}
CHECKED = {widgets.RadioInput: "radio", widgets.CheckboxInput: "checkbox"}


def clean_key(name: str) -> str:
    """Return the name of an attribute in HTML: class for class_, data-keep for data_keep."""
    name = name.rstrip("_")
    return name.replace("_", "-") if name.startswith(("data_", "aria_")) else name


class Choice(NamedTuple):
    """One of several: its id, what it stands for, what is said of it, and its input."""

    id: str
    data: Any
    text: Any
    input: Markup


def attributes(given: Mapping[str, Any]) -> str:
    """Return attributes in the order of their names; True stands alone, False is left out."""
    parts = []
    for name, value in sorted(given.items()):
        if value is True:
            parts.append(name)
        elif value is not False:
            parts.append(f'{name}="{escape(value)}"')
    return " ".join(parts)


def draw(field: Any, given: Mapping[str, Any]) -> Any:
    """Return the HTML of a field with these attributes more."""
    own = {clean_key(name): value for name, value in given.items()}
    if field.render_kw:
        own = {clean_key(name): value for name, value in field.render_kw.items()} | own
    widget = field.widget
    kind: Any = type(widget)
    if getattr(field, "_datalist", None) is not None:
        return widget(field, **own)
    if kind in INPUTS:
        if kind is widgets.PasswordInput and widget.hide_value:
            own["value"] = ""
        elif "value" not in own:
            own["value"] = field._value()
        own.setdefault("type", widget.input_type)
        _tell(own, field, widget)
        return Markup(f"<input {attributes(own)}>")  # noqa: S704 - escaped
    if kind is widgets.TextArea:
        _tell(own, field, widget)
        return Markup(f"<textarea {attributes(own)}>\r\n{escape(field._value())}</textarea>")  # noqa: S704 - escaped
    if kind is widgets.Select and not field.has_groups():
        if widget.multiple:
            own["multiple"] = True
        _tell(own, field, widget)
        return Markup(f"<select {attributes(own)}>{''.join(_options(field))}</select>")  # noqa: S704 - escaped
    return widget(field, **own)


def _tell(own: dict[str, Any], field: Any, widget: Any) -> None:
    own.setdefault("id", field.id)
    own["name"] = field.name
    flags = vars(field.flags)
    if flags:
        for name in widget.validation_attrs:
            if name in flags and name not in own:
                value = flags[name]
                own[name] = value() if callable(value) else value


def _options(field: Any) -> Iterator[str]:
    for value, label, selected, own in field.iter_choices():
        given = {"value": str(value) if isinstance(value, bool) else value, **(own or {})}
        if selected:
            given["selected"] = True
        yield f"<option {attributes(given)}>{escape(label or value)}</option>"


def choices(field: Any) -> Iterator[Choice]:
    """Yield the choices of a field of radio buttons or boxes, each with its input drawn."""
    kind = CHECKED.get(type(field.option_widget))
    if kind is None:
        for option in field:
            yield Choice(option.id, option.data, option.label.text, option(class_="form-check-input"))
        return
    flags = vars(field.flags)
    fixed = {name: flags[name] for name in ("required", "disabled") if name in flags}
    fixed |= {clean_key(name): value for name, value in (field.render_kw or {}).items()}
    for place, choice in enumerate(field.iter_choices()):
        value, label, selected, own = choice
        name = f"{field.id}-{place}"
        drawn = attributes(
            {
                "class": "form-check-input",
                "id": name,
                "name": field.name,
                "type": kind,
                "value": value,
                "checked": bool(selected),
                **fixed,
                **(own or {}),
            }
        )
        yield Choice(name, value, label or value, Markup(f"<input {drawn}>"))  # noqa: S704 - escaped


def described_by(name: str, hint: Any, errors: Any, counter: Any = None) -> str:
    """Return the ids of the lines that describe an input, for ``aria-describedby``."""
    found = [f"{name}-hint"] if hint else []
    if errors:
        found.append(f"{name}-error")
    if counter:
        found.append(f"{name}-count")
    return " ".join(found)


def field_attributes(given: Mapping[str, Any], described: str, wrong: bool, focus: bool) -> dict[str, Any]:
    """Return the attributes a template gives to an input, by their names in HTML, with what describes it."""
    made = {
        name.replace("_", "-"): value
        for name, value in given.items()
        if value is not None and value is not False
    }
    if described:
        made["aria-describedby"] = described
    if wrong:
        made["aria-invalid"] = "true"
    if focus:
        made["autofocus"] = True
    return made
