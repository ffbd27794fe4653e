"""The page: one file that needs nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from dataflow.report.curation import curation
from dataflow.report.details import copies, datasets, listing, making, parsing
from dataflow.report.left_out import left_out
from dataflow.report.markup import Markup, el, join, trusted
from dataflow.report.model import ReportData
from dataflow.report.overview import flow, lead, strip
from dataflow.report.phrases import PHRASES, both, explained, plain, say
from dataflow.report.samples import instructions
from dataflow.report.shape import language_map, signals, sizes
from dataflow.report.wording import NAVIGATION

SECTIONS = (
    ("flow", flow), ("left_out", left_out), ("map", language_map), ("sizes", sizes),
    ("signals", signals), ("copies", copies), ("curation", curation), ("parsing", parsing),
    ("sft", instructions), ("list", listing), ("datasets", datasets), ("run", making),
)  # fmt: skip
"""Heading's key and what draws the section, in the order of the page."""

SCRIPT_PHRASES = ("search", "open_all", "close_all", "slider", "would_keep", "sort")
"""Phrases that only the script shows; it clones them, so it holds no words of its own."""


@cache
def asset(name: str) -> str:
    """The text of a file that ships beside this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def render(data: ReportData) -> str:
    """The whole page as HTML text; the same data gives the same text."""
    style, script = asset("style.css"), asset("behaviour.js")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        _policy(style, script),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", " · ".join(PHRASES["title"])),
        el("link", rel="icon", href="data:,"),
        el("style", trusted(style)),
    )
    return f"<!doctype html>\n{el('html', head, _body(data, script), lang='en').html}\n"


def _policy(style: str, script: str) -> Markup:
    """Nothing is loaded and nothing runs but the style and script whose hashes stand here."""
    rules = (
        "default-src 'none'", f"style-src 'sha256-{_digest(style)}'",
        f"script-src 'sha256-{_digest(script)}'", "img-src data:", "base-uri 'none'",
        "form-action 'none'",
    )  # fmt: skip
    return el("meta", http_equiv="Content-Security-Policy", content="; ".join(rules))


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _body(data: ReportData, script: str) -> Markup:
    drawn = [(key, draw(data)) for key, draw in SECTIONS]
    shown = [(key, section) for key, section in drawn if section.html]
    links = [
        el("li", el("a", explained(NAVIGATION, key), href=f"#{_anchor(key)}")) for key, _ in shown
    ]
    phrases = el(
        "template", *(el("span", say(key), data_phrase=key) for key in SCRIPT_PHRASES), id="phrases"
    )
    return el(
        "body",
        el("a", say("skip"), class_="skip", href="#main"),
        el("header", _masthead(), el("h1", say("title")), lead(data)),
        strip(data),
        el("nav", el("ul", *links), aria_label=plain("contents")),
        el("main", *(section for _, section in shown), id="main", tabindex=-1),
        el("footer", el("p", say("footer"))),
        phrases,
        el("script", trusted(script)),
    )


def _anchor(key: str) -> str:
    return key.replace("_", "-")


def _masthead() -> Markup:
    """The name, and the language switch: two radio buttons that the style sheet reads."""
    return el(
        "div",
        el("span", "corpusmill", class_="brand"),
        el(
            "fieldset",
            el("legend", both("Language", "语言"), class_="hidden"),
            join(
                el("input", type="radio", name="language", id="in-en", checked=True),
                el("label", "English", for_="in-en"),
                el("input", type="radio", name="language", id="in-zh"),
                el("label", "中文", for_="in-zh", lang="zh-Hans"),
            ),
            class_="switch",
        ),
        class_="masthead",
    )
