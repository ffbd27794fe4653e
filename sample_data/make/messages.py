"""Two e-mails, a file of JSON Lines and an e-book."""

from __future__ import annotations

import html
import json
import tomllib
from email.message import EmailMessage
from email.policy import SMTP

from sample_data.make import packages, texts

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""

BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="zh-CN">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">qinglan-four-seasons</dc:identifier>
<dc:title>茶山四季</dc:title>
<dc:creator>阮禹</dc:creator>
<dc:language>zh-CN</dc:language>
<meta property="dcterms:modified">2025-01-15T08:00:00Z</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="spring" href="spring.xhtml" media-type="application/xhtml+xml"/>
<item id="autumn" href="autumn.xhtml" media-type="application/xhtml+xml"/>
</manifest>
<spine><itemref idref="spring"/><itemref idref="autumn"/></spine>
</package>
"""

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
  xml:lang="zh-CN">
<head><title>{title}</title></head>
<body>
{body}
</body>
</html>
"""

CONTENTS = """<nav epub:type="toc"><h1>目录</h1><ol>
<li><a href="spring.xhtml">春：抢在太阳前面</a></li>
<li><a href="autumn.xhtml">秋：把水存进土里</a></li>
</ol></nav>"""


COLUMNS = 36
"""Chinese characters in a line of the letter, as a mail program breaks it."""
NOT_FIRST = "，。；：？！”’》）、"


def mail() -> bytes:
    """A message with a plain and an HTML form of the same text, and encoded names in its head."""
    body = texts.read("email.txt")
    message = EmailMessage(policy=SMTP)
    message["From"] = "林晚秋 <wanqiu@qinglan.example>"
    message["To"] = "Theo Marchbanks <theo@qinglan.example>"
    message["Subject"] = "Three remarks on the draft about soil memory"
    message["Date"] = "Fri, 16 Feb 2024 09:12:00 +0800"
    message["Message-ID"] = "<20240216.0912.memory@qinglan.example>"
    message.set_content(body, cte="quoted-printable")
    paragraphs = "\n".join(
        f"<p>{html.escape(' '.join(part.split()), quote=False)}</p>" for part in body.split("\n\n")
    )
    page = f"<html><body>\n{paragraphs}\n</body></html>\n"
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    message.set_boundary("=_qinglan_hill_0001")
    return message.as_bytes()


def wrapped(paragraph: str) -> list[str]:
    """Lines of at most `COLUMNS` characters of a Chinese paragraph; none begins with a mark."""
    lines = []
    while len(paragraph) > COLUMNS:
        end = COLUMNS
        while paragraph[end] in NOT_FIRST:
            end -= 1
        lines.append(paragraph[:end])
        paragraph = paragraph[end:]
    return [*lines, paragraph]


def letter() -> bytes:
    """A Chinese message in plain text, its lines broken as mail programs do."""
    paragraphs = texts.read("letter_zh.txt").strip().split("\n\n")
    body = "\n\n".join("\n".join(wrapped(paragraph)) for paragraph in paragraphs)
    message = EmailMessage(policy=SMTP)
    message["From"] = "林晚秋 <wanqiu@qinglan.example>"
    message["To"] = "高述年 <shunian@qinglan.example>"
    message["Subject"] = "溪水为什么变清"
    message["Date"] = "Sun, 14 Dec 2025 20:40:00 +0800"
    message["Message-ID"] = "<20251214.2040.brook@qinglan.example>"
    message.set_content(body + "\n", cte="base64")
    return message.as_bytes()


def records() -> bytes:
    """Six lines: four good records, line 3 cut off, line 5 with the text of line 1."""
    good = tomllib.loads(texts.read("records.toml"))["record"]
    lines = [json.dumps(record, ensure_ascii=False) for record in good]
    cut = '{"id": "faq-03", "lang": "en", "text": "How old is the camphor tree? Nobody'
    twin = json.dumps({**good[0], "id": "faq-05"}, ensure_ascii=False)
    ordered = [lines[0], lines[1], cut, lines[2], twin, lines[3]]
    return ("\n".join(ordered) + "\n").encode()


def chapter(name: str) -> bytes:
    """A chapter of the e-book as XHTML."""
    found = texts.blocks(name)
    body = "\n".join(
        f"<h1>{block.text}</h1>" if block.kind == "heading" else f"<p>{block.text}</p>"
        for block in found
    )
    return PAGE.format(title=found[0].text, body=body).encode()


def book() -> bytes:
    """An EPUB with two chapters; its `mimetype` comes first and is not deflated."""
    parts = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER.encode()),
        ("OEBPS/book.opf", BOOK.encode()),
        ("OEBPS/nav.xhtml", PAGE.format(title="目录", body=CONTENTS).encode()),
        ("OEBPS/spring.xhtml", chapter("booklet_zh_1.txt")),
        ("OEBPS/autumn.xhtml", chapter("booklet_zh_2.txt")),
    ]
    return packages.pack(parts, stored=frozenset({"mimetype"}))
