"""What goes with waste from its producer to where it is treated."""

from __future__ import annotations

from appliance.domain.doctype import FieldType
from starter.facts import Concept, Table, Theme, Words
from starter.values import code, company, day, enum, number, one_of, person, words

_FORMS: dict[str, Words] = {
    "solid": {"en": ("Solid",), "fr": ("Solide",), "pl": ("Stała",), "pt": ("Sólido",)},
    "liquid": {"en": ("Liquid",), "fr": ("Liquide",), "pl": ("Ciekła",), "pt": ("Líquido",)},
    "sludge": {
        "en": ("Sludge",),
        "fr": ("Boueux", "Pâteux"),
        "pl": ("Szlamista", "Szlam"),
        "pt": ("Pastoso", "Lamas"),
    },
    "powder": {
        "en": ("Powder",),
        "fr": ("Pulvérulent",),
        "pl": ("Sypka", "Proszek"),
        "pt": ("Pulverulento", "Pó"),
    },
}

THEME = Theme(
    name="waste_transfer",
    titles={
        "en": ("Waste Transfer Note", "WASTE TRANSFER NOTE", "Waste Consignment Note"),
        "fr": ("Bordereau de suivi de déchets", "BORDEREAU DE SUIVI DE DÉCHETS"),
        "pl": ("Karta przekazania odpadów", "KARTA PRZEKAZANIA ODPADÓW"),
        "pt": ("Guia de acompanhamento de resíduos", "GUIA DE RESÍDUOS"),
    },
    kinds=(
        ("Waste transfer note", "Which waste went from whom to which disposal site."),
        ("Waste papers", "Notes that the carrier leaves when our waste is collected."),
    ),
    sender=("waste_producer", "transferor", "waste_from"),
    receiver=("disposal_site", "transferee", "receiving_facility"),
    sender_labels={
        "en": ("Waste producer", "Transferor"),
        "fr": ("Producteur du déchet", "Émetteur du bordereau"),
        "pl": ("Przekazujący odpady", "Wytwórca odpadów"),
        "pt": ("Produtor do resíduo", "Produtor"),
    },
    receiver_labels={
        "en": ("Disposal site", "Transferee"),
        "fr": ("Installation de destination", "Centre de traitement"),
        "pl": ("Przejmujący odpady", "Miejsce przeznaczenia"),
        "pt": ("Destinatário", "Instalação de destino"),
    },
    sender_also=(
        Concept(
            ("producer_number", "producer_registration"),
            FieldType.CODE,
            ("registration number of the waste producer",),
            {
                "en": ("Producer No.", "Premises code"),
                "fr": ("N° SIRET", "SIRET"),
                "pl": ("Nr rejestrowy BDO", "Nr BDO"),
                "pt": ("Código APA", "N.º APA"),
            },
            code("000######", "#########", "APA########"),
        ),
    ),
    concepts=(
        Concept(
            ("transfer_note_number", "wtn_number", "waste_note"),
            FieldType.CODE,
            ("number of the note", "number of this paper"),
            {
                "en": ("Note No.", "Transfer note No."),
                "fr": ("N° de bordereau", "Bordereau n°"),
                "pl": ("Nr karty", "Numer karty"),
                "pt": ("N.º da guia", "Guia n.º"),
            },
            code("WTN######", "{y}/####", "BSD-{y}####", "###/{m}/{y}"),
        ),
        Concept(
            ("waste_code", "ewc_code", "waste_catalogue_no"),
            FieldType.CODE,
            ("code of the waste in the European list", "six digits of the kind of waste"),
            {
                "en": ("EWC code", "Waste code"),
                "fr": ("Code déchet", "Code nomenclature"),
                "pl": ("Kod odpadu",),
                "pt": ("Código LER", "LER"),
            },
            code("1# 0# ##", "17 0# 0#", "1#0###", "13 02 ##*", "20 01 ##"),
        ),
        Concept(
            ("kind_of_waste", "waste_description", "what_is_disposed"),
            FieldType.TEXT,
            ("what the waste is", "the waste in words"),
            {
                "en": ("Description of waste", "Waste type"),
                "fr": ("Désignation du déchet", "Dénomination usuelle"),
                "pl": ("Rodzaj odpadu", "Opis odpadu"),
                "pt": ("Designação do resíduo", "Descrição do resíduo"),
            },
            words(
                {
                    "en": (
                        "Mixed construction waste",
                        "Waste oil",
                        "Wooden packaging",
                        "Contaminated soil",
                        "Fluorescent tubes",
                        "End-of-life tyres",
                    ),
                    "fr": (
                        "Déchets de chantier en mélange",
                        "Huiles usagées",
                        "Emballages en bois",
                        "Terres polluées",
                        "Tubes fluorescents",
                        "Pneus hors d'usage",
                    ),
                    "pl": (
                        "Zmieszane odpady z budowy",
                        "Oleje odpadowe",
                        "Opakowania z drewna",
                        "Zanieczyszczona gleba",
                        "Lampy fluorescencyjne",
                        "Zużyte opony",
                    ),
                    "pt": (
                        "Resíduos de construção e demolição",
                        "Óleos usados",
                        "Embalagens de madeira",
                        "Solos contaminados",
                        "Lâmpadas fluorescentes",
                        "Pneus usados",
                    ),
                }
            ),
        ),
        Concept(
            ("waste_tonnage", "tonnes_handed_over", "waste_quantity"),
            FieldType.QUANTITY,
            ("how much waste in all, in tonnes", "tonnes of waste"),
            {
                "en": ("Quantity", "Total quantity"),
                "fr": ("Quantité", "Quantité remise"),
                "pl": ("Masa odpadów", "Ilość odpadów"),
                "pt": ("Quantidade", "Quantidade total"),
            },
            number(0.1, 26, places=2),
            unit="t",
        ),
        Concept(
            ("physical_form", "consistency"),
            FieldType.ENUM,
            ("solid, liquid, sludge or powder", "physical form of the waste"),
            {
                "en": ("Physical form", "Consistency"),
                "fr": ("Consistance", "État physique"),
                "pl": ("Postać", "Postać fizyczna"),
                "pt": ("Estado físico", "Consistência"),
            },
            enum(_FORMS),
            values=_FORMS,
        ),
        Concept(
            ("waste_carrier", "waste_hauled_by"),
            FieldType.TEXT,
            ("company that carries the waste", "name of the waste carrier"),
            {
                "en": ("Carrier", "Waste carrier"),
                "fr": ("Transporteur", "Collecteur-transporteur"),
                "pl": ("Transportujący odpady", "Transportujący"),
                "pt": ("Transportador", "Empresa transportadora"),
            },
            company(),
        ),
        Concept(
            ("carrier_licence", "carrier_registration", "waste_haulage_permit"),
            FieldType.CODE,
            ("licence number of the carrier", "permit to carry waste"),
            {
                "en": ("Carrier licence No.", "Carrier registration"),
                "fr": ("N° de récépissé", "Récépissé n°"),
                "pl": ("Nr rejestrowy transportującego",),
                "pt": ("N.º de alvará", "Alvará do transportador"),
            },
            code("CBDU######", "@@###/{y}", "T-#####", "##-####-@"),
        ),
        Concept(
            ("site_permit", "facility_licence", "environmental_permit"),
            FieldType.CODE,
            ("permit number of the disposal site", "permit to treat waste"),
            {
                "en": ("Site permit No.", "Environmental permit"),
                "fr": ("N° d'agrément", "Arrêté préfectoral n°"),
                "pl": ("Nr decyzji", "Nr zezwolenia"),
                "pt": ("N.º de licença", "Licença ambiental"),
            },
            code("EPR/@@####", "@@-##-####", "#####/{y}"),
        ),
        Concept(
            ("treatment_code", "disposal_operation", "rd_code"),
            FieldType.CODE,
            ("R or D code of the treatment", "how the waste is treated, as a code"),
            {
                "en": ("R/D code", "Disposal operation"),
                "fr": ("Code D/R", "Opération de traitement"),
                "pl": ("Proces przetwarzania", "Kod procesu"),
                "pt": ("Operação de gestão", "Código D/R"),
            },
            one_of("R1", "R3", "R4", "R5", "R9", "R12", "R13", "D1", "D5", "D9", "D10", "D15"),
        ),
        Concept(
            ("transferred_on", "handover_date", "waste_collected_on"),
            FieldType.DATE,
            ("when the producer handed the waste over", "day of the transfer"),
            {
                "en": ("Date of transfer", "Transferred on"),
                "fr": ("Date de remise", "Remis le"),
                "pl": ("Data przekazania", "Przekazano dnia"),
                "pt": ("Data de recolha", "Recolhido em"),
            },
            day(0, 0),
        ),
        Concept(
            ("arrived_at_site", "tipped_on", "taken_in_on"),
            FieldType.DATE,
            ("when the disposal site got the waste", "day of arrival at the site"),
            {
                "en": ("Date received", "Received at site"),
                "fr": ("Date de réception", "Reçu le"),
                "pl": ("Data przejęcia", "Przejęto dnia"),
                "pt": ("Data de receção", "Recebido em"),
            },
            day(1, 3),
        ),
        Concept(
            ("treated_on", "disposed_on", "recovered_on"),
            FieldType.DATE,
            ("when the waste was treated", "day of the disposal"),
            {
                "en": ("Date of treatment", "Disposed of on"),
                "fr": ("Date de traitement", "Traité le"),
                "pl": ("Data przetworzenia", "Przetworzono dnia"),
                "pt": ("Data de tratamento", "Tratado em"),
            },
            day(4, 30),
        ),
        Concept(
            ("producer_signatory", "waste_handed_over_by"),
            FieldType.TEXT,
            ("who signs for the producer", "who handed the waste over"),
            {
                "en": ("Handed over by", "Signed for transferor"),
                "fr": ("Remis par", "Signataire producteur"),
                "pl": ("Przekazał", "Osoba przekazująca"),
                "pt": ("Entregue por", "Responsável do produtor"),
            },
            person(),
        ),
        Concept(
            ("lorry_driver", "waste_driver"),
            FieldType.TEXT,
            ("who drove the waste",),
            {
                "en": ("Driver", "Driver's name"),
                "fr": ("Chauffeur", "Conducteur"),
                "pl": ("Kierowca", "Imię i nazwisko kierowcy"),
                "pt": ("Motorista", "Condutor"),
            },
            person(),
        ),
        Concept(
            ("site_signatory", "waste_taken_in_by"),
            FieldType.TEXT,
            ("who signs for the disposal site", "who took the waste in"),
            {
                "en": ("Received by", "Signed for transferee"),
                "fr": ("Réceptionné par", "Signataire destinataire"),
                "pl": ("Przejął", "Osoba przejmująca"),
                "pt": ("Rececionado por", "Responsável do destinatário"),
            },
            person(),
        ),
    ),
    table=Table(
        ("skips", "waste_containers", "receptacles"),
        ("in what the waste was carried", "one row a container"),
        (
            Concept(
                ("skip_number", "bin_tag"),
                FieldType.CODE,
                ("number of the container",),
                {
                    "en": ("Container No.", "Skip No."),
                    "fr": ("N° de benne", "Benne n°"),
                    "pl": ("Nr pojemnika", "Nr kontenera"),
                    "pt": ("N.º do contentor", "Contentor n.º"),
                },
                code("####", "C-###", "@##", "SK####"),
            ),
            Concept(
                ("skip_type", "receptacle_kind"),
                FieldType.TEXT,
                ("what kind of container it is",),
                {
                    "en": ("Container type", "Skip type"),
                    "fr": ("Type de contenant", "Conditionnement"),
                    "pl": ("Rodzaj pojemnika", "Rodzaj opakowania"),
                    "pt": ("Tipo de contentor", "Acondicionamento"),
                },
                words(
                    {
                        "en": ("Open skip", "Drum", "Wheeled bin", "Big bag", "Tank"),
                        "fr": ("Benne ouverte", "Fût", "Bac roulant", "Big bag", "Citerne"),
                        "pl": ("Kontener otwarty", "Beczka", "Pojemnik na kółkach", "Worek"),
                        "pt": ("Contentor aberto", "Tambor", "Contentor com rodas", "Cisterna"),
                    }
                ),
            ),
            Concept(
                ("skip_volume", "capacity"),
                FieldType.QUANTITY,
                ("how much the container holds",),
                {
                    "en": ("Volume", "Capacity"),
                    "fr": ("Volume", "Capacité"),
                    "pl": ("Pojemność", "Objętość"),
                    "pt": ("Volume", "Capacidade"),
                },
                number(0.2, 40, places=1),
                unit="m³",
            ),
            Concept(
                ("skip_weight", "weight_of_waste"),
                FieldType.QUANTITY,
                ("weight of the waste in the container", "kilograms in the container"),
                {
                    "en": ("Net weight", "Weight"),
                    "fr": ("Poids net", "Poids"),
                    "pl": ("Masa netto",),
                    "pt": ("Peso líquido", "Peso"),
                },
                number(40, 9800),
                unit="kg",
            ),
        ),
        rows=(1, 6),
    ),
)
