"""Addresses of a header, read leniently for people and strictly for trust.

The lenient reader takes what real mailers write: names without quotes, groups, comments, a
missing bracket. It is one scan of the field. The strict one accepts RFC 5322 without obsolete
forms; only what it accepts is shown to the parsers of the standard library, which hang on
hostile fields.
"""

import email.headerregistry
import email.utils
import re
from functools import lru_cache

from zabota.pure.mailtext import characters, headers
from zabota.pure.mailtext.mail import Address, Limits, SenderTrust

# An encoded word is one token, though some mailers leave commas and colons in it.
_SPECIAL = re.compile(r'["(),;:<>\\]|=\?[^?\s]{1,60}+\?[bBqQ]\?[^?\s]*+\?=')
_CLOSING_QUOTE = re.compile(r'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_COMMENT_EDGE = re.compile(r"\\.|[()]", re.DOTALL)
_PLAIN_FORM = re.compile(
    r'\s*+(?:"([^"\\]*+)"|([^"(),;:<>\\@]*+))\s*+'
    r'<([^\s"(),;:<>\\@]++@[^\s"(),;:<>\\@]++)>\s*+'
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HAS_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}")

# Strict: possessive, so that no field costs more than one scan.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDR_SPEC = rf"({_ATOM}(?:\.{_ATOM})*+)@((?:{_LABEL}\.)+{_LABEL})"
_PHRASE = rf'(?:(?:{_ATOM}|"[^"\\\r\n]*+"|[^\x00-\x7f]++|\.)[ \t]*+)*+'
_STRICT = re.compile(rf"[ \t]*+(?:{_ADDR_SPEC}|{_PHRASE}<{_ADDR_SPEC}>)[ \t]*+")
# A shape in which all parsers agree (a property test holds them to it); saves asking them.
_OBVIOUS = re.compile(
    rb"[ \t]*+(?:(?:[a-z0-9]++ ?+)*+|\"[a-z0-9 ]*+\" ?+|=\?utf-8\?[bq]\?[a-z0-9+/=_]++\?= )"
    rb"<[a-z0-9]++(?:[._+-][a-z0-9]++)*+@[a-z0-9]++(?:[.-][a-z0-9]++)*+\.[a-z]++>",
    re.IGNORECASE,
)
_REGISTRY = email.headerregistry.HeaderRegistry()
_LONGEST_SENDER = 1_000


def read(value: bytes, *, limits: Limits, hint: str = "", most: int) -> tuple[list[Address], int]:
    """The first `most` addresses of a field, and how many more there are.

    A name is decoded, an address never is: an encoded word inside it stays as written. Raises
    `Unparsable` when one name has more encoded words than the limits allow.
    """
    written = headers.text(value, hint=hint)
    plain = _PLAIN_FORM.fullmatch(written)
    if plain:
        name = plain.group(1) if plain.group(1) is not None else plain.group(2)
        return ([_address(name, plain.group(3), limits=limits)], 0) if most else ([], 1)
    found = _Scanner(written).mailboxes()
    kept = [_address(name, addr, limits=limits) for name, addr in found[:most]]
    return kept, max(0, len(found) - most)


def _address(name: str, addr: str, *, limits: Limits) -> Address:
    shown = characters.line(headers.decoded(name, limits=limits), limit=limits.line_chars)
    return Address(name=shown.strip("\"' "), addr=tidied(addr, limit=limits.line_chars))


def tidied(addr: str, *, limit: int = 320) -> str:
    """An address without spaces and controls, its domain in small letters."""
    written = characters.line(addr, limit=limit)
    if '"' not in written:
        written = written.replace(" ", "")
    local, at, domain = written.rpartition("@")
    return f"{local}{at}{domain.lower().rstrip('.')}"


class _Scanner:
    """One pass over a field; an opening quote or bracket that nothing closes is a letter."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.found: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.comment: list[str] = []
        self.addr: str | None = None
        self.at_seen = False
        self.quotes_close = True
        self.comments_close = True

    def mailboxes(self) -> list[tuple[str, str]]:
        position = 0
        for_special = _SPECIAL.search
        while special := for_special(self.written, position):
            between = self.written[position : special.start()]
            self.words.append(between)
            self.at_seen = self.at_seen or "@" in between
            position = self.take(special.group(), special.end())
        self.words.append(self.written[position:])
        self.finish()
        return self.found

    def take(self, special: str, position: int) -> int:
        """Deal with one special character; where to read on."""
        if special.startswith("=?"):
            self.words.append(special)
            return position
        if special == '"' and self.quotes_close:
            return self.quoted(position)
        if special == "(" and self.comments_close:
            return self.commented(position)
        if special == "<":
            return self.bracketed(position)
        if special in ",;":
            self.finish()
        elif special == ":" and self.addr is None and not self.at_seen:
            self.words = []  # the name of a group
        elif special == "\\":
            self.words.append(self.written[position : position + 1])
            return position + 1
        elif special != ">":
            self.words.append(special)
        return position

    def bracketed(self, position: int) -> int:
        """The address in angle brackets, without an old route; up to a comma if none closes."""
        end = self.written.find(">", position)
        if end < 0:
            end = self.written.find(",", position)
            end = len(self.written) if end < 0 else end - 1
            self.addr = self.written[position : end + 1].rpartition("<")[2]
        else:
            self.addr = self.written[position:end].rpartition("<")[2]
        if self.addr.startswith("@"):
            self.addr = self.addr.rpartition(":")[2]
        return end + 1

    def quoted(self, position: int) -> int:
        closing = _CLOSING_QUOTE.match(self.written, position)
        if closing is None:
            self.quotes_close = False
            return position
        text = closing.group()[:-1]
        if self.written.startswith("@", closing.end()):
            self.words.append(f'"{text}"')
        else:
            self.words.append(_ESCAPED.sub(r"\1", text))
        return closing.end()

    def commented(self, position: int) -> int:
        """The end of a comment; nested ones belong to it."""
        depth = 1
        for special in _COMMENT_EDGE.finditer(self.written, position):
            depth += {"(": 1, ")": -1}.get(special.group(), 0)
            if depth == 0:
                self.comment.append(self.written[position : special.start()])
                return special.end()
        self.comments_close = False
        return position

    def finish(self) -> None:
        name = "".join(self.words).strip()
        addr = self.addr
        if addr is None:
            addr, name = name, ""
            if " " in addr and '"' not in addr and (last := addr.split()[-1]).count("@") == 1:
                addr, name = last, addr[: -len(last)].strip()
        if "@" in addr:
            self.found.append((name or " ".join(self.comment), addr.strip()))
        elif addr and self.addr is not None:
            self.found.append((name, addr.strip()))
        self.words, self.comment, self.addr, self.at_seen = [], [], None, False


def sender(
    values: list[bytes], *, limits: Limits, hint: str = ""
) -> tuple[Address | None, SenderTrust]:
    """The one sender of the From fields, and whether every parser would read the same one.

    With several, the first address stands and is doubtful. Never raises but `Unparsable`.
    """
    if not values:
        return None, SenderTrust(exact=False, reason="no_from")
    found, more = read(values[0], limits=limits, hint=hint, most=2)
    address = found[0] if found else None
    reason = _doubt(values, found, more)
    return address, SenderTrust(exact=not reason, reason=reason)


def _doubt(values: list[bytes], found: list[Address], more: int) -> str:
    if len(values) > 1:
        return "several_from_headers"
    if len(found) + more > 1:
        return "several_addresses"
    if not found or not found[0].addr:
        return "no_from"
    if not found[0].addr.isascii():
        return "non_ascii_address"
    if len(values[0]) > _LONGEST_SENDER:
        return "too_long"
    strict = strictly(values[0])
    if not strict:
        return "not_strict"
    agreed = _OBVIOUS.fullmatch(values[0]) or libraries_agree(values[0], strict)
    if strict != found[0].addr or not agreed:
        return "parsers_differ"
    return ""


def strictly(value: bytes) -> str:
    """The address of a field that is exactly one mailbox by RFC 5322; empty when it isn't."""
    matched = _STRICT.fullmatch(value.decode("utf-8", "replace"))
    if matched is None:
        return ""
    local, domain = matched.group(1) or matched.group(3), matched.group(2) or matched.group(4)
    if "=?" in local or len(local) > 64 or len(domain) > 253:
        return ""
    return f"{local}@{domain.lower()}"


@lru_cache(maxsize=1024)
def libraries_agree(value: bytes, strict: str) -> bool:
    """Whether both parsers of the standard library find exactly the strict address."""
    written = value.decode("utf-8", "replace")
    try:
        compat = [addr for _name, addr in email.utils.getaddresses([written])]
        modern = _REGISTRY("From", written)
        groups = getattr(modern, "groups", ())
        default = [address.addr_spec for group in groups for address in group.addresses]
    except Exception:  # noqa: BLE001 - the library raises anything on odd fields; that is doubt
        return False
    return [tidied(addr) for addr in compat] == [strict] == [tidied(addr) for addr in default]


def name_misleads(address: Address) -> bool:
    """Whether the name shows another address than the one that wrote (threat T07)."""
    shown = _HAS_ADDRESS.search(address.name)
    return shown is not None and shown.group().strip("<>\"'").lower() != address.addr.lower()
