"""A mail is opened: every document in it is found once, and nothing else is taken for one."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.domain.document import Document, page_text
from appliance.domain.errors import DocumentError
from appliance.domain.limits import Limits
from appliance.domain.mail import Mail, document_of
from appliance.mail.message import MOST_PARTS
from appliance.reading.mail import opened
from bench.mails import Paper, mails, office_file, picture, zipped_files
from bench.outlook import OutlookFile, OutlookMail

PDF = b"%PDF-1.4 invoice"
SCAN = picture(400, 300, Random(1))
LOGO = picture(90, 40, Random(1))
PAPERS = [
    Paper("invoice.pdf", PDF),
    Paper("Rechnung März.pdf", b"%PDF-1.4 M\xe4rz"),
    Paper("Łódź (1).PDF", b"%PDF-1.7 other"),
    Paper("note.txt", b"Total 100.00"),
    Paper("scan.png", SCAN),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def open_mail(path: Path, content: bytes | EmailMessage, limits: Limits | None = None) -> Mail:
    path.write_bytes(content if isinstance(content, bytes) else content.as_bytes())
    found = opened(path, docid="d", limits=limits or Limits())
    assert found
    return found


def letter(text: str = "See there.", subject: str = "Invoice", html: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Acme <accounts@acme.example>"
    mail["Subject"] = subject
    mail["Date"] = "Mon, 01 Jan 2024 10:00:00 +0100"
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def attach(mail: EmailMessage, name: str, content: bytes, **more: str) -> EmailMessage:
    mail.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=name, **more
    )
    return mail


@pytest.mark.parametrize("name", ["con.pdf", "NUL", "Lpt1 .scan.pdf"])
def test_no_attachment_is_called_as_a_device(tmp_path: Path, name: str) -> None:
    mail = EmailMessage()
    mail.set_content("See what is attached.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename=name)
    assert names(open_mail(tmp_path / "a.eml", mail)) == [f"_{name}"]


def names(mail: Mail) -> list[str]:
    return [one.name for one in mail.attachments]


def text_of(mail: Mail) -> str:
    assert mail.text
    return "\n".join(map(page_text, mail.text.pages))


def all_in(path: Path, content: bytes) -> list[bytes]:
    """Also of the mails within."""
    found: list[bytes] = []
    for one in open_mail(path, content).attachments:
        found += all_in(path, one.content) if one.is_mail else [one.content]
    return found


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_each_document_of_any_mail_is_found_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    path = tmp_path_factory.mktemp("mails") / "mail"
    for made in mails(PAPERS, 2, Random(seed)):
        found = all_in(path, made.content)
        assert set(found) == {paper.content for paper in made.papers}
        # The same paper attached twice under one name is one, under two names it may be two.
        assert len(found) <= len(made.papers)


def test_a_mail_says_where_its_documents_come_from(path: Path) -> None:
    origin = open_mail(path, attach(letter(), "invoice.pdf", PDF)).origin
    assert origin.sender == "Acme <accounts@acme.example>"
    assert (origin.address, origin.subject) == ("accounts@acme.example", "Invoice")
    assert (origin.message_id, origin.sent_at) == ("<1@acme.example>", 1704099600.0)


def test_a_head_is_one_line_and_drives_no_terminal(path: Path) -> None:
    head = b"Message-ID: <x>\nFrom: =?utf-8?b?G1sybUEKQg==?= <a@b>\nDate: never\n\ntext"
    origin = open_mail(path, head).origin
    assert origin.name == "[2mA B"
    assert origin.sent_at is None


def test_a_mail_out_of_a_mailbox_is_one(path: Path) -> None:
    whole = b"From - Mon Jan  1 10:00:00 2024\n" + attach(letter(), "a.pdf", PDF).as_bytes()
    found = open_mail(path, whole)
    assert (names(found), found.origin.subject) == (["a.pdf"], "Invoice")


def test_what_is_no_mail_is_left_to_others(path: Path) -> None:
    for content in (PDF, b"Total 100.00", LOGO, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a sheet"):
        path.write_bytes(content)
        assert opened(path, docid="d", limits=Limits()) is None


# What is a document


def test_what_a_part_is_its_bytes_say(path: Path) -> None:
    mail = letter()
    mail.add_attachment(PDF, maintype="image", subtype="jpeg", filename="photo.jpg")
    attach(mail, "order.pdf", b"not a PDF, and plain text")
    assert names(open_mail(path, mail)) == ["photo.jpg", "order.pdf"]


def test_pictures_of_the_text_are_no_documents_and_scans_are(path: Path) -> None:
    html = '<p>See <img src="cid:shown"></p>'
    mail = letter(html=html)
    for content_id in ("shown", "other"):
        mail.get_payload()[1].add_related(  # type: ignore[union-attr, index, operator]
            SCAN if content_id == "shown" else SCAN + b"other", "image", "png", cid=content_id
        )
    mail.add_attachment(SCAN + b"1", maintype="image", subtype="png", filename="scan.png")
    mail.add_attachment(
        SCAN + b"2", maintype="image", subtype="png", filename="x.png", disposition="inline"
    )
    mail.add_attachment(LOGO, maintype="image", subtype="png", filename="logo.png")
    found = open_mail(path, mail)
    assert names(found) == ["scan.png", "x.png"]
    assert found.unread == ()


def test_a_picture_is_the_document_of_a_mail_without_a_word(path: Path) -> None:
    html = '<img src="cid:shown">'
    mail = letter(" ", html=html)
    mail.get_payload()[1].add_related(SCAN, "image", "png", cid="shown")  # type: ignore[union-attr, index, operator]
    assert [one.content for one in open_mail(path, mail).attachments] == [SCAN]


@pytest.mark.parametrize("outlook", [False, True])
@pytest.mark.parametrize("with_a_document", [False, True])
def test_text_that_exchange_put_behind_an_attachment_is_text(
    path: Path, outlook: bool, with_a_document: bool
) -> None:
    whole = letter("Gross total 119.00")
    files = [OutlookFile("ATT00001.txt", b"Paid by card")]
    if with_a_document:
        attach(whole, "a.pdf", PDF)
        files.append(OutlookFile("a.pdf", PDF))
    whole.add_attachment("Paid by card", filename="ATT00001.txt")
    saved = OutlookMail("A", "a@b", "Invoice", "Gross total 119.00", "<1>", files=tuple(files))
    found = open_mail(path, saved.saved() if outlook else whole)
    assert names(found) == (["a.pdf"] if with_a_document else [])
    assert with_a_document or "Paid by card" in text_of(found)


def test_what_is_zipped_is_opened_once(path: Path) -> None:
    inner = zipped_files([Paper("deep.pdf", PDF)])
    papers = [Paper("a.pdf", PDF), Paper("prices.xlsx", office_file()), Paper("b.zip", inner)]
    found = open_mail(path, attach(letter(), "all.zip", zipped_files(papers)))
    assert names(found) == ["a.pdf"]
    assert found.unread == ("prices.xlsx", "b.zip (a zip within a zip)")


def test_a_zip_whose_file_has_no_name_is_opened(path: Path) -> None:
    nameless = zipped_files([Paper("a.pdf", PDF)]).replace(b"scans/0/a.pdf", bytes(13))
    assert len(open_mail(path, attach(letter(), "all.zip", nameless)).attachments) == 1


def test_a_locked_or_damaged_zip_is_named(path: Path) -> None:
    locked = bytearray(zipped_files([Paper("a.pdf", PDF)]))
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        begin = 0
        while (begin := locked.find(sign, begin)) >= 0:
            locked[begin + at] |= 1
            begin += 4
    mail = attach(letter(), "locked.zip", bytes(locked))
    attach(mail, "hurt.zip", zipped_files([Paper("b.pdf", PDF)])[:60])
    found = open_mail(path, attach(mail, "c.pdf", PDF))
    assert names(found) == ["c.pdf"]
    assert found.unread == ("a.pdf (locked with a password)", "hurt.zip (damaged)")


def test_what_nobody_can_read_is_named_and_signatures_are_not(path: Path) -> None:
    mail = attach(letter(), "prices.xlsx", office_file())
    attach(mail, "invite.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    attach(mail, "page.html", b"<!doctype html><p>Total")
    attach(mail, "key.asc", b"-----BEGIN PGP SIGNATURE-----\nabc\n")
    attach(mail, "secret.asc", b"-----BEGIN PGP MESSAGE-----\nabc\n")
    found = open_mail(path, attach(mail, "invoice.pdf", PDF))
    assert names(found) == ["invoice.pdf"]
    assert found.unread == ("prices.xlsx", "invite.ics", "page.html", "secret.asc (encrypted)")


@pytest.mark.parametrize(
    ("said", "called"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\scans\\a.pdf", "a.pdf"),
        ("..", "attachment.pdf"),
        ("a\r\n b\x07.pdf", "a b.pdf"),
        ("\u202efdp.a", "fdp.a"),
        ('what?: "1".pdf', "what__ _1_.pdf"),
        ("é" * 200 + ".pdf", "é" * 73 + ".pdf"),
        ("", "attachment.pdf"),
    ],
)
def test_a_name_is_fit_for_a_file(path: Path, said: str, called: str) -> None:
    mail = OutlookMail("A", "a@b.example", "s", "t", files=(OutlookFile(said, PDF),))
    assert names(open_mail(path, mail.saved())) == [called]


def test_a_mail_within_is_the_same_bytes_each_time(path: Path) -> None:
    inner = attach(letter(subject="inner"), "a.pdf", PDF)
    outlook = OutlookMail("B", "b@c.example", "inner", "text", files=(OutlookFile("a.pdf", PDF),))
    whole = letter()
    whole.add_attachment(inner)
    for content in (
        whole.as_bytes(),
        OutlookMail("A", "a@b.example", "s", "", files=(OutlookFile("fw", outlook),)).saved(),
    ):
        first, second = (open_mail(path, content).attachments for _ in range(2))
        assert first == second
        (mail,) = first
        assert mail.is_mail
        within = open_mail(path, mail.content)
        assert (within.origin.subject, names(within)) == ("inner", ["a.pdf"])


# Its text


def test_without_attachments_the_text_is_the_document(path: Path) -> None:
    found = open_mail(path, letter("12 bolts\n\nTotal  100.00"))
    assert found.attachments == ()
    assert text_of(found) == (
        "From: Acme <accounts@acme.example>\nSubject: Invoice\nDate: 2024-01-01\n"
        "12 bolts\nTotal  100.00"
    )
    assert document_of(found) == found.text


@pytest.mark.parametrize(
    "said, day",
    [
        ("Tue, 03 Mar 2026 00:30:00 +0200", "2026-03-03"),
        ("Mon, 02 Mar 2026 22:30:00 -0500", "2026-03-02"),
        ("Mon, 02 Mar 2026 23:30:00 -0000", "2026-03-02"),
    ],
)
def test_a_mail_is_dated_by_the_clock_of_its_sender(path: Path, said: str, day: str) -> None:
    whole = letter("12 bolts")
    del whole["Date"]
    whole["Date"] = said
    head = f"From: a@b\nDate: {said}\n\n"
    saved = OutlookMail("A", "a@b", "Invoice", "12 bolts", "<1>", head=head).saved()
    for content in (whole, saved):
        assert f"Date: {day}\n" in text_of(open_mail(path, content))


def test_html_is_read_as_a_person_sees_it(path: Path) -> None:
    mail = letter()
    mail.clear_content()
    mail.set_content(
        "<html><head><title>no</title><style>p {}</style></head><body><script>no</script>"
        "<p>Dear&nbsp;Sir,<br>we <b>or</b>der</p><table><tr><td>Bolts</td><td>12</td></tr></table>",
        subtype="html",
    )
    lines = text_of(open_mail(path, mail)).splitlines()
    assert lines[3:] == ["Dear Sir,", "we order", "Bolts  12"]


def test_what_html_hides_is_not_read(path: Path) -> None:
    mail = letter()
    mail.clear_content()
    mail.set_content(
        '<div style="display: none">Total 1.00<div>and</div>more</div><p>Total 2.00'
        "<table><tr><td hidden>no<td>Bolts</table><p>end",
        subtype="html",
    )
    assert text_of(open_mail(path, mail)).splitlines()[3:] == ["Total 2.00", "Bolts", "end"]


def test_of_alternatives_the_plainest_is_read(path: Path) -> None:
    assert text_of(open_mail(path, letter("plain", html="<p>rich"))).splitlines()[3:] == ["plain"]
    assert text_of(open_mail(path, letter(" ", html="<p>rich"))).splitlines()[3:] == ["rich"]


def test_a_clerk_is_told_what_came_with_a_text_and_was_not_read(path: Path) -> None:
    found = open_mail(path, attach(letter(), "prices.xlsx", office_file()))
    assert found.text
    (blocker,) = found.text.blockers
    assert blocker.code == "attachment-unread"
    assert "prices.xlsx" in blocker.message


def test_a_mail_with_attachments_is_no_document_itself(path: Path) -> None:
    found = open_mail(path, attach(letter(), "a.pdf", PDF))
    with pytest.raises(DocumentError, match="attachments") as caught:
        document_of(found)
    assert caught.value.hint
    document = Document("d", ())
    assert document_of(document) is document


# What is refused


def encrypted_by(subtype: str, **parameters: str) -> EmailMessage:
    mail = letter()
    mail.clear_content()
    mail.set_content(b"\x30\x80", maintype="application", subtype=subtype, params=parameters)
    return mail


REFUSED = [
    (encrypted_by("pkcs7-mime", **{"smime-type": "enveloped-data"}), "encrypted"),
    (letter("-----BEGIN PGP MESSAGE-----\nabc"), "encrypted"),
    (attach(letter(), "winmail.dat", b"\x78\x9f\x3e\x22\x01\x00rest"), "winmail.dat"),
    (attach(letter(" "), "prices.xlsx", office_file()), "prices.xlsx"),
    (letter(" "), "empty"),
    (OutlookMail("A", "a@b", "s", "t", kind="IPM.Note.SMIME").saved(), "encrypted"),
]


@pytest.mark.parametrize(("mail", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_hides_its_attachments_is_refused_with_what_to_do(
    path: Path, mail: bytes | EmailMessage, said: str
) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        open_mail(path, mail)
    assert caught.value.hint


def test_a_signed_file_hides_no_mail(path: Path) -> None:
    mail = attach(letter(), "a.pdf", PDF)
    mail.add_attachment(
        b"\x30\x80\x06\x09", maintype="application", subtype="pkcs7-mime", filename="bill.xml.p7m"
    )
    found = open_mail(path, mail)
    assert (names(found), found.unread) == (["a.pdf"], ("bill.xml.p7m",))


def test_a_signed_mail_is_opened(path: Path) -> None:
    """A signature beside what is signed is no attachment, and Outlook keeps both as one."""
    whole = attach(letter(), "a.pdf", PDF).as_bytes()
    boundary = b"Content-Type: multipart/signed; boundary=s\nMIME-Version: 1.0\n\n--s\n"
    signature = b"\n--s\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nabc\n--s--\n"
    signed = boundary + whole + signature
    kept = OutlookFile("smime.p7m", signed)
    kind = "IPM.Note.SMIME.MultipartSigned"
    mail = OutlookMail("A", "a@b.example", "s", "", files=(kept,), kind=kind)
    for content in (b"From: a@b.example\n" + signed, mail.saved()):
        found = open_mail(path, content)
        assert (names(found), found.unread) == (["a.pdf"], ())
        assert found.origin.address == "a@b.example"


def test_a_mail_has_so_many_parts_and_bytes_and_no_more(path: Path) -> None:
    many = zipped_files([Paper(f"{at}.pdf", PDF) for at in range(MOST_PARTS + 1)])
    with pytest.raises(DocumentError, match="more than"):
        open_mail(path, attach(letter(), "many.zip", many))
    crowded = letter()
    for at in range(MOST_PARTS + 1):
        attach(crowded, f"{at}.pdf", PDF)
    with pytest.raises(DocumentError, match="more than"):
        open_mail(path, crowded)
    bomb = zipped_files([Paper("bomb.pdf", b"%PDF" + bytes(10**6))])
    with pytest.raises(DocumentError, match="too large"):
        open_mail(path, attach(letter(), "bomb.zip", bomb), Limits(max_bytes=10**5))
    two = attach(attach(letter(), "1.zip", bomb), "2.zip", bomb)
    with pytest.raises(DocumentError, match="too large"):
        open_mail(path, attach(two, "3.zip", bomb), Limits(max_bytes=1_100_000))


def test_a_zip_that_lies_about_its_sizes_is_no_bomb(path: Path) -> None:
    bomb = bytearray(zipped_files([Paper("bomb.pdf", b"%PDF" + bytes(10**6))]))
    size = (10**6 + 4).to_bytes(4, "little")
    assert bomb.count(size) == 2
    lie = bytes(bomb.replace(size, (100).to_bytes(4, "little")))
    found = open_mail(path, attach(letter(), "bomb.zip", lie), Limits(max_bytes=10**5))
    assert found.unread == ("bomb.pdf (damaged)",)
    with zipfile.ZipFile(BytesIO(lie)) as archive:
        assert archive.infolist()[-1].file_size == 100
