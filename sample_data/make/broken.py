"""Files as they should not be: cut, locked, mislabelled, hostile, or not worth keeping."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A5
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from sample_data.make import packages, scans, texts

PASSWORD = "camphor"
"""Opens `encrypted.pdf`; it is no secret, the README gives it too."""

OOXML = "http://schemas.openxmlformats.org"
TYPE = "application/vnd.openxmlformats-"
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPES = (
    f'{PROLOG}<Types xmlns="{OOXML}/package/2006/content-types">\n'
    f'<Default Extension="rels" ContentType="{TYPE}package.relationships+xml"/>\n'
    '<Default Extension="xml" ContentType="application/xml"/>\n'
    '<Override PartName="/word/document.xml"'
    f' ContentType="{TYPE}officedocument.wordprocessingml.document.main+xml"/>\n'
    "</Types>\n"
).encode()
RELATIONS = (
    f'{PROLOG}<Relationships xmlns="{OOXML}/package/2006/relationships">\n'
    '<Relationship Id="rId1" Target="word/document.xml"'
    f' Type="{OOXML}/officeDocument/2006/relationships/officeDocument"/>\n'
    "</Relationships>\n"
).encode()
W = f"{OOXML}/wordprocessingml/2006/main"


def truncated() -> bytes:
    """The first 9,000 bytes of a scan: half an image, and neither pages nor a catalogue."""
    return scans.english()[:9000]


def encrypted() -> bytes:
    """A PDF that needs `PASSWORD` to be opened."""
    lock = StandardEncryption(PASSWORD, ownerPassword=PASSWORD, strength=128)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A5, invariant=1, encrypt=lock)
    text = canvas.beginText(48, A5[1] - 70)
    text.setFont("Helvetica", 11)
    text.setLeading(16)
    text.textLines(
        "Minutes of the meeting of 2 December 2024\n\n"
        "The combination of the new padlock is kept in the tea tin.\n"
        "The goat is not to be told."
    )
    canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def picture() -> bytes:
    """A drawing of a hill as PNG, without a single letter in it."""
    image = Image.new("RGB", (480, 300), (214, 228, 236))
    draw = ImageDraw.Draw(image)
    draw.ellipse((330, 40, 390, 100), fill=(246, 214, 130))
    for step in range(5):
        shade = (96 - 12 * step, 142 - 14 * step, 104 - 12 * step)
        top = 130 + 32 * step
        draw.polygon([(0, top + 60), (240, top), (480, top + 50), (480, 300), (0, 300)], fill=shade)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def bomb() -> bytes:
    """A zip named like a Word file: three parts share the same 42 KB, each inflates to 42 MiB.

    `zipfile` cannot write parts that overlap, so the records are put together by hand.
    """
    size = 42 << 20
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(size)
    packed = packer.compress(zeros) + packer.flush()
    out = io.BytesIO()
    directory = []
    for name, data in (("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", RELATIONS)):
        directory.append(_central(name, 0, zlib.crc32(data), len(data), len(data), out.tell()))
        out.write(_local(name, 0, zlib.crc32(data), len(data), len(data)) + data)
    check, kernel = zlib.crc32(zeros), out.tell()
    out.write(_local("word/document.xml", 8, check, len(packed), size) + packed)
    for name in ("word/document.xml", "word/styles.xml", "word/numbering.xml"):
        directory.append(_central(name, 8, check, len(packed), size, kernel))
    start = out.tell()
    out.write(b"".join(directory))
    count, length = len(directory), out.tell() - start
    out.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, start, 0))
    return out.getvalue()


DOS_DATE = (2025 - 1980) << 9 | 1 << 5 | 15


def _local(name: str, method: int, check: int, packed: int, size: int) -> bytes:
    raw = name.encode()
    fields = (b"PK\3\4", 20, 0, method, 0, DOS_DATE, check, packed, size, len(raw), 0)
    return struct.pack("<4s5H3L2H", *fields) + raw


def _central(name: str, method: int, check: int, packed: int, size: int, offset: int) -> bytes:
    raw = name.encode()
    fields = (b"PK\1\2", 20, 20, 0, method, 0, DOS_DATE, check, packed, size)
    rest = (len(raw), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3L5H2L", *fields, *rest) + raw


def laughs() -> bytes:
    """A Word file whose text is an entity that stands for a billion words."""
    entities = ['<!ENTITY leaf0 "leaf ">']
    for level in range(1, 10):
        entities.append(f'<!ENTITY leaf{level} "{f"&leaf{level - 1};" * 10}">')
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<!DOCTYPE document [\n{chr(10).join(entities)}\n]>\n"
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&leaf9;</w:t></w:r></w:p></w:body>'
        "</w:document>\n"
    )
    return packages.pack(
        [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document.encode()),
        ]
    )


def mojibake(name: str, read_as: str) -> bytes:
    """UTF-8 that somebody read in another encoding and saved as UTF-8 again."""
    return texts.read(name).encode().decode(read_as).encode()


def nul_bytes() -> bytes:
    """An English text with a run of NUL bytes and two bytes that are no UTF-8."""
    raw = texts.read("nul_bytes.txt").encode()
    return raw.replace(b"The level at", b"\0\0\0\0\xff\xfeThe level at", 1)


def junk() -> bytes:
    """Two kilobytes of seeded noise behind a signature that belongs to no format."""
    return b"\x01QH\x02" + np.random.default_rng(7).bytes(2048)


def spam(name: str, times: int) -> bytes:
    """The lines of a text file as paragraphs, over and over."""
    return "\n\n".join(texts.read(name).splitlines() * times).encode() + b"\n"


def short_note() -> bytes:
    """Too little to learn from."""
    return b"Gone to the upper weir, back at four. The key is under the rain gauge.\n"
