"""What can be wrong with a mailbox, in codes: the words are the face's, the server's are nobody's.

Codes: `host_unknown`, `host_forbidden`, `refused`, `timeout`, `unreachable`, `tls_failed`,
`certificate_expired`, `certificate_self_signed`, `certificate_wrong_host`,
`certificate_untrusted`, `no_tls`, `not_a_mail_server`, `login_refused`, `folder_missing`,
`connection_lost`, `protocol`, `no_secret`; of servers that take mail also `service_refused`,
`try_later`, `login_unsupported`; of OAuth providers `consent_missing` (the owner has to sign in
there again), `client_refused` (client id or secret is wrong), `provider_away`.
"""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import imap_tools

from zabota.kernel import outside

# Passing troubles: trying again soon is right. At the others somebody has to change something.
PASSING = frozenset(
    {
        "timeout",
        "unreachable",
        "connection_lost",
        "refused",
        "host_unknown",
        "try_later",
        "provider_away",
    }
)


class Trouble(Exception):
    """A mailbox cannot be used. `detail` is our own word, never the server's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail

    @property
    def passing(self) -> bool:
        return self.code in PASSING


@contextmanager
def translated() -> Iterator[None]:
    """Every failure of a connection inside becomes a Trouble with its code."""
    try:
        yield
    except (Trouble, imap_tools.MailboxFolderSelectError):
        raise
    except ssl.SSLCertVerificationError as problem:
        raise Trouble(_certificate(problem)) from problem
    except ConnectionRefusedError as problem:
        raise Trouble("refused") from problem
    except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError) as problem:
        raise Trouble("connection_lost") from problem
    except ssl.SSLError as problem:
        raise Trouble("connection_lost" if "EOF" in str(problem) else "tls_failed") from problem
    except outside.Forbidden as problem:
        raise Trouble("host_forbidden") from problem
    except socket.gaierror as problem:
        raise Trouble("host_unknown") from problem
    except TimeoutError as problem:
        raise Trouble("timeout") from problem
    except OSError as problem:
        raise Trouble("unreachable") from problem
    except imaplib.IMAP4.abort as problem:
        raise Trouble(_lost(str(problem))) from problem
    except (imaplib.IMAP4.error, imap_tools.ImapToolsError) as problem:
        raise Trouble("protocol") from problem
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as problem:
        # What the library trips over when a server talks nonsense.
        raise Trouble("protocol", type(problem).__name__) from problem


def _certificate(problem: ssl.SSLCertVerificationError) -> str:
    # Codes of OpenSSL's X509_V_ERR_*.
    return {
        10: "certificate_expired",
        18: "certificate_self_signed",
        19: "certificate_self_signed",
        62: "certificate_wrong_host",
        64: "certificate_wrong_host",
    }.get(problem.verify_code, "certificate_untrusted")


def _lost(words: str) -> str:
    return "connection_lost" if "EOF" in words or "socket" in words else "protocol"
