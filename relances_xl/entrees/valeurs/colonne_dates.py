"""Une colonne de dates : vraies dates, numéros de série d'Excel, textes ; l'ordre jour/mois se décide sur toute la colonne."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine.ecrits.dates import jour_de_serie
from relances_xl.domaine.ecrits.dates_ecrites import Ambigu, Lu, lectures
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.entrees.valeurs.colonne_textes import Masque

Dates64 = NDArray[np.datetime64]

_EPOQUE = date(1970, 1, 1).toordinal()
_DERNIER_MOIS = 12
_NAT = np.datetime64("NaT", "s")


class ColonneDates(NamedTuple):
    """Une colonne de dates lue.

    jours : datetime64[s], NaT si vide ou illisible ; indecidables : les illisibles dont seul l'ordre jour/mois manque ;
    mois_jour : la colonne s'est lue mois/jour ; melangee : de vraies dates y côtoient ces textes mois/jour ; inversee :
    ses textes jour/mois ne sont que d'après le 12, et ses vraies dates que d'avant.
    """

    jours: Dates64
    vides: Masque
    illisibles: Masque
    indecidables: Masque
    mois_jour: bool = False
    melangee: bool = False
    inversee: bool = False


def dates(valeurs: Sequence[Valeur]) -> ColonneDates:
    """Lit une colonne de dates (contrat §3).

    Jour/mois, sauf si une valeur prouve mois/jour et aucune le contraire ; des preuves contraires laissent illisibles
    les dates que rien ne départage. Un nombre n'est un numéro de série que si la colonne est surtout faite de dates.
    """
    genres = set(map(type, valeurs))
    if bool in genres:  # un booléen n'est pas une date, et `True` se confondrait avec 1 dans un dictionnaire
        valeurs = [str(valeur) if type(valeur) is bool else valeur for valeur in valeurs]
    aucun = np.zeros(len(valeurs), dtype=np.bool_)
    if genres <= {type(None)}:
        return ColonneDates(np.broadcast_to(_NAT, len(valeurs)), ~aucun, aucun, aucun)
    lus = {valeur: lectures(valeur) for valeur in set(valeurs)}
    vides = _masque(valeurs, {valeur for valeur in lus if est_vide(valeur)})
    mois_jour, contradictoire = _ordre(lus.values())
    series = any(isinstance(lu, int) for lu in lus.values()) and _surtout_des_dates(valeurs, lus, vides)
    tranches = {valeur: _trancher(lu, mois_jour, contradictoire, series) for valeur, lu in lus.items()}
    illisibles = _masque(valeurs, {valeur for valeur, jour in tranches.items() if jour is None}) & ~vides
    indecises = {valeur for valeur, lu in lus.items() if contradictoire and _deux_lectures(lu)}
    ordinaux = {valeur: (jour.toordinal() if jour else _EPOQUE) - _EPOQUE for valeur, jour in tranches.items()}
    jours = np.fromiter(map(ordinaux.__getitem__, valeurs), dtype=np.int64, count=len(valeurs))
    return ColonneDates(
        np.where(vides | illisibles, _NAT, jours.astype("datetime64[D]").astype("datetime64[s]")),
        vides,
        illisibles,
        _masque(valeurs, indecises),
        mois_jour and not contradictoire,
        mois_jour and bool(genres & {date, datetime}),
        bool(genres & {date, datetime}) and str in genres and _inversee(lus),
    )


def doutes(colonne: ColonneDates, entete: str) -> Iterator[tuple[str, str]]:
    """Ce qu'une colonne de dates a de douteux, et ce qu'il faut en faire."""
    refaire = "refaites l'export en .xlsx, ou donnez le CSV tel que le logiciel l'a écrit"
    if colonne.inversee:
        yield (
            f"la colonne « {entete} » mêle de vraies dates, toutes du 1 au 12 du mois, et des textes, tous d'après le 12 : Excel a "
            "sans doute inversé le jour et le mois des premières en ouvrant l'export",
            refaire,
        )
    if colonne.mois_jour:
        yield f"la colonne « {entete} » est lue mois/jour : une de ses dates le prouve", ""
        if colonne.melangee:
            yield (
                f"la colonne « {entete} » mêle des textes mois/jour et de vraies dates : Excel a pu inverser "
                "le jour et le mois de celles-ci en ouvrant l'export",
                refaire,
            )


def _inversee(lus: Mapping[Valeur, Lu]) -> bool:
    """Un Excel réglé mois/jour qui ouvre un CSV jour/mois change en dates, à l'envers, tout ce qu'il peut, et laisse le reste en textes."""
    textes = [lu for lu in lus.values() if isinstance(lu, Ambigu)]
    vraies = [lu for valeur, lu in lus.items() if isinstance(valeur, date) and isinstance(lu, date)]
    return (
        bool(textes and vraies)
        and all(lu.jour_mois and not lu.mois_jour for lu in textes)
        and all(jour.day <= _DERNIER_MOIS for jour in vraies)
        and any(jour.day != jour.month for jour in vraies)
    )


def _surtout_des_dates(valeurs: Sequence[Valeur], lus: Mapping[Valeur, Lu], vides: Masque) -> bool:
    """Plus de la moitié des cellules remplies peuvent être des dates : un nombre y est un numéro de série."""
    lisibles = _masque(valeurs, {valeur for valeur, lu in lus.items() if lu is not None})
    return int(lisibles.sum()) * 2 > int((~vides).sum())


def _masque(valeurs: Sequence[Valeur], choisies: Collection[Valeur]) -> Masque:
    """Vrai là où la cellule est l'une de celles choisies."""
    if not choisies:
        return np.zeros(len(valeurs), dtype=np.bool_)
    return np.fromiter((valeur in choisies for valeur in valeurs), dtype=np.bool_, count=len(valeurs))


def _deux_lectures(lu: Lu) -> bool:
    return isinstance(lu, Ambigu) and lu.jour_mois != lu.mois_jour and None not in (lu.jour_mois, lu.mois_jour)


def _ordre(lus: Iterable[Lu]) -> tuple[bool, bool]:
    """(la colonne est mois/jour, ses preuves se contredisent)."""
    ambigus = [lu for lu in lus if isinstance(lu, Ambigu)]
    prouve_jour_mois = any(lu.jour_mois and not lu.mois_jour for lu in ambigus)
    prouve_mois_jour = any(lu.mois_jour and not lu.jour_mois for lu in ambigus)
    return prouve_mois_jour and not prouve_jour_mois, prouve_mois_jour and prouve_jour_mois


def _trancher(lu: Lu, mois_jour: bool, contradictoire: bool, series: bool) -> date | None:
    if isinstance(lu, Ambigu):
        if contradictoire and _deux_lectures(lu):
            return None
        preferee, autre = (lu.mois_jour, lu.jour_mois) if mois_jour else (lu.jour_mois, lu.mois_jour)
        return preferee or (autre if contradictoire else None)
    if isinstance(lu, int):
        return jour_de_serie(lu) if series else None
    return lu
