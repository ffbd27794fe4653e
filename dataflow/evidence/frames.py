"""What an English text says as predicates with what fills their roles: who did what to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from dataflow.evidence.converses import Reading, reading_of
from dataflow.evidence.syntax import (
    AGENT,
    OBJECT,
    SUBJECT,
    SUBJECTS,
    Cluster,
    Group,
    Syntax,
    syntax_of,
)

_RELATIVES = frozenset(("who", "which", "that", "whom"))
_DENYING = "no none nobody nothing neither never not n't hardly barely cannot nowhere"
_NEGATORS = frozenset(_DENYING.split())
_MORE = {"more": 1, "greater": 1, "less": -1, "fewer": -1}
_DEEPEST = 12


@dataclass(slots=True)
class Frame:
    """A predicate: what it is compared as, its word, what fills its roles, whether it is denied.

    Roles are `0` (who acts), `1` (what is acted on) and prepositions; of a comparison `0` has more
    of what the key names than `than`. A `repeated` one takes its predicate from the one before:
    "A for B and C for D".
    """

    key: str
    word: str
    roles: dict[str, list[Group]] = field(default_factory=dict)
    denied: bool = False
    repeated: bool = False


@lru_cache(maxsize=512)
def frames_of(text: str) -> tuple[Frame, ...]:
    """The predicates of an English text; without spaCy's model an error is raised.

    >>> [(f.key, sorted(f.roles)) for f in frames_of("Ada was hired by Bert, the owner.")]
    [('hir', ['0', '1']), ('be own', ['0'])]
    """
    return tuple(frame for frame in _frames(syntax_of(text)) if frame.roles)


def _frames(tree: Syntax) -> Iterator[Frame]:
    for index, word in enumerate(tree.words):
        if word.label == "appos" and tree.content(index):
            yield _said_of(tree, index, tree.groups(word.head))
        elif word.label == "prep" and tree.folded[index] == "than":
            yield from _comparison(tree, index)
        if tree.is_be(index) and tree.is_verb(index):
            yield from _copula(tree, index)
        elif tree.is_verb(index) and not _compares(tree, index):
            yield from _verb(tree, index)


def _verb(tree: Syntax, index: int) -> Iterator[Frame]:
    word = tree.folded[index]
    particle = "".join(f" {tree.folded[child]}" for child in tree.below(index, "prt"))
    nouns, passive = _subject(tree, index)
    subject = [group for noun in nouns for group in tree.groups(noun)]
    denied = _denied(tree, index)
    for count, cluster in enumerate(tree.clusters(index, nouns)):
        roles: Cluster = dict(cluster)
        own = roles.pop(SUBJECT, subject)
        role = OBJECT if passive else AGENT
        if own:
            roles[role] = [*own, *roles.get(role, ())]
        if OBJECT not in roles and (antecedent := _antecedent(tree, index)):
            roles[OBJECT] = antecedent
        reading = reading_of(word + particle, frozenset(roles))
        yield _turned(Frame(reading.key, word, roles, denied, count > 0), reading)


def _compares(tree: Syntax, index: int) -> bool:
    """Whether more or less of something is said of a verb: that is no plain argument."""
    near = [index, *tree.below(index, "dobj", "advmod", "nsubj", "nsubjpass")]
    words = (tree.folded[child] for one in near for child in (one, *tree.children[one]))
    return any(word in _MORE or word == "than" for word in words)


def _antecedent(tree: Syntax, index: int) -> list[Group]:
    """What a relative clause with a subject of its own is said of."""
    word = tree.words[index]
    if word.label != "relcl" or tree.below(index, "nsubjpass"):
        return []
    own = [tree.folded[child] for child in tree.below(index, *SUBJECTS)]
    return tree.groups(word.head) if own and own[-1] not in _RELATIVES else []


def _subject(tree: Syntax, index: int, depth: int = 0) -> tuple[list[int], bool]:
    """The nouns of the subject, and whether that is acted on (passive)."""
    word = tree.words[index]
    passive = bool(tree.below(index, "auxpass", "nsubjpass", "agent"))
    own = tree.below(index, *SUBJECTS)[-1:]
    if own and tree.folded[own[0]] in _RELATIVES and word.label == "relcl":
        own = [word.head]
    if own or depth > _DEEPEST or word.head == index:
        return own, passive
    if word.label == "acl":
        between = tree.folded[word.head : index]
        if "," in between and tree.words[word.head].label == "pobj":
            return [], passive or not word.text.endswith("ing")  # it may belong to any noun before
        return [word.head], passive or not word.text.endswith("ing")
    if word.label == "conj":
        inherited, bare = _subject(tree, word.head, depth + 1)
        return inherited, passive or (bare and not tree.below(index, "aux", "dobj", "auxpass"))
    if word.label in ("advcl", "xcomp", "pcomp"):
        above = tree.words[word.head]
        up = above.head if above.label == "prep" else word.head
        return _subject(tree, up, depth + 1)[0], passive
    return [], passive


def _copula(tree: Syntax, index: int) -> Iterator[Frame]:
    """What is said of a subject with "be"; comparisons are found by their `than`."""
    nouns, _ = _subject(tree, index)
    subject = [group for noun in nouns for group in tree.groups(noun)]
    around = tree.clusters(index, nouns)[0]
    for child in tree.below(index, "attr", "acomp"):
        if not any(tree.folded[below] == "than" for below in tree.children[child]):
            frame = _said_of(tree, child, subject)
            frame.denied = _denied(tree, index)
            for role, groups in around.items():
                frame.roles.setdefault(role, []).extend(groups)
            yield frame


def _said_of(tree: Syntax, index: int, subject: list[Group]) -> Frame:
    """A noun or adjective that is said of a subject."""
    word = tree.folded[index]
    roles: Cluster = dict(tree.clusters(index, ())[0])
    roles.pop(SUBJECT, None)
    if subject:
        roles[AGENT] = subject
    reading = reading_of(word, frozenset(roles))
    return _turned(Frame(f"be {reading.key}", word, roles), reading)


def _comparison(tree: Syntax, than: int) -> Iterator[Frame]:
    """What has more of something than another."""
    nouns = tree.below(than, "pobj")
    compared = tree.words[than].head
    verb, depth = compared, 0
    while not tree.below(verb, *SUBJECTS) and tree.words[verb].head != verb and depth < _DEEPEST:
        verb, depth = tree.words[verb].head, depth + 1
    subject = [group for noun in _subject(tree, verb)[0] for group in tree.groups(noun)]
    there = [group for noun in nouns if (group := tree.named(noun))]
    if not there or not subject:
        return
    reading, words = _compared_as(tree, compared)
    yield from _further(tree, compared, nouns, subject, there)
    more, less = (subject, there) if reading.sign > 0 else (there, subject)
    yield Frame(f"than {reading.key}", words, {AGENT: more, "than": less}, _denied(tree, verb))


def _further(
    tree: Syntax, compared: int, nouns: list[int], subject: list[Group], there: list[Group]
) -> Iterator[Frame]:
    """More comparisons of the same two: more of one thing than another but less of a second."""
    for joined in (child for noun in (compared, *nouns) for child in tree.below(noun, "conj")):
        reading, words = _compared_as(tree, joined)
        if any(word in _MORE for word in words.split()):
            more, less = (subject, there) if reading.sign > 0 else (there, subject)
            yield Frame(f"than {reading.key}", words, {AGENT: more, "than": less})


def _compared_as(tree: Syntax, compared: int) -> tuple[Reading, str]:
    """How the word before `than` is read, -1 for less of it, and the words that say so."""
    word, sign, pair = tree.folded[compared], 1, ""
    for child in tree.children[compared]:
        around = tree.folded[child]
        found = reading_of(around)
        if around in _MORE:
            sign *= _MORE[around]
        elif found.key.startswith("pair"):  # better hearing
            sign, pair = sign * found.sign, f" {found.key}"
    if word in _MORE:
        sign, word = _MORE[word], tree.folded[tree.words[compared].head]
    reading = reading_of(word, compared=True)
    words = " ".join((word, *(tree.folded[child] for child in tree.children[compared])))
    return Reading(reading.key + pair, {}, sign * reading.sign), words


def _denied(tree: Syntax, index: int) -> bool:
    """Whether a predicate is denied: by itself, its subject or object, or what governs it."""
    around = [index, *tree.below(index, *SUBJECTS, "dobj", "attr")]
    signs = [child for one in around for child in tree.children[one]] + around[1:]
    denied = sum(tree.folded[sign] in _NEGATORS for sign in signs) % 2 == 1
    if tree.words[index].label == "xcomp" and tree.words[index].head != index:
        denied ^= any(tree.folded[c] in _NEGATORS for c in tree.children[tree.words[index].head])
    return denied


def _turned(frame: Frame, reading: Reading) -> Frame:
    """The frame with its roles named as in the converse that stands for both."""
    frame.roles = {reading.roles.get(role, role): found for role, found in frame.roles.items()}
    return frame
