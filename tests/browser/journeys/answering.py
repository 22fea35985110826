"""Filling in a form as a person does: rows are added by their buttons, answers are ticked, chosen and typed."""

from collections.abc import Iterable

from playwright.async_api import Locator, Page

from shared.pathway.record import Part
from shared.web.forms.description import Field, Form, describe
from shared.web.forms.raw import RawForm, input_names, repeats
from shared.web.forms.writing import to_raw

MOST_ROWS = 12
FIND = """form => [...form.elements].filter(each => each.name && each.type !== "hidden" && each.type !== "submit")
    .map(each => [each.name, each.type])"""
CHOSEN = frozenset({"radio", "checkbox"})
# All at once: a leg alone has 13 veins. The browser takes such a click as it takes one with the space bar.
CHOOSE = """(form, chosen) => chosen.forEach(([name, text]) => {
    const box = [...form.querySelectorAll("input[type=radio], input[type=checkbox]")]
        .find(each => each.name === name && each.value === text);
    if (box && !box.checked) box.click();
})"""
UNFOLD = """form => form.querySelectorAll("details:not([open])").forEach(each => { each.open = true })"""


async def answer(page: Page, record: Part) -> None:
    """Answers every question of this record that the page asks."""
    form, raw = describe(type(record)), to_raw(record)
    await _add_rows(page, form, raw)
    await answer_with(page, raw)


async def answer_with(page: Page, raw: RawForm) -> None:
    """The same for texts by input name: names that the page does not ask are left out."""
    asked = written_form(page)
    await asked.evaluate(UNFOLD)
    kinds: dict[str, str] = dict(await asked.evaluate(FIND))
    there = {name: texts for name, texts in raw.texts.items() if name in kinds}
    await asked.evaluate(CHOOSE, [[name, text] for name, texts in there.items() for text in texts])
    for name, texts in there.items():
        if kinds[name] == "select-one":
            await asked.locator(f'[name="{name}"]').select_option(texts[0])
        elif kinds[name] not in CHOSEN:
            await asked.locator(f'[name="{name}"]').fill(texts[0])


def written_form(page: Page) -> Locator:
    """The one form in the main column that is filled in: the others there only have buttons."""
    return page.locator("main form[method=post]").first


async def _add_rows(page: Page, form: Form, raw: RawForm) -> None:
    for each in repeats(form.fields):
        for row in (each.at_row(number) for number in raw.rows(each)):
            await _add_until_there(page, each, input_names(row, raw))


async def _add_until_there(page: Page, asked: Field, names: Iterable[str]) -> None:
    """Presses the button that adds a row until the row is there; nothing where the page does not ask for rows."""
    name, button = next(iter(names)), page.locator(f"#{asked.id}-add")
    for _ in range(MOST_ROWS):
        if await page.locator(f'[name="{name}"]').count() or not await button.count():
            return
        async with page.expect_navigation():
            await button.click()
