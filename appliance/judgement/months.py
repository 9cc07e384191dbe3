"""Names of months in ten languages, nominative, genitive and short, without accents."""

from __future__ import annotations

from appliance.judgement.plain import unaccented

# en, de, fr, es, it, nl, pl, pt, cs, tr; a word that several share stands once.
_NAMES = """
january jan januar jänner janvier janv enero ene gennaio gen januari styczeń stycznia sty
    janeiro leden ledna led ocak oca
february feb februar februar février févr fév febrero febbraio februari luty lutego lut
    fevereiro fev únor února úno şubat şub
march mar märz mär mrz mars marzo maart mrt marzec marca março březen března bře mart
april apr avril avr abril abr aprile kwiecień kwietnia kwi duben dubna dub nisan nis
may mai mayo maggio mag mei maj maja maio květen května kvě mayıs
june jun juni juin junio giugno giu czerwiec czerwca cze junho červen června čvn haziran haz
july jul juli juillet juil julio luglio lug lipiec lipca lip julho červenec července čvc temmuz tem
august aug août aout agosto ago augustus sierpień sierpnia sie srpen srpna srp ağustos ağu
september sep sept septembre septiembre settembre set wrzesień września wrz setembro září zář
    eylül eyl
october oct oktober okt octobre octubre ottobre ott październik października paź outubro out
    říjen října říj ekim eki
november nov novembre noviembre listopad listopada listopadu lis novembro kasım kas
december dec dezember dez décembre déc diciembre dic dicembre grudzień grudnia gru dezembro
    prosinec prosince pro aralık ara
"""


def _months() -> dict[str, int]:
    lines = _NAMES.strip().replace("\n    ", " ").splitlines()
    return {unaccented(word): month for month, line in enumerate(lines, 1) for word in line.split()}


MONTHS = _months()
