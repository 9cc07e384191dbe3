"""The owner's settings: one frozen object, made at the door and taken apart there.

It comes from ``appliance.toml`` in the home folder. An ``APPLIANCE_SECTION_KEY`` variable takes
precedence over the file (``APPLIANCE_EXTRACTION_THREADS=4``). No other module reads the
environment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from appliance.domain.errors import ConfigError, HomeError
from appliance.domain.results import LONGEST

FILE = "appliance.toml"

_LONG = 10
"""Pages; crowded ones took 100 seconds on two cores."""
_LONGEST = 4
"""Times what ten pages are granted, at most. At 73 seconds for ten crowded pages, 200 take 24
minutes."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _local(said: time) -> time:
    """A bare number is read as seconds since midnight in UTC, and so has a zone too."""
    if said.tzinfo:
        raise PydanticCustomError("local_time", 'a local time is written as "19:00"')
    return said


LocalTime = Annotated[time, AfterValidator(_local)]


class InboxSettings(_Section):
    """How files are taken out of the inbox."""

    default_type: str | None = None
    """Type of documents that lie in the inbox itself; without it they are held."""
    settle: Annotated[float, Field(ge=0)] = 5.0
    """Seconds without a change of size and time before a file is taken."""
    listing: Annotated[float, Field(gt=0)] = 30.0
    """Seconds between two listings when no event comes."""
    watch: Literal["auto", "events", "polling"] = "auto"
    """``auto`` polls on network mounts, where changes made elsewhere cause no event."""
    polling: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two listings when polling."""


class ReadingSettings(_Section):
    """What a document may take to be read, and by which OCR scans are read."""

    max_megabytes: Annotated[float, Field(gt=0)] = 100
    """Megabytes of one file, at most."""
    max_pages: Annotated[int, Field(gt=0)] = 200
    """Pages of one document, at most."""
    max_megapixels: Annotated[float, Field(gt=0)] = 80
    """Megapixels of one page, at most; a larger picture is refused before it is decompressed."""
    ocr: Literal["rapidocr", "tesseract"] = "rapidocr"
    """Tesseract is a program of its own and reads more scripts."""
    languages: str = "eng"
    """Languages for Tesseract, as in ``pol+eng``."""
    timeout: Annotated[float, Field(gt=0)] = 900
    """Seconds for one document."""
    gigabytes: Annotated[float, Field(gt=0)] = 2.0
    """Gigabytes of memory that the reading may take."""

    @property
    def max_bytes(self) -> int:
        return int(self.max_megabytes * 1e6)


class EInvoiceSettings(_Section):
    """Whether the XML of e-invoices counts."""

    use: bool = True
    """What a file says to programs is read beside its pages; else the pages alone."""


class ExtractionSettings(_Section):
    """How the model is asked about a document."""

    threads: Annotated[int, Field(ge=0)] = 0
    """Cores that the model uses; 0 uses every core."""
    window_tokens: Annotated[int, Field(ge=512)] = 6000
    """Tokens of a document that are asked about at once."""
    answer_tokens: Annotated[int, Field(ge=64)] = 1500
    """Tokens of an answer, at most; a longer answer is cut, and the document is held."""
    second_reading: bool = False
    """Ask for the header twice, in another order; the score knows where both answers agree. Takes
    more than twice as long, and on receipts is no better."""
    timeout: Annotated[float, Field(gt=0)] = 900
    """Seconds for a document of up to ten pages; up to four times as many for longer ones."""

    def granted(self, pages: int) -> float:
        """Seconds for a document of ``pages`` pages: in proportion to its length."""
        return self.timeout * min(max(1.0, pages / _LONG), _LONGEST)

    @property
    def manner(self) -> str:
        """The settings that an answer may depend on, in short."""
        twice = " twice" if self.second_reading else ""
        return f"{self.window_tokens}+{self.answer_tokens}{twice}"


class PromiseSettings(_Section):
    """The promise of every document type without one of its own. They may prove it together."""

    accuracy: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    """At least this share of the accepted values is right, 0-1."""
    assurance: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    """Confidence level, 0-1: 0.95 means that at most 1 in 20 guarantees may fail."""
    new_sender: Annotated[int, Field(ge=0)] = 0
    """So many first documents of each sender are held although all is proven; 0 holds none."""


class SenderSettings(_Section):
    """What is asked where a known sender differs from before."""

    four_eyes: bool = False
    """A new bank account is approved by two clerks."""


class DaemonSettings(_Section):
    """How often a step that failed is tried again."""

    attempts: Annotated[int, Field(ge=1)] = 3
    """Attempts without a known fault of the document, after which it goes to failed/."""
    retry_after: Annotated[float, Field(ge=0, le=LONGEST)] = 30.0
    """Seconds before the next attempt."""


class EvidenceSettings(_Section):
    """One in this many documents of a type is keyed blind by a clerk."""

    after: Annotated[int, Field(ge=0)] = 20
    """The first documents of a type are spared: what a clerk corrects in them makes a first night.
    Imported ones, which nobody keys, are not."""
    opening: bool = True
    """After those every document is keyed blind until there are ``until``, and one row of each
    table until there are twice as many. False: as ``first`` says."""
    until: Annotated[int, Field(ge=0)] = 40
    """Blindly keyed documents of a type after which ``then`` applies, if 95 % are promised by then,
    and else after twice as many; for 99 % five times as many."""
    then: Annotated[int, Field(ge=0)] = 10
    """One in this many afterwards; sooner if all is proven, or if more could not prove it."""
    first: Annotated[int, Field(ge=0)] = 3
    """One in this many from ``until`` to twice as many, as long as nothing is promised, and where
    old ones retired until there are ``until`` again; 0 for none, then or later."""
    rows: Annotated[int, Field(ge=0)] = 2
    """Meanwhile one in this many documents with rows has one row keyed, if that is more often than
    ``first`` says: rows take more documents to prove. 0 for as often as ``first``."""


class ReviewSettings(_Section):
    """The clerks' station."""

    lease: Annotated[float, Field(ge=10, le=LONGEST)] = 120.0
    """Seconds without a key after which a document is free for another station."""
    clerk: Annotated[str, Field(max_length=80)] = ""
    """Name of the only clerk; empty: each station asks who sits there."""
    order: Literal["oldest", "party", "type", "blocker"] = "oldest"
    """By what the documents that wait are ordered; ``blocker`` is the reason why one is held."""
    pictures: Literal["auto", "kitty", "sixel", "blocks", "text"] = "auto"
    """How pages are drawn; ``auto`` draws what the terminal can."""
    keys: dict[str, str] = {}
    """Other keys, by the name of the command; commas between several keys."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8765
    """Port of the station in the browser."""


class NightSettings(_Section):
    """When and with what the appliance learns from its clerks' corrections."""

    model_config = ConfigDict(populate_by_name=True)

    begin: Annotated[LocalTime, Field(alias="from")] = time(19)
    """Local time from which on a night may begin."""
    end: Annotated[LocalTime, Field(alias="to")] = time(5)
    """Local time at which it rests; on the next day unless it is after ``from``."""
    labels: Annotated[int, Field(ge=0)] = 20
    """New labelled documents that make a night; 0 switches nights off."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Cores that the training uses; 0 uses every core."""
    gigabytes: Annotated[float, Field(gt=0)] = 4.0
    """Gigabytes of memory that the training may take."""
    party_documents: Annotated[int, Field(gt=0)] = 60
    """Documents of one sender to learn from, at most; the newest."""
    site_documents: Annotated[int, Field(gt=0)] = 300
    """Documents of one site of the fleet to learn from, at most; the newest."""
    type_documents: Annotated[int, Field(gt=0)] = 1000
    """Documents of one type to learn from, at most."""
    documents: Annotated[int, Field(gt=0)] = 1500
    """Documents to learn from in all, at most."""
    quantisation: Literal["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"] = "Q8_0"
    """Of the file that serves; what is smaller than Q8_0 is kept only if it is as good."""
    keep: Annotated[int, Field(ge=1)] = 3
    """Tuned versions whose file is kept; the file of any other is made again from its adapter."""


class LogSettings(_Section):
    """What the log may say: the lines of ``run`` without a terminal, errors, ``night.log``."""

    values: bool = False
    """Whether lines of the log may quote what stands on a document. The message of a bug in a child
    process is left out in any case."""
    json_lines: bool = False
    """``appliance.jsonl`` in the home holds what happens, for programs."""
    megabytes: Annotated[float, Field(gt=0)] = 10
    """Of that file; then another one is begun."""
    keep: Annotated[int, Field(ge=1)] = 5
    """Earlier ones: ``appliance.jsonl.1`` and so on, the newest first."""


class MetricsSettings(_Section):
    """Numbers for Prometheus."""

    file: Annotated[str, Field(pattern=r"^$|\.prom$")] = ""
    """A file for the textfile collector of node_exporter, which reads no other suffix; relative to
    the home. Empty writes none."""


class Settings(_Section):
    inbox: InboxSettings = InboxSettings()
    reading: ReadingSettings = ReadingSettings()
    einvoice: EInvoiceSettings = EInvoiceSettings()
    extraction: ExtractionSettings = ExtractionSettings()
    promise: PromiseSettings = PromiseSettings()
    senders: SenderSettings = SenderSettings()
    daemon: DaemonSettings = DaemonSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    review: ReviewSettings = ReviewSettings()
    night: NightSettings = NightSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()


def load(home: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of the appliance in ``home``. Raises HomeError, ConfigError."""
    path = home / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors begin a file with a mark
    except FileNotFoundError as error:
        raise HomeError(
            f"{home} is not an appliance's home: there is no {FILE} in it",
            hint="run `appliance init` there, or name the home with --home",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", hint="save it as UTF-8 and let the appliance read it"
        ) from error
    return parse(text, environment, source=str(path))


def parse(text: str, environment: Mapping[str, str], *, source: str) -> Settings:
    """``text`` is TOML; ``source`` names it in errors. Raises ConfigError."""
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of 5,000 digits, of 1,000 brackets
        raise ConfigError(f"{source}: {error}", hint="correct the line named here") from error
    try:
        return Settings.model_validate(_overlay(tree, environment))
    except ValidationError as error:
        first = error.errors()[0]
        loc = [str(part) for part in first["loc"]]
        variable = _variable(*loc[:2]) if len(loc) > 1 else ""
        where = variable if variable in environment else f"{source}: {'.'.join(loc)}"
        raise ConfigError(
            f"{where}: {first['msg'].lower()}",
            hint=f"the settings with their defaults stand in a new home's {FILE}",
        ) from error


def _overlay(tree: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Raises ConfigError for a variable of a section that has no such key."""
    known = set()
    for section, info in Settings.model_fields.items():
        keys = type(info.default).model_fields
        for name, about in keys.items():
            key = about.alias or name
            variable = _variable(section, key)
            known.add(variable)
            if variable in environment:
                tree.setdefault(section, {})[key] = environment[variable]
    sections = tuple(_variable(section, "") for section in Settings.model_fields)
    for name in environment:
        if name.startswith(sections) and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "docs/reference/settings.md has them"
            raise ConfigError(f"{name} is none of the settings", hint=hint)
    return tree


def _variable(section: str, key: str) -> str:
    return f"APPLIANCE_{section}_{key}".upper()


TEMPLATE = """\
# The appliance's settings. Lines that start with # show the default.

[inbox]
# default_type = "supplier_invoice"   # of documents dropped into inbox/ itself
# settle = 5.0                        # seconds without change before a file is taken
# listing = 30.0                      # seconds between two listings without an event
# watch = "auto"                      # auto | events | polling (network mounts)
# polling = 5.0                       # seconds between two listings when polling

[reading]
# max_megabytes = 100
# max_pages = 200
# max_megapixels = 80                 # of one page
# ocr = "rapidocr"                    # or "tesseract", which reads more scripts
# languages = "eng"                   # for tesseract, as in "pol+eng"
# timeout = 900                       # seconds for one document
# gigabytes = 2.0                     # memory that the reading may take

[einvoice]
# use = true                          # false: the pages alone are read

[extraction]
# threads = 0                         # 0 uses every core
# window_tokens = 6000
# answer_tokens = 1500
# second_reading = false              # asks for the header twice: slower, rarely better
# timeout = 900                       # seconds for up to ten pages; up to 4 times as many beyond

[promise]                             # of types without their own: docs/explanation/promise.md
# accuracy = 0.95                     # at least this share of the accepted values is right
# assurance = 0.95                    # confidence level: at most 1 in 20 may fail
# new_sender = 0                      # so many first documents of a sender are held

[daemon]
# attempts = 3
# retry_after = 30.0                  # seconds, up to 7200

[evidence]                            # documents that a clerk keys blind
# after = 20                          # none of the first 20 documents of a type,
# opening = true                      # then all
# until = 40                          # until this many are keyed blind (for its table 80),
# first = 3                           # then one in three until it is promised, or there are twice
                                      # as many, and where old ones retired; 0: none at all
# rows = 2                            # and one in two for its table; 0: as many as `first`
# then = 10                           # then, or once more proves nothing more, one in ten

[senders]                             # where a known sender differs from before
# four_eyes = false                   # true: two clerks approve a new bank account

[review]
# lease = 120.0                       # seconds without a key until a document is free, up to 7200
# clerk = ""                          # the only clerk; empty: a station asks who sits there
# order = "oldest"                    # or "party", "type", "blocker"
# pictures = "auto"                   # auto | kitty | sixel | blocks | text
# keys = {skip = "s, F8"}             # other keys; a wrong name is answered with all names
# port = 8765                         # of `appliance review --serve`

[night]                               # when it learns from the clerks' corrections
# from = "19:00"                      # local time
# to = "05:00"
# labels = 20                         # new labelled documents that make a night; 0 for none
# threads = 0                         # 0 uses every core
# gigabytes = 4.0                     # memory that the training may take
# party_documents = 60                # of one party, the newest
# site_documents = 300                # of one site of the fleet
# type_documents = 1000               # of one type
# documents = 1500                    # in all
# quantisation = "Q8_0"               # or Q6_K, Q5_K_M, Q4_K_M: smaller, kept if as good
# keep = 3                            # tuned models whose file stays

[log]                                 # lines of `run` without a terminal, errors, night.log
# values = false                      # true: with what stands on the documents
# json_lines = false                  # true: for programs too, in appliance.jsonl
# megabytes = 10                      # of that file; then another one is begun
# keep = 5                            # earlier ones

[metrics]                             # numbers for Prometheus, see docs/how-to/report.md
# file = ""                           # such as "/var/lib/node_exporter/appliance.prom"
"""
"""What `appliance init` writes."""
