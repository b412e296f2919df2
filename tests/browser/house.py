"""A house in which every main page has something to show, for the walk through all of them.

What people write here is Latvian, so that an English word on a Russian or Latvian page is ours.
"""

from tests.parts.server import Server

_BUILD = """
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests.cast import gather
from zabota.domains.channels.models import Channel
from zabota.domains.channels.services import inbound, reading, storing
from zabota.domains.channels.services.storing import RawMail
from zabota.domains.desk.models import Conversation, PortalLink
from zabota.domains.desk.services import assigning, closings, customer, leaders, notes, replies
from zabota.domains.desk.services import presence, tags, tasks_of, take_in
from zabota.domains.desk.tests import letters
from zabota.domains.people.models import CabinetVisit
from zabota.domains.people.services import attention
from zabota.kernel import clock, ids

at = clock.now()
cast = gather()
marta = cast.actor(cast.marta)
subjects = ("Terases galds", "Puķu pods", "Dārza lampa", "Sēklas neizdīga")
mails = [
    letters.letter(cast, at=at, subject=subject, text="Labdien! Kur ir mans pasūtījums?\\nIlze")
    for subject in subjects
]
take_in.take_in(mails, at=at)
junk = RawMail(content=b"\\x00" * 99, received_at=at)
storing.store_raw(channel_id=cast.mailbox.pk, items=[junk], at=at)
inbound.process_new(at=at, receive=take_in.take_in)
reading.pool().stop()
links = {}
for each in Conversation.objects.all():
    token = ids.new_token()
    PortalLink.objects.create(
        conversation=each,
        identity_id=each.participants.get().identity_id,
        token_hash=ids.token_hash(token),
        created_at=at,
        expires_at=at + timedelta(days=30),
    )
    links[each.subject] = (each.ref, token)
for subject in subjects[1:]:
    ref, token = links[subject]
    text = "Labdien! Pasūtījums ir ceļā, rīt tas būs pie jums."
    reply = replies.Reply(text=text, client_id=subject, seen_message_id=10**9)
    replies.send(reply, to=ref, actor=marta, at=at, undo=timedelta(0))
worked, asked, done = (links[subject][0] for subject in subjects[1:])
notes.write(worked, text="@Jānis, vai pods ir noliktavā?", actor=marta, at=at)
tags.set(worked, names=["piegāde"], actor=marta, at=at)
tasks_of.add(worked, text="Pasūtīt podu", actor=marta, at=at)
leaders.ask(worked, question="Vai drīkstu atmaksāt?", actor=marta, at=at)
for ref in (asked, done):
    closings.propose(ref, actor=marta, at=at)
customer.agree(links["Sēklas neizdīga"][1], at=at)
keys = {}
for name in ("marta", "kira", "olga", "kolja"):
    user = getattr(cast, name)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    keys[name] = session.session_key
chat = Channel.objects.create(
    kind="webchat", brand=cast.brand, team=cast.riga, address="liepa", name="Veikala čats",
    created_at=at, settings={"origins": ["https://liepa.example"]},
)
for reader in (cast.marta, cast.janis):
    presence.beat(actor=cast.actor(reader), at=at)
customer = Conversation.objects.first().customer
attention.dedicate(
    customer.ref, cast.marta.pk, deputies=[cast.janis.pk], actor=cast.actor(cast.kira), at=at
)
visit = ids.new_token()
CabinetVisit.objects.create(
    identity=customer.identities.get(), token_hash=ids.token_hash(visit), began_at=at,
    expires_at=at + timedelta(days=30),
)
print(json.dumps({
    "keys": keys,
    "new": links[subjects[0]],
    "worked": links[subjects[1]],
    "asked": links[subjects[2]],
    "closed": links[subjects[3]],
    "values": {
        "person": cast.janis.ref, "team": cast.riga.ref, "mailbox": cast.mailbox.ref,
        "customer": Conversation.objects.first().customer.ref,
        "janis": cast.janis.pk, "chat": chat.ref, "key": chat.address, "ilze": visit,
    },
}))
"""
_SPEAK = """
from zabota.kernel.accounts.models import User
User.objects.update(language={language!r})
"""


class House:
    """`keys[name]` is somebody's session, `cabinet` Ilze's; `paths()` who looks at what."""

    def __init__(self, server: Server) -> None:
        self.server = server
        made = server.python(_BUILD)
        assert isinstance(made, dict)
        self.keys: dict[str, str] = made["keys"]
        self.cabinet: str = made["values"]["ilze"]
        self._made = made

    def speak(self, language: str) -> None:
        """From now on all pages of our people are in this language."""
        self.server.python(_SPEAK.format(language=language))

    def paths(self) -> list[tuple[str, str]]:
        """(who, path) of every main page."""
        made = self._made
        values: dict[str, str] = made["values"]
        new, worked, asked, closed = (made[key] for key in ("new", "worked", "asked", "closed"))
        return [
            *_of("marta", *(f"/inbox/{name}/" for name in ("mine", "unassigned", "mentions"))),
            *_of("marta", *(f"/conversations/{one[0]}/" for one in (new, worked, asked, closed))),
            *_of("marta", *(f"/conversations/{worked[0]}/{act}/" for act in _ACTS)),
            *_of("marta", "/search/?q=pods", "/search/?q=nav", "/own/", "/late/", "/account/2fa/"),
            *_of("kolja", f"/conversations/{new[0]}/"),
            *_of("kira", "/inbox/my_team/", "/questions/", "/unreadable/"),
            *_of("kira", f"/customers/{values['customer']}/"),
            *_of("olga", *(f"/owner/{place}/" for place in _PLACES)),
            *_of("olga", f"/owner/people/{values['person']}/", f"/owner/teams/{values['team']}/"),
            *_of("olga", f"/owner/mailboxes/{values['mailbox']}/"),
            *_of("", "/account/login/", "/account/password/reset/", "/nowhere/", "/c/nobody/"),
            *_of("", *(f"/c/{one[1]}/" for one in (new, worked, asked, closed))),
            *_of("kira", "/board/", "/board/portfolios/", f"/board/people/{values['janis']}/"),
            *_of("marta", "/to-do/"),
            *_of("olga", "/owner/chats/", "/owner/chats/add/", f"/owner/chats/{values['chat']}/"),
            *_of("", "/my/enter/", "/my/code/", f"/write/{values['key']}/"),
            *_of("ilze", "/my/", "/my/data/", f"/my/{asked[0]}/", f"/my/{closed[0]}/"),
        ]


_ACTS = ("hand-over", "split", "merge", "task", "ask-leader", "spoken")
_PLACES = (
    *("mailboxes", "mailboxes/add", "mailboxes/add/?provider=google", "brand", "people"),
    *("people/add", "teams/add", "hours", "charter", "charter/answers", "health"),
    *("fields", "fields/add", "fields/city"),
)


def _of(who: str, *paths: str) -> list[tuple[str, str]]:
    return [(who, path.removesuffix("/") if "?" in path else path) for path in paths]
