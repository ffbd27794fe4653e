"""The lower half of the page: duplicates, parsing, samples, documents, data sets, provenance."""

from __future__ import annotations

from dataflow.report.markup import Markup, el, join
from dataflow.report.model import Change, Cluster, Member, ReportData
from dataflow.report.phrases import DASH, coded, explained, format_name, number, octets, plain, say
from dataflow.report.phrases import short as brief
from dataflow.report.recipe_text import recipe_toml
from dataflow.report.shape import similarity
from dataflow.report.tables import Column, pairs, section, table
from dataflow.report.wording import CHANGES, ISSUES, STEPS

HASH = 16
"""Digits of a hash that are shown; report.json has them all."""


def copies(data: ReportData) -> Markup:
    """The largest clusters of duplicates and how their members differ."""
    if not data.clusters:
        return join()
    cards = [_cluster(cluster) for cluster in data.clusters]
    note = say("copies_note", clusters=number(data.n_clusters))
    return section(
        "copies", "copies", similarity(data), el("div", *cards, class_="clusters"), note=note
    )


def _cluster(cluster: Cluster) -> Markup:
    more = cluster.size - len(cluster.members)
    rest = el("li", say("not_shown", count=number(more)), class_="quiet") if more else ""
    return el(
        "article",
        el("h3", say("cluster_size", count=number(cluster.size)), " ",
           el("code", cluster.cluster_id[:HASH])),
        el("ul", *(_member(member) for member in cluster.members), rest),
        class_="cluster",
    )  # fmt: skip


def _member(member: Member) -> Markup:
    state = "kept_one" if member.kept else "dropped"
    difference = join()
    if member.changes:
        same = member.changes[0].kind == "equal"
        title = el("span", say("same_text" if same else "difference"), class_="quiet small")
        marks = [_change(change) for change in member.changes]
        shown = join() if same else el("p", *marks, dir="auto")
        difference = el("div", title, shown, class_="difference")
    return el(
        "li",
        el(
            "div", el("span", say(state), class_=f"tag {'good' if member.kept else 'policy'}"),
            el("code", member.source or member.doc_id, class_="source", dir="auto"),
            el("span", "" if member.similarity is None else f"{member.similarity:.3f}",
               class_="num similarity"),
            class_="member",
        ),
        el("p", member.title, class_="quiet small", dir="auto") if member.title else "",
        difference,
    )  # fmt: skip


def _change(change: Change) -> Markup:
    if change.kind == "gap":
        return el("span", " … ", class_="quiet")
    name = {"only_kept": "del", "only_dropped": "ins"}.get(change.kind, "span")
    return el(name, change.text)


def parsing(data: ReportData) -> Markup:
    """How many documents are whole, what went wrong with the others, what cleaning repaired."""
    if not data.statuses:
        return join()
    states = pairs((el("code", count.name), number(count.count)) for count in data.statuses)
    columns = [Column("issue"), Column("occurrences", True), Column("documents", True),
               Column("for_example", classes="paths")]  # fmt: skip
    rows = [
        (coded(ISSUES, issue.code), number(issue.count), number(issue.documents),
         join(*(el("code", source, dir="auto") for source in issue.sources)))
        for issue in data.issues
    ]  # fmt: skip
    found = table(columns, rows, label=plain("parsing")) if rows else el("p", say("no_issues"))
    changes = data.provenance.counts.get("changes")
    made = changes if isinstance(changes, dict) else {}
    repaired = [
        el("li", el("b", number(count)), " ", explained(CHANGES, name))
        for name, count in made.items() if isinstance(count, int) and count
    ]  # fmt: skip
    repairs = join(el("h3", say("changes")), el("ul", *repaired)) if repaired else join()
    return section("parsing", "parsing", states, found, repairs, note=say("parsing_note"))


def listing(data: ReportData) -> Markup:
    """Documents of the corpus, searchable and sortable."""
    if not data.documents:
        return join()
    columns = [
        Column("source", classes="paths"), Column("doc_title"), Column("media_type"),
        Column("lang"), Column("pages", True), Column("tokens", True), Column("status"),
    ]  # fmt: skip
    rows = [
        (el("code", row.source or row.doc_id, dir="auto"), el("span", row.title, dir="auto"),
         format_name(row.media_type), row.lang or DASH, number(row.pages), number(row.tokens),
         el("span", row.status, class_="tag policy") if row.status == "partial" else row.status)
        for row in data.documents
    ]  # fmt: skip
    note = say("list_note", shown=number(len(rows)), count=number(data.verdict.documents))
    return section(
        "list", "list", table(columns, rows, label=plain("list"), searchable=True), note=note
    )


def datasets(data: ReportData) -> Markup:
    """The data sets on disk, and what chunks, vectors and sequences there are."""
    columns = [Column("dataset"), Column("rows", True), Column("shards", True),
               Column("bytes", True), Column("hash")]  # fmt: skip
    rows = [
        (el("code", f"{facts.name}/"), number(facts.rows), number(facts.shards),
         octets(facts.bytes), el("code", facts.content_sha256[:HASH]))
        for facts in data.provenance.datasets
    ]  # fmt: skip
    notes = []
    if data.chunks:
        notes.append(say("chunks_note", rows=number(data.chunks.rows),
                         documents=number(data.chunks.documents),
                         tokens=number(data.chunks.tokens)))  # fmt: skip
    if data.vectors:
        notes.append(say("vectors_note", rows=number(data.vectors.rows), dim=data.vectors.dim,
                         zeros=number(data.vectors.zeros)))  # fmt: skip
    if data.packed:
        notes.append(say("packed_note", rows=number(data.packed.rows),
                         pieces=number(data.packed.pieces), tokens=number(data.packed.tokens),
                         longest=number(data.packed.longest)))  # fmt: skip
    return section(
        "datasets", "datasets", table(columns, rows, label=plain("datasets")),
        *(el("p", note) for note in notes),
    )  # fmt: skip


def making(data: ReportData) -> Markup:
    """Versions and hashes, what each step cost, the recipe, and how to make it again."""
    made = data.provenance
    facts = pairs(
        [
            (say("version"), made.code_version),
            (say("content_hash"), el("code", made.content_hash)),
            (say("recipe_hash"), el("code", made.recipe_hash)),
            *((el("code", name), number(value) if isinstance(value, int) else value)
              for name, value in made.counts.items() if isinstance(value, int | str)),
        ]
    )  # fmt: skip
    columns = [Column("step"), Column("rows_in", True), Column("kept", True),
               Column("rejected", True), Column("parts", True), Column("cached_parts", True),
               Column("cpu", True), Column("wall", True)]  # fmt: skip
    rows = [
        (join(el("code", step.name), " ", explained(STEPS, step.name)), number(step.rows_in),
         number(step.kept), number(step.rejected), number(step.parts), number(step.cached_parts),
         brief(step.cpu_seconds), brief(step.seconds))
        for step in data.steps
    ]  # fmt: skip
    steps = table(columns, rows, label=plain("step")) if rows else join()
    recipe = join()
    if made.recipe:
        again = "corpusmill run INPUT -o OUT --recipe recipe.toml"
        recipe = join(
            el("h3", say("again")), el("pre", again),
            el("details", el("summary", say("recipe")), el("pre", recipe_toml(made.recipe))),
        )  # fmt: skip
    return section("run", "run", facts, steps, recipe)
