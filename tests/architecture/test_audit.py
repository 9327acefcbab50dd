"""Every act on the record has its exact keys and one sentence."""

from __future__ import annotations

import ast
import string

import pytest

from portal.config import ROOT
from portal.domain.audit import SPECS, Tag, sentence
from portal.domain.audit.tags import PARTS

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("tag", list(Tag))
def test_every_tag_says_a_sentence_with_its_own_keys(tag: Tag) -> None:
    spec = SPECS[tag]
    used = {name for _, name, _, _ in string.Formatter().parse(spec.sentence.message) if name}
    assert used <= spec.keys | {"actor"}, f"{tag}: the sentence names {used - spec.keys}"
    said = sentence(tag, actor_kind="staff", actor_name="Sam", data=dict.fromkeys(spec.keys, "x"))
    assert "{" not in str(said)


def test_every_tag_is_told_in_one_place() -> None:
    assert sorted(tag for part in PARTS for tag in part.SPECS) == sorted(Tag)


def test_every_tag_is_written_somewhere() -> None:
    """A word that nothing writes is a promise that nothing keeps."""
    used: set[str] = set()
    for path in [*ROOT.glob("portal/**/*.py"), *ROOT.glob("admin/**/*.py")]:
        if path.is_relative_to(ROOT / "portal/domain/audit"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in Tag.__members__:
                used.add(node.attr)
    assert sorted(set(Tag.__members__) - used) == []
