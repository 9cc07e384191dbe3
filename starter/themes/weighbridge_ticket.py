"""What a weighbridge prints for a lorry."""

from __future__ import annotations

from appliance.domain.doctype import FieldType
from starter.facts import Concept, Theme
from starter.values import code, company, day, enum, goods, number, person

_DIRECTIONS = {
    "in": {"en": ("Inbound", "Goods in"), "de": ("Eingang",), "it": ("Entrata",)},
    "out": {"en": ("Outbound", "Goods out"), "de": ("Ausgang",), "it": ("Uscita",)},
}

THEME = Theme(
    name="weighbridge_ticket",
    titles={
        "en": ("Weighbridge Ticket", "Weight Ticket", "WEIGHING SLIP"),
        "de": ("Wiegeschein", "Wägeschein"),
        "it": ("Scontrino di pesatura", "Bolla di pesata"),
    },
    kinds=(
        ("Weighbridge ticket", "What was weighed, and how heavy it was."),
        ("Weight slip", "A ticket of the weighbridge at the gate."),
    ),
    sender=("site_operator", "company", "weighed_by"),
    receiver=(),
    concepts=(
        Concept(
            ("ticket_number", "ticket_no", "number", "slip_id"),
            FieldType.CODE,
            ("number of the ticket", "ticket number", ""),
            {
                "en": ("Ticket No.", "Ticket", "Slip no"),
                "de": ("Schein-Nr.",),
                "it": ("N. scontrino",),
            },
            code("######", "WB-{y}-#####", "T####"),
        ),
        Concept(
            ("weighed_on", "date", "weighing_date"),
            FieldType.DATE,
            ("day of the weighing", "date of the ticket"),
            {"en": ("Date", "Weighed on"), "de": ("Datum", "Wiegedatum"), "it": ("Data",)},
            day(0, 0),
        ),
        Concept(
            ("vehicle", "registration", "truck_plate"),
            FieldType.CODE,
            ("number plate of the vehicle", "registration of the lorry"),
            {"en": ("Vehicle reg.", "Reg No", "Truck"), "de": ("Kennzeichen",), "it": ("Targa",)},
            code("@@## @@@", "@@-@@ ###", "@@###@@"),
        ),
        Concept(
            ("direction", "movement"),
            FieldType.ENUM,
            ("whether goods came or went",),
            {"en": ("Direction", "Movement"), "de": ("Richtung",), "it": ("Direzione",)},
            enum(_DIRECTIONS),
            values=_DIRECTIONS,
        ),
        Concept(
            ("haulier", "carrier", "transport_company"),
            FieldType.TEXT,
            ("company that drives", "haulier"),
            {
                "en": ("Haulier", "Carrier"),
                "de": ("Spediteur",),
                "it": ("Vettore", "Trasportatore"),
            },
            company(),
        ),
        Concept(
            ("material", "product", "goods"),
            FieldType.TEXT,
            ("what was weighed",),
            {"en": ("Material", "Product"), "de": ("Material", "Ware"), "it": ("Merce",)},
            goods(),
        ),
        Concept(
            ("gross_weight", "first_weight", "gross_kg"),
            FieldType.QUANTITY,
            ("weight of vehicle and load", "gross weight in kg"),
            {"en": ("Gross", "Gross weight"), "de": ("Brutto",), "it": ("Lordo", "Peso lordo")},
            number(9000, 40000),
            unit="kg",
        ),
        Concept(
            ("tare_weight", "tare", "empty_weight"),
            FieldType.QUANTITY,
            ("weight of the empty vehicle",),
            {"en": ("Tare", "Tare weight"), "de": ("Tara", "Leergewicht"), "it": ("Tara",)},
            number(6000, 15000),
            unit="kg",
        ),
        Concept(
            ("net_weight", "net", "load_kg"),
            FieldType.QUANTITY,
            ("weight of the load", "net weight in kg"),
            {"en": ("Net", "Net weight"), "de": ("Netto",), "it": ("Netto", "Peso netto")},
            number(500, 26000),
            unit="kg",
        ),
        Concept(
            ("driver", "driver_name"),
            FieldType.TEXT,
            ("who drove",),
            {"en": ("Driver",), "de": ("Fahrer",), "it": ("Autista", "Conducente")},
            person(),
        ),
    ),
)
