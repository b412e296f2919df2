"""The demo shop is alive at any hour, and made once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import TestCase
from typing_extensions import override

from zabota.config import demo
from zabota.config.demo import house, plot
from zabota.domains.channels.enums import InboundState, OutboundState
from zabota.domains.channels.models import InboundEnvelope, OutboundEnvelope
from zabota.domains.desk.enums import ClosedBy, Delivery, State, Trust
from zabota.domains.desk.models import (
    Closure,
    Conversation,
    Draft,
    Handover,
    LeaderRequest,
    Mention,
    Message,
    ProblemLink,
    Task,
)
from zabota.domains.people.models import CareTask, Customer, Tie, VipGrant
from zabota.domains.promises.enums import PromiseState
from zabota.domains.promises.models import Promise
from zabota.kernel.accounts.models import User
from zabota.pure import worktime

# A Wednesday afternoon; a Sunday night; a morning soon after New Year's holidays.
AFTERNOON = datetime(2026, 5, 20, 12, 30, tzinfo=UTC)
HOURS = [
    datetime(2026, 5, 24, 1, 40, tzinfo=UTC),
    datetime(2027, 1, 4, 7, 30, tzinfo=UTC),
]


class TestTheShop(TestCase):
    """Django's kind of class, since it loads the shop once for all its tests."""

    @classmethod
    @override
    def setUpTestData(cls) -> None:
        demo.load(at=AFTERNOON)

    def test_has_conversations_in_every_state(self) -> None:
        states = set(Conversation.objects.values_list("state", flat=True))
        assert states == set(State)
        assert Conversation.objects.count() >= 30

    def test_speaks_three_languages(self) -> None:
        languages = Message.objects.filter(direction="in").values_list("language", flat=True)
        assert set(languages) - {""} == {"ru", "lv", "en"}

    def test_was_closed_in_every_way(self) -> None:
        assert set(Closure.objects.values_list("how", flat=True)) == set(ClosedBy)

    def test_shows_what_can_go_wrong(self) -> None:
        failed = Message.objects.filter(delivery=Delivery.FAILED)
        assert set(failed.values_list("delivery_error", flat=True)) == {
            "address_unknown",
            "returned",
        }
        assert InboundEnvelope.objects.filter(state=InboundState.UNREADABLE).count() == 1
        assert Message.objects.filter(trust=Trust.SOMEONE_ELSE).count() == 1

    def test_shows_the_work_of_colleagues(self) -> None:
        assert Handover.objects.filter(read_at__isnull=True).count() == 1
        assert Task.objects.filter(done_at__isnull=True).count() == 1
        assert LeaderRequest.objects.filter(decided_at__isnull=True).count() == 1
        assert (ProblemLink.objects.count(), Draft.objects.count()) == (2, 1)
        assert Mention.objects.filter(user__name="Toms Kalējs").count() == 2

    def test_has_twelve_customers_two_of_them_at_one_company(self) -> None:
        told = house.written()["customers"]
        assert len(told) == 12
        assert Tie.objects.filter(beneficiary__name="SIA „Zaļā terase”").count() == 2
        assert Customer.objects.get(name="Ilze Kalniņa").say == "Ilze"

    def test_knows_its_customers(self) -> None:
        ilze = Customer.objects.get(name="Ilze Kalniņa", kind="person")
        assert (ilze.needs.count(), ilze.interests.count(), ilze.field_values.count()) == (2, 2, 4)
        assert set(ilze.consents.values_list("purpose", flat=True)) == {
            "greeting",
            "care",
            "marketing",
        }
        assert VipGrant.objects.count() == 2
        oleg = User.objects.get(name="Oleg Sobolev")
        assert Customer.objects.get(dedicated_agent_id=oleg.pk).say == "Ирина Павловна"

    def test_lays_a_greeting_and_nothing_else_before_us(self) -> None:
        tasks = CareTask.objects.values_list("customer__name", "kind")
        assert set(tasks) == {("Ilze Kalniņa", "greeting"), ("Сергей Михайлов", "ask_again")}

    def test_talks_with_visitors_in_three_languages(self) -> None:
        chats = Conversation.objects.filter(messages__channel__kind="webchat").distinct()
        assert set(chats.values_list("language", flat=True)) == {"ru", "lv", "en"}
        assert {one.state for one in chats} == {State.WAITING_CUSTOMER, State.AWAITING_CONSENT}

    def test_folds_what_mail_programs_quote(self) -> None:
        replies = Message.objects.filter(direction="in", text__contains="Oleg Sobolev")
        assert replies.count() >= 3
        assert [one.pk for one in replies if not any(f[2] == "quote" for f in one.folds)] == []

    def test_keeps_the_directors_letter_for_the_owner(self) -> None:
        private = Conversation.objects.get(private_to__isnull=False)
        assert private.private_to == User.objects.get(role="owner")
        assert private.participants.count() == 1

    def test_has_sent_everything_and_let_nothing_leave(self) -> None:
        states = set(OutboundEnvelope.objects.values_list("state", flat=True))
        assert states == {OutboundState.SENT, OutboundState.FAILED}

    def test_is_loaded_once(self) -> None:
        demo.load(at=AFTERNOON + timedelta(hours=1))
        assert User.objects.count() == len(house.written()["staff"])

    def test_tells_everybodys_login(self) -> None:
        told = "\n".join(demo.welcome("http://127.0.0.1:8000"))
        assert demo.PASSWORD in told
        assert [user.email for user in User.objects.all() if user.email not in told] == []
        assert User.objects.get(email="marta@liepa.example").check_password(demo.PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("at", HOURS)
def test_at_any_hour_something_is_due_soon_at_risk_and_overdue(at: datetime) -> None:
    demo.load(at=at)
    waiting = Promise.objects.filter(ended_at__isnull=True)
    states = set(waiting.values_list("state", flat=True))
    assert states == {PromiseState.OPEN, PromiseState.AT_RISK, PromiseState.BROKEN}
    assert not Message.objects.filter(at__gt=at).exists()


@pytest.mark.django_db
def test_people_answer_in_working_hours_only() -> None:
    hours = plot.hours(at=AFTERNOON, brand=house.brand())
    steps = plot.in_order(plot.stories(), hours, at=AFTERNOON)
    asleep = [step for step in steps if not worktime.is_open(hours, at=step.at)]
    assert asleep == []


@pytest.mark.django_db
def test_a_place_for_a_day_is_filled_with_the_next_working_day() -> None:
    hours = plot.hours(at=AFTERNOON, brand=house.brand())
    friday = datetime(2026, 5, 22, 10, 0, tzinfo=UTC)
    filled = [
        plot.filled("{day+1}; {date-20}", language, hours, at=friday)
        for language in ("ru", "lv", "en")
    ]
    assert filled == [
        "в понедельник, 25 мая; 2 мая",
        "pirmdien, 25. maijā; 2. maijā",
        "on Monday, 25 May; 2 May",
    ]
