"""Documents -> chunks with exact offsets, under a hard token cap."""
