"""What a station, a newspaper or a poster company confirms to those who advertise with it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from appliance.domain.doctype import FieldType
from appliance.samples.truth import PrintedValue
from starter.facts import Concept, Table, Theme, Words
from starter.manner import Manner
from starter.values import amount, code, company, day, enum, goods, number, one_of, person, words

_PROGRAMMES = {
    "en": (
        "Early Morning News",
        "News at 6",
        "Late Evening News",
        "Weekend Sports",
        "Prime Time Movie",
        "Morning Drive",
        "Afternoon Drive",
        "Rotator M-F",
        "Game Show Hour",
        "Full page, colour",
        "Half page, black and white",
        "Billboard, main road",
    )
}

_CYCLES: Mapping[str, Words] = {
    "monthly": {"en": ("EOM", "End of month", "Monthly")},
    "broadcast": {"en": ("EOM/EOC", "Broadcast month", "Broadcast")},
    "weekly": {"en": ("Weekly", "EOW")},
    "end_of_contract": {"en": ("EOC", "End of contract")},
}


def _campaign(rng: Random, how: Manner) -> PrintedValue:
    given, *_, surname = person()(rng, how).text.split()
    office = rng.choice(("Senate", "Congress", "Governor", "Mayor", "County Council", "House"))
    number, side = rng.randint(1000, 199999), rng.choice(("D", "R", "DEM", "REP"))
    said = rng.choice(
        (
            f"{surname} for {office}",
            f"Friends of {surname}",
            f"{surname} {office}",
            f"{given} {surname} for {office} - {side}",
            f"POL/{surname}/{office}/{side}",
            f"{given} {surname}/{office}/{how.locale.town(rng)}",
            f"{surname} {how.today.year} Inc ({number})",
            f"{surname} Victory PAC",
            f"Committee to Elect {given} {surname}",
            f"({number}) {surname} for {office}",
            f"Citizens for {surname} - {side}",
        )
    )
    return PrintedValue(said, said)


THEME = Theme(
    name="advertising_order",
    titles={
        "en": (
            "Contract",
            "Broadcast Order",
            "Insertion Order",
            "Advertising Contract",
            "ORDER CONFIRMATION",
            "Station Contract",
            "Outdoor Advertising Agreement",
        )
    },
    kinds=(
        ("Advertising order", "What an advertiser booked with us, until when and for how much."),
        ("Ad contract", "Contract for spots, from the station that airs them."),
        (
            "Media insertion order",
            "What an agency booked for its client: newspapers, radio and posters.",
        ),
        ("Broadcast contract", ""),
    ),
    sender=("broadcaster", "media_company", "publisher"),
    receiver=("bill_to", "billed_party"),
    receiver_labels={"en": ("Bill To", "Billing Address", "Invoice To")},
    sender_labels={"en": ("Station", "Send Payment To", "Broadcaster", "Media Company")},
    core=frozenset(("contract_number", "advertiser", "flight_from", "flight_to", "gross_amount")),
    spans=(
        (
            "flight_from",
            "flight_to",
            {
                "en": (
                    "Flight Dates",
                    "Contract Dates",
                    "Flight",
                    "Dates",
                    "Schedule Dates",
                    "Period",
                )
            },
        ),
    ),
    country="US",
    concepts=(
        Concept(
            ("contract_number", "contract_num", "order_no", "order_number"),
            FieldType.CODE,
            (
                "number of the contract or order",
                "contract number",
                "number that identifies the order",
                "",
            ),
            {
                "en": (
                    "Contract #",
                    "Contract No.",
                    "Order #",
                    "Order Number",
                    "Contract / Order No",
                )
            },
            code(
                "#######", "######", "#######-#", "######-#", "########", "C-{y}-####", "WO#######"
            ),
        ),
        Concept(
            ("revision", "revision_number", "rev_no"),
            FieldType.INTEGER,
            ("which revision of the order it is", "revision", ""),
            {"en": ("Revision", "Rev #", "Rev. No.", "Version", "Mod Code")},
            number(1, 12),
        ),
        Concept(
            ("alternate_order", "alt_order_number", "agency_order"),
            FieldType.CODE,
            ("order number in the other system", "number of the agency's own order"),
            {"en": ("Alt Order #", "Alternate Order", "Agency Order No.", "Agency Ref")},
            code("########", "WOC########", "@@-#####"),
        ),
        Concept(
            ("estimate_number", "estimate", "est_no"),
            FieldType.CODE,
            ("number of the agency's estimate", "estimate", ""),
            {"en": ("Estimate #", "Estimate", "Est. No.", "Estimate Number", "EST")},
            code("####", "#####", "@@@-##", "E{y}###"),
        ),
        Concept(
            ("advertiser", "client", "brand_owner"),
            FieldType.TEXT,
            ("who advertises", "the advertiser", ""),
            {"en": ("Advertiser", "Client", "Advertiser Name", "Sponsor", "For")},
            lambda rng, how: rng.choice((company(), _campaign))(rng, how),
        ),
        Concept(
            ("agency", "buying_agency", "agency_name"),
            FieldType.TEXT,
            ("agency that booked", "the buyer's agency", ""),
            {"en": ("Agency", "Agency Name", "Buying Agency", "Ordered by")},
            company(),
        ),
        Concept(
            ("product", "brand", "campaign"),
            FieldType.TEXT,
            ("what is advertised", "product or campaign"),
            {"en": ("Product", "Product / Brand", "Product Desc", "Campaign", "Brand")},
            lambda rng, how: rng.choice(
                (
                    goods(),
                    one_of(
                        "Spring Sale",
                        "Primary",
                        "General Election",
                        "Issue",
                        "Image",
                        "Recruitment",
                        "Grand Opening",
                    ),
                )
            )(rng, how),
        ),
        Concept(
            ("station", "property", "call_letters"),
            FieldType.CODE,
            ("call sign of the station", "where it is aired or printed"),
            {"en": ("Station", "Property", "Station/Market", "Channel", "Call Letters")},
            code("W@@@ #.#", "K@@@-TV #", "##.# FM", "Radio ###", "Site ####"),
        ),
        Concept(
            ("account_executive", "sales_rep", "ae"),
            FieldType.TEXT,
            ("who sold it", "salesperson of the station", ""),
            {"en": ("Account Executive", "AE", "Salesperson", "Account Exec", "Sales Rep")},
            person(),
        ),
        Concept(
            ("order_date", "entered_on", "date"),
            FieldType.DATE,
            ("day of the order", "date entered", ""),
            {"en": ("Order Date", "Original Date", "Entered", "Print Date", "Date")},
            day(-6, 0),
        ),
        Concept(
            ("flight_from", "flight_start", "start_date", "contract_start"),
            FieldType.DATE,
            ("first day of the flight", "when the campaign begins", ""),
            {"en": ("Flight from", "Start Date", "Contract Start", "Flight Start Date", "From")},
            day(1, 25),
        ),
        Concept(
            ("flight_to", "flight_end", "end_date", "contract_end"),
            FieldType.DATE,
            ("last day of the flight", "when the campaign ends", ""),
            {"en": ("Flight to", "End Date", "Contract End", "Flight End Date", "Thru")},
            day(26, 120),
        ),
        Concept(
            ("spots", "spot_count", "total_spots"),
            FieldType.INTEGER,
            ("how many spots in all", "number of spots", "number of insertions"),
            {"en": ("# Spots", "Total Spots", "No. of Spots", "Spots", "Insertions")},
            number(1, 900),
        ),
        Concept(
            ("gross_amount", "gross", "gross_total", "order_total"),
            FieldType.AMOUNT,
            ("gross amount of the order", "total before commission", ""),
            {"en": ("Gross Amount", "Gross", "Total Gross", "Gross Total", "Order Gross")},
            amount(150, 250000),
        ),
        Concept(
            ("commission_rate", "agency_commission_percent"),
            FieldType.PERCENT,
            ("share that the agency keeps", "commission in percent"),
            {"en": ("Commission Rate", "Comm %", "Agency %", "Commission Pct")},
            one_of("15", "15", "10", "12", "20"),
        ),
        Concept(
            ("agency_commission", "commission", "commission_amount"),
            FieldType.AMOUNT,
            ("commission of the agency", "what the agency keeps", ""),
            {
                "en": (
                    "Agency Commission",
                    "Commission",
                    "Agency Comm",
                    "Less Commission",
                    "Agy Comm",
                )
            },
            amount(20, 37000),
        ),
        Concept(
            ("net_amount", "net", "net_total", "amount_payable"),
            FieldType.AMOUNT,
            ("amount after commission", "net amount", ""),
            {"en": ("Net Amount", "Net", "Net Total", "Total Net", "Net Due")},
            amount(120, 212000),
        ),
        Concept(
            ("bill_cycle", "billing_cycle"),
            FieldType.ENUM,
            ("how often it is billed", ""),
            {"en": ("Billing Cycle", "Bill Cycle", "Bill Plan", "Invoicing")},
            enum(_CYCLES),
            values=_CYCLES,
        ),
    ),
    table=Table(
        ("lines", "items", "spots_booked"),
        ("what was booked", "one row a line of the order", ""),
        (
            Concept(
                ("line", "line_number"),
                FieldType.INTEGER,
                ("number of the line", ""),
                {"en": ("Line", "Ln", "#", "Line #")},
                number(1, 40),
            ),
            Concept(
                ("line_start", "start"),
                FieldType.DATE,
                ("first day of the line",),
                {"en": ("Start Date", "Start", "From", "First Day")},
                day(1, 25),
            ),
            Concept(
                ("line_end", "end"),
                FieldType.DATE,
                ("last day of the line",),
                {"en": ("End Date", "End", "To", "Last Day")},
                day(26, 120),
            ),
            Concept(
                ("programme", "description", "program"),
                FieldType.TEXT,
                ("programme or place", ""),
                {"en": ("Program", "Description", "Inventory", "Placement", "Daypart")},
                words(_PROGRAMMES),
            ),
            Concept(
                ("line_spots", "quantity", "spots_in_line"),
                FieldType.INTEGER,
                ("spots of the line",),
                {"en": ("Spots", "Qty", "Total Spots", "Units")},
                number(1, 60),
            ),
            Concept(
                ("rate", "price_per_spot"),
                FieldType.AMOUNT,
                ("price of one spot", ""),
                {"en": ("Rate", "Unit Rate", "Spot Rate", "Price")},
                amount(15, 6000),
            ),
        ),
        rows=(1, 9),
    ),
)
