"""Prompts as files: an id, a version, a hash; slots that hostile text cannot break out of.

A file `<name>.<lang>.toml` has `version`, `system`, `user`, and may have `[answer.<key>]` tables
(the JSON schema of each key of the answer; without any the answer is free text), `[words.<slot>]`
(how a slot's value is said in the language), `n_shots` and `[[shots]]` (the slots of an example
and its `answer`). `{slot}` in `system` and `user` is filled in; what stands in a slot cannot write
the tags of the user's text (`<passage>`), so it stays inside of them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dataflow.llm.base import Message
from schemas.errors import RecipeError
from schemas.ids import content_id, sha256_hex

OWN = Path(__file__).parent / "prompts"
"""The package's prompt files."""

_SLOT = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"</?([a-z_]+)>")
_KEYS = frozenset(("version", "system", "user", "answer", "words", "n_shots", "shots"))


@dataclass(frozen=True)
class Template:
    """A prompt file as read; `sha256` is that of the file."""

    name: str
    lang: str
    version: int
    sha256: str
    system: str
    user: str
    answer: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, Mapping[str, str]]
    shots: Sequence[Mapping[str, Any]]
    n_shots: int

    @property
    def prompt_id(self) -> str:
        """Name, language and version."""
        return f"{self.name}.{self.lang}/{self.version}"

    @property
    def schema(self) -> str | None:
        """JSON schema of the answer, one object; None for free text."""
        if not self.answer:
            return None
        shape = {
            "type": "object", "properties": self.answer, "required": list(self.answer),
            "additionalProperties": False,
        }  # fmt: skip
        return json.dumps(shape)

    def messages(self, slots: Mapping[str, str], pick: str) -> tuple[Message, ...]:
        """The conversation to send; `pick` decides which examples are shown, and their order."""
        found: list[Message] = [("system", self._filled(self.system, slots))]
        ranked = sorted(
            range(len(self.shots)), key=lambda i: content_id("shot", self.prompt_id, pick, i)
        )
        for index in ranked[: self.n_shots]:
            shot = self.shots[index]
            answer = shot["answer"]
            said = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
            shown = {name: str(value) for name, value in shot.items() if name != "answer"}
            found += [("user", self._filled(self.user, {**slots, **shown})), ("assistant", said)]
        found.append(("user", self._filled(self.user, slots)))
        return tuple(found)

    def _filled(self, text: str, slots: Mapping[str, str]) -> str:
        tags = set(_TAG.findall(self.user))

        def value(found: re.Match[str]) -> str:
            slot = found[1]
            if slot not in slots:
                raise RecipeError(f"prompt {self.prompt_id}: nothing is known for {{{slot}}}")
            said = self.words.get(slot, {}).get(slots[slot], slots[slot])
            return _TAG.sub(lambda tag: " " if tag[1] in tags else tag[0], said)

        return _SLOT.sub(value, text).strip()


@dataclass(frozen=True, slots=True)
class Library:
    """The templates in use: those of the user's `folder`, and the package's for all others."""

    folder: str = ""

    def template(self, name: str, lang: str) -> Template:
        """The Chinese template for Chinese, else the English one, which asks for `lang`."""
        file = f"{name}.{'zh' if lang == 'zh' else 'en'}.toml"
        own = Path(self.folder) / file if self.folder else None
        return _read(own if own is not None and own.is_file() else OWN / file)

    @property
    def identity(self) -> str:
        """Hash of every template that may be used."""
        names = {path.name: path for path in sorted(OWN.glob("*.toml"))}
        if self.folder:
            names |= {path.name: path for path in sorted(Path(self.folder).glob("*.toml"))}
        return content_id("prompts", *(_read(path).sha256 for path in names.values()))


@cache
def _read(path: Path) -> Template:
    """The template in a file; raises RecipeError that names the file and what is wrong."""
    try:
        raw = path.read_bytes()
        data = tomllib.loads(raw.decode("utf-8"))
    except (OSError, ValueError) as error:
        raise RecipeError(f"{path}: the prompt file cannot be read: {error}") from error
    unknown = sorted(set(data) - _KEYS)
    missing = [key for key in ("version", "system", "user") if key not in data]
    if unknown or missing:
        said = f"unknown key {unknown[0]!r}" if unknown else f"no {missing[0]!r}"
        raise RecipeError(f"{path}: {said}; a prompt file has {', '.join(sorted(_KEYS))}")
    name, lang = path.name.removesuffix(".toml").rsplit(".", 1)
    return Template(
        name, lang, int(data["version"]), sha256_hex(raw), data["system"], data["user"],
        data.get("answer", {}), data.get("words", {}), data.get("shots", ()),
        int(data.get("n_shots", 2)),
    )  # fmt: skip


def prompt_hash(messages: Sequence[Message]) -> str:
    """SHA-256 of a conversation as sent."""
    return sha256_hex(json.dumps([list(m) for m in messages], ensure_ascii=True).encode())
