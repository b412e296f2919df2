"""Codes in words of the owner: roles, refusals, what is wrong with a mailbox or the house.

Each sentence says what is wrong and what to do.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zabota.kernel.accounts.roles import Role

Words = Mapping[str, str | Promise]

ROLES: Mapping[Role, str | Promise] = {
    Role.OWNER: _("Owner: everything, with people, mailboxes and health"),
    Role.MANAGER: _("Manager: all conversations, the charter, quality"),
    Role.LEADER: _("Leader: answers, and decides for a team"),
    Role.AGENT: _("Agent: answers customers of own teams"),
    Role.COLLEAGUE: _("Colleague: reads all, writes notes, answers nobody"),
}
ROLE_NAMES: Mapping[Role, str | Promise] = {
    Role.OWNER: pgettext_lazy("role", "Owner"),
    Role.MANAGER: pgettext_lazy("role", "Manager"),
    Role.LEADER: pgettext_lazy("role", "Leader"),
    Role.AGENT: pgettext_lazy("role", "Agent"),
    Role.COLLEAGUE: pgettext_lazy("role", "Colleague"),
}

ACCOUNTS: Words = {
    "owner_only": _("Only an owner changes accounts."),
    "not_found": _("This person or team is not here."),
    "address_taken": _("Somebody has this address already, perhaps a former colleague."),
    "name_taken": _("There is a team of this name already."),
    "last_owner": _("This is the only owner. Make somebody else an owner first."),
    "yourself": _("You cannot end your own account. Another owner can."),
    "own_second_factor": _(
        "Your own second factor you change on your own page; if it is lost, another owner helps."
    ),
    "started_already": _("The house has its owner already."),
    "not_a_leader": _("A team is led by a leader, a manager or an owner."),
}

# What a try of a mailbox found: for receiving and for sending alike.
TROUBLES: Words = {
    "host_unknown": _("No server of this name is known. Check the spelling of the server's name."),
    "host_forbidden": _(
        "This name leads to an address that is closed to mailboxes. Write the mail server's public"
        " name; who runs this machine can open private networks (ZABOTA_PRIVATE_MAIL_HOSTS)."
    ),
    "refused": _("The server does not take connections on this port. Check the port."),
    "timeout": _(
        "The server did not answer in time. Check name and port; a firewall may be between."
    ),
    "unreachable": _("The server cannot be reached from here. Check this machine's network."),
    "tls_failed": _(
        "No encrypted connection came about. Choose the other kind of encryption: TLS for ports"
        " 993 and 465, STARTTLS for 143 and 587."
    ),
    "certificate_expired": _("The server's certificate has run out. Its operator must renew it."),
    "certificate_self_signed": _(
        "The server's certificate is signed by itself, so that nobody can tell it from a forged"
        " one. Its operator needs one of a known authority."
    ),
    "certificate_wrong_host": _(
        "The server's certificate is for another name. Write the name that the provider gives."
    ),
    "certificate_untrusted": _("Nobody this machine trusts vouches for the server's certificate."),
    "no_tls": _("The server offers no encryption here, and the password is never sent without."),
    "not_a_mail_server": _("Something else than a mail server answers on this port."),
    "login_refused": _(
        "The server refused user name or password. Many providers want a password for"
        " applications instead of your own; and mail programs may have to be allowed first."
    ),
    "auth_refused": _(
        "The server refused user name or password. Many providers want a password for"
        " applications instead of your own; and mail programs may have to be allowed first."
    ),
    "sender_refused": _(
        "The server does not let this user send from this address. Use the mailbox's own address."
    ),
    "folder_missing": _("There is no folder of this name in the mailbox."),
    "connection_lost": _("The connection broke off. Try again; if it repeats, ask the provider."),
    "protocol": _("The server answered in a way that no mail server should. Check name and port."),
    "no_secret": _("There is no password yet. Write it and try again."),
    "no_server": _("No server is named yet."),
    "service_refused": _("The server takes no mail from us. Ask the provider why."),
    "try_later": _("The server is busy and asks to come later. We try again by ourselves."),
    "login_unsupported": _(
        "The server offers no way of signing in with a password. The provider may want OAuth."
    ),
    "consent_missing": _("The provider no longer lets us in. Sign in there once more."),
    "client_refused": _("The provider does not know the client id or its secret. Check both."),
    "provider_away": _("The provider's sign-in does not answer. We try again by ourselves."),
}

# Why signing a mailbox in at its provider did not succeed.
SIGN_IN_REFUSALS: Mapping[str, str | Promise] = {
    "state_unknown": _(
        "This sign-in was begun in another session, or too long ago. Begin it here once more."
    ),
    "denied": _("The provider says that you did not agree. Nothing was changed."),
    "no_refresh_token": _(
        "The provider let us in for an hour only. Remove our access in your account there, then"
        " sign in once more."
    ),
    "client_missing": _("Write the client id and its secret first."),
}


# What is wrong in the house, and what to do.
CONDITIONS: Words = {
    "clock_moved": _(
        "This machine's clock was moved. Nothing is sent to customers until you say that the time"
        " is right now."
    ),
    "demo_half": _(
        "The demo shop is being loaded, or its loading was cut off: the next start makes it anew."
    ),
    "job_failed": _("Work in the background failed and was given up. Try it again below."),
    "tick_failed": _("Work that repeats by itself failed; it is tried again at its next turn."),
    "spool_orphans": _(
        "Letters handed over on this machine belong to no mailbox. Check the address in pipe-mail."
    ),
    "no_mailbox": _("There is no mailbox that could send letters to our own people."),
}


def account_refusal(code: str) -> str:
    return str(ACCOUNTS.get(code) or gettext("This cannot be done now."))


def sign_in_refusal(code: str) -> str:
    """Why signing a mailbox in at its provider did not succeed."""
    return str(SIGN_IN_REFUSALS.get(code) or trouble(code))


def trouble(code: str) -> str:
    """What is wrong with a mailbox; a code without words says so plainly."""
    return str(TROUBLES.get(code) or gettext("The server refused. Ask the provider why."))


def condition(code: str) -> str:
    """What is wrong in the house."""
    if code.startswith("mailbox_"):
        return gettext("Mail is not received.") + " " + trouble(code.removeprefix("mailbox_"))
    if code.startswith("outgoing_"):
        return gettext("Mail is not sent.") + " " + trouble(code.removeprefix("outgoing_"))
    return str(CONDITIONS.get(code, "")) or code
