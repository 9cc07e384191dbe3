"""Whatever is done to the bytes of a mail, it is taken apart or refused in words."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.errors import DocumentError
from appliance.mail import internet, outlook
from appliance.mail.html import page_text
from bench.mails import Paper, internet_mail, outlook_mail
from bench.outlook import OutlookFile, OutlookMail

PAPERS = [Paper("a.pdf", b"%PDF-1.4 a"), Paper("Łódź.pdf", b"%PDF-1.4 b" * 500)]
HEADS = [
    b"Message-ID: <[>\n",
    b'Content-Type: text/plain; charset="\x00"\n',
    b"From: \xff\xfe, <<>, =?utf-16?b?AAA?= =?x?q?=ZZ?=\n",
    b"From: " + b"(" * 5000 + b"\n",
    b"Date: Mon, 99 Foo 99999999999 99:99:99 +9999\n",
    b"Content-Disposition: attachment; filename*0*=''%; filename*9999999999999=b\n",
    b"Content-Disposition: attachment; filename*=utf-8''%ff%fe; filename*1*=x\n",
    b"Content-Transfer-Encoding: x-uuencode\n",
    b"Content-Type: multipart/mixed; boundary=\n",
    b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n",
    b"Content-Type: message/partial\n",
]


def hurt(content: bytes, data: st.DataObject) -> bytes:
    spoiled = bytearray(content)
    for _ in range(data.draw(st.integers(1, 30))):
        spoiled[data.draw(st.integers(0, len(spoiled) - 1))] = data.draw(st.integers(0, 255))
    return bytes(spoiled[: data.draw(st.integers(1, len(spoiled)))])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_internet_mail_is_taken_apart_or_refused(data: st.DataObject) -> None:
    made = internet_mail(0, PAPERS, Random(data.draw(st.integers(0, 50))))
    try:
        internet.parsed(hurt(made.content, data))
    except DocumentError as error:
        assert error.hint


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(max_examples=200)
@given(st.lists(st.sampled_from(HEADS), max_size=5), st.binary(max_size=60))
def test_heads_that_nobody_should_write_are_read_as_far_as_they_go(
    heads: list[bytes], body: bytes
) -> None:
    try:
        internet.parsed(b"".join(heads) + b"\n" + body)
    except DocumentError as error:
        assert error.hint


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_outlook_mail_is_taken_apart_or_refused(data: st.DataObject) -> None:
    made = outlook_mail(0, PAPERS, Random(data.draw(st.integers(0, 50))))
    content = hurt(made.content, data)
    outlook.is_mail(content)
    try:
        outlook.parsed(content)
    except DocumentError as error:
        assert error.hint


def test_parts_and_mails_in_each_other_have_an_end() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(5000)
    )
    with pytest.raises(DocumentError, match="damaged"):
        internet.parsed(deep)
    mail = OutlookMail("A", "a@b.example", "s", "t")
    for _ in range(8):
        mail = OutlookMail("A", "a@b.example", "s", "t", files=(OutlookFile("m", mail),))
    with pytest.raises(DocumentError, match="damaged"):
        outlook.parsed(mail.saved())


@given(st.text())
def test_any_text_is_read_as_a_page(text: str) -> None:
    page_text("<p>" + text)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!--",
        "<!-- x>",
        "<![",
        "<![x>",
        "</",
        "</p>",
        "&",
        "<a b='",
        '<a b=">',
        "<p a=1 a=",
    ],
)
def test_a_page_that_never_ends_takes_no_square_of_its_length(piece: str) -> None:
    start = time.process_time()
    page_text(piece * 100_000)
    assert time.process_time() - start < 5


def test_comments_and_conditions_are_not_read() -> None:
    html = "<!doctype html><p>a<!-- <p>b <!-- --> c <![if !mso]>d<![endif]--> 1 < 2 <!-- e"
    assert page_text(html)[0] == "a c d 1 < 2"


@pytest.mark.parametrize(
    "style",
    [
        *("display:none", "visibility: hidden", "mso-hide:all", "opacity:0", "opacity: .01"),
        *("font-size:0", "font-size: 1px; color:red", "FONT-SIZE:0.0em", "max-height:0px"),
        *("position:absolute;left:-9999px", "text-indent:-9999px", "color: transparent"),
        *("color:#ffffff", "color:WHITE", "color:#fefefe !important", "color:rgb(255, 255, 250)"),
        *("background:#123;color:#112233", "background-color:navy;color:#000080"),
    ],
)
def test_what_a_style_hides_is_not_read(style: str) -> None:
    assert page_text(f'<p>Total 9.00</p><div style="{style}">Total 1.00</div>')[0] == "Total 9.00"


@pytest.mark.parametrize(
    "style",
    [
        *("font-size:12px", "font-size:0.9em", "font-size:.8rem", "font-size:small", "opacity:0.5"),
        *("opacity:1", "max-height:100%", "max-height:0.5em", "margin-left:-10px"),
        *("line-height:0", "mso-line-height-rule:exactly", "border-top:-100px", "font-size:."),
        *("color:#bbb", "background:navy;color:white", "color:windowtext", "color:rgb(,)"),
        *("background:url(cid:a) #fff;color:white", "border-color:white", "background-color:black"),
        *("color:white;background:transparent url(a.png)", "color:hsl(240, 100%, 50%)"),
    ],
)
def test_what_a_style_shows_is_read(style: str) -> None:
    assert page_text(f'<div style="{style}">Total 1.00</div>')[0] == "Total 1.00"


def test_a_size_of_its_own_shows_what_stands_in_a_cell_of_none() -> None:
    cell = '<td style="font-size:0">a<span style="font-size:14px">Total <b>9.00</b></span>b</td>'
    assert page_text(cell)[0] == "Total 9.00"


@pytest.mark.parametrize(
    "sheet",
    [
        *(".a{display:none}", "#b { display:none }", "p.a{x:y}p.c, div.a {display:none}"),
        *("div{display:none}", "<!-- .A{display:none} -->", "body table  .a{display:none}"),
        *("@media screen{.x{y:z}.a{display:none}}", "@import 'x.css'; .a{display:none}"),
        *("@media (min-width:1px){.a{display:none", "td > div{font-size:0}", ".a{color:#fff}"),
        "/*.a{color:red}*/@font-face{src:url(a)}.a/**/{opacity:0}",
    ],
)
def test_what_a_sheet_hides_is_not_read(sheet: str) -> None:
    hidden = "<table><tr><td><div class='d a' id=b>Total 1.00</div></table>"
    html = f"<head><style type='text/css'>{sheet}</style></head><body><p>Total 9.00</p>{hidden}"
    assert page_text(html)[0] == "Total 9.00"


@pytest.mark.parametrize(
    "sheet",
    [
        *(".b{display:none}", "p .a{display:none}", "p.a{display:none}", ".a.b{display:none}"),
        *("@media print{.a{display:none}}", "@media screen and (max-width:9px){.a{font-size:0}}"),
        *(".a:hover{display:none}", "[class=a]{display:none}", "p + div{display:none}", "}}.a{"),
        *("td{color:#fff;background:#005}", "table{background:#005}div{color:white}"),
    ],
)
def test_what_a_sheet_shows_is_read(sheet: str) -> None:
    shown = "<table><tr><td><div class='a'>Total 1.00</div></td></tr></table>"
    assert page_text(f"<style>{sheet}</style>{shown}")[0] == "Total 1.00"


def test_a_link_has_an_ink_of_its_own() -> None:
    said = '<p style="color:white"><a href="x">Total 1.00</a><a style="color:#fff">Total 2.00</a>'
    assert page_text(said)[0] == "Total 1.00"


@pytest.mark.parametrize(
    "html",
    [
        "<style>" + ".a{color:red}" * 200_000 + "</style>" + "<p class=a>b</p>" * 500,
        "<style>" + "{" * 1_000_000,
        "<style>" + "}" * 1_000_000,
        "<style>" + "@media a{" * 100_000 + ".a{color:red}",
        "<style>" + ".a " * 300_000 + "{color:red}",
        "<style>" + "/*" * 500_000,
        "<style>" * 100_000,
        "<style>" + "b " * 1000 + "a{color:red}</style>" + "<b>" * 1000 + "<a>" * 1000,
        "<style>" + ".b div div p{color:red}" * 2000 + "</style>" + "<div>" * 500 + "<p>c" * 5000,
        "<p style='" + "color:" * 200_000 + "'>",
        "<p style='color:" + "a(" * 200_000 + "'>",
        "<p style='" + "background" * 200_000 + "'>",
    ],
)
def test_a_sheet_without_end_takes_no_square_of_its_length(html: str) -> None:
    start = time.process_time()
    page_text(html)
    assert time.process_time() - start < 5
