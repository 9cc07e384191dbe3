"""Four weeks as figures, tables and a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from appliance.domain.results import ModelVersion
from appliance.promise.bounds import design_effect, upper
from bench.office import plan
from bench.office.clerk import PACE, ROSSUM, Work, by_hand
from bench.office.hybrids import STREAM as HYBRID_STREAM
from bench.office.reasons import ORDER, Reason, last
from bench.office.replay import Morning, Outcome, Replay

ASSURANCE = 0.95
"""Of the bounds that are printed."""
SETTLED = 5
"""Day after which evidence is looked at apart."""
BEFORE = "before."
COMPARED = {
    "seconds_vs_before": "last_100",
    "first_day_vs_before": "first_day",
    "machine_seconds_vs_before": "machine_seconds",
}


@dataclass(frozen=True)
class Stream:
    """All outcomes of one stream, in their order."""

    name: str
    outcomes: Sequence[Outcome]

    def on(self, day: int) -> Stream:
        return self.of(lambda one: one.decided.arrival.day == day)

    def of(self, which: Callable[[Outcome], bool]) -> Stream:
        return Stream(self.name, [one for one in self.outcomes if which(one)])

    @property
    def last(self) -> Stream:
        return Stream(self.name, self.outcomes[-plan.LAST :])

    @property
    def evidence(self) -> Stream:
        return self.of(lambda one: Reason.EVIDENCE in one.decided.held_by)

    @property
    def seconds(self) -> float:
        """Of the clerk, a document."""
        return sum(map(seconds, self.outcomes)) / max(len(self.outcomes), 1)

    @property
    def by_hand(self) -> float:
        return mean(by_hand(one.decided.arrival.known) for one in self.outcomes)

    @property
    def machine(self) -> float:
        return mean(one.decided.machine for one in self.outcomes)

    @property
    def straight(self) -> float:
        """Share of the documents."""
        return mean(not one.decided.held_by for one in self.outcomes)

    @property
    def accepted(self) -> float:
        """Share of the values."""
        return self._sum(lambda one: one.accepted) / max(self._sum(lambda one: one.values), 1)

    @property
    def wrong(self) -> float:
        """Share of the accepted values."""
        return self._sum(lambda one: one.wrong) / max(self._sum(lambda one: one.accepted), 1)

    @property
    def bound(self) -> float:
        """Upper end of that share; values of one document are wrong together."""
        marks: list[float] = []
        groups: list[int] = []
        for at, one in enumerate(self.outcomes):
            marks += [1.0] * one.decided.wrong
            marks += [0.0] * (one.decided.accepted - one.decided.wrong)
            groups += [at] * one.decided.accepted
        if not marks:
            return 1.0
        numbered = np.unique(np.array(groups), return_inverse=True)[1]
        effect = design_effect(np.array(marks), numbered, ASSURANCE)
        return upper(sum(marks) / effect, len(marks) / effect, ASSURANCE)

    @property
    def evidence_share(self) -> float:
        """Of the clerk's seconds."""
        spent = sum(map(seconds, self.outcomes))
        return sum(map(seconds, self.evidence.outcomes)) / spent if spent else 0.0

    def _sum(self, of: Callable[..., int]) -> int:
        return sum(of(one.decided) for one in self.outcomes)


def seconds(one: Outcome) -> float:
    return one.work.seconds() if one.work else 0.0


def streams(found: Replay) -> list[Stream]:
    """Of which something came."""
    every = (
        Stream(
            stream.name,
            [one for one in found.outcomes if one.decided.arrival.stream == stream.name],
        )
        for stream in plan.STREAMS
    )
    return [stream for stream in every if stream.outcomes]


def figures(found: Replay, minutes: float) -> dict[str, float]:
    told: dict[str, float] = {}
    for stream in streams(found):
        settled = stream.of(lambda one: one.decided.arrival.day > SETTLED)
        values = {
            "seconds_a_document": stream.seconds,
            "by_hand": stream.by_hand,
            "first_day": stream.on(1).seconds,
            "last_100": stream.last.seconds,
            "straight_through": stream.straight,
            "straight_through_last_100": stream.last.straight,
            "accepted": stream.accepted,
            "wrong": stream.wrong,
            "wrong_bound": stream.bound,
            "evidence_share": stream.evidence_share,
            "evidence_share_settled": settled.evidence_share,
            "machine_seconds": stream.machine,
            "left_wrong": mean(one.left_wrong for one in stream.outcomes),
        }
        told |= {f"{stream.name}.{name}": round(value, 4) for name, value in values.items()}
    every = Stream("", found.outcomes).of(lambda one: one.decided.arrival.day > SETTLED)
    return told | {
        "evidence_share": round(every.evidence_share, 4),
        "replay_minutes": round(minutes, 1),
    }


def beside(now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    """Of the clerk's and the machine's seconds as they were ``before`` any win was taken."""
    return {
        f"{stream.name}.{told}": round(
            now[f"{stream.name}.{name}"] / before[f"{BEFORE}{stream.name}.{name}"], 4
        )
        for stream in plan.STREAMS
        for told, name in COMPARED.items()
    }


def promises(found: Replay, strict: Replay) -> dict[str, float]:
    """The highest accuracy at which anything was promised on any day, be it to a ``strict`` owner;
    0 for none."""
    given = [one for one in (*found.mornings, *strict.mornings) if one.promised]
    return {
        f"{stream.name}.promise": max(
            (one.accuracy for one in given if one.stream == stream.name), default=0.0
        )
        for stream in streams(found)
    }


def short(found: Replay, without: Replay, carrying: Replay, strict: Replay) -> str:
    """For the page of all results; ``without`` anything remembered of senders, a quarter of the
    invoices ``carrying`` their XML, and for a ``strict`` owner."""
    named = [(one.name, one) for one in streams(found)]
    named += [(f"{one.name}, without memory", one) for one in streams(without)]
    named += [
        (f"{one.name}, a quarter with XML", one)
        for one in streams(carrying)
        if one.name == HYBRID_STREAM
    ]
    more = {stream.name: stream.strict for stream in plan.STREAMS if stream.strict}
    named += [
        (f"{one.name}, {more[one.name]:.1%} asked for", one)
        for one in streams(strict)
        if one.name in more
    ]
    whole = "By day, by what holds documents, promises and nights: results/office.md."
    return "\n".join(["## Office", "", *_about(), "", *_summary(named), "", whole])


def alone(found: Replay, about: str) -> str:
    """Likewise, of an office of one stream, with its promises and nights; ``about``: what is
    special about it."""
    (stream,) = streams(found)
    lines = [f"## Office of {stream.name} alone", "", about, "", *_summary([(stream.name, stream)])]
    mornings = [one for one in found.mornings if one.stream == stream.name]
    lines += ["", *_promises(mornings), "", *_nights(found.nights.items())]
    return "\n".join(lines)


def _summary(named: Iterable[tuple[str, Stream]]) -> Iterator[str]:
    """A line for each stream, by the name it is told under: all four weeks."""
    yield (
        "| stream | clerk s a document | by hand | first day | last 100 | straight through "
        "| straight through, last 100 | accepted | wrong, at most | evidence |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name, one in named:
        cells = [
            name,
            f"{one.seconds:.1f}",
            f"{one.by_hand:.1f}",
            f"{one.on(1).seconds:.1f}",
            f"{one.last.seconds:.1f}",
            f"{one.straight:.0%}",
            f"{one.last.straight:.0%}",
            f"{one.accepted:.0%}",
            f"{one.wrong:.1%}, {one.bound:.1%}" if one.accepted else "–",
            f"{one.evidence_share:.0%}",
        ]
        yield "| " + " | ".join(cells) + " |"


def tables(found: Replay, strict: Replay) -> str:
    """All of it by day and stream, and what a ``strict`` owner may promise."""
    lines = ["# An office of four weeks", ""]
    lines += _about()
    for stream in streams(found):
        lines += ["", f"## {stream.name.capitalize()}", "", *_days(stream), ""]
        lines += _held(stream)
    lines += ["", "## Promises", "", *_promises(found.mornings), ""]
    lines += ["Where the owner promises more:", "", *_promises(_stricter(strict))]
    lines += ["", "## Nights", "", *_nights(found.nights.items())]
    lines += ["", "## What her seconds consist of", "", *_parts(found)]
    return "\n".join(lines) + "\n"


def _about() -> Iterator[str]:
    number = sum(stream.number for stream in plan.STREAMS)
    yield f"{number} documents in {plan.DAYS} working days; a scripted clerk who knows the labels"
    yield "works the real station's editor key by key. Her time is the keystroke-level model's"
    yield f"(Card, Moran, Newell 1980): {PACE.key} s a key, {PACE.step} s a step of the mind."
    yield f"By hand is all values keyed, by the same model; Rossum reported {ROSSUM} s a field."
    yield "Straight through is what no clerk saw: evidence is not. Accepted are values that the"
    yield "appliance accepted, a table row by row, and wrong the share of them that is wrong."
    yield "Machine seconds are of reading by two cores and of the answer by one."


_HEAD = (
    "| day | documents | clerk s | of them evidence | straight through | accepted | wrong "
    "| machine s |",
    "|---|---|---|---|---|---|---|---|",
)


def _days(stream: Stream) -> Iterator[str]:
    yield from _HEAD
    days = dict.fromkeys(one.decided.arrival.day for one in stream.outcomes)
    for day in days:
        yield _row(str(day), stream.on(day))
    yield _row("all", stream)
    yield _row(f"last {len(stream.last.outcomes)}", stream.last)
    fields = mean(_fields(one) for one in stream.outcomes)
    yield ""
    yield f"By hand a document takes {stream.by_hand:.1f} s by the same model; {fields:.1f} fields"
    yield f"and cells at {ROSSUM} s are {ROSSUM * fields:.1f} s."
    if stream.accepted:
        yield f"Of the accepted values {stream.wrong:.1%} are wrong,"
        yield f"at most {stream.bound:.1%} ({ASSURANCE:.0%}, one-sided)."
    wrong = sum(one.left_wrong for one in stream.outcomes)
    yield f"{wrong} wrong {'value was' if wrong == 1 else 'values were'} delivered in the end."
    if copies := stream.of(lambda one: one.decided.arrival.duplicate).outcomes:
        told = sum(Reason.SEEN_BEFORE in one.decided.held_by for one in copies)
        through = sum(not one.decided.held_by for one in copies)
        yield f"{len(copies)} came before as another file: {told} were told from a new one,"
        yield f"{through} went straight through."


def _fields(one: Outcome) -> int:
    known = one.decided.arrival.known
    cells = [text for row in known.rows or () for text in row.values()]
    return sum(text is not None for text in [*known.values.values(), *cells])


def _row(name: str, stream: Stream) -> str:
    cells = [
        name,
        len(stream.outcomes),
        f"{stream.seconds:.1f}",
        f"{stream.evidence_share:.0%}",
        f"{stream.straight:.0%}",
        f"{stream.accepted:.0%}",
        f"{stream.wrong:.1%}" if stream.accepted else "–",
        f"{stream.machine:.1f}",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def _held(stream: Stream) -> Iterator[str]:
    yield f"| reason | held last | of the last {plan.LAST} | alone | right of these |"
    yield "|---|---|---|---|---|"
    every, late = _counted(stream), _counted(stream.last)
    for reason in ORDER:
        if not every[reason]:
            continue
        alone = [one for one in stream.outcomes if one.decided.held_by == {reason}]
        right = sum(one.decided.right for one in alone)
        yield f"| {reason} | {every[reason]} | {late[reason]} | {len(alone)} | {right} |"
    yield ""
    yield "Held last by: what is left when all reasons above it are gone. Alone: so many more would"
    yield "go straight through if this reason alone were gone, and so many of these are right."


_PARTS: dict[str, Callable[[Work], float]] = {
    "looking": lambda one: PACE.step * one.glances + PACE.look * one.counted,
    "judging": lambda one: PACE.step * one.judged,
    "offers": lambda one: PACE.step * one.offers,
    "questions": lambda one: PACE.step * one.questions,
    "keys": lambda one: PACE.key * one.keys,
}
"""Seconds of a document's work."""


def _parts(found: Replay) -> Iterator[str]:
    yield f"| stream | | documents | clerk s | {' | '.join(_PARTS)} |"
    yield "|---" * (4 + len(_PARTS)) + "|"
    for stream in streams(found):
        held = stream.of(lambda one: Reason.EVIDENCE not in one.decided.held_by)
        for name, those in (("held", held), ("evidence", stream.evidence)):
            if works := [one.work for one in those.outcomes if one.work]:
                parts = [mean(map(part, works)) for part in _PARTS.values()]
                told = [f"{second:.1f}" for second in (sum(parts), *parts)]
                yield "| " + " | ".join([stream.name, name, str(len(works)), *told]) + " |"


def _counted(stream: Stream) -> Counter[Reason]:
    held = [one.decided.held_by for one in stream.outcomes if one.decided.held_by]
    return Counter(map(last, held))


def _promises(mornings: Sequence[Morning]) -> Iterator[str]:
    """A line whenever it changes, and one for a stream of which nothing ever was."""
    before: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for one in mornings:
        now = one.promised, one.withdrawn
        if before.get(one.stream, ((), ())) != now:
            withdrawn = f"; withdrawn: {', '.join(one.withdrawn)}" if one.withdrawn else ""
            promised = ", ".join(one.promised) or "nothing"
            yield f"- day {one.day}, {one.stream}, {one.accuracy:.1%}: {promised}{withdrawn}"
        before[one.stream] = now
    ever = {one.stream for one in mornings if one.promised}
    never = {one.stream: one.accuracy for one in mornings if one.stream not in ever}
    yield from (f"- {stream}, {asked:.1%}: nothing on any day" for stream, asked in never.items())


def _stricter(strict: Replay) -> list[Morning]:
    more = [stream.name for stream in plan.STREAMS if stream.strict]
    return [one for one in strict.mornings if one.stream in more]


def _nights(nights: Iterable[tuple[int, ModelVersion]]) -> Iterator[str]:
    for day, version in nights:
        assert version.verdict
        training = version.training
        taught = f", taught {training.documents} documents" if training else ""
        yield f"- after day {day}{taught}: {version.verdict.outcome}: {version.verdict.reason}"


def picture(found: Replay) -> bytes:
    """A PNG: the clerk's seconds and what goes straight through, by day."""
    from io import BytesIO

    from matplotlib.figure import Figure

    every = streams(found)
    figure = Figure(figsize=(3.6 * len(every) + 1.6, 5.2), layout="constrained")
    axes = figure.subplots(2, len(every), sharex=True, squeeze=False)
    for at, stream in enumerate(every):
        top, below = axes[0][at], axes[1][at]
        days = list(dict.fromkeys(one.decided.arrival.day for one in stream.outcomes))
        whole = [stream.on(day).seconds for day in days]
        evidence = [stream.on(day).seconds * stream.on(day).evidence_share for day in days]
        top.bar(days, evidence, color="#c9b18a", label="evidence")
        rest = [all_ - part for all_, part in zip(whole, evidence, strict=True)]
        top.bar(days, rest, bottom=evidence, color="#4c78a8", label="held")
        top.axhline(stream.by_hand, color="#555555", linestyle="--", label="keyed by hand")
        top.set_title(stream.name)
        below.plot(days, [100 * stream.on(day).accepted for day in days], label="values accepted")
        straight = [100 * stream.on(day).straight for day in days]
        below.plot(days, straight, label="documents straight through")
        below.set_ylim(0, 100)
        below.set_xlabel("working day")
        for night in found.nights:
            for axis in (top, below):
                axis.axvline(night + 0.5, color="#bbbbbb", linewidth=0.8, zorder=0)
    axes[0][0].set_ylabel("clerk seconds a document")
    axes[1][0].set_ylabel("%")
    for row in axes:
        # Beside the axes, which bars and lines fill.
        row[-1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    data = BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return data.getvalue()
