"""Who takes part: taken up, dropped and restored by hand."""

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.enums import ParticipantRole
from zabota.domains.desk.errors import Incomplete, NotAllowed, NotFound
from zabota.domains.desk.models import Conversation, Participant, PortalLink
from zabota.domains.desk.services import closings, participants, threads
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import IRINA, STRANGER, answered, letter
from zabota.kernel.facts.models import FactRow

ILZES = [("Ilze Kalniņa", "ilze@kalnina.example")]
BOTH = [*ILZES, ("Ирина Вайновская", "irina@vainovska.example")]


@pytest.fixture
def copied(cast: Cast) -> Conversation:
    """Nobody vouches for this letter, so whom it copies in does not take part by itself."""
    take_in([letter(cast, cc=(IRINA,), sender_verified=False)], at=MORNING)
    return Conversation.objects.get()


def approve(cast: Cast, matter: Conversation, address: str = IRINA.address) -> Participant:
    return participants.approve(
        matter.ref,
        address=address,
        name="Ирина Вайновская",
        actor=cast.actor(cast.marta),
        at=MORNING,
    )


class TestTakingUp:
    def test_makes_a_copied_in_person_get_each_reply(
        self, cast: Cast, copied: Conversation
    ) -> None:
        assert threads.recipients(copied) == tuple(ILZES)
        approve(cast, copied, " Irina@Vainovska.example")
        assert threads.recipients(copied)[0] == ILZES[0]
        assert [name for name, _ in threads.recipients(copied)] == [name for name, _ in BOTH]
        assert FactRow.objects.filter(name="desk.ParticipantsChanged").count() == 1

    def test_lets_in_who_wrote_as_someone_else(self, cast: Cast, copied: Conversation) -> None:
        approve(cast, copied)
        row = Participant.objects.get(identity__value=IRINA.address)
        Participant.objects.filter(pk=row.pk).update(role=ParticipantRole.SOMEONE_ELSE)
        assert threads.recipients(copied) == tuple(ILZES)
        approve(cast, copied)
        assert [name for name, _ in threads.recipients(copied)] == [name for name, _ in BOTH]

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            (STRANGER.address, "not_in_thread"),
            ("help@liepa.example", "own_address"),
            ("irina", "not_an_address"),
        ],
    )
    def test_takes_nobody_whom_no_letter_names(
        self, cast: Cast, copied: Conversation, address: str, code: str
    ) -> None:
        with pytest.raises(Incomplete, match=code):
            approve(cast, copied, address)
        assert threads.recipients(copied) == tuple(ILZES)

    @pytest.mark.threat("T20")
    def test_is_not_for_others(self, cast: Cast, copied: Conversation) -> None:
        for user, refusal in ((cast.oleg, NotFound), (cast.kolja, NotAllowed)):
            with pytest.raises(refusal):
                participants.approve(
                    copied.ref, address=IRINA.address, actor=cast.actor(user), at=MORNING
                )
        assert threads.recipients(copied) == tuple(ILZES)


@pytest.mark.req("S-093")
class TestDropping:
    def drop(self, cast: Cast, row: Participant, *, confirmed: bool) -> None:
        participants.drop(
            row.conversation.ref,
            row.identity_id,
            confirmed=confirmed,
            actor=cast.actor(cast.marta),
            at=MORNING,
        )

    def test_needs_a_confirm_that_names_the_person(self, cast: Cast, copied: Conversation) -> None:
        row = approve(cast, copied)
        with pytest.raises(Incomplete) as refused:
            self.drop(cast, row, confirmed=False)
        assert (refused.value.code, refused.value.data) == (
            "drop_unconfirmed",
            {"names": ["irina@vainovska.example"]},
        )
        assert len(threads.recipients(copied)) == 2

    @pytest.mark.threat("T22")
    def test_ends_letters_and_links_until_restored(self, cast: Cast, copied: Conversation) -> None:
        approve(cast, copied)
        answered(cast, copied)
        closings.propose(copied.ref, actor=cast.actor(cast.marta), at=MORNING)
        ilze = Participant.objects.get(identity__value="ilze@kalnina.example")
        self.drop(cast, ilze, confirmed=True)
        assert [address for _, address in threads.recipients(copied)] == [IRINA.address]
        assert PortalLink.objects.get().revoked_at == MORNING
        participants.restore(copied.ref, ilze.identity_id, actor=cast.actor(cast.marta), at=MORNING)
        assert len(threads.recipients(copied)) == 2
        assert PortalLink.objects.get().revoked_at == MORNING

    @pytest.mark.usefixtures("copied")
    def test_leaves_somebody_to_write_to(self, cast: Cast) -> None:
        with pytest.raises(Incomplete, match="nobody_to_write_to"):
            self.drop(cast, Participant.objects.get(), confirmed=True)

    def test_of_a_person_of_another_matter_is_refused(
        self, cast: Cast, copied: Conversation
    ) -> None:
        with pytest.raises(NotFound):
            participants.drop(
                copied.ref, 10**9, confirmed=True, actor=cast.actor(cast.marta), at=MORNING
            )
