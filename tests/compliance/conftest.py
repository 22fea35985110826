"""The desks and ledgers of the pages' tests, for figures that are kept and shown."""

from tests.pages.conftest import anything, house, ledger_of

__all__ = ["anything", "house", "ledger_of"]
