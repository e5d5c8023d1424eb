"""A real browser for pages that readers open; it may load nothing from the network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}


def executable() -> str:
    """Chromium's path; its absence is a failure, since a skip would hide it."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is not installed; .ci/install-browser installs it on Debian."
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@contextmanager
def opened(chromium: Browser, path, *, size=None, script: bool = True) -> Iterator[Page]:
    """The page at `path`; `page.asked` lists every address it asked for besides its own."""
    context = chromium.new_context(viewport=size or LAPTOP, java_script_enabled=script)
    page = context.new_page()
    page.asked = []
    page.on(
        "request",
        lambda request: None if request.is_navigation_request() else page.asked.append(request.url),
    )
    page.goto(path.as_uri())
    yield page
    context.close()
