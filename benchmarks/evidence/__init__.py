"""Facts of our own writing with true and false answers, for `benchmarks.evidence_check`."""
