"""The next page is a page of the same list, whatever somebody wrote into the address of this one."""

from __future__ import annotations

import uuid

from flask import Flask

from portal.ui import paging


def test_what_a_query_says_stays_in_the_query(app: Flask) -> None:
    for said in ("_external=1&_scheme=javascript", "_anchor=x", "_method=PUT", "endpoint=x"):
        with app.test_request_context(f"/messages?{said}&view=sent&after=W10"):
            found = paging.page([1, 2, 3], 2, lambda row: [row])
            assert found.next_url is not None and found.first_url is not None
            assert found.next_url.startswith("/messages?") and "view=sent" in found.next_url
            assert found.first_url.startswith("/messages?") and "#" not in found.first_url


def test_a_query_names_no_other_thing_than_the_path_does(app: Flask) -> None:
    one = uuid.uuid4()
    with app.test_request_context(f"/admin/customers/{one}?uuid=..%2F..%2F%2Fevil.example&after=W10"):
        found = paging.page([1, 2, 3], 2, lambda row: [row])
        assert found.next_url is not None and found.next_url.startswith(f"/admin/customers/{one}?")
