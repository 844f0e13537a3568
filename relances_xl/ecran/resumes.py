"""Dire en quelques lignes ce qui vient d'être fait, et quoi faire ensuite."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, cast

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import CRITERES, Criteres, TypeEtat, ecrire_valeur
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder, argument
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.statuts import Statut
from relances_xl.domaine.tables import enregistrements

if TYPE_CHECKING:
    from relances_xl.etapes.lister import Liste
    from relances_xl.etapes.produire import Bilan


def liste(resultat: "Liste") -> Iterator[str]:
    """Combien de relances, de clients, d'exclusions et d'anomalies ; les critères à remarquer."""
    lignes, relances = resultat.decision.lignes, resultat.decision.relances
    for rappel in criteres_changes(resultat.parametres.criteres):
        yield f"Critère : {rappel}"
    anomalies = lignes[lignes[c.CAUSE] != ""]
    pouvaient = anomalies[anomalies[c.RESTE_DU] >= 0]
    if relances.empty and len(pouvaient):
        verbe = "pouvaient" if len(pouvaient) > 1 else "pouvait"
        yield f"{_lignes(len(pouvaient))} en anomalie {verbe} être à relancer ({_comptes(pouvaient[c.CAUSE])}) : aucune relance n'est établie."
    elif relances.empty:
        yield "Aucune relance à faire."
    for palier in _paliers(relances):
        libelle = resultat.parametres.plans.libelle(palier.niveau)
        yield f"Niveau {palier.niveau} ({libelle}) : {_relances(palier.relances)}, {palier.net}"
    if rejouees := resultat.decision.restent_a_leur_niveau:
        reste = "restent à leur niveau" if rejouees > 1 else "reste à son niveau"
        yield f"Réédition : {_relances(rejouees)} {reste} au lieu de monter."
    exclues = lignes[lignes[c.MOTIF] != ""]
    if len(exclues):
        yield f"Écartées : {_lignes(len(exclues))} ({_comptes(exclues[c.MOTIF])})"
    if len(anomalies):
        yield f"Anomalies à regarder : {_lignes(len(anomalies))} ({_comptes(anomalies[c.CAUSE])})"


def suite(resultat: "Liste") -> Iterator[str]:
    """Quoi faire de la liste, la commande telle qu'on peut la recopier."""
    if resultat.parametres.criteres.type_etat is TypeEtat.LISTE_CLIENTS:
        yield "La liste des clients est prête."
    elif len(resultat.decision.relances):
        lot, chemin = resultat.lot, resultat.chemin
        ailleurs = "" if chemin == lot.revue else f" --revue {argument(chemin)}"
        produire = f"relances-xl produire {argument(lot.chemin.parents[1])}{ailleurs}"
        yield f"Ensuite : ouvrez la revue, cochez « Approuver », enregistrez, puis lancez « {produire} »."


def liste_json(resultat: "Liste") -> dict[str, object]:
    """Le même résultat pour un autre programme ; montants en texte français."""
    lignes, relances = resultat.decision.lignes, resultat.decision.relances
    return {
        "fichier": resultat.chemin,
        "lot": resultat.lot.nom,
        "date_reference": resultat.parametres.criteres.date_reference,
        "relances": len(relances),
        "par_niveau": [palier._asdict() for palier in _paliers(relances)],
        "exclusions": dict(Counter(lignes.loc[lignes[c.MOTIF] != "", c.MOTIF])),
        "anomalies": dict(Counter(lignes.loc[lignes[c.CAUSE] != "", c.CAUSE])),
        "criteres": list(criteres_changes(resultat.parametres.criteres)),
        "avertissements": [str(faute) for faute in resultat.avertissements],
    }


def criteres_changes(criteres: Criteres) -> Iterator[str]:
    """Les critères qui ne sont pas ceux par défaut : « Réédition de relance = Oui »."""
    defaut = Criteres(criteres.date_reference, criteres.date_edition)
    for critere in CRITERES:
        valeur = getattr(criteres, critere.champ)
        if critere.champ in {"date_reference", "date_edition"} or valeur != getattr(defaut, critere.champ):
            yield f"{critere.libelle} = {_lisible(ecrire_valeur(critere, valeur)) or '(vide)'}"


def _lisible(ecrite: str | date | Decimal | int) -> str:
    """La valeur d'un critère à la française : 31/03/2026, 10,50."""
    match ecrite:
        case date():
            return ecrire_date(ecrite)
        case Decimal():
            return f"{ecrite:f}".replace(".", ",")
    return str(ecrite)


def production(bilan: "Bilan") -> Iterator[str]:
    """Ce qui est sorti, ce qui ne l'est pas et pourquoi, et la suite."""
    if bilan.abandon:
        yield "Rien n'a été produit."
        return
    if bilan.a_blanc:
        yield "À blanc : rien n'est parti, rien n'est journalisé."
    if not bilan.resultats and not len(bilan.ecartees):
        if not bilan.a_blanc:
            yield "Aucune ligne n'est approuvée : rien à produire."
        return
    statuts = Counter(str(resultat.statut) for resultat in bilan.resultats)
    yield " · ".join(f"{statut} : {nombre}" for statut, nombre in statuts.items())
    for resultat in bilan.resultats:
        if resultat.motif:
            yield f"  {resultat.relance} ({resultat.code_client}) {resultat.statut} : {resultat.motif}"
    for ecartee in enregistrements(bilan.ecartees):
        yield f"  {ecartee[c.RELANCE]} pièce {ecartee[c.PIECE]} écartée : {ecartee[c.MOTIF]} ({ecartee[c.EXPLICATION]})"
    if Statut.DOUTEUSE.value in statuts:
        yield "Relances douteuses : vérifiez si elles sont parties, puis --renvoyer RELANCE ou --tenir-pour-envoyee RELANCE."


def production_json(bilan: "Bilan") -> dict[str, object]:
    return {
        "lot": bilan.lot.nom,
        "code": bilan.code,
        "a_blanc": bilan.a_blanc,
        "relances": [
            {
                "relance": r.relance,
                "code_client": r.code_client,
                "niveau": r.niveau,
                "statut": str(r.statut),
                "fichier": r.fichier,
                "motif": r.motif,
            }
            for r in bilan.resultats
        ],
        "ecartees": [
            {"relance": e[c.RELANCE], "piece": e[c.PIECE], "motif": str(e[c.MOTIF]), "explication": e[c.EXPLICATION]}
            for e in enregistrements(bilan.ecartees)
        ],
        "fichiers": list(bilan.chemins),
    }


def journal(table: pd.DataFrame) -> Iterator[str]:
    """Le journal à l'écran, une relance par ligne."""
    largeur = max(len(str(code)) for code in table[c.CODE_CLIENT])
    for ligne in enregistrements(table):
        reedition = " (réédition)" if ligne[c.REEDITION] else ""
        yield (
            f"{ligne[c.DATE]:%d/%m/%Y}  {ligne[c.RELANCE]}  {ligne[c.CODE_CLIENT]:<{largeur}}  niveau {ligne[c.NIVEAU]}{reedition}  "
            f"{ecrire(ligne[c.MONTANT], ligne[c.DEVISE])}  {ligne[c.SORTIE]}  {ligne[c.STATUT]}"
        )


class _Palier(NamedTuple):
    niveau: int
    devise: str
    relances: int
    net: str


def _paliers(relances: pd.DataFrame) -> Iterator[_Palier]:
    """Ce qui est à relancer, par niveau et devise."""
    for cles, groupe in relances.groupby([c.NIVEAU, c.DEVISE]):
        niveau, devise = cast(tuple[int, str], cles)
        yield _Palier(int(niveau), devise, len(groupe), ecrire(int(groupe[c.NET].sum()), devise))


def _lignes(nombre: int) -> str:
    return accorder(nombre, f"{nombre} ligne(s)")


def _relances(nombre: int) -> str:
    return accorder(nombre, f"{nombre} relance(s)")


def _comptes(motifs: Iterable[str]) -> str:
    """En mots, du plus fréquent au plus rare : « non échue 12, litige 2 »."""
    return ", ".join(f"{EN_MOTS.get(motif, motif)} {nombre}" for motif, nombre in Counter(motifs).most_common())
