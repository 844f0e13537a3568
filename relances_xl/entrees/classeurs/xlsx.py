"""Ce que calamine ne distingue pas dans un .xlsx : erreurs, formules sans résultat, nombres au format parlant.

La partie XML de la feuille est parcourue en octets, par morceaux : quelques recherches suffisent presque toujours à
savoir qu'il n'y a rien à reprendre. Aucun motif ne revient sur ses pas (quantificateurs possessifs, jamais au-delà
d'un « < ») : leur coût est celui de la lecture. Source : ECMA-376, 18.3.1.4 (`c`), 18.18.11 (`ST_CellType`).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from xml.etree import ElementTree

from relances_xl.domaine.feuilles import CelluleErreur, Formule, lettres_de_colonne
from relances_xl.entrees.classeurs.nombres_affiches import Affichage, affichages
from relances_xl.entrees.classeurs.paquet_tableur import PaquetTableur, en_tranches, lire_paquet, remplacer
from relances_xl.entrees.classeurs.reprises import (
    CELLULES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
    ClasseurRefuse,
    Prepare,
    Reprise,
    abime,
    limiter_onglets,
)

_MORCEAU = 1 << 20
_LIGNE_MAX = 64 << 20  # octets d'une seule ligne de la feuille
_LOURDE = 160 << 20  # octets d'une feuille où l'on compte les cellules avant de les lire
_HAUTE = 40 << 20  # octets d'une feuille qui, d'un coup, prendrait une cinquantaine de Mo de mémoire
_CHAINES_LEGERES = 1 << 18  # octets de chaînes partagées, que chaque tranche relit
_ALTERNATIVES = 30  # styles cherchés par leur nom ; au-delà, tous sont regardés

# des motifs qui servent rarement : `re` les compile la première fois, et les garde
_ERREUR = rb"""<(?:\w++:)?c(?=[^<>]*?\st=["']e["'])([^<>]*+)>"""
_VALEUR_D_ERREUR = re.compile(
    rb"\s*+(?:<(?:\w++:)?f\b[^<>]*+>(?:[^<]*+</(?:\w++:)?f>)?+\s*+)?+<(?:\w++:)?v\b[^<>]*+>([^<]*+)"
)  # fmt: skip
_SANS_RESULTAT = (
    rb"<(?:\w++:)?c\b([^<>]*+)>\s*+<(?:\w++:)?f\b[^<>]*+>(?:([^<]*+)</(?:\w++:)?f>)?+"
    rb"\s*+(?:<(?:\w++:)?v\b[^<>]*+>\s*+(?:</(?:\w++:)?v>)?+)?+\s*+</(?:\w++:)?c>"
)
_CELLULE = rb"<(?:\w++:)?c\b([^<>]*+)(?:(?<=/)>|>((?:[^<]++|<(?!/?(?:\w++:)?c[\s>/]))*+)</(?:\w++:)?c>)"
_BALISE = rb"<[^<>]*+>"
_FORMULE = rb"<(?:\w++:)?f\b[^<>]*+>[^<]*+</(?:\w++:)?f>"
_CALCUL_TEXTE = rb"""\bt=["']str["']"""
_CHAINE_PARTAGEE = rb"""\bt=["']s["']"""
_ADRESSE = rb"""\br=["']([A-Z]{1,7})(\d{1,20})["']"""
_SANS_ADRESSE = re.compile(rb"""<(?:\w++:)?c(?![^<>]*?\sr=["'])(?:[\s/][^<>]*+)?+>""")
_GRILLE = rb"""<(?:\w++:)?(row|c)(?=[\s/>])((?:\s++(?!r=)[^\s<>=]++=(?:"[^"<>]*+"|'[^'<>]*+'))*+)(?:\s++r=["']([A-Z]*+)(\d++)["'])?"""
_DEBUT = 1 << 16  # octets où l'on voit si un logiciel écrit l'adresse de ses cellules
_TEXTE_CONSTANT = r'="((?:[^"]|"")*)"'


def preparer(octets: bytes, prudent: bool) -> Prepare:
    """Voir `Prepare` ; prudent : les cellules blanches sont retirées, une cellule égarée est refusée en la nommant."""
    archive = zipfile.ZipFile(io.BytesIO(octets))
    paquet = lire_paquet(archive)
    limiter_onglets(len(paquet.onglets))
    for nom, partie in paquet.onglets.items():
        if archive.getinfo(partie).file_size > _LOURDE:
            _compter(archive, partie, nom)
    if prudent:
        octets = remplacer(archive, _elaguer(archive, paquet))
        archive = zipfile.ZipFile(io.BytesIO(octets))
    vus = affichages(_formats(archive, paquet.styles))
    tranches = {nom: partial(en_tranches, archive, paquet, nom) for nom in _hauts(archive, paquet)}
    return Prepare(octets, partial(_reprises, archive, paquet.onglets, vus), tranches)


def _hauts(archive: zipfile.ZipFile, paquet: PaquetTableur) -> list[str]:
    """Les onglets à lire par tranches ; aucun quand des chaînes partagées lourdes seraient à relire avec chacune."""
    if paquet.chaines and archive.getinfo(paquet.chaines).file_size > _CHAINES_LEGERES:
        return []
    return [nom for nom, partie in paquet.onglets.items() if archive.getinfo(partie).file_size > _HAUTE]


def _reprises(archive: zipfile.ZipFile, parties: Mapping[str, str], vus: Mapping[int, Affichage], rang: int, nom: str) -> list[Reprise]:
    """Les cellules en erreur, les formules sans résultat et les nombres au format parlant d'un onglet."""
    trouvees: list[Reprise] = []
    sans_adresse = formules = False
    parlants = _motif_des_styles(vus)
    place = [-1, 0]
    for morceau in _morceaux(archive, parties[nom]) if nom in parties else ():
        sans_adresse = sans_adresse or bool(_SANS_ADRESSE.search(morceau, 0, _DEBUT))
        if sans_adresse:
            morceau = _adresser(morceau, place)
        if b't="e"' in morceau or (b"'" in morceau and b"t='e'" in morceau):  # une apostrophe se cherche vingt fois plus vite
            trouvees += _erreurs(morceau)
        # une formule partagée `<f si="0"/>` n'a pas de fin de balise, mais son modèle, plus haut, en a une
        formules = formules or b"f>" in morceau
        if formules:
            trouvees += _formules(morceau)
        if parlants:
            trouvees += _parlantes(morceau, parlants, vus)
    return trouvees


def _erreurs(morceau: bytes) -> Iterator[Reprise]:
    for trouve in re.finditer(_ERREUR, morceau):
        if place := _placer(trouve[1]):
            valeur = _VALEUR_D_ERREUR.match(morceau, trouve.end())
            code = valeur[1][:32].decode("utf-8", "replace").strip() if valeur else ""
            yield *place, CelluleErreur(code or "#ERREUR")


def _formules(morceau: bytes) -> Iterator[Reprise]:
    import html

    for trouve in re.finditer(_SANS_RESULTAT, morceau):
        # un texte vide est un résultat
        if not re.search(_CALCUL_TEXTE, trouve[1]) and (place := _placer(trouve[1])):
            formule = f"={html.unescape((trouve[2] or b'').decode('utf-8', 'replace'))}"
            constante = re.fullmatch(_TEXTE_CONSTANT, formule)
            yield *place, constante[1].replace('""', '"') if constante else Formule(formule)


def _motif_des_styles(vus: Mapping[int, Affichage]) -> re.Pattern[bytes] | None:
    if not vus:
        return None
    numeros = b"|".join(b"%d" % style for style in vus) if len(vus) <= _ALTERNATIVES else rb"\d{1,6}"
    return re.compile(rb"""<(?:\w++:)?c(?=[^<>]*?\ss=["'](""" + numeros + rb""")["'])([^<>]*+)>""")


def _parlantes(morceau: bytes, motif: re.Pattern[bytes], vus: Mapping[int, Affichage]) -> Iterator[Reprise]:
    for trouve in motif.finditer(morceau):
        if (vu := vus.get(int(trouve[1]))) and (place := _placer(trouve[2])):
            yield *place, vu


def _morceaux(archive: zipfile.ZipFile, partie: str) -> Iterator[bytes]:
    """La partie, coupée là où commence ou finit une ligne de la feuille."""
    reste = b""
    with archive.open(partie) as flux:
        while bloc := flux.read(_MORCEAU):
            tampon = reste + bloc
            coupe = _bord_de_ligne(tampon, max(len(reste) - len(b"</row>"), 0))
            if coupe <= 0:
                if len(tampon) > _LIGNE_MAX:
                    raise abime()
                reste = tampon
                continue
            yield tampon[:coupe]
            reste = tampon[coupe:]
    yield reste


def _bord_de_ligne(xml: bytes, depuis: int) -> int:
    """La dernière balise qui ouvre ou ferme une ligne, cherchée à partir d'une place ; -1 s'il n'y en a pas."""
    nue = max(xml.rfind(b"<row ", depuis), xml.rfind(b"</row>", depuis))
    return nue if nue > 0 else xml.rfind(b"<", 0, max(xml.rfind(b":row ", depuis), xml.rfind(b":row>", depuis), 0))


def _adresser(morceau: bytes, place: list[int]) -> bytes:
    """Le morceau, chaque cellule ayant son adresse : sans elle, une cellule suit la précédente (ECMA-376, 18.3.1.4, `r`).

    place : ligne en cours et colonne suivante, à partir de 0, gardées d'un morceau à l'autre.
    """

    def situer(trouve: re.Match[bytes]) -> bytes:
        if trouve[1] == b"row":
            place[:] = [int(trouve[4]) - 1 if trouve[4] else place[0] + 1, 0]
            return trouve[0]
        if trouve[3]:
            place[1] = _rang(trouve[3]) + 1
            return trouve[0]
        place[1] += 1
        return trouve[0] + b' r="%s%d"' % (lettres_de_colonne(place[1]).encode(), place[0] + 1)

    return re.sub(_GRILLE, situer, morceau)


def _placer(attributs: bytes) -> tuple[int, int] | None:
    """(ligne, colonne) d'une cellule, à partir de 0 ; None si elle n'en dit pas, ou d'impossibles."""
    trouve = re.search(_ADRESSE, attributs)
    if not trouve:
        return None
    ligne, colonne = int(trouve[2]), _rang(trouve[1])
    return (ligne - 1, colonne) if 0 < ligne <= LIGNES_MAX and colonne < COLONNES_MAX else None


def _rang(lettres: bytes) -> int:
    """« A » → 0, « AA » → 26."""
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + lettre - 64
    return rang - 1


def _formats(archive: zipfile.ZipFile, partie: str) -> dict[int, str]:
    """Style de cellule → son format de nombre, quand le classeur l'écrit (ECMA-376, 18.8.45 `xf`, 18.8.30 `numFmt`)."""
    if not partie:
        return {}
    styles = ElementTree.fromstring(archive.read(partie))
    codes = {nombre.get("numFmtId", ""): nombre.get("formatCode", "") for nombre in styles.iterfind("{*}numFmts/{*}numFmt")}
    numeros = [style.get("numFmtId", "") for style in styles.iterfind("{*}cellXfs/{*}xf")]
    return {rang: codes[numero] for rang, numero in enumerate(numeros) if numero in codes}


def _compter(archive: zipfile.ZipFile, partie: str, onglet: str) -> None:
    """Refuse une feuille qui a trop de cellules, vides comprises : les lire prendrait des minutes."""
    cellules = sum(morceau.count(b"<c ") + morceau.count(b":c ") for morceau in _morceaux(archive, partie))
    if cellules > CELLULES_MAX:
        raise ClasseurRefuse(
            f"la feuille a {cellules // 10**6} millions de cellules : on en lit {CELLULES_MAX // 10**6} millions au plus",
            "supprimez les lignes et colonnes inutiles, ou exportez en CSV",
            onglet,
        )


# --- avec prudence : une cellule égarée loin des autres ------------------------------------------------------------


def _elaguer(archive: zipfile.ZipFile, paquet: PaquetTableur) -> dict[str, bytes]:
    """Les feuilles sans leurs cellules blanches, qui étendraient la grille jusqu'à elles."""
    blanches = _chaines_blanches(archive, paquet.chaines)
    return {partie: _sans_blancs(archive, partie, nom, blanches) for nom, partie in paquet.onglets.items()}


def _sans_blancs(archive: zipfile.ZipFile, partie: str, onglet: str, blanches: frozenset[bytes]) -> bytes:
    etendue = [0, 0]
    derniere = [b"", b""]

    def garder(trouve: re.Match[bytes]) -> bytes:
        contenu = re.sub(_BALISE, b"", re.sub(_FORMULE, b"", trouve[2] or b""))
        blanche = contenu in blanches if re.search(_CHAINE_PARTAGEE, trouve[1]) else _blanc(contenu)
        if blanche and b"<f" not in (trouve[2] or b""):
            return b""
        if adresse := re.search(_ADRESSE, trouve[1]):
            for sens, rang in enumerate((int(adresse[2]), _rang(adresse[1]) + 1)):
                if rang > etendue[sens]:
                    etendue[sens], derniere[sens] = rang, adresse[1] + adresse[2]
        return trouve[0]

    elaguee = b"".join(re.sub(_CELLULE, garder, morceau) for morceau in _morceaux(archive, partie))
    lignes, colonnes = etendue
    if lignes > LIGNES_MAX or colonnes > COLONNES_MAX or lignes * colonnes > CELLULES_MAX:
        loin = derniere[1] if colonnes > COLONNES_MAX or (lignes <= LIGNES_MAX and colonnes > 256) else derniere[0]
        raise ClasseurRefuse("cette cellule est bien loin des autres", "effacez-la et enregistrez", onglet, loin.decode())
    return elaguee


def _blanc(contenu: bytes) -> bool:
    import html

    return not html.unescape(contenu.decode("utf-8", "replace")).strip()


def _chaines_blanches(archive: zipfile.ZipFile, partie: str) -> frozenset[bytes]:
    """Les numéros des chaînes partagées qui ne sont que des blancs."""
    if not partie:
        return frozenset()
    blanches, rang = set(), 0
    with archive.open(partie) as flux:
        for _, noeud in ElementTree.iterparse(flux):
            if noeud.tag.rpartition("}")[2] == "si":
                if not "".join(noeud.itertext()).strip():
                    blanches.add(b"%d" % rang)
                rang += 1
                noeud.clear()
    return frozenset(blanches)
