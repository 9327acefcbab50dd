"""A list of everything this release is made of: CycloneDX 1.6 from the hashed locks and the vendored files.

The same release gives the same document: its serial number is drawn from the content, and it names no time. Licences
are those that the installed packages declare; a hash of a Python package is one of a file of it that pip may take.
"""

from __future__ import annotations

import argparse
import base64
import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("production", "runtime", "development")
PACKAGE = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", re.M)
NAMESPACE = uuid.UUID("5b9f4a0e-7b0a-5c3e-9a51-3f0f6f6d2c11")

# Where a package declares its licence in words only, or is not installed beside the one that runs this.
KNOWN = {
    "async-timeout": "Apache-2.0", "babel": "BSD-3-Clause", "brotlicffi": "MIT", "colorama": "BSD-3-Clause",
    "granian": "BSD-3-Clause", "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause", "redis": "MIT",
}  # fmt: skip
CLASSIFIERS = {
    "MIT License": "MIT", "BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0", "The Unlicense (Unlicense)": "Unlicense",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only", "Zope Public License": "ZPL-2.1",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-2.1-or-later", "zlib/libpng License": "Zlib",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only", "MIT No Attribution License (MIT-0)": "MIT-0",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
}  # fmt: skip
SAID = {*CLASSIFIERS.values(), "BSD-2-Clause"}  # of the old field, which takes any words
FRONT_END = {
    "@fontsource-variable/source-sans-3": ("OFL-1.1", ("static/vendor/fonts/", "licences/source-sans-3")),
    "bootstrap": ("MIT", ("static/vendor/bootstrap.", "licences/bootstrap.")),
    "bootstrap-icons": ("MIT", ("static/img/icons.svg", "licences/bootstrap-icons")),
    "htmx.org": ("0BSD", ("static/vendor/htmx", "licences/htmx")),
    "axe-core": ("MPL-2.0", ("tests/vendor/axe",)),
}  # fmt: skip


def document(lock: str = "production") -> dict[str, Any]:
    """Return the CycloneDX 1.6 document of this release with the packages of one lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ref = f"pkg:generic/{project['name']}@{project['version']}"
    packages, asked = _python(lock)
    front = _front_end()
    whole = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": ref, "name": project["name"], "version": project["version"],
                "description": project["description"], "purl": ref,
            },
            "properties": [{"name": "reins:lock", "value": f"requirements/{lock}.txt"}],
        },
        "components": [*packages.values(), *front],
        "dependencies": _dependencies(ref, packages, asked, front),
    }  # fmt: skip
    serial = uuid.uuid5(NAMESPACE, json.dumps(whole, sort_keys=True))
    return {**whole, "serialNumber": f"urn:uuid:{serial}"}


def _python(lock: str) -> tuple[dict[str, dict[str, Any]], dict[str, set[str]]]:
    """Return the components of a lock by their ref, and the names that ask for each; "" is the project itself."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    components: dict[str, dict[str, Any]] = {}
    asked: dict[str, set[str]] = {}
    for block in re.split(r"^(?=[a-z0-9])", text, flags=re.M):
        found = PACKAGE.match(block)
        if not found:
            continue
        name, version = found[1], found[2]
        purl = f"pkg:pypi/{name}@{version}"
        components[purl] = {
            "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "scope": "required",
            "licenses": _licenses(name),
            "hashes": [
                {"alg": "SHA-256", "content": one} for one in re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
            ],
        }  # fmt: skip
        lines = re.findall(r"^    #(?: via)? +(?!via)(.+)$", block, re.M)
        sources = {line.strip().removeprefix("via ").strip() for line in lines}
        asked[purl] = {
            "" if one.startswith(("-r", "-c")) else one for one in sources if not one.startswith("-c")
        }
    return components, asked


def _licenses(name: str) -> list[dict[str, Any]]:
    if name in KNOWN:
        return [{"expression": KNOWN[name]}]
    try:
        told: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return []
    expression = (told.get("License-Expression") or "").strip()
    if expression:
        return [{"expression": expression}]
    named = [
        CLASSIFIERS[line.rsplit(" :: ", 1)[-1]]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and line.rsplit(" :: ", 1)[-1] in CLASSIFIERS
    ]
    if named:
        return [{"expression": " OR ".join(dict.fromkeys(named))}]
    words = (told.get("License") or "").strip().splitlines()
    if words and words[0] in SAID:
        return [{"expression": words[0]}]
    return [{"license": {"name": words[0][:80]}}] if words else []


def _front_end() -> list[dict[str, Any]]:
    manifest = json.loads((ROOT / "static" / "vendor" / "manifest.json").read_text(encoding="utf-8"))
    components = []
    for name, version in manifest["packages"].items():
        licence, begins = FRONT_END[name]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        files = [
            {
                "type": "file", "bom-ref": f"{purl}#{path}", "name": path,
                "hashes": [{"alg": "SHA-384", "content": base64.b64decode(value[7:]).hex()}],
            }
            for path, value in manifest["files"].items()
            if any(begin in path for begin in begins)
        ]  # fmt: skip
        components.append(
            {
                "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
                "scope": "excluded" if name == "axe-core" else "required",
                "licenses": [{"expression": licence}], "components": files,
            }
        )  # fmt: skip
    return components


def _dependencies(
    ref: str, packages: dict[str, dict[str, Any]], asked: dict[str, set[str]], front: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return who needs whom, as the comments of the lock say it."""
    needs: dict[str, list[str]] = {one: [] for one in packages}
    called: dict[str, list[str]] = {}
    for purl, component in packages.items():
        called.setdefault(component["name"], []).append(
            purl
        )  # one name may be locked twice, for old and new Pythons
    own = [component["bom-ref"] for component in front]
    for purl, sources in asked.items():
        own += [purl] if "" in sources else []
        for source in sorted(sources):
            for one in called.get(source, ()):
                needs[one].append(purl)
    return [
        {"ref": ref, "dependsOn": sorted(own)},
        *({"ref": one, "dependsOn": sorted(below)} for one, below in needs.items()),
        *({"ref": component["bom-ref"], "dependsOn": []} for component in front),
    ]


def main(arguments: list[str]) -> int:
    """Write the document to a file or to standard output; return the exit code."""
    parser = argparse.ArgumentParser(prog="make sbom", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--lock", choices=LOCKS, default="production")
    chosen = parser.parse_args(arguments)
    text = json.dumps(document(chosen.lock), indent=1, ensure_ascii=False) + "\n"
    if chosen.file is None:
        sys.stdout.write(text)
    else:
        chosen.file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
