"""The pages of a series: eight monthly bulletins with the same notices above and below the text."""

from __future__ import annotations

from sample_data.make import web

ABOVE = (
    "Qinglan Hill Field Station sends this bulletin to all who have ever carried a bottle uphill.",
    "本简报由青岚山野外站每月编印，送给所有往山上背过瓶子的人。",
)
BELOW = (
    "All readings in this bulletin are provisional until the yearbook of the station is printed.",
    "本简报中的读数均为初步结果，以站里年底印出的年报为准。",
)
NOTICES = (*ABOVE, *BELOW)
"""The lines that every page shares; a parser cannot know them, comparing the pages can."""


def page(month: int) -> bytes:
    """The bulletin of a month as a web page; months with an odd number are in English."""
    title, inner = web.body_of(f"bulletin_{month:02}.md")
    above, below = ("\n".join(f"<p>{line}</p>" for line in part) for part in (ABOVE, BELOW))
    return web.SHELL.format(
        lang="en" if month % 2 else "zh-CN",
        title=title,
        author="Qinglan Hill Field Station",
        body=f"<main>\n{above}\n{inner}\n{below}\n</main>",
    ).encode()
