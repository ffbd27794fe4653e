"""Stages on their own: Parquet or JSONL in, the same data sets as a run out."""
