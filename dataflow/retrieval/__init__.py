"""Search over chunks: BM25, embeddings, and both by rank fusion."""
