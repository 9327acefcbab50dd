"""What of the base style sheet our pages can use: a phone need not read the rest.

A rule stays when each class in one of its selectors is a word of our templates, scripts or Python, or begins with a
stem that they complete ("btn-" before a value). So a class may stay that nobody uses, and none goes that somebody does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
UNLESS = re.compile(r":not\([^()]*\)")
GROUPS = ("@media", "@supports")
SOURCES = (
    "templates/**/*.html", "static/js/*.js", "static/pages/*.js", "portal/ui/*.py", "portal/customer/*.py",
    "portal/api/*.py", "portal/dev/*.py", "admin/*.py",
)  # fmt: skip


def words(root: Path) -> frozenset[str]:
    """Return every word that our pages may use as the name of a class; one that ends in "-" is a stem."""
    found: set[str] = set()
    for path in sources(root):
        told = set(WORD.findall(path.read_text(encoding="utf-8")))
        found |= told if path.suffix == ".html" else {one for one in told if not one.endswith("-")}
    return frozenset(found)


def sources(root: Path) -> list[Path]:
    """Return the files whose words count."""
    return sorted(path for pattern in SOURCES for path in root.glob(pattern))


def needed(css: str, known: frozenset[str]) -> str:
    """Return the rules of a minified style sheet that can apply where only ``known`` words are classes."""
    stems = tuple(one for one in known if one.endswith("-"))

    def used(selector: str) -> bool:
        names = (name.replace("\\", "") for name in CLASS.findall(UNLESS.sub("", selector)))
        return all(name in known or name.startswith(stems) for name in names)

    def kept(text: str) -> Iterator[str]:
        for head, body in _rules(text):
            if head.startswith(GROUPS):
                inside = "".join(kept(body))
                if inside:
                    yield f"{head}{{{inside}}}"
            elif head.startswith("@"):
                yield f"{head}{{{body}}}" if body else head
            elif selectors := [one for one in _split(head) if used(one)]:
                yield f"{','.join(selectors)}{{{body}}}"

    rules = list(kept(css))
    plain = "".join(rule for rule in rules if not rule.startswith("@keyframes"))
    return "".join(
        rule for rule in rules if not rule.startswith("@keyframes") or rule[11 : rule.index("{")] in plain
    )


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (head, body) of each rule; a statement without a body stands alone with its semicolon."""
    at = 0
    while (opens := css.find("{", at)) >= 0:
        head = css[at:opens]
        while head.startswith(("@charset", "@import", "/*")):
            end = head.index("*/") + 2 if head.startswith("/*") else head.index(";") + 1
            if head.startswith("@"):
                yield head[:end], ""
            head = head[end:].lstrip()
        depth, closes = 1, opens + 1
        while depth:
            closes = next(i for i in range(closes, len(css)) if css[i] in "{}") + 1
            depth += 1 if css[closes - 1] == "{" else -1
        yield head.strip(), css[opens + 1 : closes - 1]
        at = closes


def _split(head: str) -> list[str]:
    """Return the selectors of a rule; a comma within parentheses belongs to one of them."""
    found, depth = [""], 0
    for sign in head:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found
