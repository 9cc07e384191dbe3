"""What the command line shows of what ``verify`` found: values in, words out. Pure."""

from __future__ import annotations

from appliance.domain.plurals import counted
from appliance.service.verify import Usual


def describe_usual(kind: Usual, number: int) -> str:
    """Return the one line that stands for all findings of this kind."""
    if kind is Usual.COLLECTED:
        said = f"{counted(number, 'result')} not in the outbox any more: fine when collected"
    else:
        said = f"{counted(number, 'failed document')} not in failed/ any more: fine when taken"
    return f"{said} (`appliance verify --json` names them, `appliance retry DOCID` brings one back)"
