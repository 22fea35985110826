"""GET and POST /choose-role: in which of their posts somebody acts. Each choice is a session under a new id."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from services.identity import Post
from services.sessions.actor import see_other
from services.sessions.reception import Reception, reception_of
from services.sessions.session import Session
from shared.pathway.people import Role
from shared.web.pages.environment import render
from shared.web.pages.words import spoken

PEOPLE = frozenset(Role) - {Role.MAIL_SYSTEM, Role.PATENCY}  # machines act through the API
router = APIRouter(include_in_schema=False)


@router.get("/choose-role")
async def draw(request: Request, return_to: Annotated[str | None, Query()] = None) -> Response:
    """The posts this person holds, as radios."""
    reception = reception_of(request)
    session = _whose(request)
    goal = reception.own_address(return_to)
    return _page(request, session, goal) if session else see_other(reception.sign_in_address(goal))


@router.post("/choose-role")
async def choose(
    request: Request, post: Annotated[str, Form()] = "", return_to: Annotated[str, Form()] = ""
) -> Response:
    """Acts in this post from now on. A post nobody gave them is as good as none: the page asks again."""
    reception = reception_of(request)
    goal = reception.own_address(return_to)
    session = _whose(request)
    if session is None:
        return see_other(reception.sign_in_address(goal))
    wanted = next((each for each in session.posts if named(each) == post), None)
    if wanted is None:
        return _page(request, session, goal, wrong=True)
    return await _changed(reception, session, wanted, goal)


async def _changed(reception: Reception, session: Session, wanted: Post, goal: str) -> Response:
    begun = await reception.sessions.choose(session, wanted)
    if begun is None:
        return see_other(reception.sign_in_address(goal))
    answer = see_other(goal)
    reception.cookie.give(answer, begun[0])
    return answer


def named(post: Post) -> str:
    return f"{post.role.value}@{post.trust}"


def _told(post: Post, session: Session) -> str:
    """The role, and the trust by its name where this session knows it."""
    here = session.post is not None and session.post.trust == post.trust
    trust = (session.trust_name if here else "") or post.trust
    return f"{spoken()(f'role.{post.role.value}')}, {trust}"


def _whose(request: Request) -> Session | None:
    found: Session | None = request.state.session or request.state.choosing
    return found


def _page(request: Request, session: Session, goal: str, *, wrong: bool = False) -> Response:
    say = spoken()
    posts = [each for each in session.posts if each.role in PEOPLE]
    return render(
        request,
        "choose_role.jinja",
        status=422 if wrong else 200,
        title=say("choose_role.heading"),
        items=[{"value": named(each), "text": _told(each, session)} for each in posts],
        chosen=named(session.post) if session.post else "",
        token=session.csrf,
        return_to=goal,
        wrong=wrong,
        errors=[{"text": say("choose_role.choose"), "href": "#post"}] if wrong else [],
    )
