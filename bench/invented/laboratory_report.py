"""What a medical laboratory reports of a patient's sample."""

from __future__ import annotations

from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Table, Theme, Words
from starter.manner import Manner
from starter.values import code, company, day, enum, number, one_of, person, words

_SPECIMENS: dict[str, Words] = {
    "serum": {"en": ("Serum",), "de": ("Serum",), "fr": ("Sérum",), "pl": ("Surowica",)},
    "blood": {
        "en": ("EDTA whole blood", "EDTA blood"),
        "de": ("EDTA-Blut", "EDTA-Vollblut"),
        "fr": ("Sang total EDTA", "Sang EDTA"),
        "pl": ("Krew pełna EDTA", "Krew żylna EDTA"),
    },
    "urine": {
        "en": ("Urine", "Midstream urine"),
        "de": ("Urin", "Mittelstrahlurin"),
        "fr": ("Urines", "Urines du matin"),
        "pl": ("Mocz", "Mocz poranny"),
    },
    "swab": {
        "en": ("Swab", "Throat swab"),
        "de": ("Abstrich", "Rachenabstrich"),
        "fr": ("Écouvillon", "Écouvillon de gorge"),
        "pl": ("Wymaz", "Wymaz z gardła"),
    },
}

_SEXES: dict[str, Words] = {
    "female": {"en": ("Female",), "de": ("weiblich",), "fr": ("Féminin",), "pl": ("Kobieta",)},
    "male": {"en": ("Male",), "de": ("männlich",), "fr": ("Masculin",), "pl": ("Mężczyzna",)},
}

_STATES: dict[str, Words] = {
    "final": {
        "en": ("Final", "Final report"),
        "de": ("Endbefund",),
        "fr": ("Définitif", "Complet"),
        "pl": ("Wynik końcowy", "Końcowy"),
    },
    "partial": {
        "en": ("Partial", "Preliminary"),
        "de": ("Teilbefund", "Vorläufiger Befund"),
        "fr": ("Partiel", "Provisoire"),
        "pl": ("Wynik częściowy", "Wstępny"),
    },
}

_low, _high = number(0.1, 60, places=1), number(61, 190, places=1)


def _range(rng: Random, how: Manner) -> PrintedValue:
    low, high = _low(rng, how).text, _high(rng, how).text
    said = rng.choice((f"{low} - {high}", f"< {high}", f"> {low}"))
    return PrintedValue(said, said)


THEME = Theme(
    name="laboratory_report",
    titles={
        "en": ("Laboratory Report", "Lab Results", "PATHOLOGY REPORT"),
        "de": ("Laborbefund", "Befundbericht", "LABORBERICHT"),
        "fr": ("Compte rendu d'analyses", "Résultats d'analyses médicales"),
        "pl": ("Wyniki badań laboratoryjnych", "SPRAWOZDANIE Z BADAŃ LABORATORYJNYCH"),
    },
    kinds=(
        ("Laboratory report", "What a medical laboratory found in a patient's sample."),
        ("Lab findings", "Results of the blood and urine tests of a patient."),
    ),
    sender=("medical_laboratory", "lab_name", "examining_lab"),
    receiver=("requesting_practice", "referring_clinic", "report_goes_to"),
    sender_labels={
        "en": ("Laboratory", "Medical laboratory"),
        "de": ("Labor", "Medizinisches Labor"),
        "fr": ("Laboratoire", "Laboratoire d'analyses"),
        "pl": ("Laboratorium", "Laboratorium wykonujące"),
    },
    receiver_labels={
        "en": ("Report to", "Requesting practice"),
        "de": ("Einsender", "Praxis"),
        "fr": ("Destinataire", "Établissement demandeur"),
        "pl": ("Zleceniodawca", "Jednostka kierująca"),
    },
    concepts=(
        Concept(
            ("patient", "patient_name", "name_of_patient"),
            FieldType.TEXT,
            ("whose sample it is", "name of the patient"),
            {
                "en": ("Patient", "Patient name"),
                "de": ("Patient", "Name des Patienten"),
                "fr": ("Patient", "Nom du patient"),
                "pl": ("Pacjent", "Imię i nazwisko pacjenta"),
            },
            person(),
        ),
        Concept(
            ("patient_id", "patient_number", "patient_no"),
            FieldType.CODE,
            ("number of the patient", "the patient's id at the laboratory"),
            {
                "en": ("Patient ID", "Patient No."),
                "de": ("Patienten-Nr.", "Patienten-ID"),
                "fr": ("N° patient", "Identifiant patient"),
                "pl": ("ID pacjenta", "Nr pacjenta"),
            },
            code("#######", "P######", "PAT-#####"),
        ),
        Concept(
            ("case_id", "hospital_case", "fallnummer"),
            FieldType.CODE,
            ("number of the case", "number of the hospital stay"),
            {
                "en": ("Case No.", "Case number"),
                "de": ("Fallnummer", "Fall-Nr."),
                "fr": ("N° de dossier", "Dossier n°"),
                "pl": ("Nr historii choroby", "Numer pobytu"),
            },
            code("F#######", "{y}/#####", "##-######"),
        ),
        Concept(
            ("accession_number", "lab_request", "labornummer"),
            FieldType.CODE,
            ("number of the request at the laboratory", "number given by the laboratory"),
            {
                "en": ("Accession No.", "Lab No."),
                "de": ("Labornummer", "Labor-Nr."),
                "fr": ("N° de demande", "Demande n°"),
                "pl": ("Nr zlecenia", "Numer zlecenia"),
            },
            code("########", "L##-######", "@##/####"),
        ),
        Concept(
            ("birth_date", "date_of_birth", "dob"),
            FieldType.DATE,
            ("when the patient was born", "date of birth"),
            {
                "en": ("Date of birth", "DOB"),
                "de": ("Geburtsdatum", "geb. am"),
                "fr": ("Date de naissance", "Né(e) le"),
                "pl": ("Data urodzenia", "Data ur."),
            },
            day(-31000, -2500),
        ),
        Concept(
            ("patient_sex", "gender"),
            FieldType.ENUM,
            ("sex of the patient",),
            {
                "en": ("Sex", "Gender"),
                "de": ("Geschlecht",),
                "fr": ("Sexe",),
                "pl": ("Płeć",),
            },
            enum(_SEXES),
            values=_SEXES,
        ),
        Concept(
            ("sampling_date", "collected_on", "drawn_on"),
            FieldType.DATE,
            ("when the sample was taken", "day of the sampling"),
            {
                "en": ("Sampling date", "Date collected", "Collected"),
                "de": ("Entnahmedatum", "Probenentnahme", "Abnahme am"),
                "fr": ("Date de prélèvement", "Prélevé le"),
                "pl": ("Data pobrania", "Pobrano dnia"),
            },
            day(-7, -4),
        ),
        Concept(
            ("sample_received", "arrived_in_lab", "probeneingang"),
            FieldType.DATE,
            ("when the sample came to the laboratory", "day on which the sample arrived"),
            {
                "en": ("Sample received", "Date received", "Received in lab"),
                "de": ("Probeneingang", "Eingangsdatum", "Eingang am"),
                "fr": ("Date de réception", "Reçu le"),
                "pl": ("Data przyjęcia", "Przyjęto dnia"),
            },
            day(-3, -1),
        ),
        Concept(
            ("reported_on", "findings_date", "befunddatum"),
            FieldType.DATE,
            ("date of the report", "when the report was written"),
            {
                "en": ("Report date", "Reported"),
                "de": ("Befunddatum", "Befund vom"),
                "fr": ("Date du compte rendu", "Édité le"),
                "pl": ("Data wydania wyniku", "Data wyniku"),
            },
            day(0, 0),
        ),
        Concept(
            ("physician", "requesting_doctor", "referring_physician"),
            FieldType.TEXT,
            ("doctor who asked for the tests", "the referring physician"),
            {
                "en": ("Referring physician", "Physician", "Requested by"),
                "de": ("Anfordernder Arzt", "Überweisender Arzt"),
                "fr": ("Prescripteur", "Médecin prescripteur"),
                "pl": ("Lekarz zlecający", "Lekarz kierujący"),
            },
            person(),
        ),
        Concept(
            ("validated_by", "lab_doctor", "pathologist"),
            FieldType.TEXT,
            ("who released the results", "who signs for the laboratory"),
            {
                "en": ("Validated by", "Authorised by"),
                "de": ("Validiert durch", "Freigabe durch"),
                "fr": ("Validé par", "Biologiste"),
                "pl": ("Autoryzował", "Diagnosta laboratoryjny"),
            },
            person(),
        ),
        Concept(
            ("health_insurance_no", "insured_number", "versichertennummer"),
            FieldType.CODE,
            ("insurance number of the patient", "number at the health insurance"),
            {
                "en": ("Insurance No.", "Insurance number", "Member ID"),
                "de": ("Versichertennummer", "Versicherten-Nr."),
                "fr": ("N° de sécurité sociale", "N° d'assuré"),
                "pl": ("Nr ubezpieczenia", "Numer ubezpieczenia"),
            },
            code("@#########", "##########", "@@######@"),
        ),
        Concept(
            ("health_insurer", "sickness_fund", "krankenkasse"),
            FieldType.TEXT,
            ("health insurance of the patient", "who pays for the tests"),
            {
                "en": ("Health insurer", "Insurer"),
                "de": ("Krankenkasse", "Kostenträger"),
                "fr": ("Caisse", "Organisme d'assurance maladie"),
                "pl": ("Ubezpieczyciel", "Płatnik"),
            },
            company(),
        ),
        Concept(
            ("specimen_type", "sample_kind", "probenmaterial"),
            FieldType.ENUM,
            ("what was examined", "kind of sample"),
            {
                "en": ("Specimen", "Sample type"),
                "de": ("Material", "Probenmaterial"),
                "fr": ("Nature du prélèvement", "Type d'échantillon"),
                "pl": ("Materiał", "Rodzaj materiału"),
            },
            enum(_SPECIMENS),
            values=_SPECIMENS,
        ),
        Concept(
            ("report_state", "findings_status"),
            FieldType.ENUM,
            ("whether results are still missing", "final or partial report"),
            {
                "en": ("Report status", "Status"),
                "de": ("Befundstatus", "Befundart"),
                "fr": ("Statut", "État du compte rendu"),
                "pl": ("Status wyniku", "Status"),
            },
            enum(_STATES),
            values=_STATES,
        ),
    ),
    table=Table(
        ("analytes", "lab_values", "laborwerte"),
        ("what was found in the sample", "one row a test"),
        (
            Concept(
                ("analyte", "examination", "untersuchung"),
                FieldType.TEXT,
                ("what was measured", "name of the test"),
                {
                    "en": ("Test", "Examination", "Analyte"),
                    "de": ("Untersuchung", "Analyse", "Parameter"),
                    "fr": ("Analyse", "Examen"),
                    "pl": ("Badanie", "Nazwa badania"),
                },
                words(
                    {
                        "en": (
                            "Haemoglobin",
                            "Creatinine",
                            "Glucose",
                            "Potassium",
                            "Ferritin",
                            "TSH",
                            "C-reactive protein",
                            "Total cholesterol",
                        ),
                        "de": (
                            "Hämoglobin",
                            "Kreatinin",
                            "Glukose",
                            "Kalium",
                            "Ferritin",
                            "TSH basal",
                            "C-reaktives Protein",
                            "Gesamtcholesterin",
                        ),
                        "fr": (
                            "Hémoglobine",
                            "Créatinine",
                            "Glycémie à jeun",
                            "Potassium",
                            "Ferritine",
                            "TSH",
                            "Protéine C réactive",
                            "Cholestérol total",
                        ),
                        "pl": (
                            "Hemoglobina",
                            "Kreatynina",
                            "Glukoza",
                            "Potas",
                            "Ferrytyna",
                            "TSH",
                            "Białko C-reaktywne",
                            "Cholesterol całkowity",
                        ),
                    }
                ),
            ),
            Concept(
                ("level", "lab_value", "wert"),
                FieldType.QUANTITY,
                ("value that was found", "result without its unit"),
                {
                    "en": ("Result", "Value"),
                    "de": ("Ergebnis", "Messwert"),
                    "fr": ("Résultat", "Valeur"),
                    "pl": ("Wynik",),
                },
                number(0.2, 210, places=1),
            ),
            Concept(
                ("result_unit", "unit_of_result", "einheit"),
                FieldType.TEXT,
                ("unit of the result",),
                {
                    "en": ("Unit", "Units"),
                    "de": ("Einheit",),
                    "fr": ("Unité", "Unités"),
                    "pl": ("Jednostka", "Jedn."),
                },
                one_of("mg/dl", "mmol/l", "g/l", "U/l", "ng/ml", "g/dl"),
            ),
            Concept(
                ("reference_range", "normal_range", "normbereich"),
                FieldType.TEXT,
                ("what is normal", "range of healthy people"),
                {
                    "en": ("Reference range", "Normal range"),
                    "de": ("Referenzbereich", "Normbereich"),
                    "fr": ("Valeurs de référence", "Intervalle de référence"),
                    "pl": ("Wartości referencyjne", "Zakres referencyjny"),
                },
                _range,
            ),
            Concept(
                ("former_result", "last_value", "vorwert"),
                FieldType.QUANTITY,
                ("result of the time before", "earlier value"),
                {
                    "en": ("Previous result", "Previous"),
                    "de": ("Vorwert", "Vorbefund"),
                    "fr": ("Antériorité", "Résultat antérieur"),
                    "pl": ("Poprzedni wynik",),
                },
                number(0.2, 210, places=1),
            ),
        ),
        rows=(2, 8),
    ),
)
