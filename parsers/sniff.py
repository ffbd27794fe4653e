"""What a file is, by its content; its name only decides where content cannot."""

from __future__ import annotations

import json
import re
import struct
from functools import partial
from pathlib import PurePosixPath

from parsers.archive import OLE, read_directory
from schemas.errors import ParseError
from schemas.source import MediaType

HEAD = 8192
"""Bytes looked at for text formats."""

MAX_JSON_PROOF = 1 << 22
"""Bytes up to which a nameless file is read as JSON to prove that it is; beyond, shape decides."""

BINARY_SHARE = 0.05
"""Share of control bytes from which a file is not text.

Random bytes have 0.10 of them; text has none, and a text with stray NUL bytes a few."""

CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))

EXTENSIONS = {
    "pdf": MediaType.PDF, "html": MediaType.HTML, "htm": MediaType.HTML, "xhtml": MediaType.HTML,
    "md": MediaType.MARKDOWN, "markdown": MediaType.MARKDOWN, "mdown": MediaType.MARKDOWN,
    "mkd": MediaType.MARKDOWN, "txt": MediaType.TEXT, "text": MediaType.TEXT,
    "log": MediaType.TEXT, "json": MediaType.JSON, "jsonl": MediaType.JSONL,
    "ndjson": MediaType.JSONL, "docx": MediaType.DOCX, "pptx": MediaType.PPTX,
    "xlsx": MediaType.XLSX, "epub": MediaType.EPUB, "eml": MediaType.EML, "png": MediaType.PNG,
    "jpg": MediaType.JPEG, "jpeg": MediaType.JPEG, "jpe": MediaType.JPEG, "tif": MediaType.TIFF,
    "tiff": MediaType.TIFF, "webp": MediaType.WEBP, "bmp": MediaType.BMP,
}  # fmt: skip
"""Lower-case extension -> the format it promises."""

KIN = (
    frozenset({MediaType.TEXT, MediaType.MARKDOWN}),
    frozenset({MediaType.JSON, MediaType.JSONL}),
)
"""Formats that are no contradiction of each other: every Markdown file is a text."""

MAGIC = (
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"II*\0", MediaType.TIFF),
    (b"MM\0*", MediaType.TIFF),
    (b"II+\0", MediaType.TIFF),
    (b"MM\0+", MediaType.TIFF),
)
FOREIGN = (
    (b"\x7fELF", "an ELF program"), (b"MZ", "a Windows program"), (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"), (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"), (b"Rar!", "a RAR archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"), (b"ID3", "MP3 audio"), (b"\xff\xfb", "MP3 audio"),
    (b"\xff\xf3", "MP3 audio"), (b"OggS", "Ogg audio"), (b"fLaC", "FLAC audio"),
    (b"GIF8", "a GIF image"), (b"{\\rtf", "an RTF document"), (b"%!PS", "PostScript"),
    (b"SQLite format 3\0", "an SQLite database"), (b"PAR1", "a Parquet file"),
    (b"\xca\xfe\xba\xbe", "Java byte code"), (b"\0asm", "WebAssembly"), (b"wOF", "a web font"),
)  # fmt: skip
"""Magic bytes of formats that are not read, for the message; none is a way for text to begin."""

HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
HTML_BLOCK = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:div|p|table|h[1-6]|article|section|main|ul|ol|meta|title)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(r"</?[a-z][a-z0-9]*\b[^<>]*>", re.IGNORECASE)
XML_START = re.compile(r"\s*<(?:\?xml\b|svg\b|rss\b|feed\b|!DOCTYPE\s)", re.IGNORECASE)
HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]*):(?=[ \t]|$)")
ENVELOPE = frozenset({"message-id", "mime-version", "received", "return-path", "content-type"})
MARKDOWN_MARKS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"^#{1,6} \S.*$",
        r"^(?:```|~~~)",
        r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+\s*:?-*:?\s*$",
        r"!?\[[^\]\n]+\]\([^)\s]+\)",
        r"\*\*\S[^*\n]*\*\*",
        r"^\S.*\n(?:={3,}|-{3,})\s*$",
    )
)
JSON_START = re.compile(r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[\[{"\]\-0-9tfn]|$))')


def sniff(data: bytes, name: str) -> MediaType | None:
    """Format of `data`, whose file is called `name`; None when it is none that is read.

    >>> sniff(b"%PDF-1.7 ...", "report.txt").value
    'application/pdf'
    """
    if _is_pdf(data):
        return MediaType.PDF
    for magic, media_type in MAGIC:
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return MediaType.WEBP
    if _is_bmp(data):
        return MediaType.BMP
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    if data.startswith(OLE) or _foreign(data):
        return None
    text = head_text(data)
    return None if text is None else _sniff_text(text, data, extension(name))


def extension(name: str) -> str:
    """Lower-case extension without its dot, '' for none; a record's `#n` is no part of it.

    >>> extension("a/Report.PDF"), extension("README")
    ('pdf', '')
    """
    return PurePosixPath(name).suffix[1:].lower()


def contradicts(media_type: MediaType, name: str) -> bool:
    """Whether a file's extension promises another format than its content is.

    >>> contradicts(MediaType.PDF, "a.txt"), contradicts(MediaType.TEXT, "a.md")
    (True, False)
    """
    promised = EXTENSIONS.get(extension(name))
    if promised is None or promised is media_type:
        return False
    return not any(promised in kin and media_type in kin for kin in KIN)


def describe(data: bytes) -> str:
    """What an unsupported file is, in words for a message."""
    if data.startswith(OLE):
        return "a legacy office file (OLE); save it as DOCX, PPTX or XLSX"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "a zip archive that is no DOCX, PPTX, XLSX or EPUB"
    found = _foreign(data)
    if found:
        return found
    text = head_text(data)
    if text is not None and XML_START.match(text):
        return "XML that is not XHTML"
    return "binary data" if text is None else "text"


def head_text(data: bytes) -> str | None:
    """First `HEAD` bytes as text for looking at its shape, None for binary data.

    Legacy encodings are read as Latin-1: the marks looked for are ASCII in all of them.
    """
    head = data[:HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    head = head.removeprefix(b"\xef\xbb\xbf")
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) > len(head) * 0.2 and min(zeros) < len(head) * 0.02:
        order = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
        return head[: len(head) & ~1].decode(order, "replace")
    control = len(head) - len(head.translate(None, CONTROL))
    if control > BINARY_SHARE * len(head):
        return None
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        # a character cut by the end of the head is no sign of another encoding
        whole = error.start >= len(head) - 3
        return head[: error.start].decode("utf-8") if whole else head.decode("latin-1")


def _is_pdf(data: bytes) -> bool:
    """Whether `%PDF-` stands at the start, or in the first KB of something with PDF objects."""
    at = data.find(b"%PDF-", 0, 1024)
    return at == 0 or (at > 0 and (b"startxref" in data or b"endobj" in data))


def _is_bmp(data: bytes) -> bool:
    """Whether `data` has a BMP file header and one of the known bitmap header sizes."""
    if not data.startswith(b"BM") or len(data) < 26:
        return False
    header_size: int = struct.unpack("<I", data[14:18])[0]
    return header_size in (12, 40, 52, 56, 64, 108, 124)


def _foreign(data: bytes) -> str:
    """Words for a known format that is not read, '' when `data` is none of them.

    Magic bytes that a text could begin with ("MZ", "ID3") need a control byte behind them.
    """
    for magic, words in FOREIGN:
        if data.startswith(magic):
            printable = magic.isascii() and magic.decode("ascii").isprintable()
            if not printable or magic[:1] in b"{%" or head_text(data) is None:
                return words
    if data[4:8] == b"ftyp":
        return "MP4 video or audio"
    if data[257:262] == b"ustar":
        return "a tar archive"
    return ""


def _sniff_zip(data: bytes) -> MediaType | None:
    """Office format or EPUB by the names of the parts; None for another zip archive."""
    names = _part_names(data)
    if "mimetype" in names or "META-INF/container.xml" in names:
        if b"application/epub+zip" in data[:200] or "META-INF/container.xml" in names:
            opendocument = b"opendocument" in data[:200]
            return None if opendocument else MediaType.EPUB
        return None
    folders = (("word/", MediaType.DOCX), ("ppt/", MediaType.PPTX), ("xl/", MediaType.XLSX))
    if "[Content_Types].xml" in names:
        for folder, media_type in folders:
            if any(name.startswith(folder) for name in names):
                return media_type
    return None


def _part_names(data: bytes) -> set[str]:
    """Names of an archive's parts; of a damaged one those whose local headers can be walked.

    A truncated office file is then still an office file, and rejected as a corrupt one.
    """
    try:
        return {entry.filename for entry in read_directory(data)}
    except ParseError:
        names: set[str] = set()
        at = data.find(b"PK\x03\x04")
        while at >= 0 and len(names) < 64:
            length = int.from_bytes(data[at + 26 : at + 28], "little")
            names.add(data[at + 30 : at + 30 + length].decode("utf-8", "replace"))
            at = data.find(b"PK\x03\x04", at + 30)
        return names


def _sniff_text(text: str, data: bytes, ending: str) -> MediaType | None:
    """Text format by its first `HEAD` bytes as `text`, by `ending` where they leave it open."""
    promised = EXTENSIONS.get(ending)
    if HTML_START.match(text):
        return MediaType.HTML
    if promised is MediaType.HTML and TAG.search(text):
        return MediaType.HTML
    if XML_START.match(text):
        return None
    if promised is not MediaType.MARKDOWN and HTML_BLOCK.match(text):
        return MediaType.HTML
    as_json = partial(_sniff_json, text, data, promised)
    if JSON_START.match(text) or promised is MediaType.JSONL:
        found = as_json()
        if found is not None:
            return found
    if _is_mail(text, strict=promised is not MediaType.EML):
        return MediaType.EML
    if promised is MediaType.MARKDOWN:
        return MediaType.MARKDOWN
    if ending == "" and sum(bool(mark.search(text)) for mark in MARKDOWN_MARKS) >= 2:
        return MediaType.MARKDOWN
    return MediaType.TEXT


def _sniff_json(text: str, data: bytes, promised: MediaType | None) -> MediaType | None:
    """JSON or JSONL by shape, and by proof where no extension promises it; None for neither."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    if promised is MediaType.JSONL:
        return MediaType.JSONL if any(JSON_START.match(line) for line in lines) else None
    end = data.find(b"\n")
    several = end > 0 and JSON_START.match(_line_after(data, end)) is not None
    if several and end <= MAX_JSON_PROOF and _is_json(data[:end]):
        return MediaType.JSONL
    if promised is MediaType.JSON:
        return MediaType.JSON
    proven = _is_json(data) if len(data) <= MAX_JSON_PROOF else text.lstrip()[0] == "{"
    return MediaType.JSON if proven else None


def _line_after(data: bytes, end: int) -> str:
    """Beginning of the first line that is not blank behind position `end`."""
    return data[end : end + 4096].lstrip().decode("utf-8", "replace")


def _is_json(data: bytes) -> bool:
    """Whether `data` is one JSON object or array; nesting too deep to read counts as JSON."""
    try:
        return isinstance(json.loads(data.removeprefix(b"\xef\xbb\xbf")), dict | list)
    except RecursionError:
        return True
    except ValueError:
        return False


def _is_mail(text: str, *, strict: bool) -> bool:
    """Whether `text` begins with a block of mail headers.

    Strictly: a sender, and two more headers of which one is put there by mail programs. A text
    that merely starts with `From:` and `Subject:` is a text.
    """
    names: set[str] = set()
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip():
            break
        found = HEADER_LINE.match(line)
        if found:
            names.add(found[1].lower())
        elif not (line[0] in " \t" and names):
            return False
    if not strict:
        return bool(names)
    known = names & (ENVELOPE | {"to", "subject", "date", "cc"})
    return "from" in names and len(known) >= 2 and bool(names & (ENVELOPE | {"date"}))
