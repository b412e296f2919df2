"""The words in which the tests of the chat speak: a shop's page, its visitor, our agent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page

from tests.parts.browser import Visitor
from tests.parts.shop_site import ShopSite

if TYPE_CHECKING:
    from tests.browser.conftest import Desk

NO_LINE = r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_INCOMPLETE|ERR_NETWORK|ERR_EMPTY|CORS|502"
LABEL = "Write to us"


@dataclass
class Chat:
    """A chat on a shop's page. `enter()` brings a visitor there; `act()` lets our side do a thing
    of `chat_acts`.
    """

    desk: "Desk"
    site: ShopSite

    def act(self, what: str, *given: object) -> object:
        call = f"chat_acts.{what}(*{given!r})"
        code = f"from tests.browser import chat_acts\nprint(json.dumps({call}))"
        return self.desk.server.python(code)

    def enter(self, path: str = "/", *, opens: bool = True, **how: object) -> Visitor:
        """Ilze comes to the shop's page, and presses the button in its corner."""
        ilze = self.desk.visitors("ilze", base_url=self.site.url, **how)
        ilze.page.goto(path)
        if opens:
            launcher(ilze.page).click()
        return ilze


def launcher(page: Page) -> Locator:
    return page.get_by_role("button", name=LABEL)


def area(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your message")


def say(page: Page, text: str) -> None:
    """Type the words and press Enter."""
    area(page).fill(text)
    area(page).press("Enter")


def mine(page: Page) -> Locator:
    """Her own messages that the house has."""
    return page.locator(".say.mine:not(.waits) .words")


def unsent(page: Page) -> Locator:
    return page.locator(".say.waits .words")
