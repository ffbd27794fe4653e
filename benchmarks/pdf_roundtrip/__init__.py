"""PDFs typeset by several engines from our own documents, so that their text is known."""
