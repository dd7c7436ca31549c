"""The demo as people use it: a server with its data, loaded once and copied for each test that changes it; Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402 after the skip

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOAD = """
from commonweal_web.cli import common
common.set_mode(demo=True)
settings = common.start_django()
common.make_home([settings.STATIC_ROOT])
from commonweal_web.cli.serve import prepare
prepare(settings)
"""
PATIENCE = 300
"""Seconds for a start and for a page; a busy machine is slow, and tests do not measure time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="No Chromium on the path: install chromium"))


@dataclass(frozen=True)
class Demo:
    """A demo that runs at `address` on the data in `home`."""

    address: str
    home: Path


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMMONWEAL_", "DATABASE_"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "COMMONWEAL_HOME": str(home)}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was just loaded; nobody runs on it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment(home), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path) -> Iterator[Demo]:
    """Run the demo on a folder until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "commonweal.cli.main", "serve", "--demo", "--no-worker", "--workers", "2"]
    with (home.parent / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}"], env=environment(home), cwd=ROOT, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield Demo(f"http://127.0.0.1:{port}", home)
        finally:
            server.terminate()
            server.wait(60)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(f"{url} did not answer")


@pytest.fixture(scope="module")
def demo(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo of this module's own, as it was loaded."""
    home = tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(loaded, home)
    with served(home) as running:
        yield running


@pytest.fixture
def own_demo(loaded: Path, tmp_path: Path) -> Iterator[Demo]:
    """A demo of this test's own, as it was loaded."""
    home = tmp_path / "home"
    shutil.copytree(loaded, home)
    with served(home) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


Open = Callable[..., BrowserContext]


@pytest.fixture
def window(chromium: Browser) -> Iterator[Open]:
    """Open windows that are closed after the test: window(java_script_enabled=False)."""
    opened: list[BrowserContext] = []

    def call(**options: object) -> BrowserContext:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE * 1000)
        opened.append(context)
        return context

    yield call
    for context in opened:
        context.close()


def sign_in(page: Page, demo: Demo, email: str) -> None:
    """Be somebody, by the demo's one click."""
    page.goto(f"{demo.address}/demo/people/")
    form = page.locator("form", has=page.locator(f"input[value='{email}']")).first
    form.locator("button").click()
    page.wait_for_url(lambda url: "/demo/" not in url)


def go_to_day(page: Page, demo: Demo, day: str) -> None:
    """Choose a day by its words, such as 20 July 2026; go on until it is reached."""
    for _ in range(40):
        page.goto(f"{demo.address}/demo/day/")
        page.get_by_label(day, exact=True).check()
        page.get_by_role("button", name="Go to this day").click()
        if f"Today is {day}" in page.inner_text("aside.cw-demo"):
            return
    raise AssertionError(f"{day} was not reached")
