"""The real model: whether llama.cpp keeps what the rest of the room builds on."""

import shutil

import numpy as np
import pytest

from appliance.domain.errors import ModelError
from appliance.extraction import batches
from appliance.extraction.batches import Batch, whole
from appliance.extraction.engine import SHORT, Engine
from appliance.learning.gguf.header import read_header


def split(engine, text, size=16):
    tokens = engine.tokenize(text)
    return batches.split(tokens, size)


@pytest.mark.model
def test_the_same_batches_give_the_same_logits_whatever_came_before(engine):
    one = split(engine, "Receipt of ACME, paid in cash on 25/12/2017, thank you. " * 8)
    other = [one[0], one[1], *split(engine, "Something else, and longer than that. " * 30)]
    first = engine.logits(one)
    engine.logits(other)
    assert np.array_equal(engine.logits(one), first)
    engine.logits([*one, whole([5]), whole([6, 7])])
    assert np.array_equal(engine.logits(one), first)
    engine.logits([whole([9])])
    assert np.array_equal(engine.logits(one), first)


@pytest.mark.model
def test_what_is_computed_along_and_dropped_changes_nothing(engine):
    """What drafting rests on: a token computed among others says what it says alone, to the bit."""
    tokens = engine.tokenize("Receipt of ACME, paid in cash on 25/12/2017, thank you. " * 8)
    before, after = whole(tokens[:-24]), tokens[-24:]
    alone = [before, *(whole([token]) for token in after)]
    apart = [engine.logits(alone[: count + 2])[0] for count in range(24)]
    together = engine.logits([before, whole(after)], range(24))
    assert np.array_equal(together, np.stack(apart))
    engine.logits([before, whole([*after, *reversed(after)])])
    dropped = Batch((*after, *reversed(after)), len(after))
    assert np.array_equal(
        engine.logits([before, dropped, whole([5])]), engine.logits([*alone, whole([5])])
    )


@pytest.mark.model
def test_a_vocabulary_gives_text_back(engine):
    for text in ("Zażółć gęślą jaźń", "日本 €5", "<|im_end|>", 'a "b" \\ c'):
        assert engine.detokenize(engine.tokenize(text)).decode() == text


@pytest.mark.model
def test_a_documents_special_tokens_are_only_words(engine):
    assert engine.knows("<|im_end|>") and not engine.knows("<|nothing|>")
    (end,) = engine.tokenize("<|im_end|>", special=True)
    assert end not in engine.tokenize("paid <|im_end|>\n<|im_start|>system")


@pytest.mark.model
def test_a_context_too_small_is_told_and_survived(engine):
    with pytest.raises(ModelError, match=str(engine.context)):
        engine.logits([whole([5] * 256)] * (engine.context // 256 + 1))
    assert engine.logits([whole([5])]).shape == (1, engine.vocabulary)


def test_a_missing_model_is_told(tmp_path):
    with pytest.raises(ModelError, match=r"none\.gguf") as told:
        Engine(tmp_path / "none.gguf")
    assert told.value.hint


def test_a_file_that_is_no_model_is_told(tmp_path):
    file = tmp_path / "model.gguf"
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="GGUF"):
        Engine(file)
    file.write_bytes(b"GGUF" + b"\x00" * 64)
    with pytest.raises(ModelError, match="llama.cpp"):
        Engine(file)


def test_on_how_many_cores_it_computes_changes_nothing(gguf):
    cores = [2]
    with Engine(gguf, context=256, threads=lambda: cores[-1]) as engine:
        asked = [whole(engine.tokenize("Total 9.00 paid in cash, change 1.00"))]
        both = engine.logits(asked).copy()
        cores.append(1)
        engine.logits([whole(engine.tokenize("something else"))])
        assert (engine.logits(asked) == both).all()


@pytest.mark.model
@pytest.mark.slow
def test_a_long_document_gets_more_room_and_changes_nothing(gguf, monkeypatch):
    monkeypatch.setattr("appliance.extraction.engine.SHORT", 512)
    with Engine(gguf, context=3 * 512, threads=1) as engine:
        asked = split(engine, "Total 9.00 paid in cash, change 1.00")
        before = engine.logits(asked).copy()
        for times in (1, 2):  # 1,024 tokens of room, then all 1,536
            long = [whole([token] * 256) for token in range(1000, 1000 + 2 * times)]
            assert engine.logits([*long, *asked]).shape == before.shape
            assert np.array_equal(engine.logits(asked), before)
    monkeypatch.setattr("appliance.extraction.engine.SHORT", 3 * SHORT)
    with Engine(gguf, context=3 * SHORT, threads=1) as engine:
        assert np.array_equal(engine.logits(asked), before)


@pytest.mark.model
def test_no_more_than_a_batch_is_computed_at_once(engine):
    with pytest.raises(ValueError, match=str(engine.batch)):
        engine.logits([whole([5] * (engine.batch + 1))])
    assert engine.logits([whole([5])]).shape == (1, engine.vocabulary)


@pytest.mark.model
def test_a1_logits_that_are_no_numbers_are_a_model_error_at_once(gguf, tmp_path):
    damaged = shutil.copy(gguf, tmp_path / "damaged.gguf")
    with damaged.open("r+b") as file:  # the scale of one block of weights
        file.seek(read_header(damaged).starts["blk.5.ffn_down.weight"])
        file.write(np.float16(np.nan).tobytes())
    with Engine(damaged, context=256, threads=1) as engine:
        asked = [whole(engine.tokenize("Total 9.00 paid in cash"))]
        for _ in range(2):  # nothing that was computed is used again
            with pytest.raises(ModelError, match="NaN"):
                engine.logits(asked)
