"""A paper with a long table as the browser and the word processor take it: HTML and flat ODF. Pure.

Both follow one ``Layout``, so that a paper can first be printed on a page of endless height, which
tells how high everything is, and then on A4 with the break where it is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bench.walks3.long_papers import LongPaper, PaperRow, Place

MARGIN_MM = 20.0
PAGE_MM = (210.0, 297.0)
ENDLESS_MM = 2900.0
"""Height of a page on which nothing breaks; the word processor knows no page above 3 m."""
_WIDTHS = {
    "pos": 10,
    "article": 20,
    "description": 0,
    "quantity": 19,
    "unit": 16,
    "price": 27,
    "discount": 16,
    "vat": 13,
    "amount": 27,
}
"""Millimetres; the description takes what is left."""
_RIGHT = ("quantity", "price", "discount", "vat", "amount")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a paper is laid out."""

    height_mm: float
    spacer_mm: float
    """White above the table, by which the break falls where it is wanted."""
    cut: int | None = None
    """Rows on page one where the paper says a sum at the turn of the page; None elsewhere."""


def column_widths(paper: LongPaper) -> list[float]:
    """Return the widths of the columns in millimetres."""
    taken = sum(_WIDTHS[name] for name in paper.columns)
    left = PAGE_MM[0] - 2 * MARGIN_MM - taken
    return [float(_WIDTHS[name] or left) for name in paper.columns]


def _parts(paper: LongPaper, layout: Layout) -> list[tuple[Sequence[PaperRow], str, str]]:
    """Return the rows of each table with the sums that stand above and below them."""
    if layout.cut is None:
        return [(paper.rows, "", "")]
    first, rest = paper.rows[: layout.cut], paper.rows[layout.cut :]
    carried = paper.amount_of(first)
    return [(first, "", carried), (rest, carried, "")]


def _breaks_before_totals(paper: LongPaper, layout: Layout) -> bool:
    alone = (Place.TOTALS_ON_TWO, Place.TOTALS_ON_THREE)
    return paper.place in alone and layout.height_mm < ENDLESS_MM


def html_of(paper: LongPaper, layout: Layout) -> str:
    """Return the page that a browser prints."""
    look, words = paper.look, paper.language.words
    running = (
        f"@top-left {{ content: '{words['title']} {paper.header[0][1]}' }}"
        f"@bottom-left {{ content: '{escape(words['note'], quote=False)}' }}"
        f"@bottom-right {{ content: '{words['page']} ' counter(page) ' / ' counter(pages) }}"
    ).replace("d'e", "d’e")
    border = {"grid": "border: 0.2mm solid #333", "lines": "border-bottom: 0.2mm solid #999"}
    split = "auto" if paper.place is Place.IN_A_CELL else "avoid"
    style = f"""
@page {{ size: {PAGE_MM[0]}mm {layout.height_mm}mm; margin: {MARGIN_MM}mm;
 font-size: 7pt; {running if look.running else ""} }}
body {{ margin: 0; font: {look.points}pt {"Liberation Serif" if look.serif else "Liberation Sans"};
 orphans: 1; widows: 1 }}
table {{ border-collapse: collapse; width: 100%; table-layout: fixed }}
thead {{ display: {"table-header-group" if look.header_again else "table-row-group"} }}
.rows tr {{ break-inside: {split} }} thead tr {{ break-after: auto }}
.rows td, .rows th {{ {border.get(look.borders, "")}; padding: 0.7mm 1mm; vertical-align: top;
 text-align: left; font-weight: normal }}
.rows th {{ font-weight: bold }} .rows .r {{ text-align: right }}
.totals {{ margin: 4mm 0 0 auto; width: 80mm; break-inside: avoid }}
.totals td:last-child {{ text-align: right }} p {{ margin: 0 0 1mm }} h1 {{ font-size: 14pt }}
"""
    body = [f"<p>{escape(line)}</p>" for line in (*paper.seller, *paper.buyer)]
    body.append(f"<h1>{words['title']}</h1>")
    body += [f"<p>{escape(label)}: {escape(value)}</p>" for label, value in paper.header]
    if look.note_above:
        body.append(f"<p>{escape(words['note'])}</p>")
    body.append(f'<div style="height:{layout.spacer_mm:.2f}mm"></div>')
    columns = "".join(f'<col style="width:{width}mm">' for width in column_widths(paper))
    for at, (rows, above, below) in enumerate(_parts(paper, layout)):
        turn = ' style="break-before: page"' if at else ""
        head = _html_line(paper, {name: words[name] for name in paper.columns}, "th")
        lines = [_html_line(paper, row.cells, "td") for row in rows]
        if above:
            lines.insert(0, _html_line(paper, _carried(paper, words["brought"], above), "td"))
        if below:
            lines.append(_html_line(paper, _carried(paper, words["carried"], below), "td"))
        heads = f"<thead>{head}</thead>" if not at or look.header_again else ""
        body.append(
            f'<table class="rows"{turn}><colgroup>{columns}</colgroup>{heads}'
            f"<tbody>{''.join(lines)}</tbody></table>"
        )
    turn = ' style="break-before: page"' if _breaks_before_totals(paper, layout) else ""
    sums = "".join(
        f"<tr><td>{escape(label)}</td><td>{escape(amount)}</td></tr>"
        for label, amount in paper.totals
    )
    body.append(f'<table class="totals"{turn}>{sums}</table>')
    return (
        f'<!doctype html><html lang="{paper.language.code}"><meta charset="utf-8">'
        f"<style>{style}</style><body>{''.join(body)}</body></html>"
    )


def _carried(paper: LongPaper, label: str, amount: str) -> dict[str, str]:
    return dict.fromkeys(paper.columns, "") | {"description": label, "amount": amount}


def _html_line(paper: LongPaper, cells: Mapping[str, str], tag: str) -> str:
    inside = "".join(
        f"<{tag}{' class=r' if name in _RIGHT else ''}>{escape(cells[name])}</{tag}>"
        for name in paper.columns
    )
    return f"<tr>{inside}</tr>"


_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    )
)


def fodt_of(paper: LongPaper, layout: Layout) -> str:
    """Return the document that a word processor prints."""
    body = "".join(_fodt_body(paper, layout))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES} '
        'office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
        f"{_fodt_styles(paper, layout)}"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


def _fodt_styles(paper: LongPaper, layout: Layout) -> str:
    look, words = paper.look, paper.language.words
    font = "Liberation Serif" if look.serif else "Liberation Sans"
    border = "0.2mm solid #333333"
    edges = {"grid": f'fo:border="{border}"', "lines": f'fo:border-bottom="{border}"'}
    split = "true" if paper.place is Place.IN_A_CELL else "false"
    columns = "".join(
        f'<style:style style:name="c{at}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for at, width in enumerate(column_widths(paper))
    )
    turn = ' fo:break-before="page"'
    totals_turn = turn if _breaks_before_totals(paper, layout) else ""
    running = (
        f'<style:header><text:p text:style-name="small">{words["title"]} {paper.header[0][1]}'
        '</text:p></style:header><style:footer><text:p text:style-name="small">'
        f"{escape(words['note'])} {words['page']} <text:page-number/> / <text:page-count/>"
        "</text:p></style:footer>"
    )
    edge = MARGIN_MM - 8 if look.running else MARGIN_MM
    room = '<style:header-footer-properties fo:min-height="8mm"/>'
    rooms = f"<style:header-style>{room}</style:header-style>"
    rooms += f"<style:footer-style>{room}</style:footer-style>"
    return f"""<office:font-face-decls><style:font-face style:name="{font}"
 svg:font-family="'{font}'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:paragraph-properties
 fo:orphans="0" fo:widows="0"/><style:text-properties style:font-name="{font}"
 fo:font-size="{look.points}pt" fo:language="{paper.language.code}" fo:country="none"/>
</style:default-style></office:styles>
<office:automatic-styles>
<style:page-layout style:name="pl"><style:page-layout-properties
 fo:page-width="{PAGE_MM[0]}mm" fo:page-height="{layout.height_mm}mm"
 fo:margin-left="{MARGIN_MM}mm" fo:margin-right="{MARGIN_MM}mm"
 fo:margin-top="{edge}mm" fo:margin-bottom="{edge}mm"/>{rooms if look.running else ""}
</style:page-layout>
<style:style style:name="spacer" style:family="paragraph"><style:paragraph-properties
 fo:margin-top="{layout.spacer_mm:.2f}mm"/><style:text-properties fo:font-size="2pt"/></style:style>
<style:style style:name="small" style:family="paragraph"><style:text-properties
 fo:font-size="7pt"/></style:style>
<style:style style:name="right" style:family="paragraph"><style:paragraph-properties
 fo:text-align="end"/></style:style>
<style:style style:name="bold" style:family="paragraph"><style:text-properties
 fo:font-weight="bold"/></style:style>
<style:style style:name="boldright" style:family="paragraph"><style:paragraph-properties
 fo:text-align="end"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="title" style:family="paragraph"><style:text-properties
 fo:font-size="14pt" fo:font-weight="bold"/></style:style>
<style:style style:name="t" style:family="table"><style:table-properties
 style:width="{PAGE_MM[0] - 2 * MARGIN_MM}mm" table:border-model="collapsing"/></style:style>
<style:style style:name="t2" style:family="table"><style:table-properties
 style:width="{PAGE_MM[0] - 2 * MARGIN_MM}mm"{turn}/></style:style>
<style:style style:name="sums" style:family="table"><style:table-properties style:width="80mm"
 table:align="right" fo:margin-top="4mm"{totals_turn} style:may-break-between-rows="false"/>
</style:style>
<style:style style:name="row" style:family="table-row"><style:table-row-properties
 fo:keep-together="{"auto" if split == "true" else "always"}"/></style:style>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties
 fo:padding="0.8mm" {edges.get(look.borders, "")}/></style:style>
{columns}</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pl">
{running if look.running else ""}</style:master-page></office:master-styles>"""


def _fodt_body(paper: LongPaper, layout: Layout) -> Iterator[str]:
    words, look = paper.language.words, paper.look
    for line in (*paper.seller, *paper.buyer):
        yield _paragraph(line)
    yield _paragraph(words["title"], "title")
    for label, value in paper.header:
        yield _paragraph(f"{label}: {value}")
    if look.note_above:
        yield _paragraph(words["note"])
    yield _paragraph("", "spacer")
    columns = "".join(
        f'<table:table-column table:style-name="c{at}"/>' for at in range(len(paper.columns))
    )
    for at, (rows, above, below) in enumerate(_parts(paper, layout)):
        head = _fodt_line(paper, words, "bold")
        lines = [_fodt_line(paper, row.cells) for row in rows]
        if above:
            lines.insert(0, _fodt_line(paper, _carried(paper, words["brought"], above)))
        if below:
            lines.append(_fodt_line(paper, _carried(paper, words["carried"], below)))
        if look.header_again:
            head = f"<table:table-header-rows>{head}</table:table-header-rows>"
        heads = head if not at or look.header_again else ""
        yield (
            f'<table:table table:style-name="{"t2" if at else "t"}">{columns}{heads}'
            f"{''.join(lines)}</table:table>"
        )
    sums = "".join(
        "<table:table-row>"
        f"<table:table-cell>{_paragraph(label)}</table:table-cell>"
        f"<table:table-cell>{_paragraph(amount, 'right')}</table:table-cell></table:table-row>"
        for label, amount in paper.totals
    )
    yield f'<table:table table:style-name="sums"><table:table-column/><table:table-column/>{sums}'
    yield f"</table:table>{_paragraph('')}"


def _paragraph(text: str, style: str = "") -> str:
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:p{named}>{escape(text)}</text:p>"


def _fodt_line(paper: LongPaper, cells: Mapping[str, str], style: str = "") -> str:
    inside = "".join(
        '<table:table-cell table:style-name="cell" office:value-type="string">'
        f"{_paragraph(cells[name], style + ('right' if name in _RIGHT else ''))}"
        "</table:table-cell>"
        for name in paper.columns
    )
    return f'<table:table-row table:style-name="row">{inside}</table:table-row>'
