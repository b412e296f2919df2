"""Mails a second through `import-mail --live`, with threading, the index and the promise on.

5,000 mails in one mbox: 70 % new, 30 % replies; Russian, Latvian, English; one in ten carries a
file of 100 kB. Peak memory is the sum of PSS over the command and its parser children.
"""

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from email.message import EmailMessage
from pathlib import Path

import psutil

MAILS = 5_000
REPLIES = 0.3
FILES = 0.1
FILE_BYTES = 100_000
TEXTS = {
    "ru": (
        "Заказ {n}",
        "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ {n}? Курьер не звонил.",
        "Спасибо за ответ. А можно перенести доставку на вечер? Днём никого нет дома.",
    ),
    "lv": (
        "Pasūtījums {n}",
        "Labdien! Vai varat pateikt, kad būs mans pasūtījums {n}? Kurjers vēl nav zvanījis.",
        "Paldies par atbildi. Vai piegādi var pārcelt uz vakaru? Pa dienu neviena nav mājās.",
    ),
    "en": (
        "Order {n}",
        "Hello! Could you tell me when my order {n} will arrive? The courier has not called.",
        "Thank you for the answer. Could it come in the evening? Nobody is at home by day.",
    ),
}


# A mailbox whose server vouches for senders: so replies join by their references.
ADDRESS, SERVER = "help@shop.example", "mx.shop.example"
MAILBOX = f"""
import django
django.setup()
from django.utils import timezone
from zabota.domains.channels.models import Channel
from zabota.kernel.brands.models import Brand
brand = Brand.objects.create(name="Shop", time_zone="Europe/Riga")
Channel.objects.create(kind="email", brand=brand, address="{ADDRESS}",
    settings={{"authserv_id": "{SERVER}"}}, created_at=timezone.now())
"""


def run() -> dict[str, object]:
    """Measure, and give the figures of one JSON line."""
    with tempfile.TemporaryDirectory(prefix="zabota-ingest-") as folder:
        data = Path(folder) / "data"
        box = Path(folder) / "mails.mbox"
        write_mbox(box, mails=MAILS)
        env = {
            **os.environ,
            "ZABOTA_DATA": str(data),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "zabota.config.settings",
        }
        zabota = [sys.executable, "-m", "zabota"]
        subprocess.run([*zabota, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([sys.executable, "-c", MAILBOX], env=env, check=True)
        command = [*zabota, "import-mail", "--live", "--times", "--channel", ADDRESS, str(box)]
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        peak = _Peak(process.pid)
        out, said = process.communicate()
        if process.returncode:
            raise RuntimeError(said)
        megabytes = peak.stop()
    figures: dict[str, object] = json.loads(out)
    times: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    seconds = float(str(figures["seconds"]))
    return {
        **figures,
        "mails_a_second": round(MAILS / seconds, 1),
        "peak_mb": round(megabytes, 1),
        "split_seconds": {step: round(spent, 2) for step, spent in times.items()},
    }


def write_mbox(path: Path, *, mails: int, seed: int = 7) -> None:
    """The same mails for the same seed."""
    dice = random.Random(seed)
    begun: list[tuple[int, str, str]] = []
    with path.open("wb") as file:
        for number in range(mails):
            language = dice.choice(("ru", "lv", "en"))
            reply = bool(begun) and dice.random() < REPLIES
            first, language, sender = (
                dice.choice(begun[-500:])
                if reply
                else (number, language, f"customer{number}@example.com")
            )
            if not reply:
                begun.append((number, language, sender))
            raw = _mail(number, first, language, sender, dice)
            file.write(b"From customer@example.com Tue May 19 09:00:00 2026\n" + raw + b"\n")


def _mail(number: int, first: int, language: str, sender: str, dice: random.Random) -> bytes:
    subject, question, answer = TEXTS[language]
    mail = EmailMessage()
    mail["From"] = f"Customer {first} <{sender}>"
    mail["Authentication-Results"] = f"{SERVER}; dmarc=pass header.from=example.com"
    mail["To"] = ADDRESS
    mail["Date"] = "Tue, 19 May 2026 09:00:00 +0300"
    mail["Message-ID"] = f"<bench-{number}@example.com>"
    if number == first:
        mail["Subject"] = subject.format(n=number)
        mail.set_content(question.format(n=number) + "\n\n-- \nCustomer\n")
    else:
        mail["Subject"] = "Re: " + subject.format(n=first)
        mail["In-Reply-To"] = mail["References"] = f"<bench-{first}@example.com>"
        quoted = "> " + question.format(n=first)
        mail.set_content(f"{answer}\n\nOn Tue, 19 May 2026, Shop wrote:\n{quoted}\n")
    if dice.random() < FILES:
        content = base64.b85encode(dice.randbytes(FILE_BYTES * 4 // 5))
        mail.add_attachment(content, maintype="application", subtype="pdf", filename="bill.pdf")
    return mail.as_bytes()


class _Peak:
    """Samples the memory of a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The most megabytes that were seen."""
        self._done.set()
        self._thread.join()
        return self._most

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            try:
                process = psutil.Process(self._pid)
                family = [process, *process.children(recursive=True)]
                total = sum(one.memory_full_info().pss for one in family)
            except psutil.Error:
                continue
            self._most = max(self._most, total / 1e6)
