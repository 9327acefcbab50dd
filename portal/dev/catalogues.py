"""The catalogues of texts: what the product says, collected and laid beside each language (``make translations``)."""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from portal.config import ROOT, Settings

FOLDER = ROOT / "portal" / "translations"
SOURCE = "en"  # the language of the texts in the code
LANGUAGES = tuple(one for one in Settings.model_fields["languages"].default if one != SOURCE)
# What marks a text beside gettext, ngettext, pgettext and _: our own marks and those of Flask-Babel.
MARKS = ("_t", "_tn:1,2", "_tc:1c,2", "_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")
WIDTH = 110


def path(language: str) -> Path:
    """Return the file of a language's texts."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def collect() -> Catalog:
    """Return every text that the code and the templates ask for."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        marks = [part for mark in MARKS for part in ("-k", mark)]
        program = [
            "pybabel",
            "--quiet",
            "extract",
            "-F",
            str(ROOT / "pyproject.toml"),
            *marks,
            "--no-location",
        ]
        CommandLineInterface().run([*program, "--output-file", str(target), str(ROOT)])
        return read_po(BytesIO(target.read_bytes()))


def read(language: str) -> Catalog:
    """Return the texts of a language; an empty catalogue where it has none yet."""
    if not path(language).exists():
        return Catalog(locale=language)
    return read_po(BytesIO(path(language).read_bytes()), locale=language)


def write(language: str, texts: Catalog) -> None:
    """Write the texts of a language, sorted, under a head that says nothing of days and people."""
    out = BytesIO()
    write_po(out, texts, width=WIDTH, sort_output=True)
    body = out.getvalue().decode().split("\n\n", 1)[1]
    head = (
        f"# The {Locale.parse(language).get_display_name('en')} texts of Reins.",
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: nplurals={texts.num_plurals}; plural={texts.plural_expr};\\n"',
    )
    path(language).parent.mkdir(parents=True, exist_ok=True)
    path(language).write_text("\n".join(head) + "\n\n" + body, encoding="utf-8")


def known(texts: Catalog, wanted: Message) -> Message | None:
    """Return what a catalogue has for a text of the product, if anything."""
    first = wanted.id if isinstance(wanted.id, str) else wanted.id[0]
    return texts.get(first, wanted.context)


def beside(wanted: Catalog, have: Catalog) -> Catalog:
    """Return the wanted texts with the translations there are, and without those that nobody asks for."""
    made = Catalog(locale=have.locale)
    for message in wanted:
        if message.id:
            old = known(have, message)
            plural = not isinstance(message.id, str)
            string = old.string if old is not None and old.id == message.id else ""
            blank = ("",) * made.num_plurals if plural else ""
            made.add(message.id, string or blank, flags=message.flags, context=message.context)
    return made


def missing(texts: Catalog) -> list[str]:
    """Return the texts that a language does not say yet."""
    lacking = []
    for message in texts:
        said = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        if message.id and not all(said):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking


def main() -> None:
    """Bring the catalogue of every language up to date and say what it lacks."""
    wanted = collect()
    for language in LANGUAGES:
        texts = beside(wanted, read(language))
        write(language, texts)
        print(f"{language}: {len(missing(texts))} of {len(texts)} texts to write")


if __name__ == "__main__":
    main()
