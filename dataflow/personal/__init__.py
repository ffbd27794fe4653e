"""Personal data and secrets: found by shape, checksum and the words beside them; masked or told."""
