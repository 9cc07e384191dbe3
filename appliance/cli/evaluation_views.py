"""What the command line shows of an evaluation: values in, rich renderables out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from appliance.domain.plurals import counted
from appliance.domain.results import EvaluationResult, Share


def evaluation(found: EvaluationResult, *, promised: bool | None = None) -> RenderableType:
    """What was right of the values, per field and over all, with n and 95 % intervals; then what
    would be held and why. ``promised``: an accuracy of the type is promised by now; None where
    no home is asked."""
    table = Table(
        "field",
        *[Column(name, justify="right") for name in ("n", "exact", "normalised")],
        title=f"{found.doctype}: {counted(found.documents, 'document')}, {found.model}",
        title_justify="left",
        pad_edge=False,
    )
    for row in found.fields:
        table.add_row(
            row.fieldtype, str(row.normalised.n), _share(row.exact), _share(row.normalised)
        )
    table.add_section()
    for whole in (found.overall, found.known, found.unknown):
        if whole:
            n = str(whole.normalised.n)
            table.add_row(whole.fieldtype, n, _share(whole.exact), _share(whole.normalised))
    lines = [
        f"grounded {_share(found.grounded)} of {found.grounded.n} verbatim answers",
    ]
    if found.rows_f1 is not None:
        lines.append(
            f"line items F1 {found.rows_f1:.1%}: {found.rows_matched} right, "
            f"{found.rows_predicted} predicted, {found.rows_true} true rows"
        )
    lines += _held(found.accepted, promised=promised)
    lines.append(f"{found.crashed} crashed, {found.refused} refused as at fault")
    right = found.overall.normalised
    head = Text(f"{right.right} of {right.n} values right: {_share(right)}", style="bold")
    return Group(head, Text(), table, *[Text(line) for line in lines])


def _held(accepted: Share, *, promised: bool | None = None) -> Iterator[str]:
    """Yield how many documents would go out without a clerk, and why the others would not."""
    held = accepted.n - accepted.right
    documents = counted(accepted.n, "document")
    yield f"without a clerk {accepted.right} of {documents}: {_share(accepted)}"
    if held and promised is False:
        yield (
            f"held for a clerk {held}, right or wrong: nothing is promised for this type yet, as in"
            " every new home (`appliance promise` says what is missing)"
        )
    elif held and promised:
        yield f"held for a clerk {held}: what is in doubt (`appliance promise` says what is proven)"


def _share(share: Share) -> str:
    if share.share is None:
        return "–"
    return f"{share.share:.1%} ({share.low:.0%}–{share.high:.0%})"
