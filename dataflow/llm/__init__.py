"""Language models behind one seam: a list of requests in, a list of answers out."""
