"""Guards for the zip containers of office files and e-books.

Everything is checked before a library opens the archive, on a streaming inflate whose memory is
bounded by `CHUNK`. After a pass, no part inflates beyond the limits and no XML part brings a
document type with entities, so that the libraries behind cannot be made to expand either.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Magic of an OLE compound file: legacy office files, and encrypted new ones."""

ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh",
            b"\xfd7zXZ\x00")  # fmt: skip
"""Magic bytes of containers that could hide a second level of compression."""

OPAQUE = frozenset({"embeddings", "media"})
"""Folders whose parts are never opened: charts keep workbooks there, old pictures are gzipped."""

CHUNK = 1 << 16
"""Bytes inflated at a time, and the most that may stand before an XML part's root element."""

XML_SUFFIXES = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".vml", ".svg")
ASCII_TRANSPARENT = re.compile(
    r"(utf-?8|utf-?16(le|be)?|us-ascii|ascii|iso-8859-\d+|latin-?1|windows-\d+|cp\d{4}|gb2312|gbk"
    r"|gb18030|big5|euc-\w+|shift_?jis|koi8-[ru])$",
    re.IGNORECASE,
)
"""Encodings in which `<!DOCTYPE` is spelled in ASCII bytes; UTF-7 and EBCDIC could hide one."""

SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds on an archive: parts, inflated bytes, and inflated bytes per compressed byte.

    The ratio is only looked at beyond `ratio_from` inflated bytes. Parts of ordinary files deflate
    by 4 to 32; a sheet of one repeated number by 16, a Word file of one repeated sentence by 284,
    in 1 MB (measured on generated files). Deflate itself ends at 1032.
    """

    max_entries: int = 20_000
    max_bytes: int = 1 << 30
    max_entry_bytes: int = 1 << 29
    max_ratio: float = 250.0
    ratio_from: int = 1 << 23


LIMITS = ArchiveLimits()


def bomb(message: str) -> ParseError:
    """Error for an archive that would expand or escape."""
    return ParseError(Reason.ARCHIVE_BOMB, message)


def is_encrypted_office(data: bytes) -> bool:
    """Whether `data` is an OLE container around an encrypted DOCX, PPTX or XLSX."""
    return data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data


def decrypt_office(data: bytes, password: str | None) -> bytes:
    """The office file inside an encrypted container; raises ParseError ENCRYPTED without the key.

    msoffcrypto comes with `unstructured[xlsx]`, so it is in the base set.
    """
    if password is None:
        raise ParseError(Reason.ENCRYPTED, "encrypted office file; give its password to open it")
    import msoffcrypto  # type: ignore[import-untyped]  # ships no types
    from msoffcrypto import exceptions

    plain = io.BytesIO()
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password, verify_password=True)
        office.decrypt(plain)
    except exceptions.DecryptionError as error:
        raise ParseError(Reason.ENCRYPTED, f"the password does not open it: {error}") from error
    except (
        exceptions.FileFormatError,
        exceptions.ParseError,
        OSError,
        ValueError,
        KeyError,
        struct.error,
    ) as error:
        raise ParseError(Reason.CORRUPT, f"damaged encrypted file: {error}") from error
    return plain.getvalue()


def check_archive(
    data: bytes, limits: ArchiveLimits = LIMITS, media_type: MediaType | None = None
) -> None:
    """Returns when the zip archive `data` is safe to open.

    Raises ParseError: ARCHIVE_BOMB for too many parts, too many bytes (as declared or as
    inflated), too high a ratio, overlapping or escaping parts, archives inside; HOSTILE_XML for a
    document type in an office file, or entities in an EPUB, whose XHTML may name its type;
    ENCRYPTED for encrypted parts; CORRUPT for one that cannot be read.
    """
    entries = read_directory(data, limits)
    check_layout(entries, len(data), limits)
    total = 0
    for entry in entries:
        total += _check_entry(data, entry, limits, media_type)
        if total > limits.max_bytes:
            raise bomb(f"more than {limits.max_bytes} bytes when inflated")
    if total > limits.ratio_from and total > limits.max_ratio * len(data):
        raise bomb(f"inflates {total / len(data):.0f} times, more than {limits.max_ratio:.0f}")


def read_directory(data: bytes, limits: ArchiveLimits = LIMITS) -> list[zipfile.ZipInfo]:
    """Parts by the central directory, in its order; raises ParseError.

    Signatures are counted first: zipfile would build an object for each of millions of entries.
    """
    found = data.count(b"PK\x01\x02")
    if found > limits.max_entries:
        raise bomb(f"{found} parts, more than {limits.max_entries}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
        raise ParseError(Reason.CORRUPT, f"not a whole zip archive: {error}") from error


def check_layout(entries: list[zipfile.ZipInfo], size: int, limits: ArchiveLimits) -> None:
    """Raises ParseError unless names stay inside, sizes are bounded and parts do not overlap."""
    if sum(entry.file_size for entry in entries) > limits.max_bytes:
        raise bomb(f"declares more than {limits.max_bytes} bytes")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if escapes(entry.orig_filename):
            raise bomb(f"part name {entry.orig_filename!r} leaves the archive")
        if entry.flag_bits & 1:
            raise ParseError(Reason.ENCRYPTED, f"part {entry.filename!r} is encrypted")
        if entry.header_offset < end:
            raise bomb(f"part {entry.filename!r} overlaps another")
        end = entry.header_offset + 30 + entry.compress_size
        if entry.header_offset < 0 or end > size:
            raise ParseError(Reason.CORRUPT, f"part {entry.filename!r} lies outside the file")


def escapes(name: str) -> bool:
    r"""Whether a part's name points outside the archive, or hides something behind a NUL.

    >>> escapes("word/document.xml"), escapes("../x"), escapes("C:\\x"), escapes("/etc/x")
    (False, True, True, True)
    """
    parts = name.replace("\\", "/").split("/")
    return (
        ".." in parts
        or parts[0].endswith(":")
        or (parts[0] == "" and len(parts) > 1)
        or ("\0" in name)
    )


def inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of a part of at most `CHUNK` bytes, read past its declared size if it has more.

    `zipfile` stops at the declared size, which is the attacker's word. Raises ParseError.
    """
    header = data[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise ParseError(Reason.CORRUPT, f"part {entry.filename!r} has no header")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = entry.header_offset + 30 + name_length + extra_length
    raw = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(raw[at : at + CHUNK]) for at in range(0, len(raw), CHUNK))
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise ParseError(
            Reason.CORRUPT,
            f"part {entry.filename!r} uses compression {entry.compress_type}; office files deflate",
        )
    stream = zlib.decompressobj(-15)
    at, pending = 0, b""
    while not stream.eof and (pending or at < len(raw)):
        if not pending:
            pending, at = bytes(raw[at : at + CHUNK]), at + CHUNK
        try:
            piece = stream.decompress(pending, CHUNK)
        except zlib.error as error:
            raise ParseError(Reason.CORRUPT, f"part {entry.filename!r}: {error}") from error
        pending = stream.unconsumed_tail
        if piece:
            yield piece


def _check_entry(
    data: bytes, entry: zipfile.ZipInfo, limits: ArchiveLimits, media_type: MediaType | None
) -> int:
    """Inflated bytes of a part; raises ParseError when it is a bomb or hostile."""
    size, head = 0, b""
    for piece in inflate(data, entry):
        if len(head) < CHUNK:
            head += piece
        size += len(piece)
        if size > entry.file_size:
            raise bomb(f"part {entry.filename!r} is larger than the {entry.file_size} it declares")
        if size > limits.max_entry_bytes:
            raise bomb(f"part {entry.filename!r} inflates beyond {limits.max_entry_bytes} bytes")
    packed = max(entry.compress_size, 1)
    if size > limits.ratio_from and size > limits.max_ratio * packed:
        raise bomb(f"part {entry.filename!r} inflates {size / packed:.0f} times")
    if head.startswith(ARCHIVES) and not OPAQUE.intersection(entry.filename.split("/")):
        raise bomb(f"part {entry.filename!r} is an archive in the archive")
    if entry.filename.lower().endswith(XML_SUFFIXES) or head.lstrip(SPACE).startswith(b"<?xml"):
        fault = xml_fault(head[:CHUNK], allow_doctype=media_type is MediaType.EPUB)
        if fault:
            raise ParseError(Reason.HOSTILE_XML, f"part {entry.filename!r} {fault}")
    return size


def xml_fault(head: bytes, *, allow_doctype: bool) -> str:
    """What is hostile about an XML part's first bytes, '' for nothing.

    Only the prolog can hold a document type, so comments and processing instructions are walked
    over exactly; text that merely quotes `<!ENTITY` is not touched.

    >>> xml_fault(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>', allow_doctype=True)
    'declares entities'
    """
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        head = head.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    at = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    declared = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", head[at:])
    if declared and not ASCII_TRANSPARENT.match(declared[1].decode("latin-1")):
        return f"declares the encoding {declared[1].decode('latin-1')!r}"
    while True:
        at += len(head[at:]) - len(head[at:].lstrip(SPACE))
        close = next(
            (
                end
                for start, end in ((b"<?", b"?>"), (b"<!--", b"-->"))
                if head.startswith(start, at)
            ),
            None,
        )
        if close is None:
            break
        end = head.find(close, at)
        if end < 0:
            return f"has no root element in its first {CHUNK} bytes" if len(head) >= CHUNK else ""
        at = end + len(close)
    if not head[at : at + 9].upper().startswith(b"<!DOCTYPE"):
        return ""
    if not allow_doctype:
        return "has a document type declaration"
    return "declares entities" if re.search(rb"<!ENTITY", head[at:], re.IGNORECASE) else ""
