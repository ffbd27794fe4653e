"""Prompt files, in our own words: `<name>.<lang>.toml`, read by `dataflow.sft.templates`."""
