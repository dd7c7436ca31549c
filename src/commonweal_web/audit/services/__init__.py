"""The log's services: write an event, note a refusal, anchor the chains, verify them."""

from commonweal_web.audit.services.anchoring import anchor
from commonweal_web.audit.services.recording import Record, record
from commonweal_web.audit.services.refusals import record_refusal
from commonweal_web.audit.services.verifying import Finding, verify, verify_end

__all__ = ["Finding", "Record", "anchor", "record", "record_refusal", "verify", "verify_end"]
