"""What a promise and a gate make of evidence that lies.

Evidence is keyed blind, so that a lie agrees with a wrong answer by chance alone: it costs what
could be promised, and proves nothing that is wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

from scipy.special import bdtrc

from appliance.domain.results import GateOutcome
from appliance.evaluation.gate import PairedResult, decide
from appliance.promise import policies
from bench.campaign.learning_lies import honest_town
from bench.campaign.learning_town import KIND, MODEL, TERMS
from bench.campaign.trial import Breach, Found, Outcome

SHARES = (0.02, 0.1, 0.3)
"""Of the fields of evidence in which the clerk lies."""
_KEYED, _THEN = 30, 20
_CHANCE = 1e-6
"""That a promise which holds looks broken in one trial."""
FIELDS = tuple(spec.name for spec in KIND.fields)


def evidence(seed: int, folder: Path) -> Outcome:
    """In a town in which much was proven, a clerk begins to key another value of the page in a
    share of the fields of evidence."""
    with honest_town(folder, f"evidence {seed}") as (here, senders):
        rng, lies = here.rng, 0
        share = rng.choice(SHARES)
        for _ in range(_KEYED):
            invoice = here.invoice(rng.choice(senders))
            told = {name: invoice.beside[name] for name in FIELDS if rng.random() < share}
            here.keys(here.decides(invoice, evidence=True), **told)
            lies += len(told)
        here.calibrates()
        book = policies.read(here.models / MODEL).types[KIND.name]
        counts = Counter({"fields that may be accepted": len(_promised(book)), "lies keyed": lies})
        for _ in range(_THEN):
            one = here.decides(here.invoice(rng.choice(senders)))
            for name in FIELDS:
                if text := one.of(name).field.text:
                    counts["accepted"] += one.believes(name, text)
                    lie = text != one.invoice.truth[name]
                    counts["accepted and wrong"] += lie and one.believes(name, text)
        accepted, wrong = counts["accepted"], counts["accepted and wrong"]
        found: list[Found] = []
        by_chance = float(bdtrc(wrong - 1, accepted, 1 - TERMS.accuracy)) if wrong else 1.0
        if by_chance < _CHANCE:
            told_of = f"{wrong} of {accepted} accepted values are wrong, lies in {share:.0%}"
            found.append(Found(Breach.BELIEVED, told_of))
        return Outcome(faults=lies, found=tuple(found), counts=counts)


def _promised(book: policies.DoctypeCalibration) -> set[str]:
    return {name for grant in book.grants if grant.proven for name in grant.fields}


def gate(seed: int, folder: Path) -> Outcome:
    """A candidate that has learned a liar's values, before evidence of which a share lies too, told
    blind: it has more wrong than the champion."""
    rng = Random(f"gate {seed}")
    share = rng.choice(SHARES)
    champion, candidate = rng.choice(((0.9, 0.85), (0.9, 0.6), (0.7, 0.6), (0.95, 0.9)))
    of_one = rng.random() < 0.5
    cases = []
    lies = 0
    for number in range(rng.randrange(40, 200)):
        party = f"sender {rng.randrange(12)}"
        worse = candidate if not of_one or party == "sender 0" else champion
        lied = [rng.random() < share for _ in FIELDS]
        lies += sum(lied)
        cases.append(
            PairedResult(
                f"{number}",
                party,
                float(number),
                _right(rng, champion, lied),
                _right(rng, worse, lied),
            )
        )
    verdict = decide(cases, served=[replace(case) for case in cases])
    found: tuple[Found, ...] = ()
    if verdict.outcome is GateOutcome.PROMOTED:
        found = (Found(Breach.BELIEVED, f"promoted: {verdict.reason}, lies in {share:.0%}"),)
    return Outcome(faults=lies, found=found)


def _right(rng: Random, share: float, lied: list[bool]) -> dict[str, bool]:
    """By the labels; what is not right agrees with a lie about it once in ten times."""
    found = {}
    for name, lie in zip(FIELDS, lied, strict=True):
        right = rng.random() < share
        found[name] = not right and rng.random() < 0.1 if lie else right
    return found
