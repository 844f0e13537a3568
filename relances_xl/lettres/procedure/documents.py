"""Le bordereau des pièces et la requête en injonction de payer, d'après une `Affaire`.

La requête ne remplace pas le formulaire : elle en donne l'exposé et le calcul (cerfa 12946 devant le tribunal de commerce,
12948 devant le tribunal judiciaire ; CPC art. 1405 et suivants).
"""

from pathlib import Path

from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.lettres.procedure.affaire import Affaire
from relances_xl.lettres.procedure.papier_de_procedure import Papier

_FORMULAIRES = {
    TypeClient.PROFESSIONNEL.value: "tribunal de commerce (ou tribunal des activités économiques) : formulaire cerfa 12946",
    TypeClient.PARTICULIER.value: "tribunal judiciaire ou juge des contentieux de la protection : formulaire cerfa 12948",
}
_PUBLIC = "créancier d'une personne publique : l'injonction de payer ne s'applique pas ; voyez le mandatement d'office (CGCT L1612-16, loi 80-539)"


def ecrire_bordereau(chemin: Path, affaire: Affaire) -> None:
    """Les pièces numérotées ; celle qui manque est nommée comme telle."""
    papier = Papier("Bordereau de pièces")
    papier.paragraphe(f"{_creancier(affaire)}\ncontre {affaire.raison_sociale} ({affaire.code})")
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
    papier.paragraphe("\n".join(filter(None, (affaire.raison_sociale, *affaire.adresse, affaire.siren and f"SIREN {affaire.siren}"))))
    papier.intertitre("Les faits")
    papier.paragraphe(_faits(affaire))
    if affaire.relances:
        papier.tableau(
            ("Date", "Relance", "Sortie", "Identifiant"),
            [(ecrire_date(r.date), r.libelle, f"{r.sortie} ({r.statut})", r.relance) for r in affaire.relances],
            (2, 6, 4, 4),
            (),
        )
    papier.intertitre("La créance")
    papier.tableau(
        ("Pièce", "Date", "Échéance", "Principal", "Déduit", "Reste dû", "Intérêts", "Indemnité"),
        [
            (
                c.piece, ecrire_date(c.date_piece), ecrire_date(c.echeance), str(c.principal), _ou_rien(c.credits), str(c.reste),
                _ou_rien(c.interets), _ou_rien(c.indemnite),
            )
            for c in affaire.creances
        ]
        + [("Total", "", "", *(str(affaire.total(nom)) for nom in ("principal", "credits", "reste", "interets", "indemnite")))],
        (4, 2.4, 2.4, 3, 2.6, 3, 2.6, 2.6),
        (3, 4, 5, 6, 7),
    )  # fmt: skip
    if affaire.periodes:
        papier.intertitre("Les intérêts, semestre par semestre")
        papier.tableau(
            ("Pièce", "Période", "Jours", "Taux annuel", "Intérêts"),
            [
                (p.piece, f"du {ecrire_date(p.du)} au {ecrire_date(p.au)} ({p.semestre})", str(p.jours), p.taux, str(p.interets))
                for p in affaire.periodes
            ],
            (4, 7, 1.5, 2.5, 3),
            (2, 3, 4),
        )
    papier.intertitre("La demande")
    papier.liste(
        f"{libelle} : {affaire.total(nom)}"
        for libelle, nom in (
            ("principal restant dû", "reste"),
            ("intérêts de retard", "interets"),
            ("indemnités forfaitaires", "indemnite"),
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
    if affaire.type_client == TypeClient.PUBLIC.value:
        return f"Débiteur public, {_PUBLIC}."
    formulaire = _FORMULAIRES.get(affaire.type_client)
    return (
        f"À reporter sur le formulaire : {formulaire}."
        if formulaire
        else "Type de client inconnu : " + " ; ".join(_FORMULAIRES.values()) + "."
    )


def _faits(affaire: Affaire) -> str:
    nombre = len({creance.piece for creance in affaire.creances})
    pieces = "une pièce est restée impayée" if nombre == 1 else f"{nombre} pièces sont restées impayées"
    plus_ancienne = min((creance.echeance for creance in affaire.creances if creance.echeance), default=None)
    depuis = f", la plus ancienne échue le {ecrire_date(plus_ancienne)}" if plus_ancienne else ""
    relances = len(affaire.relances)
    faites = (
        "Aucune relance n'est au journal." if not relances else f"{relances} relance{'s' if relances > 1 else ''} au journal, ci-dessous."
    )
    return f"À ce jour, {pieces}{depuis}. {faites}"


def _ou_rien(montant: Montant) -> str:
    return str(montant) if montant else ""
