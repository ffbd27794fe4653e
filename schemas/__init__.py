"""What flows through corpusmill: documents, records, data-set schemas, the manifest, errors.

Standard library and pyarrow only; nothing here reads a file or parses one.
"""
