"""The behaviours in a real browser, and the pages without them."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, expect
from pytest_django.live_server_helper import LiveServer

from tests.parts.browser import DESKTOP, PHONE, Visitor, axe

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("zabota.faces.design.urls"),
    pytest.mark.django_db(transaction=True),
]
Visitors = Callable[..., Visitor]
PAGES = (
    "ru/agent/",
    "ru/agent-list/",
    "ru/states/",
    "lv/matter/",
    "lv/slip/",
    "en/parts/",
    "en/bare/",
)
ZOOMED = (720, 450)  # a laptop at 200 % zoom
LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"]], ...] = (
    (DESKTOP, "light"),
    (DESKTOP, "dark"),
    (ZOOMED, "light"),
    (PHONE, "dark"),
)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def picture(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": b"x" * 2048}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_open_to_everybody(
    live_server: LiveServer, visitors: Visitors, page: str
) -> None:
    someone = visitors("someone", base_url=live_server.url).page
    someone.goto(f"/{page}")
    found = []
    for (width, height), scheme in LOOKS:
        someone.set_viewport_size({"width": width, "height": height})
        # At its end nothing lies beneath the bar in which one writes.
        someone.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        someone.emulate_media(color_scheme=scheme)
        look = f"{width} {scheme}"
        found += [f"{look}: {fault}" for fault in axe(someone)]
        found += [f"{look}: too wide"] if someone.evaluate(WIDER) > 0 else []
    assert found == []


def test_the_thread_has_half_of_a_laptops_height(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    box = page.get_by_role("region", name="Переписка").bounding_box()
    assert box
    assert box["height"] >= 450


def test_a_key_presses_what_it_names_also_on_a_russian_keyboard(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Заметка для своих")).to_be_checked()
    page.evaluate("document.activeElement.blur()")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent("
        "'keydown', {key: 'к', code: 'KeyR', bubbles: true}))"
    )
    expect(page.get_by_role("radio", name="Ответ")).to_be_checked()


def test_a_letter_typed_into_a_field_is_only_a_letter(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    page.get_by_role("textbox", name="Текст").press_sequentially("n?/")
    expect(page.get_by_role("textbox", name="Текст")).to_have_value("n?/")
    expect(page.get_by_role("radio", name="Ответ")).to_be_checked()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_j_and_k_walk_the_list_and_the_sheet_of_keys_lists_what_is_there(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    page.keyboard.press("j")
    expect(page.locator(".row:focus .who")).to_have_text("Роман Гайлис")
    page.keyboard.press("k")
    expect(page.locator(".row:focus .who")).to_have_text("Ирина Вайновская")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_contain_text("Предложить закрыть")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_palette_finds_an_act_by_a_part_of_its_name(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    page.keyboard.press("Control+k")
    page.keyboard.type("замет")
    palette = page.get_by_role("dialog", name="Команды")
    expect(palette.get_by_role("button")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Заметка для своих")).to_be_checked()


def test_a_menu_opens_by_key_and_gives_the_focus_back(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/en/parts/")
    summary = page.locator("summary.button")
    summary.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Merge")).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("link", name="Merge")).to_be_hidden()


def test_the_chosen_theme_is_kept_for_the_next_page(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    page.locator("summary[aria-label*='моё меню']").click()
    page.get_by_role("button", name="Тёмная").click()
    page.goto("/ru/agent-list/")
    assert page.content().count('data-theme="dark"') == 1


def test_the_clock_runs_by_the_servers_time(live_server: LiveServer, visitors: Visitors) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.clock.install()
    page.goto("/lv/matter/")
    expect(page.locator(".promise .left")).to_have_text("vēl 8 min")
    page.clock.fast_forward("03:00")
    expect(page.locator(".promise .left")).to_have_text("vēl 4 min")
    page.clock.fast_forward("10:00")
    expect(page.locator(".promise .left")).to_have_text("kavējas 5 min")


def test_files_are_listed_with_their_size_and_can_be_taken_out(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.goto("/ru/agent/")
    files = page.locator("input[type=file]")
    files.set_input_files(picture("a.png"))
    files.set_input_files(picture("b.png"))
    expect(page.locator("x-upload .file .name")).to_have_text(["a.png", "b.png"])
    page.get_by_role("button", name="Убрать: a.png").click()
    assert files.evaluate("input => [...input.files].map(file => file.name)") == ["b.png"]


def test_a_toast_says_what_happened_and_leaves(live_server: LiveServer, visitors: Visitors) -> None:
    page = visitors("marta", base_url=live_server.url).page
    page.clock.install()
    page.goto("/ru/agent/")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toast', {detail: {text: 'Отправлено <b>'}}))"
    )
    expect(page.get_by_role("status")).to_have_text("Отправлено <b>")
    page.clock.run_for(9_000)
    expect(page.get_by_role("status")).to_have_text("")


def test_the_main_acts_stand_there_without_scripts(
    live_server: LiveServer, visitors: Visitors
) -> None:
    page = visitors("marta", base_url=live_server.url, javascript=False).page
    page.goto("/ru/agent/")
    expect(page.get_by_role("button", name="Отправить")).to_be_visible()
    page.get_by_text("Заметка для своих").click()
    expect(page.get_by_role("button", name="Добавить заметку")).to_be_visible()
    expect(page.get_by_role("button", name="Отправить")).to_be_hidden()
    page.goto("/lv/matter/")
    expect(page.get_by_role("button", name="Jā, var slēgt")).to_be_visible()
