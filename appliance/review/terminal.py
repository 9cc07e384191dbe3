"""Textual's driver of a Unix terminal, which hears a lone Esc as soon as it is known to be one.

Arrows and function keys begin with the same byte, so it takes a short silence to know. Textual
itself looks only every tenth of a second whether that is over, which a clerk feels.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from contextlib import suppress

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver

IDLE = 0.1
"""Seconds between two looks whether the station has ended."""


class Terminal(LinuxDriver):
    def run_input_thread(self) -> None:
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        wait = IDLE
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], wait)
            if ready:
                said = os.read(self.fileno, 4096)
                if not said:  # the terminal is gone
                    break
                if text := decode(said):  # to the parser, no text is the end
                    for message in parser.feed(text):
                        self.process_message(message)
            for message in parser.tick():
                self.process_message(message)
            wait = ESCAPE_DELAY if ready else IDLE
        with suppress(EOFError, ParseError):
            list(parser.feed(""))
