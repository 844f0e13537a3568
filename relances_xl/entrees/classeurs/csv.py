"""CSV et TXT : encodage, séparateur et lignes, lus au fil de l'eau (1 000 000 de lignes ne tiennent pas en mémoire).

Encodage : marque d'ordre (BOM), UTF-16, UTF-8 strict, puis cp1252, cp850 ou mac_roman, notés sur les lettres
accentuées du français. Séparateur : celui qui coupe le plus de lignes en un même nombre de colonnes.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute

SEPARATEURS = ";\t,|"
_ECHANTILLON = 262_144  # caractères où l'on cherche le séparateur
_BLOC = 1 << 20
_ASCII = bytes(range(128))

_MARQUES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FREQUENTES = dict.fromkeys("éèàêçôîûùâëïœÉÈÀÊÇ°€’«»\u00a0", 3) | dict.fromkeys("ÔÎÛÙÂËÏŒ–…²", 1)

COLONNES_MAX = 16_384
"""Celles d'Excel : un texte qui en a plus n'est pas un tableau."""
LIGNE_MAX = 16 << 20  # caractères ; au-delà, ce n'est pas une ligne

REPLI = "surrogateescape"
_EN_CP1252 = {0xDC00 + octet: bytes([octet]).decode("cp1252", "replace") for octet in range(0x80, 0x100)}
"""Un octet que l'UTF-8 ne comprend pas (lu comme un demi-caractère par `REPLI`) → sa lettre en cp1252."""

_FIN_DOS = "\x1a"


class Forme(NamedTuple):
    """Comment un fichier texte est écrit.

    guillemets : faux si « " » y est un caractère comme un autre ; erreurs : `REPLI` pour un fichier en UTF-8 où des
    lignes sont restées en cp1252 (deux exports mis bout à bout).
    """

    encodage: str
    separateur: str
    guillemets: bool
    fin_de_ligne: str  # "\n", ou "\r" pour un vieux Macintosh
    erreurs: str = "strict"  # ou REPLI


def reconnaitre(chemin: Path) -> Forme | None:
    """La forme d'un fichier texte ; None si ce n'en est pas un (octets nuls, caractères de contrôle)."""
    encodage, erreurs = _encodage(chemin)
    if not encodage:
        return None
    try:
        with chemin.open(encoding=encodage, errors=erreurs, newline="") as flux:
            echantillon = flux.read(_ECHANTILLON)
    except UnicodeError as erreur:
        raise _faute_encodage(chemin, encodage, 0) from erreur
    if len(echantillon) < _ECHANTILLON:
        echantillon = echantillon.rstrip(_FIN_DOS + "\r\n")
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", echantillon):
        return None
    fin = "\n" if "\n" in echantillon or "\r" not in echantillon else "\r"
    lignes = [ligne.strip("\r") for ligne in echantillon.split(fin)]
    if len(echantillon) == _ECHANTILLON:
        lignes.pop()
    separateur = _separateur(lignes)
    return Forme(encodage, separateur, _guillemets(lignes, separateur), fin, erreurs)


def lire_lignes(chemin: Path, forme: Forme) -> Iterator[tuple[str, ...]]:
    """Les enregistrements, un par ligne du fichier tel que le montre un tableur (CR CR LF ne fait qu'une fin de ligne)."""
    with chemin.open(encoding=forme.encodage, errors=forme.erreurs, newline=forme.fin_de_ligne) as flux:
        lecteur = csv.reader(
            _lignes_propres(flux, chemin, forme.erreurs == REPLI),
            delimiter=forme.separateur,
            quoting=csv.QUOTE_MINIMAL if forme.guillemets else csv.QUOTE_NONE,
        )
        precedente = 0
        try:
            for numero, champs in enumerate(lecteur, 1):
                if lecteur.line_num - precedente > 1:
                    _verifier_guillemets(champs, forme, chemin, numero)
                precedente = lecteur.line_num
                if len(champs) > COLONNES_MAX:
                    raise _faute_ligne(chemin, numero, f"cette ligne a {len(champs)} colonnes : on en lit {COLONNES_MAX} au plus")
                yield () if numero == 1 and champs and _annonce(champs, forme) else _sans_egal(champs)
        except csv.Error as erreur:
            if "field larger" in str(erreur) and not forme.guillemets:
                raise _faute_ligne(chemin, lecteur.line_num, "un champ de cette ligne est démesuré") from erreur
            raise _faute_guillemets(chemin, lecteur.line_num) from erreur
        except UnicodeError as erreur:
            raise _faute_encodage(chemin, forme.encodage, lecteur.line_num) from erreur


def _faute_ligne(chemin: Path, numero: int, message: str) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        Faute(message, "vérifiez que c'est le bon fichier, ou refaites l'export", chemin.name, cellule=f"ligne {numero}")
    )


def _faute_encodage(chemin: Path, encodage: str, ligne: int) -> ErreurUtilisateur:
    """Un texte coupé au milieu d'un caractère, ou qui en contient d'impossibles."""
    lieu = f"après la ligne {ligne}" if ligne else "dès ses premières lignes"
    return ErreurUtilisateur(
        Faute(
            f"le texte n'est plus en {encodage.removesuffix('-sig').upper()} {lieu} : il est coupé ou abîmé",
            "refaites l'export, de préférence en UTF-8 ou en .xlsx",
            chemin.name,
        )
    )


def _sans_egal(champs: list[str]) -> tuple[str, ...]:
    """`="000123"`, l'écriture qui garde à Excel les zéros d'un code : le code seul."""
    if '="' not in "".join(champs):
        return tuple(champs)
    return tuple(
        champ[2:-1].replace('""', '"') if len(champ) > 2 and champ.startswith('="') and champ.endswith('"') else champ for champ in champs
    )


def _lignes_propres(flux: TextIO, chemin: Path, en_cp1252: bool) -> Iterator[str]:
    """Les lignes, sans leur fin ; celle du Ctrl-Z de DOS, qui ferme un fichier, n'en est pas une."""
    numero = 0
    while ligne := flux.readline(LIGNE_MAX):
        numero += 1
        if len(ligne) == LIGNE_MAX:
            raise _faute_ligne(chemin, numero, f"cette ligne a plus de {LIGNE_MAX >> 20} millions de caractères")
        nette = ligne.rstrip("\r\n")
        if en_cp1252:
            nette = nette.translate(_EN_CP1252)
        if nette.endswith(_FIN_DOS):
            nette = nette.rstrip(_FIN_DOS)
            if not nette:
                continue
        yield (nette.replace("\r", " ") if "\r" in nette else nette) + "\n"


def _annonce(champs: list[str], forme: Forme) -> bool:
    """« sep=; » en première ligne : une consigne pour Excel, pas une donnée."""
    return forme.separateur.join(champs).strip().casefold().startswith("sep=")


def _verifier_guillemets(champs: list[str], forme: Forme, chemin: Path, numero: int) -> None:
    """Un champ qui court sur plusieurs lignes et contient des séparateurs a sans doute avalé les lignes suivantes."""
    attendus = max(2, len(champs) - 1)
    for champ in champs:
        if any(suite.count(forme.separateur) >= attendus for suite in champ.split("\n")[1:]):
            raise _faute_guillemets(chemin, numero)


def _faute_guillemets(chemin: Path, numero: int) -> ErreurUtilisateur:
    return ErreurUtilisateur(
        Faute(
            "un guillemet « \" » ouvert n'est jamais fermé : des lignes seraient perdues",
            "corrigez cette ligne, ou refaites l'export en .xlsx",
            chemin.name,
            cellule=f"ligne {numero}",
        )
    )


def _encodage(chemin: Path) -> tuple[str, str]:
    """(encodage, traitement des erreurs) ; encodage vide si ce n'est pas du texte."""
    with chemin.open("rb") as flux:
        debut = flux.read(4096)
    for marque, nom in _MARQUES:
        if debut.startswith(marque):
            return nom, "strict"
    if b"\0" in debut:
        return _utf16_sans_marque(debut), "strict"
    octets: Counter[int] = Counter()
    decodeur = codecs.getincrementaldecoder("utf-8")("replace")
    invalides = valides = 0
    with chemin.open("rb") as flux:
        while bloc := flux.read(_BLOC):
            hauts = bloc.translate(None, _ASCII)
            if not hauts and not invalides:
                decodeur.decode(bloc)
                continue
            octets.update(hauts)
            texte = decodeur.decode(bloc)
            invalides += texte.count("\ufffd")
            valides += len(texte) - len(texte.encode("ascii", "ignore"))
    invalides += len(decodeur.decode(b"", final=True))
    if not invalides:
        return "utf-8", "strict"
    # dans une page de code, les suites valides en UTF-8 sont l'exception
    return ("utf-8", REPLI) if valides - invalides > invalides else (_page_de_code(octets), "strict")


def _utf16_sans_marque(debut: bytes) -> str:
    """UTF-16 se trahit par un octet nul sur deux dans un texte d'Europe."""
    pairs, impairs = debut[::2].count(0), debut[1::2].count(0)
    moitie = len(debut) // 4
    if impairs > moitie and not pairs:
        return "utf-16-le"
    if pairs > moitie and not impairs:
        return "utf-16-be"
    return ""


def _page_de_code(octets: Counter[int]) -> str:
    """cp1252, cp850 ou mac_roman : celle qui fait des octets hauts le plus de lettres du français."""
    notes = {
        page: sum(
            nombre * _FREQUENTES.get(lettre, -1 if lettre.isalpha() else -2)
            for octet, nombre in octets.items()
            for lettre in (bytes([octet]).decode(page, "replace"),)
        )
        for page in ("cp1252", "cp850", "mac_roman")
    }
    meilleure = max(notes, key=lambda page: notes[page])
    if meilleure == "cp1252" and octets[0xA4] and not octets[0x80]:
        return "iso8859-15"  # l'euro des systèmes Unix
    # cinq octets ne sont rien en cp1252 : latin-1 les lit sans perdre les autres
    indefinis = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
    return "latin-1" if meilleure == "cp1252" and any(octets[octet] for octet in indefinis) else meilleure


def _separateur(lignes: list[str]) -> str:
    annonce = re.match(r"\s*sep=(.)", lignes[0], re.I) if lignes else None
    if annonce:
        return annonce[1]
    remplies = [ligne for ligne in lignes if ligne.strip()][:200]

    def note(separateur: str) -> tuple[float, int]:
        largeurs = Counter(len(champs) for champs in _essai(remplies, separateur))
        largeur, nombre = max(largeurs.items(), key=lambda paire: (paire[0] > 1) * paire[1], default=(1, 0))
        return (nombre * (largeur - 1), -SEPARATEURS.index(separateur))

    return max(SEPARATEURS, key=note)


def _essai(lignes: list[str], separateur: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lignes, delimiter=separateur)
    except csv.Error:
        return


def _guillemets(lignes: list[str], separateur: str) -> bool:
    """« " » encadre des champs, sauf dans un fichier à tabulations ou barres où aucun champ n'est bien encadré.

    Un FEC n'encadre rien, et un libellé peut y commencer par un guillemet.
    """
    if separateur not in "\t|":
        return True
    bord = re.escape(separateur)
    return any(re.search(rf'(?:^|{bord})"(?:[^"]|"")*+"(?:{bord}|$)', ligne) for ligne in lignes)
