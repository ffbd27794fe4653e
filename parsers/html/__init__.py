"""HTML: DOM -> main content -> elements."""
