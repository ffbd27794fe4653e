"""A data set on disk: a named, versioned Arrow schema that tables are held against."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from schemas.errors import SchemaError

Field = tuple[str, pa.DataType, str]
"""Column name, Arrow type, meaning."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A named, versioned table: its columns in order, and the column(s) that order its rows."""

    name: str
    version: int
    about: str
    fields: tuple[Field, ...]
    order: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema with name and version in its metadata."""
        return pa.schema(
            [(name, kind) for name, kind, _ in self.fields],
            metadata={"corpusmill.dataset": self.name, "corpusmill.version": str(self.version)},
        )

    def conform(self, table: pa.Table) -> pa.Table:
        """`table` with this schema's column order and types; raises SchemaError if it cannot be.

        Missing, surplus or uncastable columns are errors: nothing is filled in or dropped.
        """
        expected, found = set(self.schema.names), set(table.column_names)
        if expected != found:
            raise SchemaError(
                f"{self.name}: missing columns {sorted(expected - found)}, "
                f"unknown columns {sorted(found - expected)}"
            )
        metadata = {**(table.schema.metadata or {}), **(self.schema.metadata or {})}
        try:
            cast = table.select(self.schema.names).cast(self.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SchemaError(f"{self.name}: {error}") from error
        return cast.replace_schema_metadata(metadata)

    def check(self, schema: pa.Schema) -> None:
        """Raises SchemaError unless `schema` is exactly this data set's, version included."""
        metadata = schema.metadata or {}
        version = metadata.get(b"corpusmill.version", b"?").decode()
        if version != str(self.version):
            raise SchemaError(f"{self.name}: version {version} on disk, {self.version} expected")
        if not schema.remove_metadata().equals(self.schema.remove_metadata()):
            found = {field.name: field.type for field in schema}
            expected = {field.name: field.type for field in self.schema}
            names = sorted(
                name for name in {*found, *expected} if found.get(name) != expected.get(name)
            )
            what = f"columns {', '.join(names)}" if names else "the order of columns"
            raise SchemaError(
                f"{self.name}: {what} on disk differ from the schema of this version; "
                "run again with an empty output folder"
            )
