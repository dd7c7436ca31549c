"""Evidence files: kept by their hash, scanned, redacted, streamed only through a permission."""
