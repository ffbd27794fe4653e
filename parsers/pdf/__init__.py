"""PDF -> Document: a page reader, then pure geometry over what it returns."""
