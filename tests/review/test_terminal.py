"""What a Unix terminal sends, as the station hears it."""

from __future__ import annotations

import os
import sys
import time
from queue import SimpleQueue
from threading import Event, Thread

import pytest

if sys.platform == "win32":
    pytest.skip("Windows has another driver", allow_module_level=True)

from textual.events import Key
from textual.message import Message

from appliance.review.terminal import Terminal


class Ears(Terminal):
    """Without a screen."""

    def __init__(self, fileno: int) -> None:
        self.fileno = fileno
        self.exit_event = Event()
        self.heard: SimpleQueue[Message] = SimpleQueue()
        self._debug = False

    def process_message(self, message: Message) -> None:
        self.heard.put(message)

    def key(self) -> str:
        message = self.heard.get(timeout=10)
        assert isinstance(message, Key)
        return message.key


def test_a_lone_esc_is_a_key_and_one_that_begins_an_arrow_is_not():
    near, far = os.pipe()
    ears = Ears(near)
    thread = Thread(target=ears.run_input_thread)
    thread.start()
    for sent, heard in ((b"\x1b", "escape"), (b"\x1b[A", "up"), ("ü".encode(), "ü")):
        os.write(far, sent)
        assert ears.key() == heard
    os.write(far, "ł".encode()[:1])
    time.sleep(0.05)  # so that the halves are read apart
    os.write(far, "ł".encode()[1:])
    assert ears.heard.get(timeout=10).character == "ł"
    os.close(far)
    thread.join(timeout=10)
    assert not thread.is_alive(), "a terminal that is gone ends it"
    os.close(near)
