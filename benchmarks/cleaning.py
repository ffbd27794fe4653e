"""Mojibake planted in clean text of many scripts: how much is repaired exactly, at what speed.

    python -m benchmarks cleaning [--texts DIR] [--part development|kept] [--each N] [--failures N]

Clean text are the translated messages of the programs of this system (`*/LC_MESSAGES/*.mo` below
DIR, some 150 languages) and sentences of the tests. Each is encoded in one character set and
decoded in another, alone or behind a clean sentence on the same line; only what can be undone is
planted, that is what lost no byte. A case counts as repaired when the whole `CleanText` gives what
it gives for the clean text. Texts are parted by the hash of their content: rules were written
looking at `development` alone, `kept` decides. The clean texts themselves must come back without
a repair. Speed is in MB of UTF-8 a CPU second, beside `ftfy.fix_text` in the same run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import ftfy
import ftfy.bad_codecs

from benchmarks.cost import commit
from dataflow.text import mojibake
from dataflow.text.clean import CleanText
from tests.strategies.text import CHINESE, ENGLISH

LENGTHS = (30, 600)
"""Characters of a clean text: a sentence or a paragraph."""
KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "UTF-8 as Windows-1252": (("utf-8", "sloppy-windows-1252"),),
    "UTF-8 as Latin-1": (("utf-8", "latin-1"),),
    "UTF-8 as Windows-1251": (("utf-8", "sloppy-windows-1251"),),
    "UTF-8 as Windows-1250": (("utf-8", "sloppy-windows-1250"),),
    "UTF-8 as Mac Roman": (("utf-8", "mac_roman"),),
    "UTF-8 as GBK": (("utf-8", "gbk"),),
    "UTF-8 as GB 18030": (("utf-8", "gb18030"),),
    "UTF-8 as Windows-1252, twice": (("utf-8", "sloppy-windows-1252"),) * 2,
    "UTF-8 as Latin-1, twice": (("utf-8", "latin-1"),) * 2,
    "GBK as Latin-1": (("gbk", "latin-1"),),
    "GBK as Windows-1252": (("gbk", "sloppy-windows-1252"),),
    "GB 18030 as Latin-1": (("gb18030", "latin-1"),),
    "Big5 as Latin-1": (("big5", "latin-1"),),
    "Big5 as Windows-1252": (("big5", "sloppy-windows-1252"),),
    "Shift-JIS as Windows-1252": (("shift_jis", "sloppy-windows-1252"),),
    "EUC-KR as Latin-1": (("euc_kr", "latin-1"),),
}
"""What is planted: encoded as the first of a pair, decoded as its second, pair after pair."""
SCRIPTS_OF = {
    "GBK as Latin-1": "zh_CN zh_TW", "GBK as Windows-1252": "zh_CN zh_TW",
    "GB 18030 as Latin-1": "zh_CN zh_TW", "Big5 as Latin-1": "zh_TW zh_HK",
    "Big5 as Windows-1252": "zh_TW zh_HK", "Shift-JIS as Windows-1252": "ja",
    "EUC-KR as Latin-1": "ko",
}  # fmt: skip
"""Languages that a national character set was made for; the others take all languages."""
FEWEST = 5
"""Characters outside ASCII that a text in a national character set has: fewer prove nothing."""
BESIDE = {"zh": ENGLISH, "ja": ENGLISH, "ko": ENGLISH, "": CHINESE}
"""Clean sentences for the mixed lines, by the start of the planted language's code."""


def clean_texts(folder: Path) -> dict[str, list[str]]:
    """Translated messages by language, in the order of their hashes; NFC, one line each."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.glob("*/LC_MESSAGES/*.mo")):
        for text in _messages(path.read_bytes()):
            line = unicodedata.normalize("NFC", " ".join(text.split()))
            fits = LENGTHS[0] <= len(line) <= LENGTHS[1]
            if fits and "\ufffd" not in line and "Content-Type:" not in line:
                found[path.parts[-3]].add(line)
    found["zh_CN"] |= set(CHINESE)
    return {lang: sorted(texts, key=_digest) for lang, texts in sorted(found.items())}


def _messages(data: bytes) -> Iterator[str]:
    """Translations of a compiled catalogue (gettext manual, "The Format of GNU MO Files")."""
    if data[:4] != b"\xde\x12\x04\x95":
        return
    count, _, table = struct.unpack_from("<3I", data, 8)
    for length, start in struct.iter_unpack("<2I", data[table : table + 8 * count]):
        try:
            yield data[start : start + length].partition(b"\0")[0].decode()
        except UnicodeDecodeError:  # a catalogue in another character set
            continue


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def part_of(text: str) -> str:
    """`development` or `kept`, by the text's hash."""
    return "kept" if int(_digest(text)[-1], 16) % 2 else "development"


def planted(text: str, pairs: tuple[tuple[str, str], ...]) -> str | None:
    """`text` decoded wrongly; None when that loses bytes or changes nothing."""
    broken = text
    try:
        for right, wrong in pairs:
            data = broken.encode(right)
            broken = data.decode(wrong)
            if broken.encode(wrong) != data:
                return None
    except UnicodeError:
        return None
    # a line end or a paragraph's end inside would be another accident on top
    return broken if broken != text and not set(broken) & set("\n\r\v\f\x85\u2028") else None


def cases(texts: dict[str, list[str]], part: str, each: int) -> Iterator[tuple[str, str, str, str]]:
    """Kind, language, broken and clean text; at most `each` of a kind and language."""
    for kind, pairs in KINDS.items():
        langs = SCRIPTS_OF[kind].split() if kind in SCRIPTS_OF else list(texts)
        limit = each * (1 if kind not in SCRIPTS_OF else 20)
        for lang in langs:
            made = 0
            beside = BESIDE.get(lang[:2], BESIDE[""])
            for text in texts.get(lang, ()):
                if made == limit or part_of(text) != part:
                    if made == limit:
                        break
                    continue
                broken = planted(text, pairs)
                few = kind in SCRIPTS_OF and sum(char > "\x7f" for char in text) < FEWEST
                if broken is None or few:
                    continue
                made += 1
                yield kind, lang, broken, text
                other = beside[made % len(beside)]
                yield f"{kind}, mixed", lang, f"{other} {broken}", f"{other} {text}"


def repairs(
    texts: dict[str, list[str]], part: str, each: int, failures: int
) -> dict[str, dict[str, float]]:
    """Cases and share repaired exactly, by kind; ours and ftfy's.

    `clear` are those of texts with at least `FEWEST` characters outside ASCII: one accented letter
    that became one ideograph proves nothing.
    """
    stage = CleanText()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    shown: Counter[str] = Counter()
    for kind, lang, broken, text in cases(texts, part, each):
        wanted, got = stage.clean(text), stage.clean(broken)
        found[kind]["cases"] += 1
        found[kind]["exact"] += got == wanted
        clear = sum(char > "\x7f" for char in text) >= FEWEST
        found[kind]["clear"] += clear
        found[kind]["clear_exact"] += clear and got == wanted
        found[kind]["ftfy"] += ftfy.fix_encoding(broken) == text
        if got != wanted and shown[kind] < failures and part == "development":
            shown[kind] += 1
            print(f"{kind} [{lang}]\n  wanted {wanted}\n  broken {broken!r}\n  got    {got}")
    return {
        kind: {
            "cases": count["cases"],
            "exact": round(count["exact"] / count["cases"], 4),
            "clear": count["clear"],
            "clear_exact": round(count["clear_exact"] / max(1, count["clear"]), 4),
            "ftfy": round(count["ftfy"] / count["cases"], 4),
        }
        for kind, count in found.items()
    }


def untouched(texts: dict[str, list[str]], part: str, failures: int) -> dict[str, dict[str, int]]:
    """Clean texts, and how many `repaired` changed, by the script of most of their letters."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for lang, lines in texts.items():
        for text in lines:
            if part_of(text) != part:
                continue
            script = _script(text)
            changed = mojibake.repaired(text)[0]
            found[script]["texts"] += 1
            found[script]["changed"] += changed != text
            found[script]["ftfy"] += ftfy.fix_encoding(text) != text
            if changed != text and part == "development" and failures:
                print(f"clean [{lang}] {text}\n  -> {changed}")
    return {name: dict(count) for name, count in sorted(found.items())}


def _script(text: str) -> str:
    """First word of the Unicode names of most letters: LATIN, CJK, HANGUL and so on."""
    letters = [char for char in text if char.isalpha()][:200]
    names = Counter(unicodedata.name(char, "?").split()[0] for char in letters)
    return names.most_common(1)[0][0].partition("-")[0] if names else "none"


def speed(texts: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """MB a CPU second of the stage and of ftfy on clean text, by kind of text."""
    lists = {"en": texts.get("en_GB", []) or list(ENGLISH), "zh": texts["zh_CN"]}
    html = [f'- [{line[:20]}](https://example.org/{i}) <b class="x">“{line}”</b>\xa0…'
            for i, line in enumerate(lists["en"])]  # fmt: skip
    samples = {"English": lists["en"], "Chinese": lists["zh"], "like HTML": html}
    samples["French"] = texts.get("fr", [])
    found = {}
    for name, lines in samples.items():
        documents = _documents(lines, 1_000_000)
        size = sum(len(text.encode()) for text in documents) / 1e6
        peer = documents[: max(1, len(documents) // 10)]
        part = sum(len(text.encode()) for text in peer) / 1e6
        found[name] = {
            "ours": round(size / _seconds(CleanText().clean, documents), 1),
            "ftfy": round(part / _seconds(ftfy.fix_text, peer), 1),
        }
    return found


def _documents(lines: list[str], characters: int) -> list[str]:
    """Texts of eight paragraphs of five messages, `characters` in all."""
    whole = [line for line in lines if line.strip()] or list(ENGLISH)
    found: list[str] = []
    total = at = 0
    while total < characters:
        lines = [whole[(at + i) % len(whole)] for i in range(40)]
        found.append("\n\n".join(" ".join(lines[i : i + 5]) for i in range(0, 40, 5)))
        total += len(found[-1])
        at += 40
    return found


def _seconds(clean: Callable[[str], str], documents: list[str]) -> float:
    """CPU seconds for all documents, the best of three."""
    clean(documents[0])
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for text in documents:
            clean(text)
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    """Prints one JSON object and a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=Path, default=Path("/usr/share/locale"))
    parser.add_argument("--part", choices=("development", "kept"), default="kept")
    parser.add_argument("--each", type=int, default=6, help="cases of a kind and language")
    parser.add_argument("--failures", type=int, default=0, help="shown of a kind (development)")
    parser.add_argument("--skip-clean", action="store_true", help="leave the clean texts out")
    args = parser.parse_args()
    texts = clean_texts(args.texts)
    found = repairs(texts, args.part, args.each, args.failures)
    clean = {} if args.skip_clean else untouched(texts, args.part, args.failures)
    cases_in_all = sum(int(row["cases"]) for row in found.values())
    exact = sum(row["exact"] * row["cases"] for row in found.values()) / max(cases_in_all, 1)
    print(json.dumps({
        "commit": commit(), "part": args.part, "languages": len(texts), "repairs": found,
        "clean": clean, "mb_per_cpu_s": speed(texts),
    }, indent=1, ensure_ascii=False))  # fmt: skip
    changed = sum(row["changed"] for row in clean.values())
    print(
        f"{exact:.4f} of {cases_in_all} cases repaired exactly, {changed} of "
        f"{sum(row['texts'] for row in clean.values())} clean texts changed"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
