"""What was found of known senders, as figures, tables and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from bench import common
from bench.senders.effect import Effect
from bench.senders.lookup import LookUps, described
from bench.senders.made import Held
from bench.senders.poison import Harm
from bench.senders.promised import TERMS, Memory, together
from bench.senders.replay import STEPS, Replay, Rights
from bench.senders.rows import RowGains, TableGains

FOLDERS = ("sroie", "invoices_de_fr", "invoices_es", "quality_certificates", "ad_orders")
MADE, LOOK_UPS = "made", "look_ups"
TUNED = "sroie_tuned"
"""Receipts, and what a model says of them that was taught on those of before."""


@dataclass(frozen=True, slots=True)
class Folder:
    replay: Replay
    memory: Memory


@dataclass(frozen=True, slots=True)
class Made:
    """Of the made invoices."""

    folder: Folder
    accounts: Held
    copies: Held
    poison: Mapping[str, Harm]
    """By what was keyed."""
    promised: tuple[str, ...]
    """Fields of which an accuracy was promised while it was."""
    effect: Effect


@dataclass
class Found:
    folders: dict[str, Folder] = field(default_factory=dict)
    made: Made | None = None
    look_ups: LookUps | None = None

    @property
    def documents(self) -> int:
        return sum(one.replay.documents for one in self._once())

    @property
    def memory(self) -> Memory:
        return together(one.memory for one in self._once())

    def _once(self) -> Iterator[Folder]:
        """Without those whose documents are among the others'."""
        return (one for name, one in self.folders.items() if name != TUNED)


def record(found: Found, commits: str) -> None:
    if found.folders:
        path = common.ROOT / "bench" / "results" / "senders.png"
        path.write_bytes(picture(found))
    lines = [*section(found), "", commits]
    common.record("senders", n=found.documents, figures=figures(found), report="\n".join(lines))


def figures(found: Found) -> dict[str, float | int | None]:
    told: dict[str, float | int | None] = {}
    for name, one in found.folders.items():
        known = one.replay.known
        told |= {
            f"{name}.known.with": round(known.share, 4),
            f"{name}.known.without": round(known.share_without, 4),
            f"{name}.gain_points": round(known.gain, 2),
        }
        told |= _of_rows(name, one.replay.tables)
    for name in ("company", "address"):
        told[f"sroie.{name}"] = _of_field(found, "sroie", name)
    memory = found.memory
    told |= {
        "unknown_changed": sum(one.replay.unknown_changed for one in found.folders.values()),
        "memory_accepted": len(memory.recalled),
        "memory_wrong_accepted": memory.wrong,
        "memory_wrong_bound": round(memory.bound, 4),
    }
    told |= _of_made(found.made) if found.made else {}
    return told | ({"lookup_ms": round(found.look_ups.slow, 2)} if found.look_ups else {})


def _of_rows(folder: str, tables: TableGains) -> dict[str, float | int | None]:
    if not tables.served.without.documents:
        return {}
    return {
        f"{folder}.rows.{how}.{name}": round(counted.rows_f1, 4)
        for how, gains in (("served", tables.served), ("by_type", tables.by_type))
        for name, counted in (("with", gains.with_memory), ("without", gains.without))
    }


def _of_field(found: Found, folder: str, name: str) -> float | None:
    if folder not in found.folders:
        return None
    at = found.folders[folder].replay.by_field[name]
    return round(at.share, 4) if at.values else None


def _of_made(made: Made) -> dict[str, float | int | None]:
    return {
        "iban_found": made.accounts.found,
        "iban_false": made.accounts.false,
        "duplicates_found": made.copies.found,
        "duplicates_false": made.copies.false,
        "poison_wrong": sum(one.wrong for one in made.poison.values()),
        "effect_s": round(made.effect.slow, 3),
        "effect_s_most": round(max(made.effect.seconds), 3),
    }


def section(found: Found) -> Iterator[str]:
    """Of RESULTS.md."""
    replays = {name: one.replay for name, one in found.folders.items()}
    yield from (
        "## Senders",
        "",
        "Documents in a fixed order, each answered by the shipped starter before its labels are",
        "approved; no night is held. Known is a document of which an earlier one has the same",
        "sender by its labels. Near-duplicates of earlier ones count apart. Made are invoices of",
        "sixty senders, of which one sends as often as one over its rank. sroie_tuned are receipts",
        "and what a model says of them that was taught on those of before.",
        "",
    )
    yield from _recognised(replays)
    yield from ("", *_gains(replays))
    yield from ("", *_rows(replays))
    yield from ("", *_by_step(replays))
    yield from ("", *_by_field(replays))
    yield from ("", *_memory(found))
    if found.made:
        yield from ("", *_made(found.made))
    if found.look_ups:
        yield from ("", described(found.look_ups))


def _recognised(replays: Mapping[str, Replay]) -> Iterator[str]:
    yield from _head(
        *("documents of", "n", "senders", "known", "recognised", "as another", "new"),
        *("taken for another", "ms, 95 %"),
    )
    for name, one in replays.items():
        seen, first = one.seen, one.first
        yield _row(
            *(
                name,
                len(one.milliseconds),
                one.senders,
                seen.total(),
                seen["right"],
                seen["another"],
            ),
            *(first.total(), first.total() - first["nobody"], f"{one.slow:.1f}"),
        )


def _gains(replays: Mapping[str, Replay]) -> Iterator[str]:
    yield from _head("documents of", "values of known senders", "without", "with memory", "points")
    for name, one in replays.items():
        yield _row(name, *_rights(one.known), f"{one.known.gain:+.1f}")


def _rows(replays: Mapping[str, Replay]) -> Iterator[str]:
    yield "Rows of known senders, by the columns that the labels have. By the type: as they"
    yield "are read where nobody knows the words that stand above the columns. Whole are documents"
    yield "all of whose rows are right."
    yield ""
    yield from _head(
        *("documents of", "read", "n", "rows", "F1 without", "with memory", "points"),
        *("whole without", "with memory"),
    )
    for name, one in replays.items():
        for again, tables in (("", one.tables), (", near-duplicates", one.twin_tables)):
            for how, gains in (("as served", tables.served), ("by the type", tables.by_type)):
                if gains.without.documents:
                    yield _row(f"{name}{again}", how, *_row_gains(gains))


def _row_gains(gains: RowGains) -> tuple[object, ...]:
    without, now = gains.without, gains.with_memory
    shares = f"{without.rows_f1:.1%}", f"{now.rows_f1:.1%}", f"{gains.gain:+.1f}"
    return without.documents, without.rows.true, *shares, without.whole, now.whole


def _by_step(replays: Mapping[str, Replay]) -> Iterator[str]:
    yield from _head("documents of", "earlier documents", "values", "without", "with memory")
    for name, one in replays.items():
        for step, at in sorted(one.by_step.items()):
            yield _row(name, step, *_rights(at))
        if one.twins.values:
            yield _row(name, "near-duplicates", *_rights(one.twins))


def _by_field(replays: Mapping[str, Replay]) -> Iterator[str]:
    yield from _head("documents of", "field, of known senders", "values", "without", "with memory")
    for name, one in replays.items():
        for fieldtype, at in one.by_field.items():
            yield _row(name, fieldtype, *_rights(at))


def _memory(found: Found) -> Iterator[str]:
    yield "A score is fitted on each half of the documents for the other, which is drawn into"
    yield f"thirds: each proves {TERMS.accuracy:.0%} for the next. How much is accepted so, how"
    yield f"much of it is wrong, and the upper end of that share ({TERMS.assurance:.0%}, one-sided;"
    yield "values of one sender are wrong together):"
    yield ""
    yield from _head(
        *("documents of", "n", "values accepted", "wrong"),
        *("of them from memory", "wrong", "at most"),
    )
    every = {name: one.memory for name, one in found.folders.items()}
    for name, one in (every | {"all": found.memory}).items():
        wrong = sum(not value.right for value in one.taken)
        bound = f"{one.bound:.1%}" if one.recalled else "–"
        yield _row(name, one.documents, len(one.taken), wrong, len(one.recalled), one.wrong, bound)


def _made(made: Made) -> Iterator[str]:
    yield from _head("made invoices", "n", "held for it", "others", "of these held for it")
    for name, one in (("account changed", made.accounts), ("copy", made.copies)):
        yield _row(name, one.papers, one.found, one.others, one.false)
    for what, files in (
        ("Not held for a changed account", made.accounts.missed),
        ("Held for one that did not change", made.accounts.mistaken),
        ("Copies that were not told", made.copies.missed),
        ("Told as copies", made.copies.mistaken),
    ):
        if files:
            yield from ("", f"{what}: {', '.join(files)}.")
    yield ""
    yield from _head(
        *("keyed once", "times", "next shown wrong", "accepted wrong", "after the correction"),
        *("shown wrong", "accepted wrong", "others", "shown wrong", "not known any more"),
    )
    for name, harm in made.poison.items():
        yield _row(
            *(name, harm.keyed, harm.shown, harm.accepted, harm.after, harm.shown_after),
            *(harm.accepted_after, harm.others, harm.shown_to_others, harm.lost),
        )
    what = ", ".join(made.promised) or "nothing"
    yield from ("", f"Promised meanwhile: {what}.", "")
    effect = made.effect
    yield f"Of a queue of {effect.waiting} the next document of the sender that was approved is"
    yield f"loaded in {effect.slow:.2f} s (95th percentile of {len(effect.seconds)}; at most"
    yield f"{max(effect.seconds):.2f} s), {effect.known} with its sender known."


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row(*("---" for _ in cells)).replace(" ", "")


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _rights(of: Rights) -> tuple[object, ...]:
    return of.values, f"{of.share_without:.1%}", f"{of.share:.1%}"


def picture(found: Found) -> bytes:
    """A PNG: the share of right values over the number of earlier documents of the sender."""
    from matplotlib.figure import Figure

    replays = {name: one.replay for name, one in found.folders.items()}
    columns = min(3, len(replays))
    lines = -(-len(replays) // columns)
    figure = Figure(figsize=(3.6 * columns + 1.6, 2.8 * lines), layout="constrained")
    axes = figure.subplots(lines, columns, sharey=True, squeeze=False)
    every = [axis for line in axes for axis in line]
    for axis, (name, one) in zip(every, replays.items(), strict=False):
        steps = [step for step in STEPS if one.by_step[step].values]
        places = [STEPS.index(step) for step in steps]
        for share, label, colour in (
            (_percent(one.by_step[at].share_without for at in steps), "the model", "#c9b18a"),
            (_percent(one.by_step[at].share for at in steps), "with memory", "#4c78a8"),
        ):
            axis.plot(places, share, marker="o", label=label, color=colour)
        axis.set_title(name)
        axis.set_xticks(range(len(STEPS)), [*map(str, STEPS[:-1]), f"{STEPS[-1]}+"])
        axis.set_ylim(0, 100)
    for axis in every[len(replays) :]:
        axis.set_visible(False)
    for line in axes:
        line[0].set_ylabel("right values, %")
    for axis in axes[-1]:
        axis.set_xlabel("earlier documents of the sender")
    # Beside the axes, which lines fill.
    axes[0][-1].legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    data = BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return data.getvalue()


def _percent(shares: Iterable[float]) -> list[float]:
    return [100 * share for share in shares]
