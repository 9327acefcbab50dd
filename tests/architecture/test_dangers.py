"""What our code never does: run what it reads, build statements from texts, call out, weaken a secret."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
CODE = [*Path("portal").rglob("*.py"), *Path("admin").rglob("*.py"), Path("wsgi.py")]
SCRIPTS = sorted(Path("static/js").glob("*.js"))
TEMPLATES = sorted(Path("templates").rglob("*.html"))
# The demo's own tools: none of them runs in an installation.
DEMO = Path("portal/dev")

CALLS = {"eval", "exec", "__import__", "compile"}
# Of other interpreters, of formats that make objects, of hidden network calls.
MODULES = {
    "pickle", "marshal", "shelve", "dill", "yaml", "xml", "lxml", "ldap", "ldap3", "subprocess", "pty", "requests",
    "httpx", "aiohttp", "urllib3", "ftplib", "telnetlib", "pymemcache", "memcache", "ctypes",
}  # fmt: skip
MODULES_WITH_A_REASON = {
    (
        "portal/memory.py",
        "ctypes",
    ),  # one fixed call of the C library that bounds memory; nothing of a request
    # The one way out, which is there so that nothing else calls anybody.
    *(
        (f"portal/outbound/{name}.py", module)
        for name, module in (
            ("__init__", "requests"),
            ("errors", "requests"),
            ("guard", "requests"),
            ("guard", "urllib3"),
        )
    ),
    # Identity providers may stand in a network of the firm's own: https, no redirects, bounded in size and time.
    *(
        (f"portal/oidc/{name}.py", module)
        for name, module in (
            ("flow", "requests"),
            ("trial", "requests"),
            ("discovery", "requests"),
            ("calls", "requests"),
            ("calls", "urllib3"),
        )
    ),
}
# A command that copies whole tables names them, from our own list of tables; nothing of a request reaches it.
NAMES_TABLES = Path("portal/backup")
RANDOM = {"random"}
WEAK = {"md5", "sha1", "ECB", "ARC4", "TripleDES", "PKCS1v15"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def ours(*, demo: bool = False) -> list[Path]:
    return [path for path in CODE if demo or DEMO not in path.parents]


def test_nothing_that_is_read_is_run() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in ours(demo=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    ]
    assert found == []


def test_no_other_interpreter_and_no_hidden_call_is_at_hand() -> None:
    found = {
        (str(path), name.split(".")[0])
        for path in ours()
        for name in imports(path)
        if name.split(".")[0] in MODULES or name in {"os.system", "os.popen", "urllib.request"}
    }
    assert found - MODULES_WITH_A_REASON == set()


def test_chance_that_must_not_be_guessed_comes_from_the_system() -> None:
    """Only the demo's made-up history may use the guessable generator."""
    assert [str(path) for path in ours() if RANDOM & set(imports(path))] == []


def test_no_weak_hash_or_cipher_is_used() -> None:
    found = [
        f"{path}:{node.lineno} {node.attr}"
        for path in ours(demo=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in WEAK
    ]
    assert found == []


def test_no_statement_is_put_together_from_texts() -> None:
    """``text(…)`` and driver statements take whole literals: values are parameters, always."""
    found = []
    for path in ours():
        if NAMES_TABLES in path.parents:
            continue
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"text", "exec_driver_sql", "literal_column"} and isinstance(
                node.args[0], ast.JoinedStr | ast.BinOp
            ):
                found.append(f"{path}:{node.lineno}")
    assert found == []


def test_no_template_is_made_of_what_somebody_wrote() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in ours()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id)
        in {"render_template_string", "from_string"}
    ]
    assert found == []
    # What is let through unescaped: the picture that we draw ourselves for an authenticator app.
    unescaped = [
        str(path) for path in TEMPLATES if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    ]
    assert unescaped == ["templates/components/signing.html"]


def test_our_scripts_write_text_and_never_markup() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|sessionStorage"
        r"|indexedDB|document\.cookie|__proto__|javascript:"
    )
    assert [str(path) for path in SCRIPTS if forbidden.search(path.read_text())] == []
