"""Names of attachments that are safe on every disk and page, and never twice in one mail."""

import re
from dataclasses import dataclass, field

from zabota.pure.mailtext import characters

_RESERVED = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
_MOST_BYTES = 200
_EXTENSIONS = {
    "application/pdf": ".pdf", "application/zip": ".zip", "application/json": ".json",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/rtf": ".rtf",
    "application/ms-tnef": ".dat", "application/vnd.ms-tnef": ".dat", "application/ics": ".ics",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc", "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m", "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s", "application/xml": ".xml", "text/xml": ".xml",
    "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/wav": ".wav", "image/bmp": ".bmp",
    "image/gif": ".gif", "image/heic": ".heic", "image/jpeg": ".jpg", "image/jpg": ".jpg",
    "image/png": ".png", "image/svg+xml": ".svg", "image/tiff": ".tif", "image/webp": ".webp",
    "message/delivery-status": ".txt", "message/disposition-notification": ".txt",
    "message/partial": ".eml", "message/rfc822": ".eml", "text/calendar": ".ics",
    "text/css": ".css", "text/csv": ".csv", "text/html": ".html", "text/plain": ".txt",
    "text/rfc822-headers": ".txt", "text/rtf": ".rtf", "text/vcard": ".vcf",
    "text/x-amp-html": ".html", "text/x-vcard": ".vcf", "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip


@dataclass(slots=True)
class Names:
    """The names given in one mail so far."""

    limit: int
    given: set[str] = field(default_factory=set)
    last_number: dict[str, int] = field(default_factory=dict)

    def safe(self, original: str, *, media_type: str, number: int) -> str:
        """A name made of `original`; from type and `number` of the attachment when it is empty.

        Never a path, a hidden file, a device of Windows or longer than the limit; keeps the
        extension. Equal names (also but for capitals) get "-2", "-3".
        """
        stem, extension = self._cut(original)
        if not stem:
            stem = f"attachment-{number}"
            extension = extension or _EXTENSIONS.get(media_type, ".bin")
        return self._unique(stem, extension)

    def _cut(self, original: str) -> tuple[str, str]:
        last = re.split(r"[/\\]", characters.composed(original))[-1]
        clean = _RESERVED.sub("_", last).strip(" .")
        found = _EXTENSION.search(clean)
        extension = found.group() if found and found.start() else ""
        stem = clean[: len(clean) - len(extension)].strip(" .")
        if _DEVICES.match(clean):
            stem = "_" + stem
        stem = stem[: self.limit - len(extension)]
        room = _MOST_BYTES - len(extension)
        return stem.encode("utf-8")[:room].decode("utf-8", "ignore").strip(" ."), extension

    def _unique(self, stem: str, extension: str) -> str:
        name = stem + extension
        key = name.casefold()
        number = self.last_number.get(key, 1)
        while name.casefold() in self.given:
            number += 1
            name = f"{stem}-{number}{extension}"
        self.last_number[key] = number
        self.given.add(name.casefold())
        return name
