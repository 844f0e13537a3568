"""Lire les relevés bancaires d'un dossier : chaque fichier par son contenu, chaque encaissement une seule fois (contrat §3)."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import devises, en_unites
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.schemas import ENCAISSEMENTS
from relances_xl.entrees.banque import camt, cfonb, ofx, tableur_bancaire
from relances_xl.entrees.banque.encaissement import Encaissement, Lue, Operation

TAILLE_MAX = 100 * 2**20  # octets d'un relevé XML, OFX ou CFONB : une année entière d'une grande entreprise en fait trente
_IGNORES = ("~", ".", "desktop.ini", "thumbs.db")


def lire_releves(chemin: Path) -> tuple[pd.DataFrame, tuple[Faute, ...]]:
    """Les encaissements d'un relevé, ou de tous ceux d'un dossier (et de ses sous-dossiers), et les avertissements.

    Rend une table `ENCAISSEMENTS`. Absent : table vide. Deux relevés qui se recouvrent ne comptent pas deux fois le même encaissement. Un fichier
    illisible est un avertissement : le contrôle de banque aide, il ne bloque pas.
    """
    avertissements: list[Faute] = []
    par_fichier: list[list[tuple[str, Encaissement]]] = []
    for fichier in _fichiers(chemin):
        lus: list[tuple[str, Encaissement]] = []
        illisibles: list[Operation] = []
        try:
            for lue in _lire(fichier):
                if isinstance(lue, Operation):
                    illisibles.append(lue)
                elif lue.devise in devises():
                    lus.append((fichier.name, lue))
                else:
                    illisibles.append(Operation(lue.ligne, f"devise « {lue.devise} » inconnue"))
        except ErreurUtilisateur as erreur:
            avertissements.extend(erreur.fautes)
        if illisibles:
            premiere = illisibles[0]
            message = accorder(
                len(illisibles), f"{len(illisibles)} opération(s) illisible(s), dont le n° {premiere.ligne} : {premiere.pourquoi}"
            )
            avertissements.append(Faute(message, "redemandez ce relevé à la banque", fichier.name))
        par_fichier.append(lus)
    return ENCAISSEMENTS.table(*(_rangee(nom, lu) for nom, lu in _sans_recouvrement(par_fichier))), tuple(avertissements)


def _rangee(fichier: str, lu: Encaissement) -> dict[str, object]:
    montant = en_unites(lu.montant, lu.devise)
    return {c.FICHIER: fichier, c.LIGNE: lu.ligne, c.DATE: lu.date, c.LIBELLE: lu.libelle, c.MONTANT: montant, c.DEVISE: lu.devise}


def _fichiers(chemin: Path) -> list[Path]:
    if chemin.is_file():
        return [chemin]
    trouves = chemin.rglob("*") if chemin.is_dir() else ()
    return sorted(fichier for fichier in trouves if fichier.is_file() and not fichier.name.casefold().startswith(_IGNORES))


def _sans_recouvrement(par_fichier: list[list[tuple[str, Encaissement]]]) -> Iterator[tuple[str, Encaissement]]:
    """Un même encaissement vu dans deux fichiers est le même ; vu deux fois dans un seul, ce sont deux virements."""
    deja: Counter[tuple[object, ...]] = Counter()
    for lus in par_fichier:
        ici: Counter[tuple[object, ...]] = Counter()
        for nom, lu in lus:
            identite = lu[1:]
            ici[identite] += 1
            if ici[identite] > deja[identite]:
                yield nom, lu
        deja |= ici


def _lire(fichier: Path) -> Iterator[Lue]:
    """Par le format que dit le contenu."""
    with fichier.open("rb") as flux:
        debut = flux.read(4096)
    texte = debut.decode("latin-1")
    if "<OFX" in texte.upper() or texte.startswith("OFXHEADER"):
        yield from ofx.encaissements(_texte(fichier))
    elif "BkToCstmr" in texte or texte.lstrip("ï»¿ \r\n\t").startswith("<"):
        yield from camt.encaissements(_xml(fichier))
    elif cfonb.est_cfonb(_lignes(texte, len(debut) == 4096)):
        yield from cfonb.encaissements(_lignes(_texte(fichier), coupe=False))
    else:
        yield from tableur_bancaire.encaissements(fichier)


def _lignes(texte: str, coupe: bool) -> list[str]:
    """Les lignes ; un relevé CFONB n'a parfois aucun retour à la ligne, et la dernière peut être `coupe`."""
    lignes = (
        texte.splitlines()
        if "\n" in texte or "\r" in texte
        else [texte[i : i + cfonb.LARGEUR] for i in range(0, len(texte), cfonb.LARGEUR)]
    )
    return lignes[:-1] if coupe else lignes


def _octets(fichier: Path) -> bytes:
    if fichier.stat().st_size > TAILLE_MAX:
        raise ErreurUtilisateur(Faute(f"ce relevé dépasse {TAILLE_MAX // 2**20} Mo", "demandez-le par mois", fichier.name))
    return fichier.read_bytes()


def _texte(fichier: Path) -> str:
    octets = _octets(fichier)
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _xml(fichier: Path) -> ElementTree.Element:
    try:
        racine = ElementTree.fromstring(_octets(fichier))
    except (ElementTree.ParseError, ValueError, LookupError) as erreur:
        raise ErreurUtilisateur(Faute("ce relevé XML est abîmé", "redemandez-le à la banque", fichier.name)) from erreur
    if "camt.05" not in racine.tag and racine.find("{*}BkToCstmrStmt") is None and racine.find("{*}BkToCstmrAcctRpt") is None:
        raise ErreurUtilisateur(Faute("ce fichier XML n'est pas un relevé camt", "demandez à la banque un relevé camt.053", fichier.name))
    return racine
