"""Real answers of tuned models about documents that they never saw: is the promise kept on them?"""

from __future__ import annotations

from statistics import mean

import pytest

from bench.real import against_reviewed, kept
from bench.splits import splits
from bench.watching import Doc, streams

FOLDERS = kept()
SPLITS = 60


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("accuracy", [0.9, 0.95])
def test_of_what_is_accepted_no_more_is_wrong_than_was_promised(folder, accuracy):
    told = splits([one.ours for one in FOLDERS[folder]], accuracy, number=SPLITS)
    shares = [one.wrong / one.accepted for one in told if one.accepted]
    assert len(shares) > SPLITS / 10  # how often there is a promise, `bench.promise` says
    assert mean(shares) <= 1 - accuracy


@pytest.mark.parametrize("accuracy", [0.9, 0.95])
def test_a_threshold_from_reviewed_documents_breaks_the_promise_and_ours_does_not(accuracy):
    ours, theirs = against_reviewed(FOLDERS["sroie"], accuracy, number=SPLITS)
    assert ours <= 1 - accuracy < theirs


def test_the_watch_is_quiet_on_them():
    before = [
        Doc(str(number), tuple((value.score, value.right) for value in one.ours.values()))
        for number, one in enumerate(FOLDERS["sroie"])
    ]
    told = streams(before, before, share=0.1, seed=7, runs=10)
    assert told.proven == 1 and told.false_withdrawals == 0
