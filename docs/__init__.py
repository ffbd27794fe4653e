"""Pages, and the script that generates two of them from the code."""
