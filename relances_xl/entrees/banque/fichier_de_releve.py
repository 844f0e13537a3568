"""Un relevé camt, OFX ou CFONB : reconnu par son contenu, lu dans le processus enfant (`fichiers.enfant`)."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.entrees.banque import camt, cfonb, ofx
from relances_xl.entrees.banque.encaissement import Lue, Operation

ENTREVU = 4096  # octets qui disent le format
TAILLE_MAX = 100 * 2**20  # octets d'un relevé : une année entière d'une grande entreprise en fait trente
_BLOC = 2_000  # opérations


def format_de(debut: bytes) -> Literal["ofx", "camt", "cfonb"] | None:
    """Le format que disent les ENTREVU premiers octets ; None : ce ne peut être qu'un tableur."""
    texte = debut.decode("latin-1")
    if "<OFX" in texte.upper() or texte.startswith("OFXHEADER"):
        return "ofx"
    if "BkToCstmr" in texte or texte.lstrip("ï»¿ \r\n\t").startswith("<"):
        return "camt"
    return "cfonb" if cfonb.est_cfonb(_lignes(texte, len(debut) == ENTREVU)) else None


def lire_fichier(fichier: Path) -> Iterator[list[tuple[Any, ...]]]:
    """Les opérations, par blocs : les champs d'un `Encaissement`, son montant en texte, ou ceux d'une `Operation`."""
    operations = _operations(fichier)
    while bloc := [_champs(lue) for lue in islice(operations, _BLOC)]:
        yield bloc


def _champs(lue: Lue) -> tuple[Any, ...]:
    return tuple(lue) if isinstance(lue, Operation) else (*lue[:3], str(lue.montant), lue.devise)


def _operations(fichier: Path) -> Iterator[Lue]:
    if fichier.stat().st_size > TAILLE_MAX:
        raise ErreurUtilisateur(Faute(f"ce relevé dépasse {TAILLE_MAX // 2**20} Mo", "demandez-le par mois", fichier.name))
    octets = fichier.read_bytes()
    match format_de(octets[:ENTREVU]):
        case "ofx":
            yield from ofx.encaissements(_texte(octets))
        case "camt":
            yield from camt.encaissements(_xml(octets, fichier.name))
        case _:
            yield from cfonb.encaissements(_lignes(_texte(octets), coupe=False))


def _lignes(texte: str, coupe: bool) -> list[str]:
    """Les lignes ; un relevé CFONB n'a parfois aucun retour à la ligne, et la dernière peut être `coupe`."""
    lignes = (
        texte.splitlines()
        if "\n" in texte or "\r" in texte
        else [texte[i : i + cfonb.LARGEUR] for i in range(0, len(texte), cfonb.LARGEUR)]
    )
    return lignes[:-1] if coupe else lignes


def _texte(octets: bytes) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", errors="replace")


def _xml(octets: bytes, nom: str) -> ElementTree.Element:
    try:
        racine = ElementTree.fromstring(octets)
    except (ElementTree.ParseError, ValueError, LookupError) as erreur:
        raise ErreurUtilisateur(Faute("ce relevé XML est abîmé", "redemandez-le à la banque", nom)) from erreur
    if "camt.05" not in racine.tag and racine.find("{*}BkToCstmrStmt") is None and racine.find("{*}BkToCstmrAcctRpt") is None:
        raise ErreurUtilisateur(Faute("ce fichier XML n'est pas un relevé camt", "demandez à la banque un relevé camt.053", nom))
    return racine
