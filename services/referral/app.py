"""The referral desk (IPG651 2.1, 2.2, 1.1, 1.4): opens pathways, takes newer imaging and the classification."""

from fastapi import FastAPI

from services.referral import correcting, opening
from services.shell import create_app
from services.wiring import Wiring

NAME = "referral"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(
        NAME, wiring, opening.router, correcting.router, bodies=(opening.NewPathway, correcting.CorrectedIdentity)
    )
