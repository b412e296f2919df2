"""Technical problems: tracked, linked, closed with a recorded resolution only."""

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.errors import Conflict, Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Problem, ProblemLink
from zabota.domains.desk.queries import work
from zabota.domains.desk.services import closings, problems
from zabota.domains.desk.tests.letters import answered
from zabota.kernel.accounts.models import User
from zabota.kernel.facts.models import FactRow


def opened(cast: Cast, matter: Conversation, user: User | None = None, **what: str) -> Problem:
    return problems.open(
        matter.ref,
        title=what.get("title", "Maksājumi neiet cauri"),
        description=what.get("description", ""),
        message_ref=what.get("message_ref", ""),
        actor=cast.actor(user or cast.marta),
        at=MORNING,
    )


class TestAProblem:
    @pytest.mark.req("S-098")
    def test_is_tracked_and_linked_to_the_message_that_told_of_it(
        self, cast: Cast, matter: Conversation
    ) -> None:
        asked = matter.messages.get()
        problem = opened(cast, matter, message_ref=asked.ref)
        link = ProblemLink.objects.get()
        assert (link.problem, link.conversation, link.message) == (problem, matter, asked)
        listed = work.problems(cast.actor(cast.janis))
        assert [(one.title, one.conversations) for one in listed] == [
            ("Maksājumi neiet cauri", [(matter.ref, matter.number, "Terases galds")])
        ]

    @pytest.mark.req("S-099")
    def test_ends_with_a_recorded_resolution_and_only_then_lets_the_matter_close(
        self, cast: Cast, matter: Conversation
    ) -> None:
        marta, problem = cast.actor(cast.marta), opened(cast, matter)
        with pytest.raises(Incomplete, match="problem_unresolved"):
            closings.propose(matter.ref, actor=marta, at=MORNING)
        with pytest.raises(Incomplete, match="resolution_needed"):
            problems.resolve(problem.ref, resolution=" ", actor=marta, at=MORNING)
        problems.resolve(problem.ref, resolution="Banka salaboja", actor=marta, at=MORNING)
        with pytest.raises(Conflict, match="already_resolved"):
            problems.resolve(problem.ref, resolution="Vēlreiz", actor=marta, at=MORNING)
        answered(cast, matter)
        closings.propose(matter.ref, actor=marta, at=MORNING)
        assert Problem.objects.get().resolution == "Banka salaboja"
        assert work.problems(marta) == []
        assert [one.resolution for one in work.problems(marta, resolved=True)] == ["Banka salaboja"]

    @pytest.mark.threat("T20")
    def test_is_seen_through_ones_own_conversations_only(
        self, cast: Cast, matter: Conversation, foreign: Conversation
    ) -> None:
        problem = opened(cast, foreign, cast.oleg, title="Сейф", description="Код 4711")
        marta, vera = cast.actor(cast.marta), cast.actor(cast.vera)
        assert work.problems(marta) == []
        with pytest.raises(NotFound):
            problems.link(problem.ref, matter.ref, actor=marta, at=MORNING)
        with pytest.raises(NotFound):
            problems.resolve(problem.ref, resolution="x", actor=marta, at=MORNING)
        for _ in range(2):
            problems.link(problem.ref, matter.ref, actor=vera, at=MORNING)
        shown = work.problems_of(marta, matter.ref)
        assert [one.title for one in shown] == ["Сейф"]
        assert "Секретная" not in repr(shown)
        assert FactRow.objects.filter(name="desk.ProblemLinked").count() == 1

    def test_is_not_a_readers_to_open_or_resolve(self, cast: Cast, matter: Conversation) -> None:
        with pytest.raises(NotAllowed):
            opened(cast, matter, cast.kolja)
        problem = opened(cast, matter)
        with pytest.raises(NotAllowed):
            problems.resolve(problem.ref, resolution="x", actor=cast.actor(cast.kolja), at=MORNING)
        with pytest.raises(Incomplete, match="title_needed"):
            opened(cast, matter, title="")
        assert Problem.objects.get().resolved_at is None
