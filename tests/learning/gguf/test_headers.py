"""What is read of a GGUF before its weights, against gguf's own reader; and damaged files."""

import errno
import os

import gguf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import HEADS, KV_HEADS, smollm2

from appliance.domain.errors import ModelError
from appliance.learning.gguf.header import ARCHITECTURES, Base, base_in, read_header


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_a_base_says_what_tuning_has_to_know(kind, models):
    model, path = models[kind]
    assert base_in(read_header(path)) == Base(kind, model.blocks, HEADS, KV_HEADS)


def test_keys_and_tensors_are_those_that_ggufs_own_reader_finds(vocabulary):
    ours = read_header(smollm2())
    theirs = {key: field for key, field in vocabulary.fields.items() if "GGUF." not in key}
    assert list(ours.entries) == list(theirs)
    single = {k: f.contents() for k, f in theirs.items() if gguf.GGUFValueType.ARRAY not in f.types}
    assert ours.values == single
    assert [
        (tensor.name, tensor.shape, tensor.kind, tensor.size, ours.starts[tensor.name])
        for tensor in ours.tensors.values()
    ] == [
        (t.name, tuple(t.shape.tolist())[::-1], t.tensor_type, t.n_bytes, t.data_offset)
        for t in vocabulary.tensors
    ]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A whole GGUF of few bytes, so that many damages of it can be tried."""
    path = tmp_path_factory.mktemp("small") / "small.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(1)
    writer.add_head_count(2)
    writer.add_token_list(["a", "b", "c"])
    writer.add_token_scores([0.5, 1.5, 2.5])
    writer.add_tensor("token_embd.weight", gguf.np.ones((3, 32), dtype="f4"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert base_in(read_header(path)) == Base("llama", 1, 2, 2)
    return path


def test_a_file_cut_short_anywhere_is_said_to_be_damaged(small, tmp_path):
    data, cut = small.read_bytes(), tmp_path / "cut.gguf"
    for size in range(len(data)):
        cut.write_bytes(data[:size])
        with pytest.raises(ModelError, match="cut" if size >= 4 else "GGUF"):
            base_in(read_header(cut))


@given(st.data())
def test_a_flipped_bit_never_ends_in_another_error(small, data):
    content = bytearray(small.read_bytes())
    at = data.draw(st.integers(4, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    flipped = small.with_name("flipped.gguf")
    flipped.write_bytes(content)
    try:
        base_in(read_header(flipped))
    except ModelError as error:
        assert error.hint


def test_a_missing_file_is_said_by_the_system(tmp_path):
    with pytest.raises(ModelError, match=os.strerror(errno.ENOENT)):
        base_in(read_header(tmp_path / "none.gguf"))


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (lambda writer: writer.add_head_count([2, 4]), "head_count"),
        (lambda writer: None, "block_count|head_count"),
        (lambda writer: writer.add_uint16("split.count", 3), "several files"),
    ],
)
def test_a_base_that_cannot_be_tuned_is_said(add, said, tmp_path):
    path = tmp_path / "odd.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(2)
    add(writer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelError, match=said):
        base_in(read_header(path))


def test_a_foreign_kind_is_said_with_those_that_are_tuned(tmp_path):
    path = tmp_path / "phi.gguf"
    writer = gguf.GGUFWriter(path, "phi3")
    writer.add_block_count(2)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelError, match="phi3.*llama.*qwen2.*qwen3.*gemma3"):
        base_in(read_header(path))
