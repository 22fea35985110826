"""The referral desk (IPG651 2.1, 2.2, 1.1, 1.4): opens pathways, takes newer imaging and the classification."""

from fastapi import FastAPI

from services.referral import arriving, correcting, opening
from services.shell import create_app
from services.wiring import Wiring

NAME = "referral"


def create(wiring: Wiring | None) -> FastAPI:
    own = (opening.router, correcting.router, arriving.router)
    return create_app(NAME, wiring, *own, bodies=(opening.NewPathway, correcting.CorrectedIdentity))
