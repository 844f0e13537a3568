"""Contrôler tout le dossier en un écran : la première chose que l'assistance demande."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pandas as pd

from relances_xl.criteres.lecture import lire_parametres
from relances_xl.decision.lignes import types_des_clients
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import TypeClient
from relances_xl.domaine.ecrits.dates import semestre
from relances_xl.domaine.ecrits.montants import ecrire
from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.motifs import EN_MOTS
from relances_xl.domaine.parametres import ModeCourriel, Parametres, Securite
from relances_xl.domaine.statuts import Sortie
from relances_xl.dossier import Dossier
from relances_xl.etapes.communs.donnees import Donnees, charger
from relances_xl.etapes.communs.modeles_compiles import LISTE_CLIENTS, RELEVE, Modeles
from relances_xl.historique import Historique
from relances_xl.lettres.donnees.valeurs_de_lettre import compiler_objets
from relances_xl.sorties.courriel.acces import VARIABLE_MOT_DE_PASSE
from relances_xl.sorties.courriel.identite_microsoft import Inviter
from relances_xl.sorties.courriel.messageries import eprouver
from relances_xl.sorties.courriel.remise import ConnexionRefusee
from relances_xl.sorties.papier.imprimante import defaut, imprimantes
from relances_xl.sorties.pdf.lot_en_pdf import choisir

_EXEMPLES = 3  # valeurs montrées par colonne
_LONGUEUR_EXEMPLE = 30
_MONTANTS = (c.MONTANT, c.REGLE, c.RESTE_DU)  # en unités minimales dans les tables


class Gravite(StrEnum):
    CORRECT = "ok"
    ATTENTION = "attention"
    ERREUR = "erreur"


@dataclass(frozen=True, slots=True)
class Constat:
    """Une ligne du contrôle : le sujet, ce qu'on y a vu, et le remède s'il en faut un."""

    sujet: str
    message: str
    gravite: Gravite = Gravite.CORRECT
    remede: str = ""

    def __str__(self) -> str:
        signe = {Gravite.CORRECT: "ok", Gravite.ATTENTION: " !", Gravite.ERREUR: "!!"}[self.gravite]
        return f"[{signe}] {self.sujet} : {self.message}" + (f" → {self.remede}" if self.remede else "")

    def en_dict(self) -> dict[str, str]:
        return {nom: str(valeur) for nom, valeur in asdict(self).items()}


def verdict(constats: Sequence[Constat]) -> str:
    """Ce qu'il faut retenir du contrôle, en une ligne."""
    erreurs, attentions = (sum(constat.gravite is gravite for constat in constats) for gravite in (Gravite.ERREUR, Gravite.ATTENTION))
    a_voir = accorder(attentions, f"{attentions} point(s) à regarder") if attentions else ""
    if erreurs:
        suite = f", {a_voir}" if a_voir else ""
        return accorder(erreurs, f"Verdict : {erreurs} point(s) à corriger avant de continuer{suite}.")
    return f"Verdict : le dossier est prêt{f' ; {a_voir}' if a_voir else ''}."


def verifier(
    dossier: Dossier, aujourdhui: date, inviter: Inviter | None = None, demander: Callable[[str], str] | None = None
) -> list[Constat]:
    """Critères, fichiers, colonnes, anomalies, modèles, convertisseur, imprimante, messagerie, taux, journal.

    inviter : montre à l'utilisateur le code de connexion de Microsoft 365 ; demander : lui demande un mot de passe ; None s'il n'y a
    personne devant l'écran.
    """
    try:
        dossier.exiger()
        parametres = lire_parametres(dossier.criteres, aujourdhui)
    except ErreurUtilisateur as erreur:
        return [*_fautes("Critères", erreur.fautes), *_journal(dossier)]
    criteres = parametres.criteres
    constats = [Constat("Critères", f"lus ; date de référence {criteres.date_reference:%d/%m/%Y}, sortie sur {criteres.sortie}")]
    constats += [*_fautes("Critères", parametres.avertissements, Gravite.ATTENTION), *_logo(dossier, parametres)]
    try:
        donnees = charger(dossier, parametres)
    except ErreurUtilisateur as erreur:
        constats += _fautes("Exports", erreur.fautes)
    else:
        constats += [*_exports(donnees), *_colonnes(donnees), *_anomalies(donnees), *_taux(donnees, parametres)]
    for controle in (_modeles, _convertisseur, _imprimante):
        constats += controle(dossier, parametres)
    return [*constats, *_messagerie(parametres, inviter, demander), *_journal(dossier)]


def _fautes(sujet: str, fautes: Sequence[Faute], gravite: Gravite = Gravite.ERREUR) -> Iterator[Constat]:
    for faute in fautes:
        yield Constat(sujet, str(Faute(faute.message, "", faute.fichier, faute.onglet, faute.cellule)), gravite, faute.remede)


def _logo(dossier: Dossier, parametres: Parametres) -> Iterator[Constat]:
    logo = parametres.emetteur.logo
    if logo and not dossier.chemin(logo).is_file():
        message = f"le logo « {logo} » est introuvable : les lettres n'en auront pas"
        yield Constat("Critères", message, Gravite.ATTENTION, "déposez-le dans le dossier, ou corrigez « Logo » (onglet « Émetteur »)")


def _exports(donnees: Donnees) -> Iterator[Constat]:
    lecture = donnees.lecture
    devises = ", ".join(sorted(lecture.lignes[c.DEVISE].unique()))
    lignes = accorder(len(lecture.lignes), f"{len(lecture.lignes)} ligne(s)")
    fiches = accorder(len(donnees.clients), f"{len(donnees.clients)} fiche(s)")
    yield Constat("Échéances", f"{lignes} ({lecture.format}), {devises} ; {lecture.hors_tableau} hors tableau")
    yield Constat("Clients", fiches if len(donnees.clients) else "aucun fichier clients")
    yield from _fautes("Exports", donnees.avertissements, Gravite.ATTENTION)


def _colonnes(donnees: Donnees) -> Iterator[Constat]:
    """À quel en-tête chaque champ a été rapproché, et trois valeurs lues."""
    for fichier, table, appariement in (
        ("Échéances", donnees.lignes, donnees.lecture.appariement),
        ("Clients", donnees.clients, donnees.appariement_clients),
    ):
        for champ, entete in appariement.items():
            exemples = _exemples(table, champ) if champ in table else ""
            yield Constat(f"Colonnes {fichier}", f"{champ} ← « {entete} »" + (f" ({exemples})" if exemples else ""))
    for phrase in donnees.colonnes_dites():
        if phrase.startswith("Colonnes non lues"):
            yield Constat("Colonnes", phrase)


def _exemples(table: pd.DataFrame, champ: str) -> str:
    """Trois valeurs lues, telles qu'un comptable les écrit."""
    colonne = table[champ]
    lisibles = table[colonne.notna() & (colonne.astype("str") != "")].drop_duplicates(champ).head(_EXEMPLES)
    valeurs = lisibles[champ]
    if champ in _MONTANTS:
        valeurs = pd.Series([ecrire(unites, devise) for unites, devise in zip(valeurs, lisibles[c.DEVISE], strict=True)])
    elif pd.api.types.is_datetime64_any_dtype(valeurs):
        valeurs = valeurs.dt.strftime("%d/%m/%Y")
    elif valeurs.dtype == bool:
        valeurs = valeurs.map({True: "Oui", False: "Non"})
    textes = [str(valeur) for valeur in valeurs]
    return ", ".join(texte if len(texte) <= _LONGUEUR_EXEMPLE else f"{texte[: _LONGUEUR_EXEMPLE - 1]}…" for texte in textes)


def _anomalies(donnees: Donnees) -> Iterator[Constat]:
    causes = Counter(donnees.lignes.loc[donnees.lignes[c.CAUSE] != "", c.CAUSE])
    for cause, nombre in causes.items():
        premieres = donnees.lignes.loc[donnees.lignes[c.CAUSE] == cause, c.LIGNE].head(_EXEMPLES)
        lesquelles = ", ".join(map(str, premieres)) + ("…" if nombre > len(premieres) else "")
        remede = f"voyez dans l'export {accorder(nombre, 'ligne(s)')} {lesquelles}, ou l'onglet « Anomalies » de la revue"
        yield Constat("Anomalies", accorder(nombre, f"{EN_MOTS.get(cause, cause)} : {nombre} ligne(s)"), Gravite.ATTENTION, remede)
    if not causes:
        yield Constat("Anomalies", "aucune")


def _taux(donnees: Donnees, parametres: Parametres) -> Iterator[Constat]:
    """Les semestres que les pénalités demanderont."""
    lignes, reference = donnees.lignes, parametres.criteres.date_reference
    if not any(niveaux.avec_penalites for niveaux in parametres.plans):
        return
    types = pd.Series(types_des_clients(lignes[c.CODE_CLIENT], donnees.clients, parametres.criteres), lignes.index)
    au_taux_bce = {str(TypeClient.PUBLIC)} | (set() if parametres.criteres.taux_contractuel else {str(TypeClient.PROFESSIONNEL)})
    echues = lignes[
        (lignes[c.CAUSE] == "") & (lignes[c.RESTE_DU] > 0) & (lignes[c.DATE_ECHEANCE] < pd.Timestamp(reference)) & types.isin(au_taux_bce)
    ]
    if echues.empty:
        return
    premier = (echues[c.DATE_ECHEANCE].min() + pd.Timedelta(days=1)).date()
    necessaires = sorted({semestre(jour.date()) for jour in pd.date_range(premier, reference, freq="D")})
    manquants = [nom for nom in necessaires if parametres.taux.bce(nom) is None]
    if manquants:
        yield Constat(
            "Taux",
            f"taux BCE absent pour {', '.join(manquants)}",
            Gravite.ATTENTION,
            "saisissez-le dans l'onglet « Taux » : sans lui, les lettres à pénalités de ce semestre ne partiront pas",
        )
    else:
        yield Constat("Taux", f"les semestres {necessaires[0]} à {necessaires[-1]} sont saisis")


def _modeles(dossier: Dossier, parametres: Parametres) -> Iterator[Constat]:
    modeles = Modeles(dossier)
    for niveau in parametres.plans.niveaux:
        for langue in ("", *_langues(dossier, niveau.modele)):
            if (modele := modeles.lettre(niveau.modele, langue)) is not None:
                yield Constat(
                    "Modèles", f"niveau {niveau.numero} : {modele.nom}, " + accorder(len(modele.champs), f"{len(modele.champs)} champ(s)")
                )
        if parametres.criteres.sortie in (Sortie.EMAIL, Sortie.SELON_CLIENT):
            modeles.corps(niveau, "")
    if parametres.criteres.joindre_releve and modeles.lettre(RELEVE, "") is not None:
        yield Constat("Modèles", f"relevé : {RELEVE}")
    if (dossier.modeles / LISTE_CLIENTS).is_file() and modeles.lettre(LISTE_CLIENTS, "") is not None:
        yield Constat("Modèles", f"liste des clients : {LISTE_CLIENTS}")
    try:
        compiler_objets(parametres.plans)
    except ErreurUtilisateur as erreur:
        yield from _fautes("Modèles", erreur.fautes)
    yield from _fautes("Modèles", modeles.fautes)
    yield from _fautes("Modèles", modeles.avertissements, Gravite.ATTENTION)
    with contextlib.suppress(ErreurUtilisateur):  # un convertisseur introuvable se dit à sa propre ligne
        yield from _fautes(
            "Modèles", modeles.reserves(choisir(parametres.criteres.convertisseur, pdfa=parametres.criteres.pdfa)), Gravite.ATTENTION
        )


def _langues(dossier: Dossier, modele: str) -> list[str]:
    """Les langues dans lesquelles un modèle est traduit : `relance-1.en.docx` → en."""
    racine = Path(modele)
    return sorted(traduit.suffixes[0].removeprefix(".") for traduit in dossier.modeles.glob(f"{racine.stem}.??{racine.suffix}"))


def _convertisseur(dossier: Dossier, parametres: Parametres) -> Iterator[Constat]:
    try:
        outil = choisir(parametres.criteres.convertisseur, pdfa=parametres.criteres.pdfa)
    except ErreurUtilisateur as erreur:
        yield from _fautes("Convertisseur PDF", erreur.fautes)
    else:
        yield Constat("Convertisseur PDF", outil.nom)


def _imprimante(dossier: Dossier, parametres: Parametres) -> Iterator[Constat]:
    voulue, presentes = parametres.criteres.imprimante, imprimantes()
    connues = ", ".join(presentes) or "aucune"
    if voulue and voulue not in presentes:
        yield Constat("Imprimante", f"« {voulue} » introuvable", Gravite.ERREUR, f"corrigez « Imprimante » (présentes : {connues})")
    elif not voulue and defaut() is None:
        demandee = parametres.criteres.sortie is Sortie.IMPRIMANTE
        yield Constat(
            "Imprimante", "pas d'imprimante par défaut", Gravite.ATTENTION if demandee else Gravite.CORRECT,
            f"nommez-la au critère « Imprimante » (présentes : {connues})" if demandee else "",
        )  # fmt: skip
    else:
        yield Constat("Imprimante", voulue or f"{defaut()} (par défaut)")


def _messagerie(parametres: Parametres, inviter: Inviter | None, demander: Callable[[str], str] | None) -> Iterator[Constat]:
    """Ouvre la session pour de bon : c'est la seule façon de savoir qu'elle s'ouvrira le jour venu."""
    messagerie = parametres.messagerie
    if messagerie.mode is ModeCourriel.BROUILLONS:
        yield Constat("Messagerie", "brouillons .eml, aucun envoi")
        return
    if manquants := messagerie.manquants():
        vides = ", ".join(f"« {libelle} »" for libelle in manquants)
        remede = "remplissez l'onglet « Messagerie », ou mettez « Mode » à Brouillons"
        yield Constat("Messagerie", f"mode « {messagerie.mode} », et {vides} vide", Gravite.ERREUR, remede)
        return
    try:
        garde = eprouver(messagerie, inviter, demander)
    except ConnexionRefusee as refus:
        quoi, _, remede = str(refus).partition(" → ")
        yield Constat("Messagerie", quoi, Gravite.ERREUR, remede)
        return
    smtp = messagerie.mode is ModeCourriel.ENVOI
    chiffrement = ", en clair" if smtp and messagerie.securite is Securite.AUCUNE else ", chiffrée, certificat vérifié"
    essai = f" ; adresse d'essai : tout va à {messagerie.adresse_essai}" if messagerie.adresse_essai else ""
    yield Constat("Messagerie", f"session ouverte{chiffrement if smtp else ''} ; courriels {messagerie.ou}{essai}")
    if not garde:
        remede = f"donnez-le par la variable {VARIABLE_MOT_DE_PASSE}"
        yield Constat("Messagerie", "pas de trousseau sur cette machine : le mot de passe n'est pas gardé", Gravite.ATTENTION, remede)


def _journal(dossier: Dossier) -> Iterator[Constat]:
    try:
        with Historique.consulter(dossier.historique) as historique:
            nombre, douteuses = historique.combien(), historique.douteuses()
    except ErreurUtilisateur as erreur:
        yield from _fautes("Journal", erreur.fautes)
        return
    yield Constat("Journal", accorder(nombre, f"{nombre} relance(s)") if nombre else "vide")
    if douteuses:
        yield Constat(
            "Journal", f"relances douteuses : {', '.join(douteuses)}", Gravite.ATTENTION,
            "vérifiez si elles sont parties, puis produire --renvoyer ou --tenir-pour-envoyee",
        )  # fmt: skip
