"""What the service is made of, what a scanner says of it, and that it calls nobody."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commonweal_web.core import clock, jobs
from tests.web.platform.places import ROOT

WEB = ROOT / "src" / "commonweal_web"

SCANNER_FINDINGS: dict[tuple[str, str], str] = {  # what bandit finds of medium weight or worse, and why it is none
    ("B314", "commonweal/workbooks/xlsx_guard.py"): "reads a part after its size and entities were checked",
    ("B608", "commonweal/analytics/sql.py"): "the names are columns of our own list; values are parameters",
    ("B608", "commonweal/analytics/writer.py"): "the names are columns of our own list",
    ("B704", "commonweal/reporting/render_html.py"): "our own markup, made by escaping templates",
    ("B308", "commonweal_web/core/components.py"): "markup of the component macros, which escape what they are given",
    ("B703", "commonweal_web/core/components.py"): "the same",
    ("B704", "commonweal_web/core/components.py"): "the same",
    ("B308", "commonweal_web/core/form_parts.py"): "markup of rendered fields, which are components",
    ("B703", "commonweal_web/core/form_parts.py"): "the same",
    (
        "B608",
        "commonweal_web/delivery/ledger_store.py",
    ): "names are of that file; every value is a parameter",
    ("B301", "commonweal_web/frameworks/keeping/child.py"): "what it loads was written by its own parent process",
    ("B703", "commonweal_web/demo/views.py"): "urlize has escaped the text that it links; the demo alone shows mail",
}
OUTWARD = {"ftplib", "http.client", "httpx", "requests", "smtplib", "socket", "telnetlib", "urllib.request", "urllib3"}
OUTWARD_ALLOWED: dict[str, str] = {
    "evidence/scanner.py": "speaks to the virus scanner that the settings name",
    "core/outbox.py": "names the errors of the mail server",
}


def test_the_scanner_finds_nothing_of_medium_weight() -> None:
    words = ["-m", "bandit", "-q", "-c", "pyproject.toml", "-r", "src", "do.py", "scripts", "-ll", "-f", "json"]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    found: dict[tuple[str, str], Any] = {}
    for issue in json.loads(done.stdout)["results"]:
        name = issue["filename"].removeprefix("src/")
        if "/migrations/" not in name:  # SQL of our own names, run once
            found[issue["test_id"], name] = f"line {issue['line_number']}: {issue['issue_text']}"
    new = {place: said for place, said in found.items() if place not in SCANNER_FINDINGS}
    assert not new, "mend it, or say why it is none: `# nosec` with the rule and the reason, or the list above"
    assert not set(SCANNER_FINDINGS) - set(found), "these are gone; take them off the list"


def test_the_list_of_parts_is_whole() -> None:
    done = subprocess.run([sys.executable, "scripts/sbom.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    made = json.loads(done.stdout)
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    purls = [part["purl"] for part in made["components"]]
    assert len(purls) == len(set(purls))
    pins = re.findall(r"^[a-z0-9.\-]+==", (ROOT / "requirements" / "run.txt").read_text(), flags=re.MULTILINE)
    assert sum(purl.startswith("pkg:pypi/") for purl in purls) == len(pins) > 40
    assert any(purl.startswith("pkg:npm/govuk-frontend@") for purl in purls)
    assert all(part["hashes"] for part in made["components"])
    again = subprocess.run([sys.executable, "scripts/sbom.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert again.stdout == done.stdout


def modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}


def test_only_named_modules_can_call_out() -> None:
    found = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.py") if modules(path) & OUTWARD}
    assert found <= set(OUTWARD_ALLOWED)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[object]:
    """Note and refuse every connection that is not to the database."""
    called: list[object] = []
    connect, database = socket.socket.connect, settings.DATABASES["default"].get("HOST") or "nowhere"

    def refuse(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != database:
            called.append(address)
            raise OSError("the test allows no connection")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *words, **_: called.append(words) or [])
    return called


@pytest.mark.django_db(transaction=True)
def test_pages_and_jobs_call_nobody(no_network: list[object], tmp_path: Path, settings: Any) -> None:
    settings.EVIDENCE_ROOT, settings.ANCHOR_ROOT = tmp_path / "evidence", tmp_path / "anchors"
    web = Client()
    for address in ("/", "/healthz", "/readyz", "/account/login/", "/account/password/reset/", "/nothing-here"):
        assert web.get(address).status_code < 500, address
    jobs.run_due(clock.now())
    assert no_network == []
    with pytest.raises(OSError, match=r"no connection|empty list"):
        socket.create_connection(("192.0.2.7", 80))
    assert no_network
