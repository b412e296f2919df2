"""What customers write, in three languages: the measure of how well charsets are guessed."""

RUSSIAN = (
    "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ?",
    "Добрый день, хочу вернуть куртку, она мне мала на размер.",
    "Деньги списались дважды, а заказ так и не появился в кабинете.",
    "Курьер не позвонил и оставил коробку у двери под дождём.",
    "Спасибо большое, всё получила, очень довольна качеством!",
    "СРОЧНО ПЕРЕЗВОНИТЕ МНЕ ПО ПОВОДУ ДОСТАВКИ ХОЛОДИЛЬНИКА",
    "Можно ли заменить синюю скатерть на зелёную без доплаты?",
    "Не работает кнопка оплаты, пробовал с телефона и с ноутбука.",
    "Почему в чеке указана другая цена, чем была на сайте?",
    "Прошу выслать копию договора и акт выполненных работ.",
    "Уважаемая служба поддержки, третий день жду ответа.",
    "Скажите, есть ли у вас подарочная упаковка для фарфора?",
    "Мы переехали, измените адрес: улица Бривибас, дом 14, квартира 8.",
    "Этот объём шампуня кончился, подойдёт ли съёмный флакон?",
    "чайник шумит и щёлкает, гарантия ещё действует?",
    "Ребёнок разбил экран, сколько стоит ремонт и как долго ждать?",
    "В посылке не хватает двух чашек, фотографии прилагаю.",
    "Отмените, пожалуйста, подписку и удалите мои данные.",
    "Мастер опоздал на три часа и нахамил моей маме.",
    "Жду звонка после шести вечера, раньше я на работе.",
    "Какой срок годности у крема и где хранить открытую банку?",
    "Оформите, пожалуйста, счёт на юридическое лицо с реквизитами.",
    "Вчера обещали прислать расчёт, но письма до сих пор нет.",
    "Юля, огромное вам спасибо за терпение и понимание!",
    "Эльвира Щукина просит передать ключи через охранника.",
    "Хорошо, согласен, закрывайте обращение. Вопросов больше нет.",
)
LATVIAN = (
    "Labdien! Kad būs gatavs mans pasūtījums un kur to saņemt?",
    "Lūdzu atsūtiet man rēķinu ar uzņēmuma rekvizītiem.",
    "Vēlos atgriezt zābakus, jo tie man ir par mazu.",
    "Kurjers vakar neatbrauca, lai gan gaidīju visu dienu mājās.",
    "Paldies par ātro atbildi, viss ir kārtībā!",
    "Sveiki, vai šī lampa būs pieejama arī zaļā krāsā?",
    "Nauda no konta noņemta divreiz, lūdzu pārbaudiet maksājumu.",
    "Kādas ir piegādes izmaksas uz Liepāju un Rēzekni?",
    "Mana adrese ir mainījusies: Brīvības iela 14, dzīvoklis 8.",
    "Iepakojums bija bojāts un viena krūze saplīsusi.",
    "Vai garantija attiecas arī uz lādētāju un austiņām?",
    "Gribētu pārcelt tikšanos uz nākamās nedēļas otrdienu.",
    "Kāpēc cena čekā atšķiras no tās, kas norādīta mājaslapā?",
    "Lūdzu zvaniet pēc sešiem vakarā, līdz tam esmu darbā.",
    "Bērns nejauši saplēsa ekrānu, cik maksās remonts?",
    "Tējkanna dīvaini šņāc, vai varat to nomainīt?",
    "Esmu neapmierināta ar jūsu meistara attieksmi pret klientiem.",
    "Dzēsiet, lūdzu, manus datus un atceliet abonementu.",
    "Ģirts Ķēniņš lūdz nodot atslēgas apsargam.",
    "Piekrītu, varat slēgt šo jautājumu, viss ir atrisināts.",
    "Vai dāvanu kartei ir derīguma termiņš un vai to var pagarināt?",
    "Mēs aizbraucam uz mēnesi, tāpēc piegādi lūdzu atlikt.",
)
ENGLISH = (
    "Hello, my parcel hasn’t arrived — could you check where it is?",
    "The café receipt shows £25, but I was charged €29. Why is that?",
    "I’d like to return the jacket; it is two sizes too small.",
    "Please send the invoice to Zoë Müller, and a copy to me.",
)
FITTING = {
    "ru": ("cp1251", "koi8_r", "iso8859_5", "cp866", "utf_8"),
    "lv": ("cp1257", "iso8859_13", "utf_8"),
    "en": ("cp1252", "utf_8"),
}
TEXTS = {"ru": RUSSIAN, "lv": LATVIAN, "en": ENGLISH}


def beginnings(text: str, *, letters: int) -> str:
    """The text up to its `letters`-th letter; all of it when it has fewer."""
    count = 0
    for place, char in enumerate(text, 1):
        count += char.isalpha()
        if count == letters:
            return text[:place]
    return text


def samples(*, letters: int) -> list[tuple[str, str, bytes]]:
    """(text, codec, bytes) of each text's first `letters` letters in each page that has them."""
    found = []
    for language, texts in TEXTS.items():
        for whole in texts:
            text = beginnings(whole, letters=letters)
            for codec in FITTING[language]:
                try:
                    found.append((text, codec, text.encode(codec)))
                except UnicodeEncodeError:
                    continue  # a dash or a quote that this page doesn't have
    return found
