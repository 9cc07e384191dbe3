"""The figures of what arrives, and what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from appliance.domain.blockers import BlockerCode
from bench.arrivals.altered import Altered
from bench.arrivals.apart import Apart
from bench.arrivals.bombs import PATIENCE, Campaign
from bench.arrivals.decided import Decided
from bench.arrivals.labelled import LabelledHybrid
from bench.arrivals.mailbag import Mailbag
from bench.arrivals.standard import Suite


@dataclass(frozen=True, slots=True)
class Found:
    suite: Suite
    hybrids: Sequence[LabelledHybrid]
    honest: Sequence[Decided]
    """Made hybrids that nobody altered."""
    altered: Sequence[Altered]
    apart: Sequence[Apart]
    """Page and XML as two files."""
    campaign: Campaign
    bag: Mailbag

    @property
    def files(self) -> int:
        made = (self.honest, self.altered, self.apart, self.campaign.bombs)
        return sum(map(len, (self.suite.files, self.hybrids, *made))) + self.bag.mails


def figures(found: Found) -> dict[str, float | int | None]:
    accepted = [one for one in found.hybrids if one.decided.accepted]
    honest = [one for one in found.apart if not one.altered]
    changed = [one for one in found.apart if one.altered]
    return {
        "einvoices_read": found.suite.read,
        "pairs_equal": sum(not one.differences for one in found.suite.pairs),
        "hybrid_accepted": len(accepted),
        "hybrid_accepted_wrong": sum(bool(one.wrong) for one in accepted),
        "hybrid_held_rightly": sum(_is_faulty(one.decided) for one in found.hybrids),
        "hybrid_held": len(found.hybrids) - len(accepted),
        "made_accepted": sum(one.accepted for one in found.honest),
        "altered_accepted": sum(one.decided.accepted for one in found.altered),
        "apart_joined": sum(one.joined for one in honest),
        "apart_delivered_once": sum(one.delivered == 1 for one in honest),
        "apart_delivered_twice": sum(one.delivered > 1 for one in found.apart),
        "apart_altered_accepted": sum(one.delivered > 0 for one in changed),
        "bombs_survived": found.campaign.survived if found.campaign.alive else 0,
        "bombs_fetched": found.campaign.fetched,
        "mails": found.bag.mails,
        "mail_attachments": found.bag.attachments,
        "mail_attachments_lost": found.bag.lost,
        "mail_twice": found.bag.twice,
        "mail_invented": found.bag.invented,
        "mails_unopened": found.bag.unopened,
        "einvoice_seconds": round(median(_seconds(found)), 3),
        "einvoice_seconds_most": round(max(_seconds(found)), 3),
    }


_FAULTS = {
    BlockerCode.DOES_NOT_PARSE,
    BlockerCode.EINVOICE_DIFFERS,
    BlockerCode.EINVOICE_INVALID,
    BlockerCode.EINVOICE_UNREADABLE,
    BlockerCode.HIDDEN_TEXT,
    BlockerCode.MACHINE_TALK,
}
"""Codes of what is wrong with a file, and not with what is known of it."""


def _is_faulty(one: Decided) -> bool:
    return bool(one.judgement and any(each.code in _FAULTS for each in one.judgement.blockers))


def _seconds(found: Found) -> list[float]:
    every = [*found.suite.files, *(one.decided for one in found.hybrids), *found.honest]
    return [one.seconds for one in every]


def section(found: Found) -> str:
    return "\n".join(_lines(found))


def _lines(found: Found) -> Iterator[str]:
    yield from (
        "## Arrivals",
        "",
        "E-invoices as the appliance reads and decides on them while no accuracy is promised of",
        "anything: what is accepted, the e-invoice says. Made ones are invoices of the office's",
        "senders; their page is printed from one invoice and the XML from another where they are",
        "altered. Seconds are of reading and deciding, on one thread.",
        "",
        "| what | n | of these |",
        "|---|---|---|",
        *(f"| {what} | {n} | {many} |" for what, n, many in _counts(found)),
        "",
        f"Median {median(_seconds(found)):.2f} s an e-invoice, {max(_seconds(found)):.2f} s at",
        f"most. Connections that a bomb brought about: {found.campaign.fetched}.",
        "",
        *_mailed(found.bag),
    )
    for title, every in _lists(found).items():
        if every:
            yield from ("", f"{title}:", "", *(f"* {one}" for one in every))


def _counts(found: Found) -> Iterator[tuple[str, int, int | float | None]]:
    now, files = figures(found), found.suite.files
    yield "files of KoSIT's test suite, read", len(files), now["einvoices_read"]
    yield "the same files, accepted", len(files), sum(one.accepted for one in files)
    yield "its cases as UBL and as CII, equal", len(found.suite.pairs), now["pairs_equal"]
    yield "real PDFs with XML, accepted", len(found.hybrids), now["hybrid_accepted"]
    yield "the same, held for a fault of their own", len(found.hybrids), now["hybrid_held_rightly"]
    yield "made PDFs with XML, accepted", len(found.honest), now["made_accepted"]
    yield "altered ones, accepted", len(found.altered), now["altered_accepted"]
    honest = sum(not one.altered for one in found.apart)
    yield "page and XML as two files, one document", honest, now["apart_joined"]
    yield "the same, delivered once", honest, now["apart_delivered_once"]
    changed = len(found.apart) - honest
    yield "altered ones as two files, accepted", changed, now["apart_altered_accepted"]
    yield "bombs, refused within 10 s", len(found.campaign.bombs), found.campaign.survived


def _mailed(bag: Mailbag) -> Iterator[str]:
    yield f"{bag.mails} mails with {bag.attachments} different attachments were dropped while the"
    yield f"daemon was killed {bag.kills} times: {bag.lost} attachments lost, {bag.twice} delivered"
    yield f"twice, {bag.invented} invented, {bag.unopened} mails not opened. `appliance verify`"
    yield f"ended with {bag.verified}."


def _lists(found: Found) -> dict[str, list[str]]:
    """By title what is to be read one by one."""
    hybrids = [(one, one.decided) for one in found.hybrids]
    ways = Counter(one.how for one in found.altered)
    return {
        "Cases whose two files differ": [
            f"{one.name}: {', '.join(one.differences)}"
            for one in found.suite.pairs
            if one.differences
        ],
        "Files of the test suite that are held or refused": _held(found.suite.files),
        "Real PDFs that are held": _held(one for _, one in hybrids),
        "Real PDFs that are accepted and not as labelled": [
            f"{of.path.name}: {', '.join(one.wrong)}"
            for one, of in hybrids
            if of.accepted and one.wrong
        ],
        "Made PDFs that are held": _held(found.honest),
        "Altered ones that are accepted": [
            f"{one.decided.path.name}: {one.how}" for one in found.altered if one.decided.accepted
        ],
        "Page and XML that did not become one document": [
            f"{one.name}, {one.how}: {one.delivered} delivered"
            for one in found.apart
            if not one.joined
        ],
        "Altered were": [f"{how}: {many}" for how, many in ways.items()],
        "Bombs that are not refused in time": [
            f"{one.name}: {one.seconds:.1f} s, {one.said or 'read'}"
            for one in found.campaign.bombs
            if not one.refused or one.seconds > PATIENCE
        ],
    }


def _held(every: Iterable[Decided]) -> list[str]:
    return [f"{one.path.name}: {one.because}" for one in every if not one.accepted]
