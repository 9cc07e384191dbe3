"""The page's text beside the fields."""

from __future__ import annotations

import pytest
from drafts import document
from textual.app import App, ComposeResult

from appliance.review.widgets.page_pane import PagePane

pytestmark = pytest.mark.asyncio


class Desk(App[None]):
    def compose(self) -> ComposeResult:
        yield PagePane(id="paper")

    def on_mount(self) -> None:
        self.query_one(PagePane).display = False


async def test_what_was_hidden_is_laid_out_anew_when_it_is_seen():
    async with Desk().run_test(size=(60, 10)) as pilot:
        page = pilot.app.query_one(PagePane)
        page.show(document("An invoice of a supplier with a long name"), page=0, marked=())
        page.display = True
        await pilot.pause()  # laid out
        await pilot.pause()  # and told how wide it is
        assert page.render_line(0).text.strip() == "An invoice of a supplier with a long name"
