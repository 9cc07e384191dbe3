"""A folder of samples is a folder of labelled documents, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.samples.drafts import NTH
from appliance.samples.make import demo, make


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    make(folder, number=1)
    return folder


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    make(tmp_path, number=1)
    assert _hashes(tmp_path) == _hashes(folder)


def test_another_seed_gives_other_documents(folder, tmp_path):
    make(tmp_path, number=1, seed=8, renderings=["clean"])
    same = set(_hashes(tmp_path).values()) & set(_hashes(folder).values())
    assert same == set()


def test_a_document_is_the_same_whatever_is_made_beside_it(folder, tmp_path):
    made = make(tmp_path, number=2, doctypes=["receipt"], renderings=["degraded"])
    name = made[0].path.relative_to(tmp_path)
    assert made[0].path.read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("doctype", NTH)
def test_every_file_has_a_line_of_labels(folder, doctype):
    text = (folder / doctype / "labels.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    files = {path.name for path in (folder / doctype).iterdir()} - {"labels.jsonl"}
    assert {line["file"] for line in lines} == files
    assert {line["rendering"] for line in lines} == {"clean", "searchable", "degraded"}
    assert all(line["labels"].keys() == line["labels_norm"].keys() for line in lines)


def test_the_demo_is_a_dozen_of_four_kinds_without_labels(tmp_path):
    made = demo(tmp_path)
    assert len(made) == 12
    assert {sample.doctype for sample in made} == set(NTH)
    assert {sample.draft.lang for sample in made} == {"en", "de", "fr", "es", "pl"}
    assert {sample.path.suffix for sample in made} == {".pdf", ".jpg"}
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {sample.path for sample in made}


def test_the_maker_runs_from_the_command_line(tmp_path):
    command = [sys.executable, "-m", "appliance.samples", str(tmp_path), "--number", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert all(Path(line).is_file() for line in done.stdout.splitlines())
    assert len(done.stdout.splitlines()) == 12
