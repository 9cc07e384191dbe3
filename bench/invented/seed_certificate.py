"""What is certified of a lot of seed before it is sown."""

from __future__ import annotations

from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Theme, Words
from starter.manner import Manner
from starter.values import code, company, day, enum, land, number, one_of

_CATEGORIES: dict[str, Words] = {
    "pre_basic": {
        "en": ("Pre-basic seed",),
        "de": ("Vorstufensaatgut",),
        "it": ("Sementi di pre-base",),
        "cs": ("Osivo předstupňů",),
    },
    "basic": {
        "en": ("Basic seed",),
        "de": ("Basissaatgut",),
        "it": ("Sementi di base",),
        "cs": ("Základní osivo",),
    },
    "certified": {
        "en": ("Certified seed",),
        "de": ("Zertifiziertes Saatgut", "Z-Saatgut"),
        "it": ("Sementi certificate",),
        "cs": ("Certifikované osivo",),
    },
    "standard": {
        "en": ("Standard seed",),
        "de": ("Standardsaatgut",),
        "it": ("Sementi standard",),
        "cs": ("Standardní osivo",),
    },
}


def _harvest(rng: Random, how: Manner) -> PrintedValue:
    year = str(how.today.year - rng.choice((1, 1, 2)))
    return PrintedValue(year, year)


THEME = Theme(
    name="seed_certificate",
    titles={
        "en": ("Seed Certificate", "SEED LOT CERTIFICATE", "Plant Passport"),
        "de": ("Saatgutzertifikat", "Saatgutattest", "PFLANZENPASS"),
        "it": ("Certificato delle sementi", "PASSAPORTO DELLE PIANTE"),
        "cs": ("Uznávací list osiva", "ROSTLINOLÉKAŘSKÝ PAS"),
    },
    kinds=(
        ("Seed certificate", "What a lot of seed is, where it grew and how well it germinates."),
        ("Plant passport", "Variety, lot and origin of the seed that we sow."),
    ),
    sender=("certifying_body", "seed_authority", "testing_station"),
    receiver=("lot_owner", "seed_applicant", "certificate_for"),
    sender_labels={
        "en": ("Certifying body", "Seed testing station"),
        "de": ("Anerkennungsstelle", "Prüfstelle"),
        "it": ("Ente certificatore", "Organismo ufficiale"),
        "cs": ("Certifikační orgán", "Zkušební laboratoř"),
    },
    receiver_labels={
        "en": ("Applicant", "Lot owner"),
        "de": ("Antragsteller", "Auftraggeber"),
        "it": ("Richiedente", "Ditta richiedente"),
        "cs": ("Žadatel", "Vlastník partie"),
    },
    concepts=(
        Concept(
            ("seed_certificate_no", "attest_number", "attestnummer"),
            FieldType.CODE,
            ("number of the certificate", "number of this paper"),
            {
                "en": ("Certificate No.", "Certificate number"),
                "de": ("Attest-Nr.", "Zertifikatsnummer"),
                "it": ("N. certificato", "Certificato n."),
                "cs": ("Číslo osvědčení", "Číslo dokladu"),
            },
            code("SC-{y}-####", "######/##", "Z#####", "{y}-#####"),
        ),
        Concept(
            ("seed_lot", "lot_reference", "partienummer"),
            FieldType.CODE,
            ("which lot of seed it is", "number of the seed lot"),
            {
                "en": ("Lot No.", "Seed lot"),
                "de": ("Partie-Nr.", "Partienummer"),
                "it": ("N. lotto", "Lotto"),
                "cs": ("Číslo partie", "Partie č."),
            },
            code("@@##-####", "#-####-####", "@####/##", "L#####@"),
        ),
        Concept(
            ("operator_code", "registered_operator", "registriernummer"),
            FieldType.CODE,
            ("registration number of the operator", "under which the firm is registered"),
            {
                "en": ("Registration No.", "Operator No."),
                "de": ("Registriernummer", "Registrier-Nr."),
                "it": ("Codice RUOP", "N. di registrazione"),
                "cs": ("Registrační číslo", "Reg. č."),
            },
            code("@@-######", "##-####", "@@##/####"),
        ),
        Concept(
            ("species", "botanical_name", "plant_species"),
            FieldType.TEXT,
            ("which plant it is, in Latin", "botanical name"),
            {
                "en": ("Species", "Botanical name"),
                "de": ("Art", "Botanischer Name"),
                "it": ("Specie", "Nome botanico"),
                "cs": ("Druh", "Botanický název"),
            },
            one_of(
                "Triticum aestivum",
                "Hordeum vulgare",
                "Zea mays",
                "Trifolium pratense",
                "Lolium perenne",
                "Brassica napus",
                "Pisum sativum",
                "Avena sativa",
                "Helianthus annuus",
            ),
        ),
        Concept(
            ("variety", "cultivar", "sorte"),
            FieldType.TEXT,
            ("name of the variety", "which variety it is"),
            {
                "en": ("Variety", "Cultivar"),
                "de": ("Sorte", "Sortenbezeichnung"),
                "it": ("Varietà", "Denominazione varietale"),
                "cs": ("Odrůda", "Název odrůdy"),
            },
            one_of(
                "Falkora",
                "Lucrezia",
                "Amarel",
                "Bohemius",
                "Solvanta",
                "Kastellan",
                "Mirabo",
                "Tessina",
                "Grandor",
                "Vesna",
            ),
        ),
        Concept(
            ("seed_category", "seed_class"),
            FieldType.ENUM,
            ("category of the seed", "basic or certified seed"),
            {
                "en": ("Category", "Class"),
                "de": ("Kategorie", "Saatgutkategorie"),
                "it": ("Categoria", "Categoria sementi"),
                "cs": ("Kategorie", "Kategorie osiva"),
            },
            enum(_CATEGORIES),
            values=_CATEGORIES,
        ),
        Concept(
            ("germination", "germination_rate", "keimfaehigkeit"),
            FieldType.PERCENT,
            ("how much of the seed germinates", "germination in percent"),
            {
                "en": ("Germination", "Germination capacity"),
                "de": ("Keimfähigkeit", "Keimung"),
                "it": ("Germinabilità", "Facoltà germinativa"),
                "cs": ("Klíčivost", "Laboratorní klíčivost"),
            },
            number(80, 99),
        ),
        Concept(
            ("pure_seed", "analytical_purity", "reinheit"),
            FieldType.PERCENT,
            ("how pure the seed is", "purity in percent"),
            {
                "en": ("Purity", "Analytical purity"),
                "de": ("Reinheit", "Technische Reinheit"),
                "it": ("Purezza", "Purezza specifica"),
                "cs": ("Čistota", "Čistota osiva"),
            },
            number(96, 99.9, places=1),
        ),
        Concept(
            ("seed_moisture", "moisture", "feuchte"),
            FieldType.PERCENT,
            ("how moist the seed is", "moisture in percent"),
            {
                "en": ("Moisture", "Moisture content"),
                "de": ("Feuchtigkeit", "Feuchtegehalt"),
                "it": ("Umidità", "Tenore di umidità"),
                "cs": ("Vlhkost", "Vlhkost osiva"),
            },
            number(8, 15, places=1),
        ),
        Concept(
            ("thousand_seed_weight", "tsw", "tkm"),
            FieldType.QUANTITY,
            ("weight of a thousand seeds", "grams that a thousand seeds weigh"),
            {
                "en": ("Thousand seed weight", "TSW"),
                "de": ("Tausendkornmasse", "TKM"),
                "it": ("Peso di mille semi", "Peso 1000 semi"),
                "cs": ("Hmotnost tisíce semen", "HTS"),
            },
            number(1.5, 320, places=1),
            unit="g",
        ),
        Concept(
            ("harvest_year", "crop_year", "erntejahr"),
            FieldType.INTEGER,
            ("year of the harvest", "when the seed was harvested"),
            {
                "en": ("Harvest year", "Crop year"),
                "de": ("Erntejahr", "Ernte"),
                "it": ("Anno di raccolta", "Raccolto"),
                "cs": ("Rok sklizně", "Sklizeň"),
            },
            _harvest,
        ),
        Concept(
            ("grown_in", "production_country", "seed_origin"),
            FieldType.COUNTRY,
            ("country in which the seed grew", "country of origin of the seed"),
            {
                "en": ("Country of origin", "Country of production"),
                "de": ("Ursprungsland", "Erzeugerland"),
                "it": ("Paese di origine", "Paese di produzione"),
                "cs": ("Země původu", "Země produkce"),
            },
            land(),
        ),
        Concept(
            ("sampled_on", "lot_sampled", "probenahme"),
            FieldType.DATE,
            ("when the sample was taken from the lot", "day of the sampling"),
            {
                "en": ("Date of sampling", "Sampled on"),
                "de": ("Datum der Probenahme", "Probenahme am"),
                "it": ("Data di campionamento", "Campionato il"),
                "cs": ("Datum odběru vzorku", "Vzorek odebrán dne"),
            },
            day(-60, -25),
        ),
        Concept(
            ("germination_tested", "seed_test_date", "untersucht_am"),
            FieldType.DATE,
            ("when the seed was tested", "day of the seed test"),
            {
                "en": ("Date of test", "Tested on"),
                "de": ("Untersuchungsdatum", "Untersucht am"),
                "it": ("Data dell'analisi", "Analizzato il"),
                "cs": ("Datum zkoušky", "Zkoušeno dne"),
            },
            day(-20, -3),
        ),
        Concept(
            ("certified_on", "attested_on", "attestdatum"),
            FieldType.DATE,
            ("date of the certificate", "when the certificate was issued"),
            {
                "en": ("Date of issue", "Issued on"),
                "de": ("Ausstellungsdatum", "Ausgestellt am"),
                "it": ("Data di rilascio", "Rilasciato il"),
                "cs": ("Datum vydání", "Vydáno dne"),
            },
            day(0, 0),
        ),
        Concept(
            ("breeder", "bred_by", "zuechter"),
            FieldType.TEXT,
            ("company that bred the variety", "breeder of the variety"),
            {
                "en": ("Breeder", "Maintainer"),
                "de": ("Züchter", "Erhaltungszüchter"),
                "it": ("Costitutore", "Ditta costitutrice"),
                "cs": ("Šlechtitel", "Udržovatel odrůdy"),
            },
            company(),
        ),
    ),
)
