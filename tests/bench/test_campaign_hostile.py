"""The campaign's hostile files, some of each kind through the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from appliance.domain.errors import DocumentError
from bench.campaign import hostile, hostile_faces
from bench.campaign.hostile_bombs import BOMBS
from bench.campaign.hostile_mutations import GRAMMARS, mutant
from bench.campaign.hostile_pdf import Paper, compressed, text
from bench.campaign.hostile_tricks import TRICKS
from bench.campaign.trial import Breach


def some(kind: str, number: int) -> Iterator[tuple[str, bytes]]:
    seeds, rng = hostile.SEEDS[kind](), Random(kind)
    for at in range(number):
        yield str(at), mutant(kind, seeds, rng)


@pytest.mark.parametrize("kind", GRAMMARS)
def test_mutants_depend_on_nothing_but_their_seed(kind: str) -> None:
    assert list(some(kind, 20)) == list(some(kind, 20))


@pytest.mark.slow
def test_some_mutants_of_each_kind_are_read_or_refused_in_words(tmp_path: Path) -> None:
    files = (one for kind in GRAMMARS for one in some(kind, 5))
    outcome = hostile.opened("all", 0, files, tmp_path)
    assert outcome.hostile_files == 30
    assert outcome.found == ()
    assert outcome.counts["refused"] and outcome.counts["read"]


@pytest.mark.slow
def test_some_bombs_go_off_without_harm(tmp_path: Path) -> None:
    names = (
        *("PDF: pages in pages", "PDF: a form in itself", "PNG: a packed text", "text: tabs"),
        *("TIFF: a hundred thousand frames", "mail: a zip whose files are one"),
        *("mail: of Outlook, in circles", "PDF: a letter of a million"),
    )
    outcome = hostile.opened("bomb", 0, ((name, BOMBS[name](1)) for name in names), tmp_path)
    assert outcome.found == ()
    assert not any(outcome.counts.get(what) for what in hostile.HARM)


def test_a_reason_that_no_clerk_understands_is_found(tmp_path: Path) -> None:
    class Telling:
        def open(self, path: Path, *, docid: str) -> None:
            raise DocumentError(f"ValueError: cannot open {path}")

    campaign = hostile.Opened(Telling(), tmp_path)  # type: ignore[arg-type]
    campaign.open("a file", b"x")
    (found,) = campaign.outcome.found
    assert found.breach is Breach.ESCAPE and found.told.startswith("a file: a clerk is told")


def test_whatever_else_a_reader_raises_would_have_reached_the_daemon(tmp_path: Path) -> None:
    class Raising:
        def open(self, path: Path, *, docid: str) -> None:
            raise IndexError("out of range")

    campaign = hostile.Opened(Raising(), tmp_path)  # type: ignore[arg-type]
    campaign.open("a file", b"x")
    assert [one.breach for one in campaign.outcome.found] == [Breach.DAEMON_DEATH]


@pytest.mark.slow
def test_of_two_faces_what_is_shown_is_in_sight_and_what_is_hidden_kept_out(tmp_path: Path) -> None:
    honest = Paper(content=text("Total 1,190.00", 60, 400)).pdf()
    path = tmp_path / "honest.pdf"
    path.write_bytes(honest)
    assert any("119000" in line for line in hostile_faces.seen(path))
    path.write_bytes(TRICKS["under white in a frame"].make("1,190.00"))
    assert not any("119000" in line for line in hostile_faces.seen(path))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a font whose digits claim to be others", "its end under white"])
def test_what_no_eye_sees_is_asked_about(name: str, tmp_path: Path) -> None:
    trial = sorted(TRICKS).index(name) // hostile_faces.AT_ONCE
    outcome = hostile_faces.judged(trial, tmp_path, hostile.settings())
    assert outcome.found == () and outcome.counts["faces_told"]


def test_an_object_stream_of_our_own_is_read_as_one() -> None:
    import pypdfium2 as pdfium

    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
    )
    document = pdfium.PdfDocument(compressed(objects))
    assert len(document) == 1
    document.close()
