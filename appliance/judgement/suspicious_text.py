"""Text that no business paper has: a person who sees it should look at all that was read. Pure.

Machine talk speaks to a program and not to a person: the marks between the turns of a chat, a name
and its value as programs write an answer, an address to a model, and the order to ignore what was
said before. Other text is seen otherwise than it is read: letters that look like those of another
alphabet, and marks that turn the direction of writing. Where that hides a value, a model takes
another one for it, in which nothing is amiss. This is one wall of several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Document, Page, page_text
from appliance.fields.folding import mixes_alphabets

_SHOWN = 80
"""Characters of what was found and what follows it."""
_SYMBOL, _STAMP = 2, 40
"""Letters of a word of two alphabets that may be a symbol, as ρₑ, or a digital stamp."""
_TURNS = re.compile("[\u202d\u202e]")
"""As no alphabet needs them: these turn letters that have a direction of their own."""

# An OCR reads the bar as another stroke.
_TURN = (
    r"<\|?[a-z]+(?:_[a-z]+)+\|?>|<[|l1!](?:im|eot|end|start)[_ ]?\w+[|l1!]?>|<\|\w{3,20}\|>|</s>"
    r"|\[/?INST\]|<</?SYS>>|### ?(?:Instruction|Response|Human|Assistant):"
)
_ANSWER = r"""["“”„]\w{2,40}["“”] ?: ?(?:["“”„{\[\d-]|null\b|true\b|false\b)"""
_MODEL = (
    r"(?:(?:an?|the|ein|eine|die|das|den|une?|le|la|l['’]|el|il) ?)?(?:\w+ (?:de |d['’])?)?"
    r"(?:A\.?I\.?|IA|KI|LLM|(?:chat|ro)?bot|Sprachmodell|language model|mod[eè]le de langage"
    r"|modelo de lenguaje|modello linguistico|model\w* językow\w+)\b"
)
_ADDRESS = (
    r"\b(?:(?:note|message|hint|instructions?|Hinweis|Nachricht|Anweisung|nota|mensaje"
    r"|instrucci[oó]n|instrukcja|uwaga) (?:to|for|an|für|à|au|pour|al?|para|per|dla|do)"
    r"|dear|hello|liebe[rs]?|ch[eè]re?|estimad[oa]|querid[oa]|drog[ai]"
    rf"|you are|du bist|tu es|vous êtes|eres|jesteś|sei) (?:now )?{_MODEL}"
)
_ORDER = (
    r"(?<!not )(?<!n['’]t )(?<!nicht )(?<!nie )"
    r"\b(?:ignore[zr]?|disregard|forget|override|ignoriere?n?|vergiss|oublie[zr]?|ignora|ignore"
    r"|olvida|dimentica|zignoruj|zapomnij) (?:(?!\b(?:not|nicht|pas|nie|non)\b)[^.!?]){0,40}?"
    r"\b(?:instructions|prompts?|(?:you were|been) told|(?:document|text|everything) above"
    r"|Anweisungen|(?:Text|Dokument) oben|consignes|instrucciones|istruzioni|polecenia|instrukcje"
    r")\b"
)
_TALK = re.compile("|".join((_TURN, _ANSWER, _ADDRESS, _ORDER)), re.IGNORECASE)


def suspicious_text(document: Document) -> tuple[Blocker, ...]:
    """A blocker for each page and each kind of such text, which shows where it begins."""
    pages = enumerate(document.pages, 1)
    return tuple(
        Blocker(code, f"page {number} {told}") for number, page in pages for code, told in _in(page)
    )


def _in(page: Page) -> Iterator[tuple[BlockerCode, str]]:
    text = " ".join(page_text(page).split())
    if found := _TALK.search(text):
        said = text[found.start() : found.start() + _SHOWN]
        yield BlockerCode.MACHINE_TALK, f'speaks to a program and not to a reader: "{said}"'
    mixed = (word for word in text.split() if _SYMBOL < len(word) <= _STAMP)
    if word := next(filter(mixes_alphabets, mixed), None):
        said = f'holds letters of two alphabets that look alike: "{word}"'
        yield BlockerCode.MIXED_ALPHABETS, said
    if _TURNS.search(text):
        said = "turns the direction of writing: what is seen is not what is read"
        yield BlockerCode.UNSEEN_CHARACTER, said
