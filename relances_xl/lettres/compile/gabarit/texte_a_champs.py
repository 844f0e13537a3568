"""Textes à champs `{{ }}` : corps et objet des courriels, dans le même bac à sable que les lettres."""

from collections.abc import Mapping
from typing import NamedTuple

from jinja2 import Template, TemplateSyntaxError

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.lettres.catalogue import CATALOGUE
from relances_xl.lettres.compile.gabarit.bac_a_sable import (
    bac_a_sable,
    noms_employes,
    noms_imprimes,
    refuser_un_ensemble,
    reperer_balises,
    variables_posees,
)
from relances_xl.lettres.compile.gabarit.bornes import BudgetDepasse, derouler
from relances_xl.lettres.compile.noms_de_champs import NomsDeChamps
from relances_xl.lettres.compile.refus import CONSTRUCTIONS
from relances_xl.lettres.word.champ import en_texte


class Texte(NamedTuple):
    """Un texte compilé."""

    modele: Template
    fichier: str = ""

    def rendre(self, valeurs: Mapping[str, object]) -> str:
        """Le texte et ses valeurs, qui ne sont jamais interprétées."""
        try:
            return derouler(self.modele, valeurs)
        except BudgetDepasse as erreur:
            raise ErreurUtilisateur(Faute(str(erreur), "corrigez cette balise", self.fichier)) from erreur


def compiler_texte(source: str, fichier: str, langue: str = "fr", onglet: str = "", cellule: str = "") -> tuple[Texte | None, list[Faute]]:
    """Compile un texte ; None et les fautes (syntaxe, champ inconnu) s'il n'est pas utilisable."""

    def finaliser(valeur: object) -> str:
        refuser_un_ensemble(valeur)
        return en_texte(valeur, langue)

    environnement = bac_a_sable(langue).overlay(autoescape=False, finalize=finaliser)
    noms = NomsDeChamps(CATALOGUE)

    def faute(message: str, remede: str) -> Faute:
        return Faute(message, remede, fichier, onglet, cellule)

    try:
        balises = [source[debut:fin] for debut, fin in reperer_balises(source)]
        employes = [nom for balise in balises for nom in noms_employes(environnement, balise)]
        modele = environnement.from_string(source)
        variables = {nom for balise in balises if balise.startswith("{%") for nom in variables_posees(environnement, balise)}
    except (TemplateSyntaxError, RecursionError, SyntaxError, ValueError) as erreur:
        message = erreur.message if isinstance(erreur, TemplateSyntaxError) else "elle est démesurée, ou trop imbriquée"
        return None, [faute(f"balise incorrecte : {message}", "corrigez-la, ou retirez-la")]
    connus = variables | {"loop", "range"}
    inconnus = [nom for nom in dict.fromkeys(employes) if nom.partition(".")[0] not in connus and not noms.est_connu(nom)]
    if inconnus:
        return None, [faute(f"champ « {nom} » inconnu", noms.remede(nom)) for nom in inconnus]
    imprimes = dict.fromkeys(nom for balise in balises for nom in noms_imprimes(environnement, balise))
    if ensembles := [nom for nom in imprimes if nom not in variables and noms.exemple_de(nom)]:
        regle = CONSTRUCTIONS["groupe"]
        return None, [faute(*(dit.format(nom, noms.exemple_de(nom)) for dit in (regle.dit, regle.remede))) for nom in ensembles]
    return Texte(modele, fichier), []
