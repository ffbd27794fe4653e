"""Samples as the files that trainers and evaluators load; provenance stays in Parquet."""
