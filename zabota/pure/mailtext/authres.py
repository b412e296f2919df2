"""What the receiving server says of the sender's domain (RFC 8601), and whether to believe it.

Only the topmost Authentication-Results header is read: everything below it may have come with
the mail. It counts only with the authserv-id that is set for the mailbox.
"""

import re
from typing import Literal

from zabota.pure.mailtext import characters, headers
from zabota.pure.mailtext.mail import (
    AuthenticationResult,
    AuthenticationResults,
    Mail,
)

Verdict = Literal["pass", "fail", "none"]
_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*+)"|(?P<edge>[();"])|(?P<plain>[^"();]++)')
_TELLING = re.compile(r"[\s;=()\\]")
_METHOD = re.compile(r"([A-Za-z0-9-]{1,40})(?:/\d+)?\s*=\s*([A-Za-z]{1,20})(?!\S)")
_PROPERTY = re.compile(r"(?<!\S)([A-Za-z]{1,10}\.[A-Za-z-]{1,20})\s*=\s*(\S+)")
_DOMAIN_OF = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.helo"),
}
_LONGEST = 8_192
_MOST_RESULTS = 50


def read(values: list[bytes]) -> AuthenticationResults | None:
    """The topmost of the headers, parsed; None when there is none or it says nothing."""
    if not values:
        return None
    first, *rest = _clauses(characters.line(headers.text(values[0]), limit=_LONGEST))
    identity = first.split()
    if not identity:
        return None
    results = [result for part in rest[:_MOST_RESULTS] if (result := _result(part)) is not None]
    return AuthenticationResults(authserv_id=identity[0].lower(), results=tuple(results))


def _clauses(written: str) -> list[str]:
    """The field cut at its semicolons, without comments. What stands in quotes was chosen by
    the sender, so nothing in it can end a clause or begin a property."""
    clauses: list[list[str]] = [[]]
    depth = 0
    for token in _TOKEN.finditer(written):
        edge = token.group("edge")
        if edge == "(":
            depth += 1
        elif edge == ")":
            depth = max(0, depth - 1)
        elif edge == '"':
            break  # an open quote: the rest can't be told apart
        elif depth:
            continue
        elif edge == ";":
            clauses.append([])
        elif token.group("plain") is not None:
            clauses[-1].append(token.group("plain"))
        else:
            clauses[-1].append(_TELLING.sub("_", token.group("quoted")))
    return ["".join(clause) for clause in clauses]


def _result(part: str) -> AuthenticationResult | None:
    method = _METHOD.match(part.strip())
    if method is None:
        return None
    name = method.group(1).lower()
    told = {found.group(1).lower(): found.group(2) for found in _PROPERTY.finditer(part)}
    values = [told[key] for key in _DOMAIN_OF.get(name, ()) if key in told]
    domain = values[0].rpartition("@")[2].strip("<>").rstrip(".").lower() if values else ""
    return AuthenticationResult(method=name, result=method.group(2).lower(), domain=domain)


def verdict(mail: Mail, trusted_authserv_id: str) -> Verdict:
    """Whether the mailbox's own server vouches for the domain in From.

    `pass`: DMARC passed for exactly that domain, or DKIM or SPF did for it or for a parent of
    it. `fail`: DMARC failed, or SPF did and nothing passed. `none`: anything else, also when the
    header isn't from `trusted_authserv_id` or the sender is doubtful (threat T18).
    """
    told = mail.authentication_results
    if told is None or not trusted_authserv_id or mail.sender is None:
        return "none"
    if told.authserv_id != trusted_authserv_id.lower():
        return "none"
    domain = mail.sender.addr.rpartition("@")[2]
    dmarc = [result for result in told.results if result.method == "dmarc"]
    if any(result.result == "fail" for result in dmarc):
        return "fail"
    passed = any(_vouches(result, domain) for result in told.results)
    if passed:
        return "pass" if mail.sender_trust.exact else "none"
    spf_failed = any(result.method == "spf" and result.result == "fail" for result in told.results)
    return "fail" if spf_failed else "none"


def _vouches(result: AuthenticationResult, domain: str) -> bool:
    """Alignment without a list of public suffixes: the domain itself or, for DKIM and SPF, a
    parent with a dot. Stricter than DMARC, which also takes a subdomain's word for its parent."""
    if result.result != "pass" or not result.domain or not domain:
        return False
    if result.domain == domain:
        return result.method in _DOMAIN_OF
    parent = "." in result.domain and domain.endswith("." + result.domain)
    return parent and result.method in {"dkim", "spf"}
