"""Remplir ce que l'outil connaît : les taux laissés vides ; dans « Suivi », les réponses de « À appeler » et les noms (contrat §1)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from relances_xl.criteres import onglets as o
from relances_xl.criteres.tenir.chantier import Chantier, rangee_comme
from relances_xl.criteres.tenir.reponse_de_client import CleDeReponse, Reponse, cle_de_reponse
from relances_xl.domaine import taux as module_taux
from relances_xl.domaine.cellule import Illisible, lire_decimal, lire_jour
from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.selection import normaliser
from relances_xl.fichiers.office.feuille_xml import FeuilleXml, RangeeXml

Saisie = str | Decimal | date | None
_A_SAISIR = "asaisir"  # ce que disait la source d'un taux livré vide


class _LignesDOnglet:
    """Les lignes d'un onglet en tableau, à lire, à remplir et à continuer."""

    def __init__(self, chantier: Chantier, nom: str, colonnes: Sequence[o.ColonneDeSaisie]) -> None:
        self._chantier, self._nom = chantier, nom
        trouvee = chantier.feuille(nom)
        if trouvee is None:
            raise ErreurUtilisateur(
                Faute(f"l'onglet « {nom} » manque", "remettez-le, ou recréez le classeur", chantier.archive.chemin.name)
            )
        self.feuille: FeuilleXml = trouvee
        self.en_tete, titres = self.feuille.titres({cle(c.titre) for c in colonnes})
        self.places = {c: titres[cle(c.titre)] for c in colonnes if cle(c.titre) in titres}
        self.remplies = {
            numero: rangee
            for numero, rangee in sorted(self.feuille.rangees.items())
            if numero > self.en_tete and any(rangee.texte(place) for place in self.places.values())
        }

    def texte(self, rangee: RangeeXml, colonne: o.ColonneDeSaisie) -> str:
        return rangee.texte(self.places[colonne]) if colonne in self.places else ""

    def ecrire(self, rangee: RangeeXml, colonne: o.ColonneDeSaisie, valeur: Saisie) -> None:
        """Écrit une valeur, au style de la cellule."""
        if colonne not in self.places or valeur in (None, ""):
            return
        place = self.places[colonne]
        style = rangee.style(place) or self._style_voisin(place)
        cellule = self.feuille.cellule_texte(valeur, style) if isinstance(valeur, str) else self.feuille.cellule_nombre(valeur, style)
        rangee.cellules[place] = cellule
        self._chantier.toucher(self._nom)

    def ajouter(self) -> RangeeXml:
        """La première rangée libre sous les lignes remplies ; le tableau la couvre."""
        numero = max(self.remplies, default=self.en_tete) + 1
        if numero not in self.feuille.rangees:
            modele = self.feuille.rangees.get(numero - 1) or self.feuille.rangee(numero)
            self.feuille.rangees[numero] = rangee_comme(self.feuille, modele)
        tableau = self._chantier.tableau(self._nom)
        if tableau is not None and tableau.en_tete == self.en_tete and numero > tableau.fin:
            tableau.etendre(tableau.derniere, numero)
        self.remplies[numero] = self.feuille.rangees[numero]
        return self.remplies[numero]

    def _style_voisin(self, place: int) -> str:
        """Le style que les autres lignes donnent à cette colonne."""
        return next((r.style(place) for n, r in sorted(self.feuille.rangees.items()) if n > self.en_tete and r.style(place)), "")


def remplir_les_taux(chantier: Chantier) -> list[str]:
    """Les taux connus, là où l'onglet « Taux » les laisse vides ; les semestres absents, à la suite."""
    if chantier.feuille(o.TAUX) is None:
        return []
    lignes = _LignesDOnglet(chantier, o.TAUX, o.TABLEAUX[o.TAUX])
    if o.SEMESTRE not in lignes.places:
        return []
    presents = {cle(lignes.texte(rangee, o.SEMESTRE)): rangee for rangee in lignes.remplies.values()}
    remplis = []
    for connu in module_taux.LIVRES.semestres.values():
        rangee = presents.get(cle(connu.semestre))
        if rangee is None:
            rangee = lignes.ajouter()
            lignes.ecrire(rangee, o.SEMESTRE, connu.semestre)
        taux = ((o.TAUX_BCE, connu.bce), (o.TAUX_LEGAL, connu.legal))
        manquants = [(colonne, valeur) for colonne, valeur in taux if valeur is not None and not lignes.texte(rangee, colonne)]
        for colonne, valeur in manquants:
            lignes.ecrire(rangee, colonne, valeur)
        if not lignes.texte(rangee, o.SOURCE) or (manquants and cle(lignes.texte(rangee, o.SOURCE)).startswith(_A_SAISIR)):
            lignes.ecrire(rangee, o.SOURCE, connu.source)
        if manquants:
            remplis.append(connu.semestre)
    return [f"taux remplis : {', '.join(remplis)}"] if remplis else []


def reporter_les_reponses(chantier: Chantier, reponses: Sequence[Reponse], jour: date) -> list[str]:
    """Les réponses de « À appeler », à la suite de « Suivi », datées du jour ; celle qui y est déjà n'y vient pas deux fois."""
    if not reponses:
        return []
    lignes = _LignesDOnglet(chantier, o.SUIVI, o.TABLEAUX[o.SUIVI])
    montant = next((c for c in o.TABLEAUX[o.SUIVI] if c.titre == "Montant"), None)
    deja = {_empreinte(lignes, rangee, montant) for rangee in lignes.remplies.values()}
    portees = 0
    for reponse in reponses:
        if cle_de_reponse(reponse) in deja:
            continue
        deja.add(cle_de_reponse(reponse))
        rangee = lignes.ajouter()
        for colonne, valeur in (
            (o.SUIVI_CODE, reponse.code_client),
            (o.SUIVI_DATE, jour),
            (o.SUIVI_NATURE, reponse.nature),
            (o.SUIVI_JUSQUAU, reponse.jusquau),
            (montant, reponse.montant),
            (o.SUIVI_COMMENTAIRE, reponse.commentaire),
        ):
            if colonne is not None:
                lignes.ecrire(rangee, colonne, valeur)
        portees += 1
    return [accorder(portees, f"« {o.SUIVI} » : {portees} réponse(s) reportée(s) de « À appeler »")] if portees else []


def nommer_les_clients(chantier: Chantier, noms: Mapping[str, str]) -> list[str]:
    """La raison sociale à côté de chaque code de « Suivi » que l'export connaît ; une formule de l'utilisateur reste.

    noms : code → raison sociale.
    """
    if chantier.feuille(o.SUIVI) is None:
        return []
    lignes = _LignesDOnglet(chantier, o.SUIVI, o.TABLEAUX[o.SUIVI])
    if o.SUIVI_CODE not in lignes.places or o.SUIVI_NOM not in lignes.places:
        return []
    connus = {normaliser(code): nom for code, nom in noms.items() if code and nom}
    nommees = 0
    for rangee in lignes.remplies.values():
        nom = connus.get(normaliser(lignes.texte(rangee, o.SUIVI_CODE)), "")
        actuelle = rangee.cellules.get(lignes.places[o.SUIVI_NOM])
        propre = lignes.feuille.cellule_texte(nom, "").texte
        if propre in ("", lignes.texte(rangee, o.SUIVI_NOM)) or (actuelle and actuelle.formule):
            continue
        lignes.ecrire(rangee, o.SUIVI_NOM, propre)
        nommees += 1
    return [accorder(nommees, f"« {o.SUIVI} » : {nommees} raison(s) sociale(s) écrite(s)")] if nommees else []


def _empreinte(lignes: _LignesDOnglet, rangee: RangeeXml, montant: o.ColonneDeSaisie | None) -> CleDeReponse:
    jusquau, somme = lignes.texte(rangee, o.SUIVI_JUSQUAU), lignes.texte(rangee, montant) if montant else ""
    return (
        normaliser(lignes.texte(rangee, o.SUIVI_CODE)),
        cle(lignes.texte(rangee, o.SUIVI_NATURE)),
        _jour(jusquau),
        _somme(somme),
        cle(lignes.texte(rangee, o.SUIVI_COMMENTAIRE)),
    )


def _jour(texte: str) -> date | None:
    try:
        return lire_jour(int(texte) if texte.isdecimal() and len(texte) < 6 else texte) if texte else None
    except Illisible:
        return None


def _somme(texte: str) -> Decimal | None:
    try:
        return lire_decimal(texte).normalize() if texte else None
    except Illisible:
        return None
