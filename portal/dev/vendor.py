"""Copy the pinned front-end files from npm to ``static/vendor`` and draw our icon sprite (``make vendor``).

Users never run this: the copied files are committed. ``--check`` compares them with their manifest,
``--check --fresh`` with the packages of ``package-lock.json`` as well.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"

FONT = "@fontsource-variable/source-sans-3"
SUBSETS = ("latin", "latin-ext", "cyrillic")

# Where a file comes from in node_modules, and where it goes below the root of the project.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "static/vendor/bootstrap.min.css",
    "bootstrap/LICENSE": "static/vendor/licences/bootstrap.txt",
    "bootstrap-icons/LICENSE": "static/vendor/licences/bootstrap-icons.txt",
    "htmx.org/dist/htmx.min.js": "static/vendor/htmx.min.js",
    "htmx.org/LICENSE": "static/vendor/licences/htmx.txt",
    f"{FONT}/LICENSE": "static/vendor/licences/source-sans-3.txt",
    **{
        f"{FONT}/files/source-sans-3-{subset}-wght-normal.woff2": (
            f"static/vendor/fonts/source-sans-3-{subset}-wght-normal.woff2"
        )
        for subset in SUBSETS
    },
    "axe-core/axe.min.js": "tests/vendor/axe.min.js",
    "axe-core/LICENSE": "tests/vendor/axe-LICENCE.txt",
}
SPRITE = "static/img/icons.svg"

# The icons that templates name; one that is missing raises where it is used.
ICONS = """
alarm archive arrow-clockwise arrow-counterclockwise arrow-down arrow-left arrow-left-right
arrow-repeat arrow-right arrow-return-left arrow-up award bag bank bell bell-slash book bookmark
box-arrow-in-right box-arrow-right box-arrow-up-right box-seam briefcase broadcast building bullseye
calendar3 calendar-check calendar-event calendar-week calendar-x camera caret-down-fill
caret-up-fill cash-coin chat chat-dots chat-heart chat-left-text chat-quote check check-all check2
check2-circle check-circle check-circle-fill chevron-double-left chevron-down chevron-left
chevron-right chevron-up circle circle-fill circle-half clipboard clipboard-check clock
clock-history compass copy cpu credit-card dash dash-circle database diagram-3 dot download
emoji-frown emoji-neutral emoji-smile envelope envelope-check envelope-open envelope-paper
envelope-slash exclamation-circle exclamation-circle-fill exclamation-octagon-fill
exclamation-triangle eye eye-slash fast-forward file-earmark file-earmark-text filter fingerprint
flag flag-fill funnel gear geo-alt gift globe graph-up grid hand-thumbs-down hand-thumbs-up heart
hourglass-split house image inbox info-circle journal-text key layers lightbulb lightning link-45deg
list list-check list-task lock lock-fill mailbox megaphone moon paperclip pause-circle pencil
pencil-square people person person-badge person-check person-fill person-plus person-vcard phone
pin-angle play-circle plus plus-circle printer qr-code question-circle receipt reply reply-all
search send shield shield-check shield-exclamation shield-lock shop shuffle signpost-split
slash-circle sliders star star-fill stop-circle sun tag telephone telephone-inbound
telephone-outbound three-dots tools translate trash truck unlock upload wallet2 wrench x x-circle
x-circle-fill
""".split()  # noqa: SIM905 - a list of words is plainer to keep than 170 quoted ones


def fresh(folder: Path) -> dict[str, bytes]:
    """Install the locked packages below ``folder`` without running any of their scripts; return the files to keep."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, folder / name)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    modules = folder / "node_modules"
    found = {target: (modules / source).read_bytes() for source, target in FILES.items()}
    for target in found:
        if target.endswith((".css", ".js")):
            found[target] = re.sub(rb"\n?/[*/]# sourceMappingURL=.*", b"", found[target]).rstrip() + b"\n"
    found[SPRITE] = sprite(modules / "bootstrap-icons" / "icons")
    return found


def sprite(folder: Path) -> bytes:
    """Return one SVG with a symbol for each of :data:`ICONS`."""
    symbols = []
    for name in sorted(set(ICONS)):
        text = (folder / f"{name}.svg").read_text()
        body = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S)
        box = re.search(r'viewBox="([^"]+)"', text)
        if not body or not box:
            raise ValueError(f"{name}.svg is not an icon")
        shapes = re.sub(r"\s*\n\s*", "", body[1])
        symbols.append(f'<symbol id="{name}" viewBox="{box[1]}">{shapes}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def digest(content: bytes) -> str:
    """Return the sum of a file as subresource integrity writes it (sha384)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def check(found: dict[str, bytes] | None = None) -> list[str]:
    """Return one line for each committed file that differs from the manifest or from ``found``."""
    listed: dict[str, str] = json.loads(MANIFEST.read_text())["files"]
    wrong = []
    for target, wanted in listed.items():
        path = ROOT / target
        if not path.exists():
            wrong.append(f"{target} is missing")
        elif digest(path.read_bytes()) != wanted:
            wrong.append(f"{target} differs from its sum in static/vendor/manifest.json")
    for target, content in (found or {}).items():
        if listed.get(target) != digest(content):
            wrong.append(f"{target} differs from its package")
    return wrong


def main(arguments: list[str]) -> int:
    """Copy, or with ``--check`` compare; return the exit code."""
    found = None
    if "--check" not in arguments or "--fresh" in arguments:
        with tempfile.TemporaryDirectory() as folder:
            found = fresh(Path(folder))
    if "--check" in arguments:
        wrong = check(found)
        print("\n".join(wrong) or "The vendored files are as their manifest says.")
        return 1 if wrong else 0
    assert found is not None
    for target, content in found.items():
        path = ROOT / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    packages = json.loads((ROOT / "package.json").read_text())
    manifest = {
        "packages": {**packages["dependencies"], **packages["devDependencies"]},
        "files": {target: digest(content) for target, content in sorted(found.items())},
    }
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"{len(found)} files, {sum(map(len, found.values())) // 1000} kB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
