"""The ledger: the only code that writes clinical tables. Accepts a record in one transaction, or says why not.

`Ledger` in ledger.py is the door; acts.py has what it is asked and what it answers, patient.py who the patient is.
"""

from shared.ledger.acts import Absent, Act, Answer, Kept, KeyReused, NotAllowed, Opening, Refused, Stale
from shared.ledger.ledger import Ledger
from shared.ledger.patient import NumberStatus, PatientIdentity, Sex
from shared.ledger.worklist import Page, PlaceUnreadableError, WorklistTask

__all__ = [
    "Absent",
    "Act",
    "Answer",
    "Kept",
    "KeyReused",
    "Ledger",
    "NotAllowed",
    "NumberStatus",
    "Opening",
    "Page",
    "PatientIdentity",
    "PlaceUnreadableError",
    "Refused",
    "Sex",
    "Stale",
    "WorklistTask",
]
