"""Compléter un export par les factures électroniques : ce qu'une ligne ne dit pas, sa facture le dit (contrat §3).

L'export l'emporte toujours : seule une cellule vide se remplit. Une facture se retrouve par son numéro, ou par le fichier que
la ligne désigne (`fichier_piece`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.nombres_ecrits import SYMBOLES
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.selection import cle_de_code
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.factures import cycle_de_vie
from relances_xl.entrees.factures.complements_de_factures import ELECTRONIQUES, Complements, LieuDesFactures, fichiers_de
from relances_xl.entrees.factures.dossier_de_factures import Factures, lire_factures
from relances_xl.fichiers.factures_designees import facture_designee

_DE_LA_PIECE = (c.PIECE, c.RAISON_SOCIALE, c.DATE_PIECE, c.DEVISE, c.REFERENCE, c.LITIGE, c.FICHIER_PIECE)
_D_UNE_SEULE_ECHEANCE = (c.DATE_ECHEANCE, c.RESTE_DU)
_EN_CLAIR = {
    c.PIECE: "numéro", c.RAISON_SOCIALE: "raison sociale", c.DATE_PIECE: "date", c.DEVISE: "devise", c.REFERENCE: "pièce désignée", c.LITIGE: "litige",
    c.FICHIER_PIECE: "fichier", c.DATE_ECHEANCE: "échéance", c.RESTE_DU: "reste dû", c.NATURE: "avoir",
}  # fmt: skip


def completer(tableau: Tableau, lieu: LieuDesFactures) -> tuple[Tableau, Complements]:
    """Le tableau, ses cellules vides remplies de ce que disent ses factures ; et ce qu'il faut en savoir."""
    designes = dict(_designes(tableau, lieu.racine))
    depose = fichiers_de(lieu.depot)
    fichiers = list(dict.fromkeys([*depose, *designes.values()]))
    if not fichiers:
        return tableau, Complements()
    factures = lire_factures(fichiers)
    par_numero = {cle_de_code(numero): numero for numero in factures.lues}
    par_fichier = {fichier.resolve(): numero for numero, (_, fichier) in factures.lues.items()}
    du_fichier = {rang: par_fichier.get(fichier.resolve()) for rang, fichier in designes.items()}
    trouvees = {
        rang: numero
        for rang, piece in enumerate(tableau.textes(c.PIECE))
        if (numero := par_numero.get(cle_de_code(piece)) if piece else du_fichier.get(rang))
    }
    complements = Complements(fautes=factures.fautes)
    colonnes = _remplir(tableau, factures, trouvees, complements)
    return tableau._replace(colonnes=colonnes), complements


def completer_fec(lignes: pd.DataFrame, lieu: LieuDesFactures) -> tuple[pd.DataFrame, Complements]:
    """Les lignes d'un FEC, qui ne dit aucune échéance : chaque facture, retrouvée par son numéro et sa date, donne la sienne."""
    factures = lire_factures(fichiers_de(lieu.depot))
    complements = Complements(fautes=factures.fautes)
    par_cle = {(cle_de_code(numero), facture.date_piece): numero for numero, (facture, _) in factures.lues.items()}
    comptes, rapprochees = Counter[str](), set()
    echeances, motifs, designes = (lignes[champ].tolist() for champ in (c.DATE_ECHEANCE, c.MOTIF_LITIGE, c.FICHIER_PIECE))
    connues = zip(lignes[c.PIECE], lignes[c.DATE_PIECE].dt.date, lignes[c.RESTE_DU], lignes[c.LIGNE], strict=True)
    for rang, (piece, jour, reste, ligne) in enumerate(connues):
        if not piece or (numero := par_cle.get((cle_de_code(piece), jour))) is None:
            continue
        rapprochees.add(numero)
        cellules, facture = factures.cellules(numero), factures.lues[numero][0]
        designes[rang] = cellules[c.FICHIER_PIECE]
        if reste > 0 and cellules[c.DATE_ECHEANCE]:
            echeances[rang] = cellules[c.DATE_ECHEANCE]
            comptes[c.DATE_ECHEANCE] += 1
        if cellules[c.LITIGE]:
            motifs[rang] = cellules[c.LITIGE]
            comptes[c.LITIGE] += 1
        if facture.siren:
            complements.sirens[int(ligne)] = facture.siren
    complements.dit = _resume(len(factures.lues), len(rapprochees), comptes)
    lignes = lignes.assign(
        **{c.MOTIF_LITIGE: pd.Series(motifs, lignes.index, "str"), c.FICHIER_PIECE: pd.Series(designes, lignes.index, "str")}
    )
    lignes[c.DATE_ECHEANCE] = pd.Series(pd.to_datetime(echeances), lignes.index).astype("datetime64[s]")
    lignes[c.LITIGE] = lignes[c.LITIGE] | (lignes[c.MOTIF_LITIGE] != "")
    return lignes, complements


def _designes(tableau: Tableau, racine: Path) -> Iterator[tuple[int, Path]]:
    """Rang → la facture électronique que la ligne désigne, si elle est du dossier et que la ligne est incomplète."""
    manquantes = [tableau.cellules(champ) for champ in (c.PIECE, c.DATE_ECHEANCE, *([c.RESTE_DU] if c.RESTE_DU in tableau.champs else []))]
    for rang, texte in enumerate(tableau.textes(c.FICHIER_PIECE)):
        if texte and any(est_vide(cellules[rang]) for cellules in manquantes):
            fichier, _ = facture_designee(racine, texte)
            if fichier is not None and fichier.suffix.casefold() in ELECTRONIQUES:
                yield rang, fichier


def _remplir(tableau: Tableau, factures: Factures, trouvees: Mapping[int, str], complements: Complements) -> dict[str, list[Valeur]]:
    colonnes = {champ: list(cellules) for champ, cellules in tableau.colonnes.items()}
    echeances = Counter(trouvees.values())
    comptes: Counter[str] = Counter()
    devises = tableau.textes(c.DEVISE)
    for rang, numero in trouvees.items():
        cellules, ligne = factures.cellules(numero), int(tableau.numeros[rang])
        facture, fichier = factures.lues[numero]
        ecrite = devises[rang].upper()
        if ecrite and SYMBOLES.get(ecrite, ecrite) != facture.devise:
            dit = f"la facture {numero} est en {facture.devise}, la ligne {ligne} de l'export en {ecrite} : rien n'en est repris"
            complements.fautes.append(Faute(dit, "vérifiez que c'est la même pièce", fichier.name))
            continue
        a_remplir = {champ: cellules[champ] for champ in _DE_LA_PIECE}
        if facture.nature != "Facture":
            a_remplir[c.NATURE] = facture.nature
        if echeances[numero] == 1:  # d'un échelonnement, la facture ne dit pas les parts
            a_remplir |= {champ: cellules[champ] for champ in _D_UNE_SEULE_ECHEANCE if champ in tableau.champs or champ != c.RESTE_DU}
        for champ, valeur in a_remplir.items():
            if not est_vide(valeur) and _poser(colonnes, champ, rang, valeur, len(tableau.numeros)):
                comptes[champ] += 1
                if champ == c.RESTE_DU:
                    complements.alertes[ligne] = f"{numero} : reste dû lu sur la facture"
        if factures.statuts.get(numero) == cycle_de_vie.ENCAISSEE:
            complements.alertes[ligne] = f"{numero} : notée encaissée par son cycle de vie"
        if facture.siren:
            complements.sirens[ligne] = facture.siren
    complements.dit = _resume(len(factures.lues), len(echeances), comptes)
    return colonnes


def _poser(colonnes: dict[str, list[Valeur]], champ: str, rang: int, valeur: Valeur, hauteur: int) -> bool:
    """Remplit une cellule vide ; une date en toutes lettres : ni son jour ni son mois ne font douter de ceux de la colonne."""
    cellules = colonnes.setdefault(champ, [None] * hauteur)
    if not est_vide(cellules[rang]):
        return False
    cellules[rang] = valeur.isoformat() if isinstance(valeur, date) else valeur
    return True


def _resume(lues: int, rapprochees: int, comptes: Mapping[str, int]) -> str:
    ajouts = ", ".join(f"{_EN_CLAIR[champ]} {nombre}" for champ, nombre in comptes.items())
    dit = accorder(lues, f"{lues} facture(s) électronique(s) lue(s), dont {rapprochees} à l'export")
    return f"{dit} ; complété : {ajouts}." if ajouts else f"{dit}."
