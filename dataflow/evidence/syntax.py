"""The parse of an English text as noun phrases and the arguments of its verbs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator

from dataflow.evidence.stems import is_irregular
from dataflow.evidence.terms import Term, terms_of
from dataflow.text.spacy_adapter import Word, parsed

Filler = frozenset[str]
"""The keys of a noun phrase; empty for a pronoun, which may be anything."""
Group = tuple[Filler, ...]
"""Ways to name one thing: in apposition, or what it is a part of."""
Cluster = dict[str, list[Group]]
"""What fills each role once: "books for a week and films for a day" has two of them."""

SUBJECTS = frozenset(("nsubj", "nsubjpass", "csubj"))
SUBJECT = "subject"
OBJECT = "1"
AGENT = "0"
_OBJECTS = frozenset(("dobj", "oprd"))
_PHRASE = frozenset(
    ("compound", "amod", "nummod", "nmod", "quantmod", "poss", "npadvmod", "advmod")
)
_STANDING = (
    "he she it they him her them his its their this these those one ones who which that whom whose "
    "there i we you us me someone somebody something both all each"
)
_AMOUNTS = (
    "more most less least many much few fewer several further total own entire whole half remaining"
)
_WHOLES = (
    "number group amount total level rate share population team part half most majority quantity "
    "all some many members staff percent third quarter"
)
_PRONOUNS = frozenset(_STANDING.split())
_QUANTITIES = frozenset(_AMOUNTS.split())
"""Words that say how much of a thing: they tell no two things apart."""
_PARTITIVES = frozenset(_WHOLES.split())
"""Nouns whose `of` names what is meant: the number of staff doubled, the staff doubled."""
_BE = frozenset(("be", "is", "are", "was", "were", "been", "being", "'s", "'re"))
_DEEPEST = 12


class Syntax:
    """A parsed text."""

    def __init__(self, text: str, words: tuple[Word, ...]) -> None:
        self.words = words
        self.folded = [word.text.casefold() for word in self.words]
        self.children: list[list[int]] = [[] for _ in self.words]
        for index, word in enumerate(self.words):
            if word.head != index:
                self.children[word.head].append(index)
        self._terms = _terms_at(self.words, text)

    def below(self, index: int, *labels: str) -> list[int]:
        """The words that depend on one in these ways."""
        return [child for child in self.children[index] if self.words[child].label in labels]

    def content(self, index: int) -> tuple[str, ...]:
        """The key of a word that says something, () for others."""
        term = self._terms[index]
        plain = term is None or term.kind == "function" or self.folded[index] in _QUANTITIES
        return () if plain or term is None else (term.key,)

    def is_be(self, index: int) -> bool:
        """Whether it is a form of "be"."""
        return self.folded[index] in _BE

    def is_verb(self, index: int) -> bool:
        """Whether it has a subject or an object, or stands for a clause."""
        word = self.words[index]
        if not self.content(index) and not self.is_be(index):
            return False
        if word.label in ("relcl", "acl", "advcl", "xcomp", "ccomp", "pcomp"):
            return True
        if self.below(index, *SUBJECTS, "dobj", "agent", "auxpass", "aux", "prt"):
            return True
        joined = word.label == "conj" and self.is_verb(word.head)
        return joined and not self.below(index, "det", "poss", "amod", "compound", "nummod")

    def groups(self, index: int, depth: int = 0) -> list[Group]:
        """The noun phrase and those joined to it, each with its other names."""
        found = [group] if (group := self.named(index)) else []
        if depth < _DEEPEST:
            for child in self.below(index, "conj"):
                found += [] if self.is_verb(child) else self.groups(child, depth + 1)
        return found

    def named(self, index: int, depth: int = 0) -> Group:
        """The noun phrase, what it is a part of, and those in apposition; () for a sign."""
        keys = set(self.content(index))
        for child in self.below(index, *_PHRASE):
            keys.update(self.content(child))
            for below in self.below(child, *_PHRASE):
                keys.update(self.content(below))
        found: Group = (frozenset(keys),) if keys or self.folded[index] in _PRONOUNS else ()
        if depth > _DEEPEST:
            return found
        for child in self.below(index, "appos"):
            found += self.named(child, depth + 1)
        if self.folded[index] in _PARTITIVES or any(key[0] == "#" for key in keys):
            for child in self.below(index, "prep"):
                for noun in self.below(child, "pobj") if self.folded[child] == "of" else ():
                    found += self.named(noun, depth + 1)
        return found

    def clusters(self, index: int, subjects: Collection[int]) -> list[Cluster]:
        """The arguments of a verb, once more for each "and B for C" after "A for D"."""
        return _Arguments(self, index, subjects).clusters


class _Arguments:
    """The arguments of one verb as they are collected."""

    def __init__(self, tree: Syntax, verb: int, subjects: Collection[int]) -> None:
        self._tree = tree
        found: list[Cluster] = [{}]
        self._found = found
        self._last = 0
        for subject in subjects:
            for child in tree.below(subject, "prep"):
                self._place(child, 0, 0)
        for child in tree.children[verb]:
            self._take(child, verb)
        whole, *others = found
        self.clusters = [whole]
        for other in others:
            if sum(map(len, other.values())) > 1:
                self.clusters.append(other)
            else:
                for role, groups in other.items():
                    whole.setdefault(role, []).extend(groups)

    def _take(self, child: int, verb: int) -> None:
        """Takes in what depends on the verb."""
        tree, label = self._tree, self._tree.words[child].label
        if label in _OBJECTS:
            self._add(OBJECT, child, self._last, 0)
        elif label == "dative" and not tree.below(child, "pobj"):
            self._add("to", child, self._last, 0)
        elif label in ("prep", "dative"):
            self._place(child, self._last, 0)
        elif label == "agent":
            self._agent(child)
        elif label == "conj" and self._verbless(child, verb):
            self._open(child, 0)

    def _verbless(self, child: int, verb: int) -> bool:
        """Whether what was read as a second verb repeats a preposition, as nouns do."""
        tree = self._tree
        verbal = tree.below(child, *SUBJECTS, "dobj", "aux", "auxpass", "prt", "agent", "neg")
        if verbal or tree.folded[child].endswith("ed") or is_irregular(tree.folded[child]):
            return False
        own = {tree.folded[p] for p in tree.below(child, "prep")}
        common = {"in", "at", "on"} if not tree.below(child, "det", "nummod") else set[str]()
        return bool(own & {tree.folded[p] for p in tree.below(verb, "prep")} - common)

    def _agent(self, by: int) -> None:
        tree = self._tree
        for agent in (by, *tree.below(by, "conj")):
            if not tree.below(agent, "neg"):
                for noun in tree.below(agent, "pobj"):
                    self._add(AGENT, noun, 0, 0)

    def _place(self, prep: int, cluster: int, depth: int) -> None:
        """Takes in a preposition with its nouns."""
        tree = self._tree
        if depth > _DEEPEST or tree.below(prep, "neg") or tree.folded[prep] == "than":
            return
        for noun in tree.below(prep, "pobj"):
            self._add(tree.folded[prep], noun, cluster, depth + 1)
        for joined in tree.below(prep, "conj"):
            if tree.words[joined].label == "conj" and tree.below(joined, "pobj"):
                self._found.append({})
                self._last = len(self._found) - 1
                self._place(joined, self._last, depth + 1)

    def _add(self, role: str, noun: int, cluster: int, depth: int) -> None:
        tree = self._tree
        if depth > _DEEPEST:
            return
        if group := tree.named(noun):
            self._found[cluster].setdefault(role, []).append(group)
        for child in tree.below(noun, "prep"):
            self._place(child, cluster, depth + 1)
        for child in tree.below(noun, "conj"):
            if tree.is_verb(child):
                continue
            own = {tree.folded[p] for p in tree.below(child, "prep")}
            if own & set(self._found[cluster]):
                self._open(child, depth + 1)
            elif OBJECT in self._found[cluster] and self._counts(child) > self._counts(noun):
                self._open(child, depth + 1)  # "1 euro on A and 2 euros on B"
                self._last = len(self._found) - 1
            else:
                self._add(role, child, cluster, depth + 1)

    def _counts(self, noun: int) -> bool:
        """Whether it is a number of things."""
        tree = self._tree
        return bool(tree.below(noun, "nummod")) or any(key[0] == "#" for key in tree.content(noun))

    def _open(self, noun: int, depth: int) -> None:
        """Begins a cluster with the noun that repeats the object, or else the subject."""
        role = OBJECT if OBJECT in self._found[0] else SUBJECT
        self._found.append({})
        self._add(role, noun, len(self._found) - 1, depth + 1)


_MOST_KEPT = 512
"""Parses that are kept: about 20 kB each."""
_KEPT: OrderedDict[str, Syntax] = OrderedDict()


def syntax_of(text: str, *others: str) -> Syntax:
    """The parse of a text; `others`, which are wanted next, are parsed in the same batch."""
    missing = [one for one in dict.fromkeys((text, *others)) if one not in _KEPT]
    for one, words in zip(missing, parsed(*missing) if missing else (), strict=True):
        _KEPT[one] = Syntax(one, words)
    _KEPT.move_to_end(text)
    found = _KEPT[text]
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return found


def _terms_at(words: tuple[Word, ...], text: str) -> list[Term | None]:
    """The term that each word lies in; both come in order."""
    terms: Iterator[Term] = iter(terms_of(text))
    term = next(terms, None)
    found: list[Term | None] = []
    for word in words:
        while term is not None and term.end <= word.start:
            term = next(terms, None)
        inside = term is not None and term.start <= word.start < term.end
        found.append(term if inside else None)
    return found
