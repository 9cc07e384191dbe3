"""Is the promise kept, and how much is accepted under it?

Seven parts: made-up evidence whose truth is known (``clusters``); real answers split by party
(``splits``); how well the score ranks and how well it is calibrated (``ranking``); what a second
reading adds; what becomes of a threshold from what clerks reviewed; whether the watch is in time
(``watching``); what a score costs. Answers and models are those of the learning bench, kept in
``.cache``. ``python -m bench.promise FOLDER...`` takes those folders alone.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import numpy as np

from appliance.domain.document import Document
from appliance.extraction.engine import Engine
from appliance.extraction.extract import Extractor
from appliance.extraction.recall import recalled
from appliance.judgement.judge import judge
from appliance.judgement.policy import ScoreFunction, least_certain, uniform_policy
from appliance.promise.fitting import fit
from bench import common, ranking
from bench.clusters import WORLDS, Together, over, senders_together, types_together
from bench.real import Real, against_reviewed, keep, real
from bench.splits import Split, splits
from bench.studies import doctype
from bench.unseen import CHANGED, EARLIER, LATER, TWICE, Answered, answered, model
from bench.watching import Doc, streams

FOLDERS = ("sroie", "ad_orders")
FOLDS = 5
SEED = 7
ACCURACIES = (0.9, 0.95, 0.975)
WATCHED = "sroie"
TIMED = 20
"""Receipts that are asked both ways to see how long it takes."""
GONE_WRONG = (0.33, 0.25)
"""Shares of the right values that are wrong after the change; the figures are of the first."""
LESS = (0, 1, 2, 3)
"""Log-odds by which the values of unknown senders are less sure than their scores say."""
SHARES = (0.1, 0.2)
"""Of a stream, that are keyed blind."""


@dataclass
class Found:
    figures: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        self.lines += lines


def main() -> None:
    found = Found()
    found.say("## Promise", "")
    simulated(found)
    folders = sys.argv[1:] or FOLDERS
    earlier, later = (
        list(answered([asked for asked in every if asked.folder in folders]))
        for every in (EARLIER, LATER)
    )
    missing = sorted(set(FOLDERS) - set(folders))
    if missing:
        found.say("", f"Not measured yet: {', '.join(missing)}.")
    weighs = by_folder(earlier)
    documents = {
        folder: [real(one, weighs[folder]) for one in later if one.folder == folder]
        for folder in weighs
    }
    keep(documents)
    kept(found, documents)
    ranked(found, earlier, later)
    read_twice(found, earlier, later)
    reviewed_only(found, documents)
    watched(found, later, weighs)
    cost(found, later, weighs)
    n = sum(len(one.samples()) for one in later)
    common.record("promise", n=n, figures=found.figures, report="\n".join(found.lines))


def by_folder(answers: Sequence[Answered]) -> dict[str, ScoreFunction]:
    """A score for each type of document, as an appliance fits it."""
    found: dict[str, ScoreFunction] = {}
    for folder in sorted({one.folder for one in answers}):
        samples = [sample for one in answers if one.folder == folder for sample in one.samples()]
        weights = fit(samples)
        found[folder] = weights.weigh if weights else least_certain
    return found


def simulated(found: Found) -> None:
    found.say("Made-up evidence with a known truth, in clusters, 2,000 draws each:", "")
    for accuracy in WORLDS:
        broken, promised = over(accuracy)
        found.figures[f"simulated_over.{name(accuracy)}"] = round(broken, 4)
        found.say(
            f"- promised {accuracy:.1%}: worse in {broken:.1%} of the draws, "
            f"something was promised in {promised:.0%}"
        )
    found.say("", "Known and unknown senders together, at 95 %, 30 parties of each:", "")
    for less in LESS:
        _note_together(found, "together", senders_together(less), less)
    found.say("", "Three document types together, likewise, one of which is less sure:", "")
    for less in LESS:
        _note_together(found, "types_together", types_together(less), less)


def _note_together(found: Found, what: str, one: Together, less: float) -> None:
    found.figures[f"simulated_{what}_over.{less}"] = round(one.over, 4)
    found.figures[f"simulated_{what}_far_over.{less}"] = round(one.far_over, 4)
    found.say(
        f"- by {less:g} log-odds less sure: proven together in {one.promised:.0%} of the draws; of "
        f"all worse in {one.over:.1%}, of the less sure wrong twice as often in "
        f"{one.far_over:.1%}; {one.accepted:.0f} values accepted, {one.accepted_apart:.0f} where "
        "each is proven apart"
    )


def kept(found: Found, documents: Mapping[str, Sequence[Real]]) -> None:
    for folder, told in documents.items():
        every = [one.ours for one in told]
        values = [value for one in every for value in one.values()]
        right = mean(value.right for value in values)
        found.say(
            "",
            f"`{folder}`: {len(every)} documents, {len(values)} values, {right:.1%} right. In each "
            "of 200 splits, half of the parties prove the promise and the others test it:",
            "",
            "| promised | splits with a promise | wrong of the accepted, mean | splits over it "
            "| accepted, median | accepted in 9 of 10 splits, at least |",
            "|---|---|---|---|---|---|",
        )
        for accuracy in ACCURACIES:
            turns = splits(every, accuracy)
            found.say(_row(accuracy, turns))
            _note(found, folder, accuracy, turns)
    for accuracy in ACCURACIES:
        of = [found.figures[f"{folder}.mean_error.{name(accuracy)}"] for folder in documents]
        found.figures[f"mean_error.{name(accuracy)}"] = max(of)
    for accuracy in ACCURACIES[:2]:
        of = [found.figures[f"{folder}.coverage.{name(accuracy)}"] for folder in documents]
        found.figures[f"coverage.{name(accuracy)}"] = min(of)
    of = [found.figures[f"{folder}.promised.95"] for folder in documents]
    found.figures["promised.95"] = min(of)


def _row(accuracy: float, told: Sequence[Split]) -> str:
    over_it = [one for one in told if one.accepted and one.wrong > (1 - accuracy) * one.accepted]
    cells = [
        f"{accuracy:.1%}",
        f"{mean(one.promised for one in told):.0%}",
        f"{_error(told):.1%}",
        f"{len(over_it) / max(sum(one.promised for one in told), 1):.0%}",
        f"{median(_shares(told)):.0%}",
        f"{_nine_in_ten(told):.0%}",
    ]
    return "| " + " | ".join(cells) + " |"


def _note(found: Found, folder: str, accuracy: float, told: Sequence[Split]) -> None:
    found.figures[f"{folder}.mean_error.{name(accuracy)}"] = round(_error(told), 4)
    found.figures[f"{folder}.coverage.{name(accuracy)}"] = round(_nine_in_ten(told), 4)
    found.figures[f"{folder}.promised.{name(accuracy)}"] = mean(one.promised for one in told)


def _error(told: Sequence[Split]) -> float:
    """Mean over the splits in which something was accepted; 1 without one."""
    shares = [one.wrong / one.accepted for one in told if one.accepted]
    return mean(shares) if shares else 1.0


def _shares(told: Sequence[Split]) -> list[float]:
    return [one.accepted / one.values for one in told]


def _nine_in_ten(told: Sequence[Split]) -> float:
    """The share that nine of ten splits accept, or more."""
    return sorted(_shares(told))[len(told) // 10]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Values, an entry each."""

    ours: ranking.Scores
    mean_logprob: ranking.Scores
    right: ranking.Rights
    docids: list[str]


def cross_fitted(earlier: Sequence[Answered], later: Sequence[Answered]) -> Ranked:
    """``later`` scored by what other parties' answers taught, five folds."""
    scores: list[float] = []
    means: list[float] = []
    rights: list[bool] = []
    docids: list[str] = []
    for folder in sorted({one.folder for one in later}):
        of_it = [one for one in later if one.folder == folder]
        known = [one for one in earlier if one.folder == folder]
        for fold in _folds(of_it):
            chosen = {one.docid for one in fold}
            rest = [*known, *(one for one in of_it if one.docid not in chosen)]
            (weigh,) = by_folder(rest).values()
            for one in fold:
                for sample in one.samples():
                    tokens = sample.answer.tokens
                    scores.append(weigh(sample.answer, sample.found) or 0.0)
                    means.append(mean(t.allowed for t in tokens) if tokens else -100.0)
                    rights.append(sample.right)
                    docids.append(one.docid)
    return Ranked(np.array(scores), np.array(means), np.array(rights), docids)


def ranked(found: Found, earlier: Sequence[Answered], later: Sequence[Answered]) -> None:
    told = cross_fitted(earlier, later)
    ours, theirs, right = told.ours, told.mean_logprob, told.right
    area = [ranking.aurc(one, right) for one in (ours, theirs)]
    ranks = [ranking.auc(one, right) for one in (ours, theirs)]
    off = ranking.ece(ours, right)
    excess = off - ranking.ece_of_the_perfect(ours)
    found.figures |= {
        "aurc_vs_logprob": round(area[0] / area[1], 3),
        "auc": round(ranks[0], 4),
        "auc_logprob": round(ranks[1], 4),
        "ece_excess": round(excess, 4),
    }
    low, high = ranking.spread(lambda at: ranking.auc(ours[at], right[at]), told.docids)
    found.say(
        "",
        f"The score ({len(right):,} values, each scored by what other parties taught; beside the "
        "mean log-probability of the tokens): area under the risk-coverage curve "
        f"{area[0]:.4f} against {area[1]:.4f} ({area[0] / area[1]:.2f} of it), under the ROC "
        f"{ranks[0]:.3f} ({low:.3f}-{high:.3f}) against {ranks[1]:.3f}, calibration error "
        f"{off:.3f}, {excess:.3f} above that of a perfectly calibrated one.",
    )


def read_twice(found: Found, earlier: Sequence[Answered], later: Sequence[Answered]) -> None:
    twice = list(answered(TWICE))
    asked = {one.docid for one in twice}
    once = [one for one in later if one.docid in asked]
    told = [cross_fitted(earlier, one) for one in (once, twice)]
    areas = [ranking.aurc(one.ours, one.right) for one in told]
    ranks = [ranking.auc(one.ours, one.right) for one in told]
    seconds = _seconds([one.labelled.document for one in once[:TIMED]])
    found.figures["second_reading_times"] = round(seconds, 2)
    found.say(
        "",
        f"A second reading ({len(told[0].right)} values of {len(once)} receipts) takes "
        f"{seconds:.2f} times as long (median of {TIMED} pairs); area under the risk-coverage "
        f"curve {areas[1]:.4f} with it, {areas[0]:.4f} without, under the ROC {ranks[1]:.3f} and "
        f"{ranks[0]:.3f}.",
    )


def _seconds(documents: Sequence[Document]) -> float:
    """How many times as long, each document asked both ways in turn."""
    kind, path = doctype(WATCHED), Path(model(TWICE[0].study).path)
    ratios = []
    with Engine(path, threads=2) as first, Engine(path, threads=2) as second:
        # An engine each: what one has computed of a prompt would be there for the other.
        ways = [Extractor(first, model=""), Extractor(second, model="", twice=True)]
        for document in documents:
            spent = []
            for way in ways:
                start = time.perf_counter()
                way.extract(document, kind)
                spent.append(time.perf_counter() - start)
            ratios.append(spent[1] / spent[0])
    return median(ratios)


def _folds(answers: Sequence[Answered]) -> list[list[Answered]]:
    parties = sorted({one.party for one in answers})
    random.Random(SEED).shuffle(parties)
    fold = {party: at % FOLDS for at, party in enumerate(parties)}
    found: dict[int, list[Answered]] = defaultdict(list)
    for one in answers:
        found[fold[one.party]].append(one)
    return list(found.values())


def reviewed_only(found: Found, kept: Mapping[str, Sequence[Real]]) -> None:
    found.say(
        "",
        "Beside our threshold, one from what clerks reviewed: only documents with a value that the "
        "model thought likelier wrong than right, undoubted values counted as right; 200 splits:",
        "",
    )
    for folder, documents in kept.items():
        for accuracy in ACCURACIES:
            ours, theirs = against_reviewed(documents, accuracy)
            found.figures[f"{folder}.reviewed_only_error.{name(accuracy)}"] = round(theirs, 4)
            found.say(
                f"- `{folder}`, promised {accuracy:.1%}: {theirs:.1%} of what it accepts is wrong, "
                f"{ours:.1%} of what ours does"
            )


def watched(found: Found, later: Sequence[Answered], weighs: Mapping[str, ScoreFunction]) -> None:
    """Receipts; after the change such of which the model is as sure and less often right."""
    before = _docs([one for one in later if one.folder == WATCHED], weighs)
    untuned = _docs(list(answered(CHANGED)), weighs)
    changes = {
        f"{share:.0%} of the right values are wrong, as sure as before": _gone_wrong(before, share)
        for share in GONE_WRONG
    } | {"no model is tuned any more": untuned}
    found.say("", "The watch on streams of 5,000 values that change half-way, 100 runs:", "")
    for change, after in changes.items():
        told = [streams(before, after, share=share, seed=SEED) for share in SHARES]
        for share, one in zip(SHARES, told, strict=True):
            found.say(
                f"- {change}, {share:.0%} keyed blind: at most half as much wrong was delivered "
                f"after the change in {one.watch_in_time:.0%}; withdrawn without a change in "
                f"{one.false_withdrawals:.0%} (of the {one.proven:.0%} in which a threshold stood)"
            )
        found.figures.setdefault("watch_in_time", min(one.watch_in_time for one in told))
        found.figures.setdefault("false_withdrawals", max(one.false_withdrawals for one in told))


def _gone_wrong(documents: Sequence[Doc], share: float) -> list[Doc]:
    chance = random.Random(SEED)
    return [
        Doc(
            one.party,
            tuple((score, right and chance.random() >= share) for score, right in one.values),
        )
        for one in documents
    ]


def _docs(answers: Sequence[Answered], weighs: Mapping[str, ScoreFunction]) -> list[Doc]:
    found = []
    for one in answers:
        values = one.values(weighs[one.folder]).values()
        found.append(Doc(one.party, tuple((value.score, value.right) for value in values)))
    return found


def cost(found: Found, later: Sequence[Answered], weighs: Mapping[str, ScoreFunction]) -> None:
    """Milliseconds a document, beside a judgement that only asks for the least certain token."""
    spent: list[float] = []
    for one in later:
        kind, document = doctype(one.folder), one.labelled.document
        start = time.perf_counter()
        policy = uniform_policy(kind, 0.95, weighs[one.folder])
        prediction = recalled(one.prediction, document, kind, one.history)
        judge(document, kind, prediction, policy=policy, history=one.history)
        spent.append(1000 * (time.perf_counter() - start))
    found.figures["score_ms"] = round(median(spent), 2)
    found.say("", f"Judging a document, its score included, takes {median(spent):.1f} ms (median).")


def name(accuracy: float) -> str:
    """``95`` and ``975``, as the figures are called."""
    return f"{accuracy:.3f}"[2:].rstrip("0").ljust(2, "0")


if __name__ == "__main__":
    main()
