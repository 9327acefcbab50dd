"""The bill of materials is CycloneDX 1.6 and names everything: each locked package, each vendored file."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest

from portal import sbom
from portal.dev import vendor

pytestmark = pytest.mark.pure
PURL = re.compile(r"pkg:(pypi|npm|generic)/[a-z0-9%._/-]+@[0-9A-Za-z.+-]+")
TYPES = {"application", "library", "file"}
LENGTHS = {"SHA-256": 64, "SHA-384": 96}
LICENCE = re.compile(r"\(?[A-Za-z0-9.+-]+\)?( (AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)*")


def every(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for part in components for one in (part, *every(part.get("components", [])))]


@pytest.mark.parametrize("lock", sbom.LOCKS)
def test_it_has_the_structure_of_cyclonedx(lock: str) -> None:
    """The rules of bom-1.6.schema.json that apply to what we write."""
    bom = sbom.document(lock)
    assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.6" and bom["version"] == 1
    assert bom["serialNumber"] == f"urn:uuid:{uuid.UUID(bom['serialNumber'][9:])}"
    assert bom["$schema"] == "http://cyclonedx.org/schema/bom-1.6.schema.json"
    assert set(bom) == {
        "$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies",
    }  # fmt: skip
    components = every(bom["components"])
    refs = [one["bom-ref"] for one in components] + [bom["metadata"]["component"]["bom-ref"]]
    assert len(refs) == len(set(refs)), "a bom-ref is unique in its document"
    for one in [*components, bom["metadata"]["component"]]:
        assert one["type"] in TYPES and one["name"]
        assert set(one) <= {
            "type", "bom-ref", "name", "version", "purl", "scope", "licenses", "hashes", "components", "description",
        }  # fmt: skip
        assert one.get("scope", "required") in {"required", "optional", "excluded"}
        for given in one.get("hashes", []):
            assert set(given) == {"alg", "content"} and len(given["content"]) == LENGTHS[given["alg"]]
        if one["type"] == "library":
            assert PURL.fullmatch(one["purl"]) and one["version"] in one["purl"]
            assert [set(choice) for choice in one["licenses"]] == [{"expression"}], one["name"]
            assert LICENCE.fullmatch(one["licenses"][0]["expression"]), one["name"]
    listed = [entry["ref"] for entry in bom["dependencies"]]
    assert len(listed) == len(set(listed)) and set(listed) <= set(refs)
    needed = [ref for entry in bom["dependencies"] for ref in entry["dependsOn"]]
    assert set(needed) <= set(refs)
    libraries = {one["bom-ref"] for one in bom["components"]}
    assert libraries <= set(needed), "each is there because something needs it"


@pytest.mark.parametrize("lock", sbom.LOCKS)
def test_every_locked_package_and_vendored_file_is_in_it(lock: str) -> None:
    bom = sbom.document(lock)
    text = (sbom.ROOT / "requirements" / f"{lock}.txt").read_text()
    locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==([^ ;]+)", text, re.M))
    found = [one for one in bom["components"] if one["purl"].startswith("pkg:pypi/")]
    assert {(one["name"], one["version"]) for one in found} == locked
    assert sum(len(one["hashes"]) for one in found) == text.count("--hash=sha256:")
    files = {one["name"] for one in every(bom["components"]) if one["type"] == "file"}
    assert files == set(json.loads(vendor.MANIFEST.read_text())["files"])


def test_the_same_release_gives_the_same_document() -> None:
    assert json.dumps(sbom.document()) == json.dumps(sbom.document())
