"""Fusionner et convertir : la part de la production qui ne touche à rien, et qui peut donc se faire ailleurs.

Un paquet de lettres entre, des octets sortent : sur cette machine ou par n'importe quel `concurrent.futures.Executor`
(processus, Dask…). Qui écrit, journalise et envoie reste ici : un ouvrier tué ne perd ni ne double rien, son paquet est
seulement refait sur place.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import islice
from typing import NamedTuple

from relances_xl.domaine.erreurs import ErreurUtilisateur
from relances_xl.domaine.statuts import Sortie
from relances_xl.etapes.production.plan import DocumentAFusionner, Lettre
from relances_xl.sorties.pdf.conversion import ErreurConversion, Outil

PAQUET = 400  # lettres annoncées, sorties et confirmées ensemble : borne la mémoire et ce qu'une coupure fait refaire
EN_VOL = 4  # paquets confiés d'avance à un exécuteur : de quoi nourrir ses ouvriers, sans que la mémoire grandisse


class Commande(NamedTuple):
    """Une lettre à rendre : ses documents, et si elle devient un PDF."""

    nom: str
    lettre: DocumentAFusionner
    releve: DocumentAFusionner | None
    en_pdf: bool


class Rendu(NamedTuple):
    """Une lettre rendue : les .docx par nom de fichier, son PDF s'il en faut un ; echec : pourquoi elle ne peut pas sortir."""

    words: tuple[tuple[str, bytes], ...] = ()
    pdf: bytes = b""
    echec: str = ""


class Paquet(NamedTuple):
    """Les lettres rendues ensemble, et le convertisseur, s'il en faut un."""

    commandes: Sequence[Commande]
    outil: Outil | None


def rendre(paquet: Paquet) -> list[Rendu]:
    """Chaque lettre du paquet, fusionnée, et convertie si elle doit l'être ; un échec ne touche que la sienne."""
    rendus = [_fusionner(commande) for commande in paquet.commandes]
    outil = paquet.outil
    if outil is None:
        return rendus
    rangs = [rang for rang, commande in enumerate(paquet.commandes) if commande.en_pdf and not rendus[rang].echec]
    for rang, pdf in zip(rangs, _convertir([paquet.commandes[rang] for rang in rangs], outil), strict=True):
        if isinstance(pdf, ErreurConversion):
            rendus[rang] = Rendu(rendus[rang].words, echec=f"PDF non produit : {pdf}")
        else:
            rendus[rang] = Rendu(rendus[rang].words, pdf)
    return rendus


def rendre_par_paquets(
    lettres: Iterable[Lettre], outil: Outil | None, executeur: Executor | None = None
) -> Iterator[tuple[list[Lettre], list[Rendu]]]:
    """Les lettres par paquets, dans l'ordre, allégées de leurs documents, et leur rendu.

    executeur : à qui confier les paquets, quelques-uns d'avance ; None : un à un, ici. La mémoire ne dépend pas du nombre
    de lettres.
    """
    paquets = _paquets(iter(lettres), outil)
    if executeur is None:
        for legeres, paquet in paquets:
            yield legeres, rendre(paquet)
        return
    en_vol: deque[tuple[list[Lettre], Paquet, Future[list[Rendu]] | None]] = deque()
    for legeres, paquet in paquets:
        en_vol.append((legeres, paquet, _confier(executeur, paquet)))
        if len(en_vol) >= EN_VOL:
            yield _reprendre(en_vol.popleft())
    while en_vol:
        yield _reprendre(en_vol.popleft())


def _confier(executeur: Executor, paquet: Paquet) -> "Future[list[Rendu]] | None":
    """Confie un paquet ; None si l'exécuteur n'en prend plus (un de ses ouvriers a été tué)."""
    try:
        return executeur.submit(rendre, paquet)
    except Exception:  # chaque exécuteur a ses erreurs à lui : aucune ne doit arrêter la production
        return None


def _reprendre(confie: "tuple[list[Lettre], Paquet, Future[list[Rendu]] | None]") -> tuple[list[Lettre], list[Rendu]]:
    """Le rendu d'un paquet confié ; perdu en route, il est refait ici : rien n'en était sorti."""
    lettres, paquet, futur = confie
    if futur is not None:
        try:
            return lettres, futur.result()
        except Exception:  # ouvrier tué, réseau coupé, objet intransportable
            pass
    return lettres, rendre(paquet)


def _paquets(lettres: Iterator[Lettre], outil: Outil | None) -> Iterator[tuple[list[Lettre], Paquet]]:
    while tranche := list(islice(lettres, PAQUET)):
        commandes = [
            Commande(lettre.nom, lettre.document, lettre.releve, lettre.sortie is not Sortie.WORD)
            for lettre in tranche
            if lettre.document is not None
        ]
        yield [lettre.sans_documents() for lettre in tranche], Paquet(commandes, outil)


def _fusionner(commande: Commande) -> Rendu:
    try:
        words = [(f"{commande.nom}.docx", commande.lettre.fusionner())]
        if commande.releve is not None:
            words.append((f"{commande.nom}_releve.docx", commande.releve.fusionner()))
    except ErreurUtilisateur as erreur:
        return Rendu(echec=f"lettre non écrite : {erreur}")
    return Rendu(tuple(words))


def _convertir(commandes: Sequence[Commande], outil: Outil) -> list[bytes | ErreurConversion]:
    """Le PDF de chaque lettre, suivi de son relevé s'il y en a un ; converties ensemble, modèle par modèle."""
    from relances_xl.etapes.production.en_pdf import en_pdf  # pikepdf et pypdfium2, qu'un lot en Word n'attend pas

    pdfs = en_pdf([commande.lettre for commande in commandes], outil)
    avec_releve = [(rang, commande.releve) for rang, commande in enumerate(commandes) if commande.releve is not None]
    if not avec_releve:
        return pdfs
    releves = en_pdf([releve for _, releve in avec_releve], outil)
    for (rang, _), releve in zip(avec_releve, releves, strict=True):
        pdfs[rang] = _avec_releve(pdfs[rang], releve)
    return pdfs


def _avec_releve(lettre: bytes | ErreurConversion, releve: bytes | ErreurConversion) -> bytes | ErreurConversion:
    if isinstance(lettre, ErreurConversion):
        return lettre
    if isinstance(releve, ErreurConversion):
        return releve
    from relances_xl.sorties.pdf.lot_en_pdf import a_la_suite

    return a_la_suite(lettre, releve, ["Lettre", "Relevé de compte"])
