"""A customer and a colleague make a passkey in a real browser, sign out, and come back with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .stage import Stage, Watched

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def give_device(watched: Watched) -> None:
    """Give the page an authenticator of Chromium's own, on which a finger lies all the time."""
    session = watched.context.new_cdp_session(watched.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def ready_for_passkeys(watched: Watched) -> None:
    """Give the page an authenticator that is taken when a button is pressed, and not at once before that."""
    give_device(watched)
    watched.page.add_init_script(NO_OFFER)


NO_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false;"


@pytest.mark.parametrize(
    ("name", "face", "start"), [("Amina Nowak", "", "/home"), ("Rita Nowicka", "/admin", "/admin/")]
)
def test_a_passkey_is_made_and_opens_the_door_without_a_password(
    opened: Callable[..., Watched], stage: Stage, name: str, face: str, start: str
) -> None:
    watched = opened(name)
    page = watched.page
    ready_for_passkeys(watched)
    watched.go(f"{face}/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url(f"**{face}/security/passkeys/*")
    page.get_by_label("Name").fill("The blue key")
    page.get_by_role("button", name="Keep this name").click()
    expect(page.get_by_text("The blue key").first).to_be_visible()

    # The same authenticator again is told apart before anything is kept twice.
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("This device has a passkey of yours already.")).to_be_visible()

    page.locator(".account-menu summary").click()
    page.locator(".account-menu").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"**{face}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"**{start}")
    watched.go(f"{face}/security")
    expect(page.get_by_text("Signed in with a passkey").first).to_be_visible()
    expect(page.get_by_text("The blue key").first).to_be_visible()


def test_the_offer_in_the_field_of_names_signs_in_by_itself(opened: Callable[..., Watched]) -> None:
    watched = opened("Amina Nowak")
    page = watched.page
    give_device(watched)
    watched.go("/security")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/security/passkeys/*")
    watched.go("/security")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/home")


def test_without_script_the_page_says_what_a_passkey_needs(opened: Callable[..., Watched]) -> None:
    watched = opened(script=False)
    page = watched.go("/sign-in")
    expect(
        page.locator(".passkey noscript p")
    ).to_be_visible()  # texts in noscript are passed over by text searches
    expect(page.locator(".passkey noscript p")).to_contain_text("Passkeys need JavaScript")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    expect(page.get_by_label("Password")).to_be_visible()
