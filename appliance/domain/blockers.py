"""Why a document is held: every code there is, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockerCode(StrEnum):
    """Stable, for machines; results and records hold them."""

    AMBIGUOUS_DATE = "ambiguous-date"
    AMBIGUOUS_NUMBER = "ambiguous-number"
    ACCOUNT_ABROAD = "account-abroad"
    """The bank account is in another country than its sender, and nobody approved it before."""
    ACCOUNT_CHANGED = "account-changed"
    """The page names a bank account that no earlier page of its sender did, or none that other
    sites paid to."""
    ANSWER_CUT = "answer-cut"
    ATTACHMENT_UNREAD = "attachment-unread"
    """Something came with the e-mail that nobody here can read."""
    CHECK_FAILED = "check-failed"
    DECIDES = "decides"
    """Nothing doubts the value and nothing is promised of it, but it says what the document is."""
    DOES_NOT_PARSE = "does-not-parse"
    EINVOICE_DIFFERS = "einvoice-differs"
    """The page says something else than the e-invoice in the same file."""
    EINVOICE_INVALID = "einvoice-invalid"
    """By its schema or the arithmetic of the standard."""
    EINVOICE_UNREADABLE = "einvoice-unreadable"
    """There is one in the file, and it is refused or damaged."""
    HIDDEN_TEXT = "hidden-text"
    LEFT_OUT = "left-out"
    """Words that no question could hold."""
    MACHINE_TALK = "machine-talk"
    """Text of a page that speaks to a program, as nobody does who wants to be paid."""
    MISSING_REQUIRED = "missing-required"
    MIXED_ALPHABETS = "mixed-alphabets"
    NEW_SENDER = "new-sender"
    NOT_ON_THE_PAGE = "not-on-the-page"
    """Or so short that it stands there by chance."""
    NOTHING_TO_READ = "nothing-to-read"
    SAME_NAME = "same-name"
    """Two fields say the name of the sender, and one of them names somebody else, as a rule."""
    SECOND_DOCUMENT = "second-document"
    """The pages add up twice, or have a date twice, as if a second document stood there."""
    SEEN_BEFORE = "seen-before"
    SEEN_OTHERWISE = "seen-otherwise"
    """The page shows something else than its text says there."""
    SEVERAL_DOCUMENTS = "several-documents"
    """More than one page of the file seems to begin a paper."""
    TABLE_CUT = "table-cut"
    TABLE_UNPROVEN = "table-unproven"
    UNPROMISED = "unpromised"
    UNLIKE_BEFORE = "unlike-before"
    """The last documents of the sender all say something else there, or its gross total is far from
    all of theirs."""
    UNREAD_PAGE = "unread-page"
    UNSEEN_CHARACTER = "unseen-character"
    UNSURE = "unsure"
    WHICH_ACCOUNT = "which-account"
    """The page names several bank accounts, and nobody approved one of its sender's."""
    WHICH_KIND = "which-kind"
    """Nobody said under which document type it is to be read."""
    WINDOWS_DIFFER = "windows-differ"
    """Two parts of a long document say two things."""
    WRONG_DOCTYPE = "wrong-doctype"
    """Its document type cannot be used."""


AMBIGUOUS = frozenset({BlockerCode.AMBIGUOUS_DATE, BlockerCode.AMBIGUOUS_NUMBER})
"""The text may be read in two ways."""

CUT = frozenset({BlockerCode.ANSWER_CUT, BlockerCode.TABLE_CUT})
"""The answer did not come to its end."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """A named reason why a document is held."""

    code: str
    """A ``BlockerCode``; any text in a record that another version wrote."""
    message: str
    """For the clerk: ``Net total + tax total is 119.00. The gross total is 191.00.``, or what is
    said of a field behind its name: ``gross total is missing``."""
    fieldtype: str | None = None
    """None when the document as a whole is meant."""
    line_item_id: int | None = None
    """Row of the line items, from 0; None in the header."""
