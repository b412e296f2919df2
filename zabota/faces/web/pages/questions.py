"""Questions that wait for the leader's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from zabota.domains.desk.queries import work
from zabota.faces.web.pages.inbox import QUESTIONS, Tab, tabs
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Question:
    subject: str
    text: str
    who: str
    at: datetime
    url: str
    decide_url: str


@dataclass(frozen=True, kw_only=True)
class Questions:
    tabs: Sequence[Tab]
    questions: Sequence[Question]


def questions_page(actor: Actor) -> Questions:
    return Questions(
        tabs=tabs(actor, QUESTIONS),
        questions=[_question(one) for one in work.open_questions(actor)],
    )


def _question(one: work.Question) -> Question:
    decide = reverse("web:act", args=[one.conversation_ref, "decide"])
    return Question(
        subject=one.subject,
        text=one.question,
        who=one.asked_by_name,
        at=one.asked_at,
        url=reverse("web:conversation", args=[one.conversation_ref]),
        decide_url=f"{decide}?question={one.id}",
    )
