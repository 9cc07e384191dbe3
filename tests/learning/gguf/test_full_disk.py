"""A disk that is full leaves nothing half-written, wherever in a file it fills up."""

from contextlib import contextmanager

import pytest
from tiny_models import random_lora

from appliance.domain.errors import ModelError
from appliance.learning.gguf.adapter import from_modules, write
from appliance.learning.gguf.export import KINDS, quantise
from appliance.learning.gguf.merge import merge_adapter

resource = pytest.importorskip("resource", reason="this system does not limit the size of files")


@contextmanager
def room(size):
    """No file can grow past ``size`` bytes; the kernel refuses to write on, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture(params=[0.02, 0.5, "all but one byte"])
def cut(request):
    """How much of a file there is room for."""

    def size(whole):
        return whole - 1 if isinstance(request.param, str) else int(whole * request.param)

    return size


def fails_in(cut, act, final):
    """``act`` succeeds with the room that its file needs, and fails with less."""
    act()
    size = final.stat().st_size
    with room(size):
        act()
    final.write_bytes(b"older")
    with room(cut(size)), pytest.raises(ModelError) as error:
        act()
    assert error.value.hint
    assert final.read_bytes() == b"older"
    final.unlink()
    with room(cut(size)), pytest.raises(ModelError):
        act()
    assert not list(final.parent.iterdir())


def test_an_adapter_needs_its_room(cut, models, tmp_path):
    model, base = models["llama"]
    adapter, final = from_modules(base, 8.0, random_lora(model)), tmp_path / "lora.gguf"
    fails_in(cut, lambda: write(adapter, final), final)


def test_a_merged_file_needs_its_room(cut, models, tmp_path):
    model, base = models["llama"]
    adapter, final = from_modules(base, 8.0, random_lora(model)), tmp_path / "merged.gguf"
    fails_in(cut, lambda: merge_adapter(base, adapter, final), final)


@pytest.mark.parametrize("kind", KINDS)
def test_a_quantised_file_needs_its_room(kind, cut, models, tmp_path):
    base, final = models["llama"][1], tmp_path / "final.gguf"
    fails_in(cut, lambda: quantise(base, final, kind=kind, threads=2), final)
