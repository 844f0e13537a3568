"""Le document « Liste clients » par le modèle `liste-clients.docx` : PDF, imprimante, ou courriel à chaque commercial (contrat §6)."""

from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple

import pandas as pd

from relances_xl.decision.decider import Decision
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.erreurs import Faute, refuser_si
from relances_xl.domaine.parametres import ModeCourriel, Parametres
from relances_xl.domaine.statuts import Sortie
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.communs.donnees import Donnees
from relances_xl.etapes.communs.modeles_compiles import LISTE_CLIENTS, Modeles
from relances_xl.etapes.production.en_pdf import en_pdf
from relances_xl.etapes.production.plan import DocumentAFusionner
from relances_xl.fichiers.ecriture_sure import ecrire_octets
from relances_xl.fichiers.noms_surs import fichier_sur, nom_sur
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_liste
from relances_xl.sorties.courriel.adresses_electroniques import AdresseIncorrecte
from relances_xl.sorties.courriel.message import PieceJointe, brouillon, composer
from relances_xl.sorties.courriel.messageries import ouvrir
from relances_xl.sorties.courriel.remise import ConnexionRefusee, Sort
from relances_xl.sorties.papier.imprimante import DouteImpression, ErreurImpression, imprimer
from relances_xl.sorties.pdf.lot_en_pdf import ErreurConversion, Outil, choisir

_NOM_MAX = 60  # caractères d'un commercial dans un nom de fichier


class EtatDeListe(NamedTuple):
    """Un état prêt à sortir. nom : le commercial à qui il va, "" pour l'émetteur ; adresse : "" s'il ne part pas par courriel."""

    document: DocumentAFusionner
    clients: int
    nom: str = ""
    adresse: str = ""


class SortieDeListe(NamedTuple):
    """Les états à sortir : tout ce qui pouvait manquer a été vérifié avant d'écrire quoi que ce soit."""

    dossier: Dossier
    parametres: Parametres
    etats: tuple[EtatDeListe, ...]
    outil: Outil


def preparer_la_liste(dossier: Dossier, decision: Decision, donnees: Donnees, parametres: Parametres) -> SortieDeListe | None:
    """Les états que veut « Sortie sur » (None : le classeur suffit) ; lève `ErreurUtilisateur` s'il manque un modèle ou une adresse."""
    criteres = parametres.criteres
    a_qui_ecrire = criteres.sortie is Sortie.EMAIL and len(decision.relances) > 0
    if criteres.sortie not in (Sortie.PDF, Sortie.IMPRIMANTE) and not a_qui_ecrire:
        return None
    modeles = Modeles(dossier)
    modele = modeles.lettre(LISTE_CLIENTS, "")
    parts = _parts(decision.relances, donnees, parametres) if a_qui_ecrire else {("", ""): decision.relances}
    fautes = [*modeles.fautes, *([_sans_adresse(dossier)] if a_qui_ecrire and any(not adresse for _, adresse in parts) else [])]
    refuser_si(fautes)
    assert modele is not None
    etats = [
        EtatDeListe(
            DocumentAFusionner(modele, valeurs_liste(part, decision.lignes, donnees.clients, parametres)),
            part[c.CODE_CLIENT].nunique(),
            nom,
            adresse,
        )
        for (nom, adresse), part in parts.items()
    ]
    return SortieDeListe(dossier, parametres, tuple(etats), choisir(criteres.convertisseur, pdfa=criteres.pdfa))


def _parts(relances: pd.DataFrame, donnees: Donnees, parametres: Parametres) -> dict[tuple[str, str], pd.DataFrame]:
    """(commercial, adresse) → ses relances ; celles d'un commercial sans adresse vont, ensemble, à l'émetteur."""
    commerciaux = _commercial_de(relances[c.CODE_CLIENT], donnees)
    connus = commerciaux.map(lambda nom: nom if parametres.emails_commerciaux.get(cle(nom)) else "")
    parts = {}
    for nom, part in relances.groupby(connus, sort=True):
        adresse = parametres.emails_commerciaux.get(cle(str(nom)), "") if nom else parametres.emetteur.email
        parts[str(nom), adresse] = part
    return parts


def _commercial_de(codes: "pd.Series[str]", donnees: Donnees) -> "pd.Series[str]":
    """Le commercial de chaque client : celui de sa fiche, sinon celui que nomment le plus de ses échéances."""
    fiches = donnees.clients[donnees.clients[c.COMMERCIAL] != ""]
    lignes = donnees.lignes[donnees.lignes[c.COMMERCIAL] != ""]
    commerciaux = {str(code): str(noms.mode().iloc[0]) for code, noms in lignes.groupby(c.CODE_CLIENT)[c.COMMERCIAL]}
    commerciaux |= dict(zip(fiches[c.CODE_CLIENT], fiches[c.COMMERCIAL], strict=True))
    return codes.map(lambda code: commerciaux.get(code, "")).astype("str")


def _sans_adresse(dossier: Dossier) -> Faute:
    return Faute(
        "des clients n'ont pas de commercial qui ait une adresse, et l'émetteur n'en a pas non plus",
        "remplissez « Email », ou ajoutez une ligne « Email de NOM » par commercial",
        dossier.criteres.name,
        "Émetteur",
    )


def sortir_la_liste(sortie: SortieDeListe, lot: Lot, instant: datetime) -> tuple[tuple[str, ...], int]:
    """Convertit, puis imprime ou envoie. Rend ce qui a été fait, et 1 si quelque chose n'a pas pu sortir ; le classeur, lui, est écrit."""
    pdfs = en_pdf([etat.document for etat in sortie.etats], sortie.outil)
    manques = [pdf for pdf in pdfs if isinstance(pdf, ErreurConversion)]
    if manques:
        return (f"La liste n'a pas pu devenir un PDF : {manques[0]}",), 1
    octets = [pdf for pdf in pdfs if not isinstance(pdf, ErreurConversion)]
    if sortie.parametres.criteres.sortie is Sortie.EMAIL:
        return _ecrire_aux_commerciaux(sortie, octets, lot, instant)
    phrase, code = _en_fichier(sortie, octets[0], lot)
    return (phrase,), code


def _en_fichier(sortie: SortieDeListe, pdf: bytes, lot: Lot) -> tuple[str, int]:
    criteres = sortie.parametres.criteres
    chemin = lot.liste_clients.with_suffix(".pdf")
    ecrire_octets(chemin, pdf)
    if criteres.sortie is not Sortie.IMPRIMANTE:
        return f"La liste est aussi en PDF ({sortie.outil.nom}) : {chemin}", 0
    try:
        travail = imprimer(chemin, criteres.imprimante, f"Liste clients {lot.nom}")
    except (ErreurImpression, DouteImpression) as erreur:
        return f"La liste n'a pas pu être imprimée : {erreur}. Son PDF est là : {chemin}", 1
    return f"La liste est à l'imprimante ({travail or criteres.imprimante or 'par défaut'}).", 0


def _ecrire_aux_commerciaux(sortie: SortieDeListe, pdfs: list[bytes], lot: Lot, instant: datetime) -> tuple[tuple[str, ...], int]:
    """Un courriel par état : brouillon dans `courriels/`, ou envoi."""
    try:
        messages = [(etat, _composer(sortie, etat, pdf, lot, instant)) for etat, pdf in zip(sortie.etats, pdfs, strict=True)]
    except AdresseIncorrecte as erreur:
        return (f"La liste n'a pas pu partir : {erreur}",), 1
    messagerie = sortie.parametres.messagerie
    if messagerie.mode is ModeCourriel.BROUILLONS:
        phrases = []
        for etat, message in messages:
            chemin = lot.courriels / fichier_sur(f"liste-{nom_sur(etat.nom, _NOM_MAX) if etat.nom else 'emetteur'}.eml")
            ecrire_octets(chemin, brouillon(message))
            phrases.append(f"{_a_qui(etat)} : {chemin}")
        return tuple(phrases), 0
    phrases, code = [], 0
    try:
        with ouvrir(messagerie) as envoi:
            for etat, message in messages:
                issue = envoi.envoyer(message)
                sort = {Sort.ACCEPTE: "envoyée", Sort.REFUSE: "refusée", Sort.DOUTEUX: "d'issue inconnue"}[issue.sort]
                code = max(code, int(issue.sort is not Sort.ACCEPTE))
                phrases.append(f"{_a_qui(etat)} : {sort}" + (f" ({issue.motif})" if issue.motif else ""))
    except ConnexionRefusee as refus:
        return (*phrases, f"La liste n'a pas pu partir : {refus}"), 1
    return tuple(phrases), code


def _composer(sortie: SortieDeListe, etat: EtatDeListe, pdf: bytes, lot: Lot, instant: datetime) -> EmailMessage:
    parametres = sortie.parametres
    reference, edition = parametres.criteres.date_reference, parametres.criteres.date_edition
    combien = accorder(etat.clients, f"{etat.clients} client(s) en retard")
    signature = "\n".join(filter(None, (parametres.emetteur.signataire, parametres.emetteur.raison_sociale)))
    nom = f"Liste clients du {edition:%d-%m-%Y}{f' – {nom_sur(etat.nom, _NOM_MAX)}' if etat.nom else ''}.pdf"
    return composer(
        parametres.messagerie,
        relance=f"{lot.nom}-liste-{etat.nom}",
        identite=sortie.dossier.racine.resolve().as_posix(),
        instant=instant,
        destinataires=etat.adresse,
        objet=f"Clients en retard au {reference:%d/%m/%Y}{f' – {etat.nom}' if etat.nom else ''}",
        texte=f"Bonjour,\n\nVoici la liste de vos clients en retard au {reference:%d/%m/%Y} : {combien}.\n\n{signature}",
        pieces=[PieceJointe(fichier_sur(nom), pdf)],
    )


def _a_qui(etat: EtatDeListe) -> str:
    return f"Liste de {etat.nom or 'l’émetteur'} ({etat.adresse})"
