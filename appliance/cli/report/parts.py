"""What sections of the report are made of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from appliance.cli.report.markup import Markup, element

ROWS = 25
"""Of a table that could be as long as one likes."""


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    bars: int | None = None,
    worded: Sequence[int] = (),
) -> Markup:
    """The first column names its row. ``bars`` is the column that only shows what another says,
    ``worded`` are those that hold words and no numbers."""

    def kind(at: int) -> str | None:
        return "bar" if at == bars else "words" if at in (0, *worded) else "n"

    titles = [
        element("td", class_="bar")
        if at == bars
        else element("th", name, scope="col", class_=kind(at))
        for at, name in enumerate(head)
    ]
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell, class_=kind(at)) for at, cell in enumerate(row) if at),
        )
        for row in rows
    ]
    head_row, body_rows = element("thead", element("tr", *titles)), element("tbody", *body)
    return element("div", element("table", head_row, body_rows), class_="wide")


def figure(picture: Markup, caption: str, *below: Markup) -> Markup:
    """The last of ``below`` is the table that says the same."""
    *legend, numbers = below
    return element(
        "figure",
        element("figcaption", caption),
        picture,
        *legend,
        element("details", element("summary", "The same in numbers"), numbers),
    )


def note(text: str) -> Markup:
    return paragraph(text, class_="dim")


def paragraph(text: str, *, class_: str | None = None) -> Markup:
    """What stands between backticks is typed at a command line."""
    parts = [element("code", part) if at % 2 else part for at, part in enumerate(text.split("`"))]
    return element("p", *parts, class_=class_)
