"""Fakes and real adapters side by side: what both have to do is asked of both. The ledger here is a real one."""

from tests.ledger.conftest import anything, ledger_of, pools

__all__ = ["anything", "ledger_of", "pools"]
