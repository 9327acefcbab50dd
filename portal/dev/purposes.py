"""The purposes of the demo firm, in its own words, in each language that the portal speaks."""

from __future__ import annotations

from portal.domain.consent import NoticeDraft, PurposeDraft

TOPICS = (
    ("kitchen", {"en": "Kitchen", "pl": "Kuchnia", "bg": "Кухня", "ru": "Кухня"}),
    ("laundry", {"en": "Laundry", "pl": "Pranie", "bg": "Пране", "ru": "Стирка"}),
    (
        "heating",
        {
            "en": "Heating and air",
            "pl": "Ogrzewanie i klimatyzacja",
            "bg": "Отопление и климатизация",
            "ru": "Отопление и кондиционеры",
        },
    ),
    (
        "repairs",
        {
            "en": "Repairs and spare parts",
            "pl": "Naprawy i części zamienne",
            "bg": "Ремонт и резервни части",
            "ru": "Ремонт и запчасти",
        },
    ),
)


def _in(en: NoticeDraft, pl: NoticeDraft, bg: NoticeDraft, ru: NoticeDraft) -> dict[str, NoticeDraft]:
    return {"en": en, "pl": pl, "bg": bg, "ru": ru}


PURPOSES = (
    PurposeDraft(
        key="orders", basis="contract", dpv_purpose="dpv:FulfilmentOfContractualObligation", retention_months=60,
        position=1, channels=("email", "sms", "phone", "letter", "inbox"),
        data_categories=("pd:Name", "pd:EmailAddress", "pd:PhysicalAddress", "pd:TelephoneNumber"),
        notices=_in(
            NoticeDraft(
                "Orders, deliveries and repairs",
                "What do we need to carry out what you ordered?",
                "We use your contact data to carry out what you ordered: to confirm, to deliver, to repair.",
                data="Name, address, telephone, e-mail, what you bought",
                recipients="The carrier of your delivery; Northwind Repairs when a repair is needed",
            ),
            NoticeDraft(
                "Zamówienia, dostawy i naprawy",
                "Czego potrzebujemy, aby wykonać Twoje zamówienie?",
                "Używamy Twoich danych kontaktowych, aby wykonać zamówienie: potwierdzić, dostarczyć, naprawić.",
                data="Imię i nazwisko, adres, telefon, e-mail, zakupy",
                recipients="Przewoźnik Twojej dostawy; Northwind Repairs, gdy potrzebna jest naprawa",
            ),
            NoticeDraft(
                "Поръчки, доставки и ремонти",
                "Какво ни е нужно, за да изпълним поръчката Ви?",
                "Използваме данните Ви за контакт, за да изпълним поръчаното: да потвърдим, да доставим, да поправим.",
                data="Име, адрес, телефон, имейл, покупките Ви",
                recipients="Превозвачът на доставката Ви; Northwind Repairs, когато е нужен ремонт",
            ),
            NoticeDraft(
                "Заказы, доставка и ремонт",
                "Что нам нужно, чтобы выполнить ваш заказ?",
                "Мы используем ваши контактные данные, чтобы выполнить заказ: подтвердить, доставить, отремонтировать.",
                data="Имя, адрес, телефон, эл. почта, ваши покупки",
                recipients="Перевозчик вашего заказа; Northwind Repairs, когда нужен ремонт",
            ),
        ),
    ),
    PurposeDraft(
        key="offers", basis="consent", marketing=True, dpv_purpose="dpv:DirectMarketing", retention_months=24,
        valid_months=24, benefit_by_days=7, position=2, channels=("email", "sms", "phone", "letter", "inbox"),
        data_categories=("pd:Name", "pd:EmailAddress", "pd:Preference"),
        notices=_in(
            NoticeDraft(
                "Offers that fit what you own",
                "May we send you offers that fit the things you own?",
                "We look at what you bought from us and write when something useful for it is cheaper.",
                benefit="10 % off your next order, as a code within 7 days",
                data="Name, address on the channel you choose, what you bought, topics you chose",
                recipients="Nobody but us",
            ),
            NoticeDraft(
                "Oferty do tego, co masz",
                "Czy możemy przysyłać Ci oferty pasujące do Twoich sprzętów?",
                "Sprawdzamy, co zostało u nas kupione, i piszemy, gdy coś przydatnego do tego jest tańsze.",
                benefit="10% zniżki na następne zamówienie, kod w ciągu 7 dni",
                data="Imię i nazwisko, adres na wybranym kanale, zakupy, wybrane tematy",
                recipients="Nikt poza nami",
            ),
            NoticeDraft(
                "Оферти за уредите, които имате",
                "Може ли да Ви изпращаме оферти, подходящи за Вашите уреди?",
                "Гледаме какво сте купили от нас и пишем, когато нещо полезно за него поевтинее.",
                benefit="10 % отстъпка от следващата поръчка, с код до 7 дни",
                data="Име, адрес по избрания от Вас канал, покупките Ви, избраните теми",
                recipients="Никой освен нас",
            ),
            NoticeDraft(
                "Предложения к тому, что у вас есть",
                "Можно ли присылать вам предложения, подходящие к вашей технике?",
                "Мы смотрим, что вы у нас купили, и пишем, когда что-то полезное для этого стоит дешевле.",
                benefit="Скидка 10 % на следующий заказ, код — не позже чем через 7 дней",
                data="Имя, адрес в выбранном вами канале, ваши покупки, выбранные темы",
                recipients="Никто, кроме нас",
            ),
        ),
    ),
    PurposeDraft(
        key="tips", basis="consent", marketing=True, dpv_purpose="dpv:Personalisation", retention_months=24,
        valid_months=36, benefit_by_days=30, position=3, channels=("email", "inbox", "letter"),
        data_categories=("pd:Name", "pd:EmailAddress"),
        notices=_in(
            NoticeDraft(
                "Care tips for your appliances",
                "May we send you tips that make your appliances last longer?",
                "Short texts by season: descaling, filters, seals, what to check before winter.",
                benefit="A tip for each thing you own, the first within 30 days",
                data="Name, address on the channel you choose, what you bought",
                recipients="Nobody but us",
            ),
            NoticeDraft(
                "Porady o pielęgnacji sprzętów",
                "Czy możemy przysyłać Ci porady, dzięki którym sprzęty posłużą dłużej?",
                "Krótkie teksty na każdą porę roku: odkamienianie, filtry, uszczelki, co sprawdzić przed zimą.",
                benefit="Porada do każdego Twojego sprzętu, pierwsza w ciągu 30 dni",
                data="Imię i nazwisko, adres na wybranym kanale, zakupy",
                recipients="Nikt poza nami",
            ),
            NoticeDraft(
                "Съвети за грижа за уредите",
                "Може ли да Ви изпращаме съвети, с които уредите Ви ще служат по-дълго?",
                "Кратки текстове за всеки сезон: котлен камък, филтри, уплътнения, какво да проверите преди зимата.",
                benefit="Съвет за всеки Ваш уред, първият до 30 дни",
                data="Име, адрес по избрания от Вас канал, покупките Ви",
                recipients="Никой освен нас",
            ),
            NoticeDraft(
                "Советы по уходу за техникой",
                "Можно ли присылать вам советы, с которыми техника прослужит дольше?",
                "Короткие тексты по сезону: накипь, фильтры, уплотнители, что проверить перед зимой.",
                benefit="Совет к каждой вашей вещи, первый — не позже чем через 30 дней",
                data="Имя, адрес в выбранном вами канале, ваши покупки",
                recipients="Никто, кроме нас",
            ),
        ),
    ),
    PurposeDraft(
        key="safety", basis="legal_obligation", dpv_purpose="dpv:LegalCompliance", retention_months=120, position=4,
        channels=("email", "sms", "phone", "letter", "inbox"),
        data_categories=("pd:Name", "pd:EmailAddress", "pd:PhysicalAddress"),
        notices=_in(
            NoticeDraft(
                "Safety recalls",
                "How would you hear that something you own is dangerous?",
                "If something you own turns out to be dangerous, the law makes us tell you.",
                data="Name, contact data, what you bought",
                recipients="The market surveillance office, when it asks",
            ),
            NoticeDraft(
                "Wycofania ze względów bezpieczeństwa",
                "Jak dowiesz się, że coś, co masz, jest niebezpieczne?",
                "Jeśli coś, co masz, okaże się niebezpieczne, prawo nakazuje nam Cię powiadomić.",
                data="Imię i nazwisko, dane kontaktowe, zakupy",
                recipients="Organ nadzoru rynku, gdy o to poprosi",
            ),
            NoticeDraft(
                "Изземване от съображения за безопасност",
                "Как ще разберете, че нещо, което имате, е опасно?",
                "Ако нещо, което имате, се окаже опасно, законът ни задължава да Ви уведомим.",
                data="Име, данни за контакт, покупките Ви",
                recipients="Органът за надзор на пазара, когато поиска",
            ),
            NoticeDraft(
                "Отзыв опасных товаров",
                "Как вы узнаете, что ваша вещь опасна?",
                "Если ваша вещь окажется опасной, закон обязывает нас сообщить вам об этом.",
                data="Имя, контактные данные, ваши покупки",
                recipients="Орган надзора за рынком, по его запросу",
            ),
        ),
    ),
    PurposeDraft(
        key="quality", basis="legitimate_interest", dpv_purpose="dpv:ServiceOptimisation", retention_months=12,
        position=5, channels=("email", "inbox"), data_categories=("pd:Name", "pd:EmailAddress"),
        notices=_in(
            NoticeDraft(
                "Asking how it went",
                "May we ask two short questions after a repair or an answer?",
                "After a repair or an answer we ask you two short questions. Say no and we never ask.",
                data="Name, e-mail address, which repair or answer it was",
                recipients="Nobody but us",
            ),
            NoticeDraft(
                "Pytania o to, jak poszło",
                "Czy po naprawie lub odpowiedzi możemy zadać dwa krótkie pytania?",
                "Po naprawie lub odpowiedzi zadajemy dwa krótkie pytania. Powiedz nie, a nigdy nie zapytamy.",
                data="Imię i nazwisko, adres e-mail, której naprawy lub odpowiedzi to dotyczy",
                recipients="Nikt poza nami",
            ),
            NoticeDraft(
                "Въпроси за това как е минало",
                "Може ли след ремонт или отговор да зададем два кратки въпроса?",
                "След ремонт или отговор задаваме два кратки въпроса. Кажете „не“ и няма да питаме.",
                data="Име, имейл адрес, за кой ремонт или отговор става дума",
                recipients="Никой освен нас",
            ),
            NoticeDraft(
                "Вопросы о том, как всё прошло",
                "Можно ли после ремонта или ответа задать два коротких вопроса?",
                "После ремонта или ответа мы задаём два коротких вопроса. Скажите «нет» — и мы не спросим.",
                data="Имя, адрес эл. почты, о каком ремонте или ответе речь",
                recipients="Никто, кроме нас",
            ),
        ),
    ),
    PurposeDraft(
        key="partner_repairs", basis="consent", sends=False, dpv_purpose="dpv:RepairImpairments",
        retention_months=24, valid_months=24, benefit_by_days=2, position=6,
        data_categories=("pd:Name", "pd:PhysicalAddress", "pd:TelephoneNumber"),
        recipients=("Northwind Repairs",),
        notices=_in(
            NoticeDraft(
                "Northwind Repairs may see what you own",
                "May Northwind Repairs see which appliances you own before they come?",
                "They then bring the right parts at the first visit. They see nothing else.",
                benefit="One visit instead of two: the technician knows the part, within 2 days",
                data="Name, address, telephone, model and age of your appliances",
                recipients="Northwind Repairs",
            ),
            NoticeDraft(
                "Northwind Repairs widzi, jakie masz sprzęty",
                "Czy Northwind Repairs może przed wizytą zobaczyć, jakie masz sprzęty?",
                "Dzięki temu od razu przywiozą właściwe części. Nie widzą nic więcej.",
                benefit="Jedna wizyta zamiast dwóch: technik zna część, w ciągu 2 dni",
                data="Imię i nazwisko, adres, telefon, model i wiek sprzętów",
                recipients="Northwind Repairs",
            ),
            NoticeDraft(
                "Northwind Repairs вижда какви уреди имате",
                "Може ли Northwind Repairs да види какви уреди имате, преди да дойде?",
                "Така ще донесат нужните части още първия път. Друго не виждат.",
                benefit="Едно посещение вместо две: техникът знае частта, до 2 дни",
                data="Име, адрес, телефон, модел и възраст на уредите Ви",
                recipients="Northwind Repairs",
            ),
            NoticeDraft(
                "Northwind Repairs видит, какая у вас техника",
                "Можно ли Northwind Repairs до визита посмотреть, какая у вас техника?",
                "Тогда нужные детали привезут с первого раза. Больше ничего видно не будет.",
                benefit="Один визит вместо двух: мастер знает деталь, не позже чем через 2 дня",
                data="Имя, адрес, телефон, модель и возраст вашей техники",
                recipients="Northwind Repairs",
            ),
        ),
    ),
)  # fmt: skip
