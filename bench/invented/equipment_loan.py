"""What a store of tools or a library lends, to whom and until when."""

from __future__ import annotations

from appliance.domain.doctype import FieldType
from starter.facts import Concept, Table, Theme, Words
from starter.values import amount, code, currency, day, enum, number, person, words

_CONDITIONS: dict[str, Words] = {
    "as_new": {
        "en": ("As new", "New"),
        "es": ("Como nuevo", "Nuevo"),
        "nl": ("Als nieuw", "Nieuw"),
        "pt": ("Como novo", "Novo"),
    },
    "used": {
        "en": ("Used, in working order", "Signs of use"),
        "es": ("Usado, en buen estado", "Señales de uso"),
        "nl": ("Gebruikt, in goede staat", "Gebruikssporen"),
        "pt": ("Usado, em bom estado", "Sinais de uso"),
    },
    "damaged": {
        "en": ("Damaged", "Slightly damaged"),
        "es": ("Dañado", "Con desperfectos"),
        "nl": ("Beschadigd", "Licht beschadigd"),
        "pt": ("Danificado", "Com danos ligeiros"),
    },
}

THEME = Theme(
    name="equipment_loan",
    titles={
        "en": ("Loan Slip", "EQUIPMENT LOAN", "Loan Form"),
        "es": ("Hoja de préstamo", "PRÉSTAMO DE MATERIAL"),
        "nl": ("Uitleenbon", "LEENFORMULIER", "Bruikleenformulier"),
        "pt": ("Ficha de empréstimo", "EMPRÉSTIMO DE EQUIPAMENTO"),
    },
    kinds=(
        ("Loan slip", "What was lent to whom, and when it has to be back."),
        ("Equipment loan", "Slips of the tools and books that we borrow."),
    ),
    sender=("lender", "lending_library", "tool_store"),
    receiver=(),
    sender_labels={
        "en": ("Lender", "Lending desk"),
        "es": ("Prestador", "Servicio de préstamo"),
        "nl": ("Uitlener", "Uitleenbalie"),
        "pt": ("Entidade emprestadora", "Serviço de empréstimo"),
    },
    concepts=(
        Concept(
            ("loan_number", "loan_id", "loan_slip_no"),
            FieldType.CODE,
            ("number of the loan", "number of the slip"),
            {
                "en": ("Loan No.", "Slip No."),
                "es": ("N.º de préstamo", "Préstamo n.º"),
                "nl": ("Leennummer", "Bonnummer"),
                "pt": ("N.º do empréstimo", "Empréstimo n.º"),
            },
            code("LN-#####", "{y}-####", "######", "U##/###"),
        ),
        Concept(
            ("borrower", "borrower_name", "lent_to"),
            FieldType.TEXT,
            ("who borrows", "name of the borrower"),
            {
                "en": ("Borrower", "Lent to"),
                "es": ("Prestatario", "Prestado a"),
                "nl": ("Lener", "Uitgeleend aan"),
                "pt": ("Requisitante", "Emprestado a"),
            },
            person(),
        ),
        Concept(
            ("membership_number", "reader_card", "borrower_id"),
            FieldType.CODE,
            ("number of the borrower's card", "membership number of the borrower"),
            {
                "en": ("Membership No.", "Card No."),
                "es": ("N.º de socio", "N.º de carné"),
                "nl": ("Lidnummer", "Pasnummer"),
                "pt": ("N.º de sócio", "N.º de cartão"),
            },
            code("########", "M-####", "@#####", "#### ####"),
        ),
        Concept(
            ("borrowing_unit", "borrower_department"),
            FieldType.TEXT,
            ("department of the borrower", "where the borrower works"),
            {
                "en": ("Department", "Dept."),
                "es": ("Departamento", "Sección"),
                "nl": ("Afdeling",),
                "pt": ("Departamento", "Secção"),
            },
            words(
                {
                    "en": ("Physics", "Workshop", "Facility Services", "Archive", "Marketing"),
                    "es": ("Física", "Taller", "Servicios generales", "Archivo", "Marketing"),
                    "nl": ("Natuurkunde", "Werkplaats", "Facilitaire dienst", "Archief"),
                    "pt": ("Física", "Oficina", "Serviços gerais", "Arquivo", "Marketing"),
                }
            ),
        ),
        Concept(
            ("handed_out_by", "lending_clerk", "issued_at_desk_by"),
            FieldType.TEXT,
            ("who handed it out", "clerk at the lending desk"),
            {
                "en": ("Issued by", "Handed out by"),
                "es": ("Entregado por", "Atendido por"),
                "nl": ("Uitgegeven door", "Verstrekt door"),
                "pt": ("Entregue por", "Atendido por"),
            },
            person(),
        ),
        Concept(
            ("returned_to", "taken_back_by"),
            FieldType.TEXT,
            ("who took it back", "clerk who got it back"),
            {
                "en": ("Returned to", "Taken back by"),
                "es": ("Devuelto a", "Recibido por"),
                "nl": ("Ingenomen door", "Teruggenomen door"),
                "pt": ("Devolvido a", "Recebido por"),
            },
            person(),
        ),
        Concept(
            ("loan_date", "lent_on", "loaned_on"),
            FieldType.DATE,
            ("when it was lent", "first day of the loan"),
            {
                "en": ("Loan date", "Date out"),
                "es": ("Fecha de préstamo", "Prestado el"),
                "nl": ("Uitleendatum", "Uitgeleend op"),
                "pt": ("Data do empréstimo", "Emprestado em"),
            },
            day(0, 0),
        ),
        Concept(
            ("due_back", "bring_back_by", "loan_until"),
            FieldType.DATE,
            ("when it has to be back", "last day of the loan"),
            {
                "en": ("Due back", "Due date", "Return by"),
                "es": ("Devolver antes del", "Fecha límite"),
                "nl": ("Terug vóór", "Uiterste inleverdatum"),
                "pt": ("Devolver até", "Data limite"),
            },
            day(7, 60),
        ),
        Concept(
            ("returned_on", "brought_back", "back_since"),
            FieldType.DATE,
            ("when it was really brought back", "day of the return"),
            {
                "en": ("Returned on", "Date in"),
                "es": ("Devuelto el", "Fecha de devolución"),
                "nl": ("Teruggebracht op", "Ingeleverd op"),
                "pt": ("Devolvido em", "Data de devolução"),
            },
            day(3, 75),
        ),
        Concept(
            ("loan_deposit", "deposit_paid", "borgsom"),
            FieldType.AMOUNT,
            ("what is paid back when it returns", "deposit of the borrower"),
            {
                "en": ("Deposit", "Deposit paid"),
                "es": ("Fianza", "Depósito"),
                "nl": ("Borg", "Borgsom"),
                "pt": ("Caução", "Depósito"),
            },
            amount(5, 300),
        ),
        Concept(
            ("fine_per_day", "overdue_fee", "late_fee"),
            FieldType.AMOUNT,
            ("fine for each day too late",),
            {
                "en": ("Late fee per day", "Fine per day"),
                "es": ("Recargo por día de retraso", "Multa por día"),
                "nl": ("Boete per dag", "Telaatgeld per dag"),
                "pt": ("Multa por dia de atraso", "Multa por dia"),
            },
            amount(0.1, 15),
        ),
        Concept(
            ("replacement_cost", "cost_if_lost"),
            FieldType.AMOUNT,
            ("to be paid if all is lost", "what all of it is worth"),
            {
                "en": ("Replacement value", "Replacement cost"),
                "es": ("Valor de reposición", "Coste de reposición"),
                "nl": ("Vervangingswaarde", "Nieuwwaarde"),
                "pt": ("Valor de substituição", "Custo de substituição"),
            },
            amount(60, 5000),
        ),
        Concept(
            ("deposit_currency", "currency_of_loan"),
            FieldType.CURRENCY,
            ("currency of the amounts",),
            {
                "en": ("Currency",),
                "es": ("Moneda", "Divisa"),
                "nl": ("Valuta", "Munteenheid"),
                "pt": ("Moeda", "Divisa"),
            },
            currency(),
        ),
        Concept(
            ("renewals", "times_extended", "extensions"),
            FieldType.INTEGER,
            ("how often the loan was extended", "number of renewals"),
            {
                "en": ("Renewals", "Times renewed"),
                "es": ("Renovaciones", "Prórrogas"),
                "nl": ("Verlengingen", "Aantal verlengingen"),
                "pt": ("Renovações", "N.º de renovações"),
            },
            number(0, 4),
        ),
        Concept(
            ("state_at_issue", "wear", "condition_out"),
            FieldType.ENUM,
            ("in which state it was lent", "condition when handed out"),
            {
                "en": ("Condition", "Condition at issue"),
                "es": ("Estado", "Estado a la entrega"),
                "nl": ("Staat", "Staat bij uitgifte"),
                "pt": ("Estado", "Estado na entrega"),
            },
            enum(_CONDITIONS),
            values=_CONDITIONS,
        ),
    ),
    table=Table(
        ("loaned_items", "things_lent", "borrowed"),
        ("what was lent", "one row a thing"),
        (
            Concept(
                ("lent_item", "thing", "tool_or_title"),
                FieldType.TEXT,
                ("what was lent", "name of the thing"),
                {
                    "en": ("Item", "Description"),
                    "es": ("Artículo", "Descripción"),
                    "nl": ("Artikel", "Omschrijving"),
                    "pt": ("Artigo", "Descrição"),
                },
                words(
                    {
                        "en": (
                            "Cordless drill 18 V",
                            "Projector",
                            "Extension ladder 6 m",
                            "Laser level",
                            "Camera tripod",
                            "Angle grinder 125 mm",
                            "Handbook of Hydrology",
                            "Atlas of Birds, vol. 2",
                        ),
                        "es": (
                            "Taladro a batería 18 V",
                            "Proyector",
                            "Escalera extensible 6 m",
                            "Nivel láser",
                            "Trípode de cámara",
                            "Amoladora 125 mm",
                            "Manual de hidrología",
                            "Atlas de las aves, tomo 2",
                        ),
                        "nl": (
                            "Accuboormachine 18 V",
                            "Beamer",
                            "Schuifladder 6 m",
                            "Laserwaterpas",
                            "Camerastatief",
                            "Haakse slijper 125 mm",
                            "Handboek hydrologie",
                            "Vogelatlas, deel 2",
                        ),
                        "pt": (
                            "Berbequim sem fios 18 V",
                            "Projetor",
                            "Escada extensível 6 m",
                            "Nível a laser",
                            "Tripé de câmara",
                            "Rebarbadora 125 mm",
                            "Manual de hidrologia",
                            "Atlas das aves, vol. 2",
                        ),
                    }
                ),
            ),
            Concept(
                ("asset_tag", "shelf_mark", "barcode"),
                FieldType.CODE,
                ("number on the thing", "code of the thing in the store"),
                {
                    "en": ("Asset tag", "Barcode"),
                    "es": ("Código de barras", "N.º de inventario"),
                    "nl": ("Barcode", "Inventarisnr."),
                    "pt": ("Código de barras", "N.º de inventário"),
                },
                code("########", "T-####", "@@ ###.#", "INV####"),
            ),
            Concept(
                ("how_many", "number_lent"),
                FieldType.INTEGER,
                ("how many of it",),
                {
                    "en": ("Qty", "Number"),
                    "es": ("Cant.", "Cantidad"),
                    "nl": ("Aantal",),
                    "pt": ("Qtd.", "Quantidade"),
                },
                number(1, 9),
            ),
            Concept(
                ("worth", "worth_of_item"),
                FieldType.AMOUNT,
                ("what one of it is worth",),
                {
                    "en": ("Value", "Unit value"),
                    "es": ("Valor", "Valor unitario"),
                    "nl": ("Waarde", "Stukwaarde"),
                    "pt": ("Valor", "Valor unitário"),
                },
                amount(8, 1900),
            ),
        ),
        rows=(1, 6),
    ),
)
