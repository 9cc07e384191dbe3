"""Text of a page that speaks to a program and not to a person. Pure.

Four things are looked for: the marks between the turns of a chat, a name and its value as programs
write an answer, an address to a model, and the order to ignore what was said before. No business
paper says them. Other words are not noticed here: this is one wall of several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from appliance.domain.blockers import Blocker, BlockerCode
from appliance.domain.document import Document, Page, page_text

_SHOWN = 80
"""Characters of what was found and what follows it."""

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


def machine_talk(document: Document) -> tuple[Blocker, ...]:
    """A blocker for each page with such text, which shows where it begins."""
    return tuple(_told(document.pages))


def _told(pages: tuple[Page, ...]) -> Iterator[Blocker]:
    for number, page in enumerate(pages, 1):
        text = " ".join(page_text(page).split())
        if found := _TALK.search(text):
            said = text[found.start() : found.start() + _SHOWN]
            message = f'page {number} speaks to a program and not to a reader: "{said}"'
            yield Blocker(BlockerCode.MACHINE_TALK, message)
