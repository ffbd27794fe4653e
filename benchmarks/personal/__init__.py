"""Labelled cases of personal data, and what finds them."""
