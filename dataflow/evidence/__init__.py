"""Where in a document an answer stands, and whether that place holds what the answer says."""
