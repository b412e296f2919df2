"""What a name looks like in a small square or circle. Pure."""

import re

# Legal forms and titles say nothing of who it is.
_SKIPPED = {
    *(
        "sia",
        "as",
        "uab",
        "oü",
        "llc",
        "ltd",
        "gmbh",
        "inc",
        "ооо",
        "ип",
        "ао",
        "оао",
        "зао",
        "пао",
    ),
    *("mr", "mrs", "ms", "dr", "г-н", "г-жа", "kungs", "kundze"),
}
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def initials(name: str) -> str:
    """One or two capital letters of a name: first and last word that count.

    An address gives the letters of its mailbox, a phone number "#", no letters at all "?".
    """
    plain = name.strip()
    if re.fullmatch(r"\+?[\d\s()/.-]{4,}", plain):
        return "#"
    if "@" in plain and " " not in plain:
        plain = plain.split("@", 1)[0].split("+", 1)[0].replace(".", " ")
    plain = plain.split(",", 1)[0].split("(", 1)[0]
    words = _WORD.findall(plain)
    telling = [word for word in words if word.lower().strip(".") not in _SKIPPED] or words
    if not telling:
        return "?"
    chosen = telling[:1] if len(telling) == 1 else [telling[0], telling[-1]]
    return "".join(word[0].upper()[:1] for word in chosen)
