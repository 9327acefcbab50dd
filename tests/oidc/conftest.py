"""A provider in a process of its own, and a browser that walks the way to it and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask

from portal import oidc
from portal.config import ROOT
from portal.domain import partners
from tests.oidc.walking import INSTALLED, Provider, Walk, set_up

# Left out where there is no node, or its packages cannot be had: `make second-provider` says so in one line.
there = shutil.which("node") is not None and (INSTALLED / "node_modules" / "oidc-provider").is_dir()
collect_ignore = [] if there else ["test_second_provider.py"]


@pytest.fixture(scope="session")
def process() -> Iterator[Provider]:
    """The process, started once."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.oidc.provider"], cwd=ROOT, env=env, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    try:
        yield Provider(f"http://127.0.0.1:{int(running.stdout.readline())}")
    finally:
        running.terminate()
        running.wait(10)
        running.stdout.close()


@pytest.fixture
def provider(process: Provider) -> Provider:
    """The provider without a fault, and nothing remembered of it."""
    process.next()
    oidc.forget()
    return process


@pytest.fixture
def company(app: Flask, provider: Provider) -> partners.PartnerCompany:
    """Northwind, whose domain is verified as its own."""
    return set_up(provider.issuer)


@pytest.fixture
def walk(app: Flask) -> Walk:
    """A browser."""
    return Walk(app)
