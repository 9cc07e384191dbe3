"""What the papers with long tables say: seeded contents in eight languages, and where each is to
break.

Pure. Nothing here knows a renderer, and companies, goods and sums are made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from random import Random

CENT = Decimal("0.01")


class Place(StrEnum):
    """Where a page ends."""

    BETWEEN_ROWS = "between rows"
    IN_A_CELL = "inside a wrapped cell"
    AFTER_THE_HEADER = "after the header"
    """No row stands on page one."""
    TOTALS_ON_TWO = "totals alone on page two"
    TOTALS_ON_THREE = "totals alone on page three"
    LAST_ROW_ALONE = "last row alone"
    CARRIED = "carried forward"
    """A sum stands below the last row of a page and above the first one of the next."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    words: Mapping[str, str]
    """By what is said: the title, the headings of columns by field, the labels of totals."""
    goods: Sequence[str]
    details: Sequence[str]
    unit: str
    thousands: str
    point: str


_HEADS = (
    *("pos", "article", "description", "quantity", "unit"),
    *("price", "discount", "vat", "amount"),
)
_LABELS = (
    *("title", "number", "date", "customer", "net", "tax"),
    *("gross", "carried", "brought", "page", "note"),
)


def _language(
    code: str, numbers: str, heads: str, labels: str, goods: str, details: str, unit: str
) -> Language:
    words = dict(zip(_HEADS, heads.split("|"), strict=True)) | dict(
        zip(_LABELS, labels.split("|"), strict=True)
    )
    return Language(code, words, goods.split("|"), details.split("|"), unit, numbers[0], numbers[1])


LANGUAGES = (
    _language(
        "de",
        ".,",
        "Pos.|Art.-Nr.|Bezeichnung|Menge|Einheit|Einzelpreis|Rabatt|MwSt.|Gesamtpreis",
        "Rechnung|Rechnungsnummer|Rechnungsdatum|Kundennummer|Nettobetrag|Umsatzsteuer 19 %"
        "|Rechnungsbetrag|Übertrag|Übertrag|Seite|Es gelten unsere Lieferbedingungen.",
        "Rillenkugellager|Sechskantschraube verzinkt|Dichtring|Hydraulikschlauch|Kabelbinder"
        "|Flachstahl|Schutzhandschuhe|Spannstift",
        "einschließlich Prüfzeugnis und Verpackung|in der Ausführung für erhöhte Temperaturen"
        "|nach Zeichnung gefertigt, entgratet und gereinigt",
        "Stk",
    ),
    _language(
        "en",
        ",.",
        "No.|Item code|Description|Qty|Unit|Unit price|Disc.|VAT|Amount",
        "Invoice|Invoice number|Invoice date|Customer number|Net total|VAT 20 %|Total due"
        "|Carried forward|Brought forward|Page|Goods remain our property until paid for.",
        "Ball bearing|Hex bolt, galvanised|Sealing ring|Hydraulic hose|Cable tie|Flat bar"
        "|Work gloves|Spring pin",
        "including test certificate and packing|in the version for raised temperatures"
        "|made to drawing, deburred and cleaned",
        "pcs",
    ),
    _language(
        "fr",
        "\u00a0,",
        "N°|Référence|Désignation|Quantité|Unité|Prix unitaire|Remise|TVA|Montant HT",
        "Facture|Numéro de facture|Date de facture|Numéro de client|Total HT|TVA 20 %|Total TTC"
        "|À reporter|Report|Page|Pas d'escompte pour paiement anticipé.",
        "Roulement à billes|Vis à tête hexagonale|Joint torique|Flexible hydraulique|Collier"
        "|Fer plat|Gants de protection|Goupille",
        "avec certificat de contrôle et emballage|en exécution pour hautes températures"
        "|fabriqué selon plan, ébavuré et nettoyé",
        "pce",
    ),
    _language(
        "es",
        ".,",
        "Nº|Código|Descripción|Cantidad|Unidad|Precio unitario|Dto.|IVA|Importe",
        "Factura|Número de factura|Fecha de factura|Número de cliente|Base imponible|IVA 21 %"
        "|Total factura|Suma y sigue|Suma anterior|Página|Mercancía propiedad del vendedor.",
        "Rodamiento de bolas|Tornillo hexagonal|Junta tórica|Manguera hidráulica|Brida"
        "|Pletina|Guantes de trabajo|Pasador",
        "con certificado de ensayo y embalaje|en versión para altas temperaturas"
        "|fabricado según plano, desbarbado y limpio",
        "ud",
    ),
    _language(
        "it",
        ".,",
        "Pos.|Codice|Descrizione|Quantità|U.M.|Prezzo unitario|Sconto|IVA|Importo",
        "Fattura|Numero fattura|Data fattura|Codice cliente|Totale imponibile|IVA 22 %"
        "|Totale fattura|A riportare|Riporto|Pagina|La merce viaggia a rischio del cliente.",
        "Cuscinetto a sfere|Vite esagonale|Anello di tenuta|Tubo idraulico|Fascetta"
        "|Piatto in acciaio|Guanti da lavoro|Spina elastica",
        "con certificato di prova e imballo|in versione per alte temperature"
        "|eseguito a disegno, sbavato e pulito",
        "pz",
    ),
    _language(
        "nl",
        ".,",
        "Nr.|Artikel|Omschrijving|Aantal|Eenheid|Prijs per stuk|Korting|BTW|Bedrag",
        "Factuur|Factuurnummer|Factuurdatum|Klantnummer|Totaal excl. btw|BTW 21 %|Te betalen"
        "|Transport|Transport|Pagina|Geleverd onder onze voorwaarden.",
        "Kogellager|Zeskantbout verzinkt|Afdichtring|Hydrauliekslang|Kabelbinder|Platstaal"
        "|Werkhandschoenen|Spanbus",
        "inclusief keuringsrapport en verpakking|in uitvoering voor hoge temperaturen"
        "|volgens tekening gemaakt, ontbraamd en gereinigd",
        "st",
    ),
    _language(
        "pl",
        "\u00a0,",
        "Lp.|Indeks|Nazwa towaru|Ilość|J.m.|Cena netto|Rabat|VAT|Wartość netto",
        "Faktura|Numer faktury|Data wystawienia|Numer klienta|Razem netto|VAT 23 %|Do zapłaty"
        "|Do przeniesienia|Z przeniesienia|Strona|Towar pozostaje własnością sprzedawcy.",
        "Łożysko kulkowe|Śruba sześciokątna|Uszczelka|Wąż hydrauliczny|Opaska kablowa"
        "|Płaskownik|Rękawice robocze|Kołek",
        "z atestem i opakowaniem zbiorczym|w wersji do podwyższonych temperatur"
        "|wykonane według rysunku, bez zadziorów",
        "szt",
    ),
    _language(
        "pt",
        ".,",
        "Item|Código|Descrição|Quantidade|Un.|Preço unitário|Desc.|IVA|Valor líquido",
        "Fatura|Número da fatura|Data da fatura|Número de cliente|Total líquido|IVA 23 %"
        "|Total a pagar|A transportar|Transporte|Página|Não se aceitam devoluções.",
        "Rolamento de esferas|Parafuso sextavado|Anel de vedação|Mangueira hidráulica|Abraçadeira"
        "|Barra chata|Luvas de trabalho|Pino elástico",
        "com certificado de ensaio e embalagem|na versão para altas temperaturas"
        "|fabricado conforme desenho, sem rebarbas",
        "un",
    ),
)

_COLUMNS = (
    "pos description quantity price amount",
    "pos article description quantity unit price amount",
    "article description quantity price amount",
    "description quantity price amount",
    "pos description quantity unit price discount amount",
    "pos article description quantity price vat amount",
    "quantity article description price amount",
)


@dataclass(frozen=True, slots=True)
class PaperRow:
    cells: Mapping[str, str]
    """By column as it is printed."""
    truth: Mapping[str, str]
    """By field of ``supplier_invoice``, numbers with a point."""


@dataclass(frozen=True, slots=True)
class Look:
    borders: str
    """``grid``, ``lines`` or ``none``."""
    header_again: bool
    """The header stands on every page."""
    running: bool
    """Each page has a line on top and a footer."""
    points: float
    """Size of the type."""
    serif: bool
    note_above: bool
    """A note stands between the header of the paper and its table."""


@dataclass(frozen=True, slots=True)
class LongPaper:
    number: int
    renderer: str
    place: Place
    language: Language
    columns: Sequence[str]
    rows: Sequence[PaperRow]
    look: Look
    totals: Sequence[tuple[str, str]]
    """Label and amount."""
    header: Sequence[tuple[str, str]]
    seller: Sequence[str]
    buyer: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.number:03d}-{self.renderer}-{self.place.name.lower()}-{self.language.code}"

    def amount_of(self, rows: Sequence[PaperRow]) -> str:
        """Return the sum of the amounts of ``rows`` as the paper writes it."""
        total = sum((Decimal(row.truth["net_amount"]) for row in rows), Decimal(0))
        return say(total, self.language)


def say(value: Decimal, language: Language) -> str:
    """Return an amount as the language writes it."""
    whole, _, cents = f"{value:,.2f}".partition(".")
    return whole.replace(",", language.thousands) + language.point + cents


RENDERERS = ("word processor", "browser")


def draw_papers(seed: int, each: int) -> Iterator[LongPaper]:
    """Yield ``each`` papers for every place and renderer, always the same ones for a seed."""
    number = 0
    for renderer in RENDERERS:
        for place in Place:
            for _ in range(each):
                yield _draw_paper(Random(f"{seed}/{number}"), number, renderer, place)
                number += 1


def _draw_paper(rng: Random, number: int, renderer: str, place: Place) -> LongPaper:
    language = LANGUAGES[number % len(LANGUAGES)]
    columns = rng.choice(_COLUMNS).split()
    short = place is Place.TOTALS_ON_TWO
    wrapped = 0.0 if short else rng.choice((0.0, 0.15, 0.4))
    if place is Place.IN_A_CELL:
        wrapped = 0.5
    rows = [
        _draw_row(rng, language, at, wrapped=rng.random() < wrapped, reduced="discount" in columns)
        for at in range(rng.randint(20, 24) if short else rng.randint(26, 60))
    ]
    look = Look(
        rng.choice(("grid", "lines", "none")),
        place is not Place.AFTER_THE_HEADER and rng.random() < 0.5,
        rng.random() < 0.6,
        8.0 if short else rng.choice((8.0, 9.0, 10.0)),
        rng.random() < 0.3,
        rng.random() < 0.4,
    )
    net = sum((Decimal(row.truth["net_amount"]) for row in rows), Decimal(0))
    rate = Decimal("".join(filter(str.isdigit, language.words["tax"]))) / 100
    tax = (net * rate).quantize(CENT, ROUND_HALF_UP)
    totals = list(zip(("net", "tax", "gross"), (net, tax, net + tax), strict=True))
    day = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.2026"
    town = rng.choice(("Olten", "Brenna", "Tessel", "Morvan", "Calda"))
    return LongPaper(
        number,
        renderer,
        place,
        language,
        columns,
        rows,
        look,
        [(language.words[name], say(value, language)) for name, value in totals],
        [
            (language.words["number"], f"{rng.choice('RFK')}{rng.randint(10000, 99999)}"),
            (language.words["date"], day),
            (language.words["customer"], str(rng.randint(1000, 9999))),
        ],
        [f"{rng.choice(('Varnel', 'Osk', 'Tremmo', 'Lindq'))} {town} GmbH", f"12 {town}weg"],
        [f"{rng.choice(('Hald', 'Pereno', 'Quist'))} Werke AG", f"{rng.randint(1, 99)} Nord"],
    )


def _draw_row(
    rng: Random, language: Language, at: int, *, wrapped: bool, reduced: bool
) -> PaperRow:
    quantity = Decimal(rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 40, 100, 250)))
    price = Decimal(rng.randint(45, 250000 if rng.random() < 0.1 else 9000)) / 100
    discount = Decimal(rng.choice((0, 5, 10)) if reduced else 0)
    amount = (quantity * price * (100 - discount) / 100).quantize(CENT, ROUND_HALF_UP)
    good = f"{rng.choice(language.goods)} {rng.choice('ABDKM')}{rng.randint(100, 999)}"
    if wrapped:
        good += f" {rng.choice(language.details)} {rng.choice(language.details)}"
    cells = {
        "pos": str(at + 1),
        "article": f"{rng.randint(10, 99)}-{rng.randint(1000, 9999)}",
        "description": good,
        "quantity": str(quantity),
        "unit": language.unit,
        "price": say(price, language),
        "discount": f"{discount} %",
        "vat": language.words["tax"].split(maxsplit=1)[1],
        "amount": say(amount, language),
    }
    return PaperRow(
        cells,
        {
            "description": good,
            "quantity": str(quantity),
            "unit_price": str(price),
            "net_amount": str(amount),
        },
    )
