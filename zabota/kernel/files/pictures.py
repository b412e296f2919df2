"""Which pictures a browser may show from our own address: by their bytes, never by their name.

Formats that can hold scripts or documents (SVG, XML, PDF, HTML) are no pictures here (T03).
"""

BEGINNING = 64
# The first bytes of each format, and what a browser is then told it is.
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def picture_type(beginning: bytes) -> str | None:
    """The media type of a picture that may be shown, from a file's first bytes; None for all else.

    With `nosniff` a browser believes this type and nothing in the file, so a file that is a GIF and
    a script at once is a GIF.
    """
    for sign, media_type in _SIGNS:
        if beginning.startswith(sign):
            return media_type
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return None
