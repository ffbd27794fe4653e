"""Whether samples say something new, and how varied they are together."""
