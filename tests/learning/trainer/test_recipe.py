"""How a model is tuned follows from what there is: documents, weights, memory, a graphics card."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.learning.trainer.recipe import TARGETS, adapting, bytes_needed, loading, recipe

SMOLLM2, BIG, GB = 135_000_000, 1_700_000_000, 10**9
rows = st.integers(0, 10**6)
sizes = st.integers(10**7, 10**10)


def test_a_small_model_is_tuned_in_16_bits():
    chosen = recipe(200, weights=SMOLLM2, memory=4 * GB)
    assert chosen.method == "16-bit LoRA"
    assert "16" in chosen.why


def test_a_model_that_does_not_fit_is_tuned_in_4_bits_and_why_is_said():
    chosen = recipe(200, weights=BIG, memory=4 * GB)
    assert chosen.method == "4-bit QLoRA"
    assert "5.9 GB" in chosen.why and "4.0 GB" in chosen.why


def test_a_graphics_card_computes_several_rows_at_once():
    chosen = recipe(200, weights=SMOLLM2, memory=0, cuda=True)
    assert chosen.method == "4-bit QLoRA" and chosen.together == 4


@given(rows, rows, sizes)
def test_more_rows_are_seen_less_often_and_each_more_than_once(one, other, weights):
    few, many = sorted((one, other))
    epochs = [recipe(n, weights=weights, memory=4 * GB).epochs for n in (few, many)]
    assert epochs[0] >= epochs[1] > 1


@given(rows, sizes, sizes, st.booleans())
def test_steps_are_made_of_whole_batches(number, weights, memory, cuda):
    chosen = recipe(number, weights=weights, memory=memory, cuda=cuda)
    assert chosen.batch % chosen.together == 0
    assert loading(chosen, cuda=cuda, bfloat16=False)["load_in_4bit"] == (
        chosen.method == "4-bit QLoRA"
    )


@given(sizes, sizes)
def test_what_is_said_to_fit_fits(weights, memory):
    chosen = recipe(100, weights=weights, memory=memory)
    assert chosen.method == "4-bit QLoRA" or bytes_needed("16-bit LoRA", weights) <= memory
    assert bytes_needed("4-bit QLoRA", weights) < bytes_needed("16-bit LoRA", weights)


def test_a_cpu_that_is_slower_in_16_bits_computes_with_32():
    chosen = recipe(200, weights=SMOLLM2, memory=4 * GB)
    assert loading(chosen, cuda=False, bfloat16=False)["dtype"] == "float32"
    assert loading(chosen, cuda=False, bfloat16=True)["dtype"] == "bfloat16"
    assert loading(chosen, cuda=True, bfloat16=False)["dtype"] == "bfloat16"


def test_all_seven_projections_are_adapted():
    told = adapting(recipe(200, weights=SMOLLM2, memory=4 * GB), cuda=False)
    assert told["target_modules"] == list(TARGETS) and len(TARGETS) == 7
    assert told["use_gradient_checkpointing"] is False
