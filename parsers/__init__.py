"""Bytes in, `schemas.document.Document` out: one adapter module per format or engine."""
