"""Names, streets and towns of made-up people and companies."""

FEMALE_PL = (
    "Anna Zielińska", "Katarzyna Wójcik", "Małgorzata Kamińska", "Agnieszka Lewandowska", "Barbara Dąbrowska",
    "Ewa Kozłowska", "Krystyna Jankowska", "Magdalena Mazur", "Elżbieta Krawczyk", "Joanna Piotrowska",
    "Aleksandra Grabowska", "Zofia Pawłowska", "Monika Michalska", "Teresa Król", "Danuta Wieczorek",
    "Natalia Jabłońska", "Julia Wróbel", "Karolina Majewska", "Marta Olszewska", "Beata Stępień",
    "Dorota Malinowska", "Halina Jaworska", "Jadwiga Adamczyk", "Alicja Dudek", "Jolanta Pawlak",
    "Iwona Górska", "Grażyna Nowicka", "Paulina Sikora", "Justyna Witkowska", "Renata Walczak",
)  # fmt: skip
MALE_PL = (
    "Piotr Wiśniewski", "Krzysztof Kowalczyk", "Andrzej Woźniak", "Tomasz Szymański", "Jan Kaczmarek",
    "Paweł Zając", "Michał Wojciechowski", "Marcin Kwiatkowski", "Stanisław Krupa", "Jakub Szewczyk",
    "Adam Tomaszewski", "Marek Pietrzak", "Łukasz Zalewski", "Grzegorz Wilk", "Mateusz Jasiński",
    "Wojciech Zawadzki", "Mariusz Bąk", "Dariusz Chmielewski", "Zbigniew Borkowski", "Jerzy Sokołowski",
    "Maciej Ostrowski", "Rafał Kubiak", "Robert Maciejewski", "Kamil Kucharski", "Jacek Wilczek",
    "Dawid Lis", "Szymon Mazurek", "Kacper Wysocki", "Henryk Kalinowski", "Ryszard Gajda",
)  # fmt: skip
OTHERS = (
    ("Ivan Dimitrov", "BG"), ("Maria Georgieva", "BG"), ("Georgi Ivanov", "BG"), ("Elena Todorova", "BG"),
    ("Nikolay Stoyanov", "BG"), ("Desislava Koleva", "BG"), ("Petr Svoboda", "CZ"), ("Jana Dvořáková", "CZ"),
    ("Lukas Becker", "DE"), ("Sabine Hoffmann", "DE"), ("Oliver Hughes", "GB"), ("Grace Mitchell", "GB"),
    ("Rasa Petrauskienė", "LT"), ("Jonas Kazlauskas", "LT"),
)  # fmt: skip
ZONES = {
    "PL": "Europe/Warsaw", "BG": "Europe/Sofia", "CZ": "Europe/Prague", "DE": "Europe/Berlin",
    "GB": "Europe/London", "LT": "Europe/Vilnius",
}  # fmt: skip
LANGUAGES = {"PL": "pl", "BG": "bg"}
TOWNS = {
    "PL": (("Warszawa", "02-496"), ("Kraków", "31-148"), ("Łódź", "90-001"), ("Wrocław", "50-078"),
           ("Poznań", "61-731"), ("Gdańsk", "80-831"), ("Szczecin", "70-415"), ("Lublin", "20-112"),
           ("Białystok", "15-062"), ("Katowice", "40-012"), ("Toruń", "87-100"), ("Rzeszów", "35-064")),
    "BG": (("Sofia", "1000"), ("Plovdiv", "4000"), ("Varna", "9000")),
    "CZ": (("Brno", "602 00"), ("Ostrava", "702 00")),
    "DE": (("Leipzig", "04109"), ("Dresden", "01067")),
    "GB": (("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR")),
    "LT": (("Kaunas", "44240"), ("Vilnius", "01103")),
}  # fmt: skip
STREETS = {
    "PL": ("ul. Lipowa", "ul. Kwiatowa", "ul. Mickiewicza", "ul. Słoneczna", "al. Niepodległości", "ul. Polna",
           "ul. Długa", "ul. Krótka", "ul. Żeromskiego", "ul. Ogrodowa"),
    "BG": ("ul. Rakovski", "bul. Vitosha"),
    "CZ": ("Lidická", "Masarykova"),
    "DE": ("Lindenstraße", "Gartenweg"),
    "GB": ("Mill Lane", "Station Road"),
    "LT": ("Laisvės al.", "Vilniaus g."),
}  # fmt: skip
PHONES = {
    "PL": "+48 60{0} {1:03d} {2:03d}", "BG": "+359 88{0} {1:03d} {2:03d}", "CZ": "+420 60{0} {1:03d} {2:03d}",
    "DE": "+49 1512 {0}{1:03d}{2:03d}", "GB": "+44 7700 90{0}{1:03d}", "LT": "+370 61{0} {2:05d}",
}  # fmt: skip
COMPANY_WORDS = (
    "Dom i Wnętrze", "Meble Zdrój", "AGD Centrum", "Kuchnie Karpaty", "Hotel Pod Dębem", "Pensjonat Mewa",
    "Biuro Serwis", "Gościniec Sosna", "Żłobek Motylek", "Restauracja Ratuszowa", "Pralnia Błysk", "Zajazd Olimp",
    "Przychodnia Medyk", "Szkoła Językowa Lingua", "Piekarnia Kłos", "Akademik Bursztyn", "Kawiarnia Filiżanka",
    "Dom Seniora Jesień", "Sklep Wielobranżowy Wzgórze", "Budowa i Remont", "Hostel Szlak", "Klub Fitness Forma",
    "Catering Smak", "Salon Kąpielowy Fala", "Warsztat Iskra", "Studio Kuchni Linea", "Bistro Pod Lipą",
    "Apartamenty Nadwiślańskie", "Przedszkole Tęcza", "Drukarnia Akcent",
)  # fmt: skip
COMPANY_ENDS = ("sp. z o.o.", "s.c.", "sp. j.", "S.A.")
