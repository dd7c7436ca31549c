"""The daily anchor: an event, a file, and a mail to those who keep it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from commonweal_web.audit import stored, tasks
from commonweal_web.audit.models import Event
from commonweal_web.audit.services import anchoring, verify
from commonweal_web.core import jobs, outbox, verification
from commonweal_web.core.errors import Refused

NOW = dt.datetime(2026, 7, 8, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _places(settings, tmp_path):
    settings.ANCHOR_ROOT = tmp_path / "anchors"
    settings.ANCHOR_MAIL = ["auditor@northmere.example", "clerk@northmere.example"]


@pytest.mark.django_db
def test_the_anchor_goes_to_the_folder_and_by_mail(settings):
    tasks.anchor_the_log(NOW)
    tasks.anchor_the_log(NOW)  # twice does no harm: two anchors, one mail each
    outbox.drain(NOW)
    assert [message.to for message in mail.outbox] == [["auditor@northmere.example"], ["clerk@northmere.example"]]
    sent = anchoring.read(mail.outbox[0].body.partition("----\n")[2])
    kept = sorted(settings.ANCHOR_ROOT.iterdir())
    assert [path.name for path in kept] == ["log-anchor-2026-07-08.json", "log-anchor-2026-07-08T020000.json"]
    assert anchoring.read(kept[0].read_text()) == sent
    assert verify(sent) == []
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_the_anchor_is_a_scheduled_job():
    assert "audit.tasks.anchor_the_log" in jobs.run_due(NOW)
    assert Event.objects.get().verb == "anchored"


@pytest.mark.django_db
def test_the_log_is_among_what_verify_and_a_restore_look_at():
    tasks.anchor_the_log(NOW)
    result = verification.run_all()["the log"]
    head = Event.objects.get()
    assert (result.said, list(result.problems)) == ("1 events in 1 chains", [])
    assert result.facts == {"head:0": f"1:{head.hash}"}


@pytest.mark.django_db
def test_the_log_is_compared_with_an_anchor_file():
    text = anchoring.as_text(anchoring.anchor(now=NOW))
    result = stored.log_against(text.encode())
    assert (result.said, list(result.problems)) == ("1 chains as anchored on 2026-07-08", [])
    other = anchoring.read(text) | {"heads": [{"chain": 5, "seq": 2, "hash": "0" * 64}]}
    problems = stored.log_against(anchoring.as_text(other).encode()).problems
    assert list(problems) == ["Event 2 of the chain of organisation 5: an anchor knows it, but the chain is gone."]
    with pytest.raises(Refused, match="not an anchor file"):
        stored.log_against(b"PK\x03\x04")
