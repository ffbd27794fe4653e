"""Text: cleaning with exact offsets, language identification, sentences."""
