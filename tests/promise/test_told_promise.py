"""What other sites tell proves nothing and disproves nothing."""

from __future__ import annotations

from pathlib import Path

from made_up_day import DOCTYPE, VERSIONS
from made_up_evidence import Sampled

from appliance.domain.doctype import AccuracyTarget
from appliance.domain.sender_rulings import SenderTold
from appliance.domain.senders import KnownSender, SenderCard, ToldSender, ToldValue
from appliance.judgement.policy import uniform_policy
from appliance.promise.calibration_job import renew
from appliance.promise.policies import read
from appliance.senders.directory import SenderDirectory

TERMS = AccuracyTarget(0.8, 0.8)


def tell(day: Sampled) -> None:
    """Of every shop, that it is another one and that its number is the next one's."""
    for number in range(6):
        known = KnownSender(f"told {number}", 9, 9, frozenset({f"shop{number}"}))
        values = {
            "company": (ToldValue("Company", 7, 0.0),),
            "number": (ToldValue("Cash", 7, 0.0),),
        }
        told = ToldSender("hub", SenderCard(known), {DOCTYPE.name: values})
        SenderDirectory(day.store).rule(SenderTold(told), who="fleet", now=day.now)


def test_the_promise_is_the_same_whatever_was_told_before_or_after(tmp_path: Path) -> None:
    found = []
    for when in ("never", "before", "after"):
        (tmp_path / when).mkdir()
        day = Sampled(tmp_path / when)
        day.policy = uniform_policy(DOCTYPE, 0.5)
        day.asks.wrong = lambda docid: docid < "3"
        if when == "before":
            tell(day)
        docids = day.keyed(*range(6))
        answers = [day.store.answer(day.job(docid)) for docid in docids]
        told = [one.lookup.told for one in answers if one]
        assert told == [f"told {at}" if when == "before" else None for at in range(6)]
        assert not any(one.judgement.fields[0].field.remembered for one in answers if one)
        if when == "after":
            tell(day)
        renew("m1", day.models, day.store, [(DOCTYPE, TERMS)], versions=VERSIONS, now=99.0)
        found.append(read(day.models / "m1"))
        day.store.close()
    never, before, after = found
    assert never.types[DOCTYPE.name].grants
    assert never.types == before.types == after.types
