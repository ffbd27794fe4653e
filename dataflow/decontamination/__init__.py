"""Decontamination: documents that hold items of an evaluation set, found token by token."""
