"""What is made of accepted samples: preference pairs, queries for retrieval, test questions."""
