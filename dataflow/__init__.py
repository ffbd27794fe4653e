"""Frames in, frames out: the stages of a run, and what is needed to run them at scale."""
