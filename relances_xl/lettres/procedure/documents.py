"""Le bordereau des pièces et la requête en injonction de payer, d'après une `Affaire`.

La requête ne remplace pas le formulaire : elle en donne l'exposé et le calcul (cerfa 12946 devant le tribunal de commerce,
12948 devant le tribunal judiciaire ; CPC art. 1405 et suivants).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.tables import enregistrements
from relances_xl.lettres.procedure.affaire import Affaire
from relances_xl.lettres.procedure.papier_de_procedure import Papier

_FORMULAIRES = {
    TypeClient.PROFESSIONNEL.value: "tribunal de commerce (ou tribunal des activités économiques) : formulaire cerfa 12946",
    TypeClient.PARTICULIER.value: "tribunal judiciaire ou juge des contentieux de la protection : formulaire cerfa 12948",
}
_SOMMES = (c.RESTE_DU, c.CREDITS, c.NET_PENALISABLE, c.PENALITES, c.INDEMNITE)
_DITES = (c.RESTE_DU, c.NET_PENALISABLE)  # même nulles
_PUBLIC = "créancier d'une personne publique : l'injonction de payer ne s'applique pas ; voyez le mandatement d'office (CGCT L1612-16, loi 80-539)"


def ecrire_bordereau(chemin: Path, affaire: Affaire) -> None:
    """Les pièces numérotées ; celle qui manque est nommée comme telle."""
    papier = Papier("Bordereau de pièces")
    papier.paragraphe(f"{_creancier(affaire)}\ncontre {affaire.debiteur[c.RAISON_SOCIALE]} ({affaire.debiteur['code']})")
    papier.tableau(
        ("N°", "Pièce", "Fichier"),
        [(str(rang), piece.intitule, piece.fichier or "MANQUE : à joindre") for rang, piece in enumerate(affaire.pieces, 1)],
        (1, 9, 7),
        (),
    )
    papier.paragraphe(f"Arrêté au {ecrire_date(affaire.au)}.")
    papier.enregistrer(chemin)


def ecrire_requete(chemin: Path, affaire: Affaire) -> None:
    """L'exposé des faits et le calcul qu'attend une requête en injonction de payer."""
    papier = Papier("Requête en injonction de payer : exposé et calcul")
    papier.paragraphe(_destination(affaire))
    papier.paragraphe("À compléter par vous : la juridiction, le contrat ou la commande d'où vient la dette, la date et la signature.")
    papier.intertitre("Le créancier")
    papier.paragraphe(_creancier(affaire))
    papier.intertitre("Le débiteur")
    papier.paragraphe(_debiteur(affaire.debiteur))
    papier.intertitre("Les faits")
    papier.paragraphe(_faits(affaire))
    if len(affaire.relances):
        papier.tableau(
            ("Date", "Relance", "Sortie", "Identifiant"),
            [
                (_jour(r[c.DATE]), f"niveau {r[c.NIVEAU]}{_depot(r)}", f"{r[c.SORTIE]} ({r[c.STATUT]})", r[c.RELANCE])
                for r in enregistrements(affaire.relances)
            ],
            (2, 7, 3.5, 4),
            (),
        )
    papier.intertitre("La créance")
    papier.tableau(
        ("Pièce", "Date", "Échéance", "Principal", "Déduit", "Reste dû", "Intérêts", "Indemnité"),
        [
            (
                due[c.PIECE], _jour(due[c.DATE_PIECE]), _jour(due[c.DATE_ECHEANCE]),
                *(_ou_rien(affaire.montant(due[somme]), due[somme] or somme in _DITES) for somme in _SOMMES),
            )
            for due in enregistrements(affaire.creances)
        ]
        + [("Total", "", "", *(str(affaire.total(somme)) for somme in _SOMMES))],
        (3.3, 2.9, 2.9, 2.9, 2.2, 2.9, 2.2, 2.3),
        (3, 4, 5, 6, 7),
    )  # fmt: skip
    if len(affaire.periodes):
        papier.intertitre("Les intérêts, semestre par semestre")
        papier.tableau(
            ("Pièce", "Période", "Jours", "Taux annuel", "Intérêts"),
            [
                (
                    p[c.PIECE],
                    f"du {_jour(p[c.DU])} au {_jour(p[c.AU])} ({p[c.SEMESTRE]})",
                    str(p[c.JOURS]),
                    p[c.TAUX],
                    str(affaire.montant(p[c.PENALITES])),
                )
                for p in enregistrements(affaire.periodes)
            ],
            (4, 7, 1.5, 2.5, 3),
            (2, 3, 4),
        )
    papier.intertitre("La demande")
    papier.liste(
        f"{libelle} : {affaire.total(nom)}"
        for libelle, nom in (
            ("principal restant dû", c.NET_PENALISABLE),
            ("intérêts de retard", c.PENALITES),
            ("indemnités forfaitaires", c.INDEMNITE),
        )
        if affaire.total(nom)
    )
    papier.paragraphe(f"Soit {affaire.reclame}, arrêtés au {ecrire_date(affaire.au)}, les intérêts continuant à courir.", gras=True)
    papier.enregistrer(chemin)


def _creancier(affaire: Affaire) -> str:
    e = affaire.emetteur
    ville = f"{e.code_postal} {e.ville}".strip()
    return (
        "\n".join(filter(None, (e.raison_sociale, e.adresse_1, e.adresse_2, ville, e.siren and f"SIREN {e.siren}")))
        or "[créancier : à compléter]"
    )


def _destination(affaire: Affaire) -> str:
    genre = str(affaire.debiteur[c.TYPE_CLIENT])
    if genre == TypeClient.PUBLIC.value:
        return f"Débiteur public, {_PUBLIC}."
    formulaire = _FORMULAIRES.get(genre)
    return (
        f"À reporter sur le formulaire : {formulaire}."
        if formulaire
        else "Type de client inconnu : " + " ; ".join(_FORMULAIRES.values()) + "."
    )


def _faits(affaire: Affaire) -> str:
    nombre = affaire.creances[c.PIECE].nunique()
    pieces = "une pièce est restée impayée" if nombre == 1 else f"{nombre} pièces sont restées impayées"
    plus_ancienne = _jour(affaire.creances[c.DATE_ECHEANCE].min())
    depuis = f", la plus ancienne échue le {plus_ancienne}" if plus_ancienne else ""
    relances = len(affaire.relances)
    faites = (
        "Aucune relance n'est au journal." if not relances else f"{relances} relance{'s' if relances > 1 else ''} au journal, ci-dessous."
    )
    return f"À ce jour, {pieces}{depuis}. {faites}"


def _debiteur(fiche: Mapping[str, object]) -> str:
    adresse = str(fiche["adresse"]).split("\n")[1:]
    siren = f"SIREN {fiche[c.SIREN]}" if fiche[c.SIREN] else ""
    return "\n".join(filter(None, (str(fiche[c.RAISON_SOCIALE]), *adresse, siren)))


def _depot(relance: Mapping[str, Any]) -> str:
    """« , en recommandé n° 1A 123 déposé le 12/03/2026 », si le journal le sait."""
    numero = relance[c.NUMERO_DE_DEPOT]
    return f", en recommandé n° {numero} déposé le {_jour(relance[c.DATE_DE_DEPOT])}" if numero else ""


def _jour(quand: pd.Timestamp) -> str:
    return "" if pd.isna(quand) else ecrire_date(quand.date())


def _ou_rien(montant: Montant, dit: object) -> str:
    return str(montant) if dit else ""
