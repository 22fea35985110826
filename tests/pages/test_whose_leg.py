"""Every page about a patient says whose leg, which side and which day of fourteen: all addresses that desks serve."""

import re
from html import unescape

import asyncpg
import httpx
import pytest

from services.pages.records.paper import paper_of
from services.pages.records.routes import MAIL_SYSTEM_ONLY
from shared.pathway.anatomy import Side
from shared.pathway.people import Role, Signature
from shared.pathway.stages import KINDS
from tests.forms import referral as referral_form
from tests.ledger.acting import COORDINATOR, REFERRER, LedgerOf, patient, person
from tests.pages.stories import FRONT, LEAD, classified, offered
from tests.pages.test_page_sizes import LET_IN
from tests.pages.test_tracks import with_event
from tests.pages.visitors import House, main_of
from tests.service.permissions.operations import Operation, page_operations

# Pages that say nothing of a patient on purpose: nobody has opened the record yet; traces are about software.
SILENT = {"front_door /open-record/{pathway_id}", "operations /operations/pathways/{pathway_id}"}
# What is taken away as a file, and what leads on to another page.
NO_PAGE = re.compile(r"/pdf$|/documents/given/|/case-file/\{file\}/|/live$")
ROLES = (Role.MDT_COORDINATOR, Role.PROCEDURALIST, Role.GOVERNANCE_LEAD, Role.REGISTRY_CLERK, Role.HAEMATOLOGIST)
BANNER = re.compile(r'<(section|article) class="(?:app-banner|work-notice).*?</\1>', re.DOTALL)
DAY = re.compile(r"\b(?:Day|Treated on day) \d+(?: of|, past) 14\b")
IN_A_ROW = re.compile(rf"{DAY.pattern}|<p>Closed\. ")  # another test's pathway, closed before anybody was treated
WHO = re.compile(r"Synthetic Alpha|Pathway [0-9A-F]{4}-[0-9A-F]{4}")
ABOUT_A_PATIENT = sorted(
    each for each in page_operations() if not each.changes and each.of_a_pathway and not NO_PAGE.search(each.path)
)


def told(page: httpx.Response) -> str:
    """The words of the page's banner; "" when it has none."""
    found = BANNER.search(page.text)
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(found[0])).split()) if found else ""


def lacks(page: httpx.Response) -> list[str]:
    """What the banner of this page does not say."""
    asked = {"who": WHO, "side": re.compile(r"\bLeg LEFT\b|\bLEFT leg\b"), "day": DAY}
    return [what for what, words in asked.items() if not words.search(told(page))]


class Patients:
    """One whose procedure went wrong, and one who waits for the meeting, open to everybody."""

    def __init__(self, house: House, treated: str, event: int, waiting: str) -> None:
        self.house, self.treated, self.event, self.waiting = house, treated, event, waiting

    def addresses(self, page: Operation) -> list[str]:
        about = self.waiting if page.path.startswith("/meeting/") else self.treated
        number = "1" if page.desk == "registry" else str(self.event)
        path = page.path.replace("{pathway_id}", about).replace("{number}", number)
        path = path.replace("{document}", "patient_information")
        leaves = paper_of(KINDS[page.record]).leaves if "{slug}" in path else ()
        paths = [path.replace("{slug}", leaf.slug) for leaf in leaves] if leaves else [path]
        return [f"{self.house.urls[page.desk]}{each}" for each in paths]

    async def opened(self, page: Operation, address: str) -> httpx.Response:
        """The page as the first role sees it that may."""
        first, *others = sorted(KINDS[page.record].roles)[:1] if page.record in KINDS else ROLES
        answer = await self._asked(first, address)
        for role in others:
            if answer.status_code == 200:
                break
            answer = await self._asked(role, address)
        return answer

    async def _asked(self, role: Role, address: str) -> httpx.Response:
        return await (await self.house.visitor(person(role))).get(address)


@pytest.fixture
async def patients(house: House, ledger_of: LedgerOf, anything: asyncpg.Connection) -> Patients:
    treated, event = await with_event(ledger_of)
    for role in Role:
        await anything.execute(LET_IN, treated, person(role).person, role.value)
    return Patients(house, treated, event, await classified(ledger_of))


@pytest.mark.parametrize("desk", sorted({each.desk for each in ABOUT_A_PATIENT}))
async def test_every_page_about_a_patient_says_whose_leg_which_side_and_which_day(
    patients: Patients, desk: str
) -> None:
    wrong = []
    for page in ABOUT_A_PATIENT:
        if page.desk != desk or page.record in MAIL_SYSTEM_ONLY:
            continue
        for address in patients.addresses(page):
            answer = await patients.opened(page, address)
            missing = lacks(answer) if answer.status_code == 200 else [str(answer.status_code)]
            if bool(missing) != (f"{desk} {page.path}" in SILENT):
                wrong.append((page.path, address.rpartition("/")[2], missing))
    assert wrong == []


def test_what_says_nothing_on_purpose_is_served() -> None:
    assert {f"{each.desk} {each.path}" for each in ABOUT_A_PATIENT} >= SILENT


async def test_every_line_of_a_list_of_work_says_which_side_and_which_day(house: House, ledger_of: LedgerOf) -> None:
    await classified(ledger_of)
    await offered(ledger_of)
    lists: tuple[tuple[Signature, str, str], ...] = (
        (COORDINATOR, f"{FRONT}/my-work", r"<tr>\s*<td>(.*?)</tr>"),
        (COORDINATOR, f"{house.urls['mdt_review']}/meeting", r"<tr>\s*<td(.*?)</tr>"),
        (LEAD, f"{house.urls['governance']}/inbox", r"<article(.*?)</article>"),
    )
    for who, address, line in lists:
        lines = re.findall(line, main_of(await (await house.visitor(who)).get(address)), re.DOTALL)
        assert lines, address
        assert [each for each in lines if not re.search(r"\b(LEFT|RIGHT)\b", each) or not IN_A_ROW.search(each)] == []


async def test_a_referral_says_whom_it_is_about_as_soon_as_that_is_known(house: House) -> None:
    visitor = await house.visitor(Signature("rxx-referrer-3", Role.REFERRER))  # who has no draft from another test
    base = f"{house.urls['referral']}/referrals/new"
    assert told(await visitor.get(base)) == ""
    referral = referral_form.referral(referral_form.limb(Side.RIGHT))
    check = await visitor.filled_in(base, patient(name="Beta, Synthetic"), referral)
    for page in (check, await visitor.get(f"{base}/treatment")):
        for words in ("BETA, Synthetic", "Not referred yet", "Leg RIGHT"):
            assert words in told(page)


async def test_the_patient_of_a_referral_is_nobody_elses_banner(house: House) -> None:
    """What one person has typed is not shown on the empty form of another."""
    base = f"{house.urls['referral']}/referrals/new"
    await (await house.visitor(REFERRER)).filled_in(base, patient(name="Gamma, Synthetic"), referral_form.referral())
    other = Signature("rxx-referrer-2", Role.REFERRER)
    assert "GAMMA" not in (await (await house.visitor(other)).get(f"{base}/treatment")).text
