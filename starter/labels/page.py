"""Words that a page prints of itself: beside a number in its title, around its tables."""

from __future__ import annotations

from starter.facts import Words

NUMBERED: Words = {
    "en": ("No. ", "No: ", "#", "Number ", ""),
    "de": ("Nr. ", "Nr.: ", "Nummer ", ""),
    "fr": ("N° ", "n° ", "No ", ""),
    "es": ("N.º ", "Nº ", "núm. ", ""),
    "it": ("n. ", "N. ", "nr. ", ""),
    "nl": ("nr. ", "nummer ", ""),
    "pl": ("nr ", "Nr ", ""),
    "pt": ("n.º ", "Nº ", ""),
    "cs": ("č. ", "číslo ", ""),
    "tr": ("No: ", "no. ", ""),
}
"""Between a title and the document's number."""
DATED: Words = {
    "en": ("of", "dated"),
    "de": ("vom",),
    "fr": ("du",),
    "es": ("de", "de fecha"),
    "it": ("del",),
    "nl": ("van",),
    "pl": ("z dnia", "z"),
    "pt": ("de",),
    "cs": ("ze dne",),
    "tr": ("/", "-"),
}
"""Between a title's number and its day."""
ON: Words = {
    "en": ("{town}, {day}", "{day}"),
    "de": ("{town}, den {day}", "{town}, {day}", "{day}"),
    "fr": ("{town}, le {day}", "Le {day}", "{day}"),
    "es": ("{town}, {day}", "{town}, a {day}", "{day}"),
    "it": ("{town}, {day}", "{town}, lì {day}", "{day}"),
    "nl": ("{town}, {day}", "{day}"),
    "pl": ("{town}, dnia {day}", "{town}, {day}", "{day}"),
    "pt": ("{town}, {day}", "{day}"),
    "cs": ("{town} dne {day}", "{town}, {day}", "{day}"),
    "tr": ("{town}, {day}", "{day}"),
}
"""A letter's day, without a label."""
CONTACT: Words = {
    "en": ("Sales contact", "Our contact", "Handled by", "Enquiries"),
    "de": ("Ansprechpartner", "Sachbearbeiter", "Bei Rückfragen"),
    "fr": ("Contact commercial", "Votre contact", "Affaire suivie par"),
    "es": ("Contacto comercial", "Su contacto", "Atendido por"),
    "it": ("Referente", "Vostro contatto", "Pratica seguita da"),
    "nl": ("Contactpersoon", "Behandeld door"),
    "pl": ("Osoba do kontaktu", "Opiekun klienta", "Prowadzi sprawę"),
    "pt": ("Contacto comercial", "O seu contacto", "Atendido por"),
    "cs": ("Kontaktní osoba", "Vyřizuje", "Obchodní zástupce"),
    "tr": ("İlgili kişi", "Satış temsilcisi", "İrtibat"),
}
"""Above who at the sender's answers questions."""
SHIP_TO: Words = {
    "en": ("Ship to", "Deliver to", "Delivery address", "Delivered to"),
    "de": ("Lieferadresse", "Warenempfänger", "Lieferanschrift", "Lieferung an"),
    "fr": ("Adresse de livraison", "Livré à", "Lieu de livraison"),
    "es": ("Dirección de entrega", "Entregar en", "Lugar de entrega"),
    "it": ("Luogo di destinazione", "Destinazione merce", "Consegna a"),
    "nl": ("Afleveradres", "Leveradres", "Bezorgadres"),
    "pl": ("Adres dostawy", "Odbiorca", "Miejsce dostawy"),
    "pt": ("Local de entrega", "Morada de entrega", "Entregar em"),
    "cs": ("Dodací adresa", "Místo dodání"),
    "tr": ("Teslimat adresi", "Teslim yeri"),
}
"""Above whom goods go to, where that is another than who is addressed."""
TOTAL: Words = {
    "en": ("Total", "Total:", "Sum", "TOTAL"),
    "de": ("Summe", "Gesamt", "Total", "Summe:"),
    "fr": ("Total", "Totaux", "TOTAL"),
    "es": ("Total", "Totales", "Suma"),
    "it": ("Totale", "Totali"),
    "nl": ("Totaal", "Som"),
    "pl": ("Razem", "Suma", "Razem:"),
    "pt": ("Total", "Totais", "Soma"),
    "cs": ("Celkem", "Součet", "Celkem:"),
    "tr": ("Toplam", "TOPLAM"),
}
"""Below columns that are summed up."""
TAXES: Words = {
    "en": ("Tax summary", "GST Summary", "GST SUMMARY", "VAT analysis", "VAT summary", ""),
    "de": ("Steuerübersicht", "MwSt-Aufstellung", "Aufteilung der Umsatzsteuer", ""),
    "fr": ("Détail de la TVA", "Récapitulatif TVA", "Ventilation TVA", ""),
    "es": ("Desglose del IVA", "Resumen de impuestos", ""),
    "it": ("Riepilogo IVA", "Castelletto IVA", ""),
    "nl": ("Btw-overzicht", "Specificatie btw", ""),
    "pl": ("Zestawienie VAT", "Rozliczenie podatku", ""),
    "pt": ("Resumo do IVA", "Quadro resumo de impostos", ""),
    "cs": ("Rekapitulace DPH", "Přehled DPH", ""),
    "tr": ("KDV dökümü", "Vergi özeti", ""),
}
"""Above a table of taxes."""
RATE: Words = {
    "en": ("%", "Rate", "Tax %", "VAT %"),
    "de": ("%", "Satz", "MwSt %", "USt-Satz"),
    "fr": ("%", "Taux", "TVA %"),
    "es": ("%", "Tipo", "IVA %"),
    "it": ("%", "Aliquota", "IVA %"),
    "nl": ("%", "Tarief", "Btw %"),
    "pl": ("%", "Stawka", "VAT %"),
    "pt": ("%", "Taxa", "IVA %"),
    "cs": ("%", "Sazba", "DPH %"),
    "tr": ("%", "Oran", "KDV %"),
}
NET: Words = {
    "en": ("Amount", "Net", "Taxable amount", "Goods"),
    "de": ("Netto", "Bemessungsgrundlage", "Warenwert"),
    "fr": ("Base HT", "Base", "Montant HT"),
    "es": ("Base imponible", "Base"),
    "it": ("Imponibile", "Base"),
    "nl": ("Grondslag", "Netto", "Excl. btw"),
    "pl": ("Netto", "Wartość netto"),
    "pt": ("Base", "Incidência", "Valor tributável"),
    "cs": ("Základ", "Základ daně"),
    "tr": ("Matrah", "Tutar"),
}
TAX: Words = {
    "en": ("Tax", "GST", "VAT", "Tax amount"),
    "de": ("Steuer", "MwSt", "USt-Betrag"),
    "fr": ("TVA", "Montant TVA"),
    "es": ("Cuota", "IVA", "Cuota IVA"),
    "it": ("Imposta", "IVA"),
    "nl": ("Btw", "Btw-bedrag"),
    "pl": ("VAT", "Kwota VAT"),
    "pt": ("IVA", "Imposto", "Valor IVA"),
    "cs": ("DPH", "Daň"),
    "tr": ("KDV", "Vergi"),
}
"""Heads of its columns."""
