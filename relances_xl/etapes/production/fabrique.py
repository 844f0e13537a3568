"""Des relances décidées aux lettres prêtes à sortir : modèle, valeurs, nom, intention, courriel."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.niveaux import Envoi
from relances_xl.domaine.parametres import ModeCourriel, Parametres
from relances_xl.domaine.statuts import Sortie
from relances_xl.domaine.tables import enregistrements
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.communs.modeles_compiles import RELEVE, Modeles
from relances_xl.etapes.production.noms_de_lettres import NomDeLettre, noms_de_lettres
from relances_xl.etapes.production.plan import DocumentAFusionner, Lettre
from relances_xl.historique import EcheanceRelancee, Etat, Intention
from relances_xl.lettres.donnees.rangees import Valeurs
from relances_xl.lettres.donnees.valeurs_de_lettre import valeurs_des_relances, valeurs_des_releves
from relances_xl.sorties.pdf.lot_en_pdf import Outil, choisir

_SANS_ADRESSE = "pas d'adresse électronique : faite en PDF"
_RECOMMANDE = "recommandé : faite en PDF, pas par courriel"


class Fabrique:
    """Prépare les lettres d'une production. `fautes` : tout ce qui empêche de produire, une fois `lettres` appelé.

    etats : ceux du journal ; demandees : relance → sortie voulue dans la revue.
    """

    def __init__(
        self,
        dossier: Dossier,
        parametres: Parametres,
        clients: pd.DataFrame,
        etats: Mapping[str, Etat],
        demandees: Mapping[str, str],
    ) -> None:
        self._dossier = dossier
        self._demandees = demandees
        self._parametres = parametres
        self._clients = clients
        self._etats = etats
        self._modeles = Modeles(dossier)
        self.fautes: list[Faute] = self._modeles.fautes
        self.avertissements: list[str] = []
        self.outil: Outil | None = None

    def lettres(self, lot: Lot, relances: pd.DataFrame, lignes: pd.DataFrame) -> tuple[Lettre, ...]:
        """Les lettres dans l'ordre des relances ; vide, et des fautes, si un modèle ou un réglage ne va pas."""
        parametres = self._parametres
        self._controler_la_messagerie(relances)
        if (relances[c.SORTIE] != Sortie.WORD.value).any():
            self.outil = choisir(parametres.criteres.convertisseur)
        noms = self._noms(lot, relances)
        relancees = _echeances_par_relance(lignes)
        langues = dict(zip(self._clients[c.CODE_CLIENT], self._clients[c.LANGUE], strict=True))
        modeles = {
            relance[c.RELANCE]: self._modeles.lettre(parametres.niveaux[relance[c.NIVEAU]].modele, langues.get(relance[c.CODE_CLIENT], ""))
            for relance in enregistrements(relances)
        }
        avec_qr = any(modele is not None and "qr_paiement" in modele.champs for modele in modeles.values())
        valeurs = dict(valeurs_des_relances(relances, lignes, self._clients, parametres, avec_qr=avec_qr))
        releves: dict[str, Valeurs] = {}
        if parametres.criteres.joindre_releve:
            releves = dict(valeurs_des_releves(relances, lignes, self._clients, parametres))
        lettres = []
        for relance in enregistrements(relances):
            cle, langue = relance[c.RELANCE], langues.get(relance[c.CODE_CLIENT], "")
            niveau = parametres.niveaux[relance[c.NIVEAU]]
            modele = modeles[cle]
            modele_releve = self._modeles.lettre(RELEVE, langue) if releves else None
            if modele is not None:
                lettre = Lettre(
                    nom=noms[cle],
                    intention=self._intention(lot, relance, noms[cle], relancees[cle]),
                    sortie=Sortie(relance[c.SORTIE]),
                    document=DocumentAFusionner(modele, valeurs[cle]),
                    recommandee=niveau.envoi is Envoi.RECOMMANDE,
                    releve=DocumentAFusionner(modele_releve, releves[cle]) if modele_releve else None,
                    alerte=self._alerte(relance, niveau.envoi),
                )
                lettres.append(self._avec_courriel(lettre, relance, relancees[cle], langue))
        self.avertissements += [str(faute) for faute in self._modeles.avertissements]
        return () if self.fautes else tuple(lettres)

    def _intention(self, lot: Lot, relance: Mapping[str, Any], nom: str, echeances: pd.DataFrame) -> Intention:
        sortie = Sortie(relance[c.SORTIE])
        envoie = self._parametres.messagerie.mode is ModeCourriel.ENVOI
        chemins = {Sortie.PDF: lot.pdf / f"{nom}.pdf", Sortie.EMAIL: lot.courriels / f"{nom}.eml"}
        if envoie:
            del chemins[Sortie.EMAIL]
        return Intention(
            relance=relance[c.RELANCE],
            lot=lot.nom,
            date=self._parametres.criteres.date_edition,
            code_client=relance[c.CODE_CLIENT],
            raison_sociale=relance[c.RAISON_SOCIALE],
            devise=relance[c.DEVISE],
            niveau=relance[c.NIVEAU],
            reedition=bool(relance[c.REEDITION]),
            sortie=sortie.value,
            sans_reprise=sortie is Sortie.IMPRIMANTE or (sortie is Sortie.EMAIL and envoie),
            montant=relance[c.NET],
            fichier=self._dossier.relatif(chemins.get(sortie, lot.lettres / f"{nom}.docx")),
            echeances=[
                EcheanceRelancee(piece, jour.date(), niveau, reedition, reste)
                for piece, jour, niveau, reedition, reste in echeances[
                    [c.PIECE, c.DATE_CLE, c.NIVEAU_PROPOSE, c.REEDITION, c.RESTE_DU]
                ].itertuples(index=False, name=None)
            ],
        )

    def _avec_courriel(self, lettre: Lettre, relance: Mapping[str, Any], echeances: pd.DataFrame, langue: str) -> Lettre:
        """La lettre et, si elle part par courriel, son objet, son corps, ses adresses et ses factures jointes."""
        if lettre.sortie is not Sortie.EMAIL:
            return lettre
        niveau = self._parametres.niveaux[relance[c.NIVEAU]]
        corps = self._modeles.corps(niveau, langue)
        if corps is None:
            return lettre
        valeurs = lettre.document.valeurs
        return replace(
            lettre,
            objet=une_ligne(str(valeurs["objet"]) or niveau.libelle),
            corps=corps.rendre(valeurs),
            destinataires=relance[c.EMAIL],
            pieces=tuple(echeances[c.FICHIER_PIECE]),
        )

    def _alerte(self, relance: Mapping[str, Any], envoi: Envoi) -> str:
        """Pourquoi une relance voulue par courriel est faite en PDF : la composition l'a déjà résolue."""
        demandee = self._demandees.get(relance[c.RELANCE])
        if relance[c.SORTIE] != Sortie.PDF.value:
            return ""
        if not relance[c.EMAIL] and Sortie.EMAIL in (demandee, self._parametres.criteres.sortie):
            return _SANS_ADRESSE
        return _RECOMMANDE if demandee == Sortie.SELON_CLIENT and envoi is Envoi.RECOMMANDE else ""

    def _controler_la_messagerie(self, relances: pd.DataFrame) -> None:
        """Un envoi veut un serveur et un expéditeur ; un brouillon prend ceux du logiciel de messagerie."""
        messagerie = self._parametres.messagerie
        if messagerie.mode is not ModeCourriel.ENVOI or not (relances[c.SORTIE] == Sortie.EMAIL.value).any():
            return
        champs = {"Expéditeur": messagerie.expediteur or messagerie.identifiant, "Serveur SMTP": messagerie.serveur}
        self.fautes += [
            Faute(
                f"« {libelle} » est vide, et des relances partent par courriel",
                "remplissez cette cellule, ou changez « Sortie » dans la revue",
                self._dossier.criteres.name,
                "Messagerie",
            )
            for libelle, valeur in champs.items()
            if not valeur
        ]
        if messagerie.adresse_essai:
            self.avertissements.append(
                "adresse d'essai : rien ne part chez les clients, et pourtant ces relances compteront comme envoyées ; "
                "après l'essai, annulez-les par « relances-xl annuler »"
            )

    def _noms(self, lot: Lot, relances: pd.DataFrame) -> dict[str, str]:
        """Relance → nom de fichier ; celles que le journal connaît déjà gardent le leur."""
        deja = {etat.relance: Path(etat.fichier).stem for etat in self._etats.values() if etat.lot == lot.nom}
        colonnes = [c.RELANCE, c.CODE_CLIENT, c.NIVEAU, c.DEVISE, c.PIECE]
        return noms_de_lettres((NomDeLettre(*ligne) for ligne in relances[colonnes].itertuples(index=False)), deja)


def _echeances_par_relance(lignes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Les échéances de chaque relance, crédits exclus."""
    echeances = lignes[(lignes[c.RELANCE] != "") & ~lignes[c.CREDIT]]
    return {str(relance): groupe for relance, groupe in echeances.groupby(c.RELANCE)}
