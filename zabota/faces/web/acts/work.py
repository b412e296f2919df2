"""Acts by which a conversation is worked on: take, hand over, tags, tasks, problems, the leader."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from typing_extensions import override

from zabota.domains.desk.queries import work
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import (
    assigning,
    entitlements,
    handovers,
    leaders,
    problems,
    refusals,
    tags,
    tasks_of,
)
from zabota.faces.web.acts.base import Act, ActForm, Asked, is_open, may_answer, sentences
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor

MOST = 2**31


class HandOver(ActForm):
    """A colleague of the team or another team, and what they need to know (S-112)."""

    to = forms.ChoiceField(label=_("To whom"))
    next_step = sentences(_("The next step"), rows=2, text=_("What is to be done first."))
    known = sentences(
        _("Known already"),
        required=False,
        text=_("One fact a line, such as “size: 40”: nobody will ask for it again."),
    )
    mood = forms.CharField(label=_("The customer's mood"), required=False, max_length=200)

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        people = [(f"user:{number}", name) for number, name in work.receivers(actor, found.ref)]
        teams = [(f"team:{team.pk}", team.name) for team in accounts.teams()]
        groups = [(_("Colleagues"), people), (_("Teams"), teams)]
        _choices(self, "to", [("", ""), *((name, rows) for name, rows in groups if rows)])


class Tags(ActForm):
    names = forms.CharField(
        label=_("Tags"), required=False, max_length=400, help_text=_("Divided by commas.")
    )

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        if not self.is_bound:
            self.initial["names"] = ", ".join(work.tags_of(actor, found.ref))
        known = ", ".join(work.all_tags()[:30])
        if known:
            self.fields["names"].help_text = _("Divided by commas. In use: %(tags)s") % {
                "tags": known
            }


class NewTask(ActForm):
    text = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = forms.ChoiceField(label=_("Who does it"), required=False)
    asked_in = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        people = [(str(number), name) for number, name in work.receivers(actor, found.ref)]
        _choices(self, "owner", [("", _("Nobody yet")), (str(actor.person_id), _("I do")), *people])


class OneTask(ActForm):
    task = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)


class OneEntitlement(ActForm):
    check = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)


class DropTask(OneTask):
    reason = sentences(_("Why it is not done"), rows=2)


class NewProblem(ActForm):
    title = forms.CharField(label=_("Name of the problem"), max_length=200)
    description = sentences(_("What happens"), required=False)


class SameProblem(ActForm):
    problem = forms.ChoiceField(label=_("Problem"), widget=forms.RadioSelect)

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        known = {one.ref for one in work.problems_of(actor, found.ref)}
        others = [one for one in work.problems(actor) if one.ref not in known]
        _choices(self, "problem", [(one.ref, _with_count(one)) for one in others])


class OneProblem(ActForm):
    problem = forms.CharField(max_length=12, widget=forms.HiddenInput)


class Resolution(ActForm):
    problem = forms.ChoiceField(label=_("Problem"))
    resolution = sentences(_("How it was resolved"))

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        rows = work.problems_of(actor, found.ref)
        _choices(self, "problem", [(one.ref, one.title) for one in rows if not one.resolved_at])


class Question(ActForm):
    question = sentences(_("Your question"), text=_("The leader sees the whole conversation."))


class Decision(ActForm):
    question = forms.ChoiceField(label=_("Question"))
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("advised", _("I advise")), ("joined", _("I join the conversation"))],
        widget=forms.RadioSelect,
        initial="advised",
    )
    advice = sentences(_("Advice"), required=False)

    @override
    def fill(self, actor: Actor, found: Thread) -> None:
        rows = work.questions_of(actor, found.ref)
        _choices(
            self, "question", [(str(one.id), one.question) for one in rows if not one.decision]
        )


class Warned(ActForm):
    evidence = sentences(
        _("What happened"), text=_("Kept as evidence; the customer does not see it.")
    )
    text = sentences(
        _("Letter to the customer"), rows=5, required=False, text=_("Empty: the charter's text.")
    )


class Refusal(Warned):
    review_on = forms.DateField(
        label=_("Look at it again on"), widget=forms.DateInput(attrs={"type": "date"})
    )


def _with_count(one: work.ProblemEntry) -> str:
    count = len(one.conversations)
    told = ngettext("%(n)s conversation", "%(n)s conversations", count) % {"n": count}
    return f"{one.title} ({told})"


def _choices(form: ActForm, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = rows


def _hand_over(asked: Asked) -> object:
    kind, _colon, number = asked.answers["to"].partition(":")
    return handovers.offer(
        asked.ref,
        to_user_id=int(number) if kind == "user" else None,
        to_team_id=int(number) if kind == "team" else None,
        next_step=asked.answers["next_step"],
        known=asked.answers["known"],
        mood=asked.answers["mood"],
        actor=asked.actor,
        at=asked.at,
    )


def _set_tags(asked: Asked) -> None:
    names = asked.answers["names"].split(",")
    tags.set(asked.ref, names=names, actor=asked.actor, at=asked.at)


def _add_task(asked: Asked) -> object:
    owner = asked.answers["owner"]
    return tasks_of.add(
        asked.ref,
        text=asked.answers["text"],
        asked_in=asked.answers["asked_in"],
        owner_id=int(owner) if owner else None,
        actor=asked.actor,
        at=asked.at,
    )


def _decide(asked: Asked) -> object:
    return leaders.decide(
        int(asked.answers["question"]),
        decision=asked.answers["decision"],
        advice=asked.answers["advice"],
        actor=asked.actor,
        at=asked.at,
    )


def _can_take(actor: Actor, found: Thread) -> bool:
    mine = found.assignee_id == actor.id
    return (
        is_open(actor, found)
        and not mine
        and (found.assignee_id is None or actor.leads(found.team_id))
    )


def _can_give(actor: Actor, found: Thread) -> bool:
    free = found.assignee_id in {None, actor.id} or actor.leads(found.team_id)
    return is_open(actor, found) and free and not found.is_private


def _can_join_problem(actor: Actor, found: Thread) -> bool:
    return is_open(actor, found) and work.knows_other_problems(actor, found.ref)


def _leads(actor: Actor, found: Thread) -> bool:
    return is_open(actor, found) and actor.leads(found.team_id)


WORK: dict[str, Act] = {
    "take": Act(
        name=_("Take it"),
        icon="person",
        key="a",
        is_near=True,
        does=lambda asked: assigning.take(asked.ref, actor=asked.actor, at=asked.at),
        done=_("The conversation is yours."),
        fits=_can_take,
    ),
    "hand-over": Act(
        name=_("Hand over"),
        icon="hand-over",
        key="h",
        is_near=True,
        text=_(
            "The receiver gets the whole conversation, its files, promises and tasks, and confirms "
            "having read it. The customer notices nothing."
        ),
        form=HandOver,
        does=_hand_over,
        done=_("The conversation is handed over."),
        fits=_can_give,
    ),
    "read": Act(
        name=_("I have read it"),
        icon="check",
        is_notice=True,
        does=lambda asked: handovers.confirm_read(asked.ref, actor=asked.actor, at=asked.at),
        done=_("You have the conversation now."),
        fits=may_answer,
    ),
    "tags": Act(
        name=pgettext_lazy("act", "Tags"),
        presses=_("Keep"),
        icon="tag",
        key="t",
        form=Tags,
        does=_set_tags,
        done=_("The tags are kept."),
        fits=may_answer,
    ),
    "task": Act(
        name=_("New task"),
        presses=_("Add the task"),
        icon="task",
        text=_("The conversation is closed only when it is done and reported to the customer."),
        form=NewTask,
        does=_add_task,
        done=_("The task is added."),
        fits=is_open,
    ),
    "entitlement-given": Act(
        name=pgettext_lazy("entitlement", "Given"),
        icon="check",
        is_notice=True,
        form=OneEntitlement,
        does=lambda asked: entitlements.give(
            asked.answers["check"], actor=asked.actor, at=asked.at
        ),
        done=_("It is noted as given."),
        fits=may_answer,
    ),
    "task-done": Act(
        name=pgettext_lazy("task", "Done"),
        icon="check",
        is_notice=True,
        form=OneTask,
        does=lambda asked: tasks_of.finish(asked.answers["task"], actor=asked.actor, at=asked.at),
        done=_("The task is done. Report it in your next reply."),
        fits=may_answer,
    ),
    "task-dropped": Act(
        name=_("Drop the task"),
        icon="close",
        is_notice=True,
        form=DropTask,
        does=lambda asked: tasks_of.drop(
            asked.answers["task"],
            reason=asked.answers["reason"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("The task is dropped."),
        fits=may_answer,
    ),
    "problem": Act(
        name=_("Report a problem"),
        icon="alert",
        text=_("A technical problem is followed until its resolution is recorded."),
        form=NewProblem,
        does=lambda asked: problems.open(
            asked.ref,
            title=asked.answers["title"],
            description=asked.answers["description"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("The problem is recorded."),
        fits=is_open,
    ),
    "same-problem": Act(
        name=_("The same problem"),
        icon="link",
        text=_(
            "The conversation joins those that tell of it already, and is closed only when the "
            "problem is resolved."
        ),
        form=SameProblem,
        does=lambda asked: problems.link(
            asked.answers["problem"], asked.ref, actor=asked.actor, at=asked.at
        ),
        done=_("The conversation is linked to the problem."),
        fits=_can_join_problem,
    ),
    "other-problem": Act(
        name=_("Not this problem"),
        icon="close",
        is_notice=True,
        form=OneProblem,
        does=lambda asked: problems.unlink(
            asked.answers["problem"], asked.ref, actor=asked.actor, at=asked.at
        ),
        done=_("The conversation is not linked to the problem any more."),
        fits=may_answer,
    ),
    "problem-resolved": Act(
        name=_("Resolved"),
        icon="check",
        is_notice=True,
        form=Resolution,
        does=lambda asked: problems.resolve(
            asked.answers["problem"],
            resolution=asked.answers["resolution"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("The problem is resolved."),
        fits=may_answer,
    ),
    "ask-leader": Act(
        name=_("Ask the leader"),
        icon="leader",
        key="l",
        form=Question,
        does=lambda asked: leaders.ask(
            asked.ref, question=asked.answers["question"], actor=asked.actor, at=asked.at
        ),
        done=_("The leader is asked."),
        fits=is_open,
    ),
    "decide": Act(
        name=_("Decide"),
        icon="leader",
        is_notice=True,
        form=Decision,
        does=_decide,
        done=_("Your decision is written as a note."),
        fits=_leads,
    ),
    "warn": Act(
        name=_("Warn the customer"),
        icon="alert",
        text=_("A polite, firm letter. Only after it may service be refused."),
        form=Warned,
        does=lambda asked: refusals.warn(
            asked.ref,
            text=asked.answers["text"],
            evidence=asked.answers["evidence"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("The warning leaves."),
        fits=_leads,
    ),
    "refuse": Act(
        name=_("Refuse service"),
        icon="lock",
        text=_("A polite, firm letter ends the relationship; it is looked at again on a date."),
        form=Refusal,
        does=lambda asked: refusals.refuse(
            asked.ref,
            text=asked.answers["text"],
            evidence=asked.answers["evidence"],
            review_on=asked.answers["review_on"],
            actor=asked.actor,
            at=asked.at,
        ),
        done=_("The refusal leaves."),
        fits=_leads,
    ),
}
