"""Ce que partagent les étapes de la compilation d'un modèle : noms connus, fautes, filtres, lieux."""

from collections.abc import Callable
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.erreurs import Faute
from relances_xl.lettres.compile.gabarit.bac_a_sable import EN_XML, BacASable, bac_a_sable, noms_employes, noms_imprimes
from relances_xl.lettres.compile.noms_de_champs import NomsDeChamps
from relances_xl.lettres.compile.refus import COMMUTATEURS, CONSTRUCTIONS, FORMATS, Devenir
from relances_xl.lettres.word.champ import ChampPlace, champ_de
from relances_xl.lettres.word.images_date import demande_une_heure
from relances_xl.lettres.word.instruction import Instruction
from relances_xl.lettres.word.jetons import Jetons, sans_jetons
from relances_xl.lettres.word.ooxml import Noeud, ancetre, textes_du_paragraphe, w

RESERVE = "rx_"
"""Début des noms que les gabarits se gardent."""


@dataclass
class Contexte:
    """La compilation d'un modèle.

    fautes : ce qui l'empêche, avertissements : ce qui se dit ; aplatis : les champs devenus
    de simples textes, leur nom et leur place ; mergefields,
    commutateurs : combien de champs de fusion de Word, et de commutateurs à eux tous.
    """

    fichier: str
    langue: str
    noms: NomsDeChamps
    environnement: BacASable = field(init=False)
    fautes: list[Faute] = field(default_factory=list)
    avertissements: list[Faute] = field(default_factory=list)
    nombre_de_pages: bool = False
    aplatis: dict[str, tuple[str, str]] = field(default_factory=dict)
    mergefields: int = 0
    commutateurs: int = 0

    def __post_init__(self) -> None:
        self.environnement = bac_a_sable(self.langue)

    def constater(self, cle: str, *details: str, place: str = "") -> None:
        """Signale ou refuse une construction, selon la table `CONSTRUCTIONS`."""
        regle = CONSTRUCTIONS[cle]
        message, remede = (texte.format(*details) if any(details) else texte for texte in (regle.dit, regle.remede))
        if regle.devenir is not Devenir.CALCULE:
            constats = self.fautes if regle.devenir is Devenir.REFUSE else self.avertissements
            constats.append(Faute(message, remede, self.fichier, cellule=place))

    def filtre(self, fonction: Callable[..., object], nom: str) -> str:
        """Le nom du filtre Jinja qui appelle cette fonction."""
        unique = f"{nom}_{len(self.environnement.filters)}"
        self.environnement.filters[unique] = fonction
        return unique


@dataclass
class Atelier:
    """La compilation d'une partie du modèle.

    lieu : « corps », « en-tête »… ; portees : pour chaque champ de ligne, son préfixe, la ligne de tableau qui le porte
    (None : hors tableau) et sa place en clair ;
    champs : les noms pointés que la partie emploie ; balises : chaque expression et chaque boucle, avec sa place ; variables : celles que les balises `for` et `set` de la partie créent, et la liste parcourue.
    """

    contexte: Contexte
    lieu: str
    jetons: Jetons = field(default_factory=Jetons)
    portees: list[tuple[str, Noeud | None, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    champs: set[str] = field(default_factory=set)
    balises: list[tuple[str, str]] = field(default_factory=list)
    images: bool = False
    modifie: bool = False

    def champ(self, noeud: Noeud, instruction: Instruction, dans_instruction: bool = False) -> ChampPlace | None:
        """Le champ d'un MERGEFIELD ; None, et une faute, si son nom est inconnu."""
        ecrit = instruction.sujet
        nom = self.contexte.noms.trouver(ecrit)
        if not nom:
            message = CONSTRUCTIONS["champ inconnu"].dit.format(ecrit)
            self.faute(noeud, message, self.contexte.noms.remede(ecrit, mergefield=True))
            return None
        self._controler_commutateurs(noeud, instruction)
        self.champs.add(nom)
        portee, chemin = self.contexte.noms.chemin(nom)
        if portee:
            self._retenir_portee(noeud, portee)
        return champ_de(nom, chemin, portee, instruction, self.contexte.langue, dans_instruction)

    def _controler_commutateurs(self, noeud: Noeud, instruction: Instruction) -> None:
        """Signale ce qui ne se suit pas ; refuse une image de date qui demande une heure."""
        self.contexte.mergefields += 1
        self.contexte.commutateurs += len(instruction.commutateurs)
        for lettre, texte in instruction.commutateurs:
            if lettre not in COMMUTATEURS:
                self.appliquer(noeud, "commutateur", f"\\{lettre}")
            elif lettre == "*" and texte.casefold() not in FORMATS:
                self.appliquer(noeud, "commutateur", f"\\* {texte}")
            elif lettre == "@" and demande_une_heure(texte):
                self.appliquer(noeud, "heure", texte)

    def appliquer(self, noeud: Noeud, cle: str, *details: str) -> None:
        """Signale ou refuse une construction, selon la table."""
        self.contexte.constater(cle, *details, place=self.place(noeud))

    def appel(self, champ: ChampPlace, methode: str = "") -> str:
        """L'expression Jinja d'un champ : son XML, ou ce que rend sa méthode `texte` ou `valeur`."""
        filtre = self.contexte.filtre(getattr(champ, methode) if methode else champ.ecrivain(), methode or EN_XML)
        return f"({champ.portee or 'rx_valeurs'}|{filtre})"

    def expression(self, noeud: Noeud, balise: str) -> bool:
        """Vérifie une balise Jinja : sa syntaxe, et que tous ses noms sont connus."""
        try:
            employes = list(noms_employes(self.contexte.environnement, balise))
        except TemplateSyntaxError as erreur:
            self.faute(noeud, f"balise « {balise} » incorrecte : {erreur.message}", "corrigez la balise")
            return False
        for nom in noms_imprimes(self.contexte.environnement, balise):
            if nom not in self.variables and (exemple := self.contexte.noms.exemple_de(nom)):
                self.appliquer(noeud, "groupe", nom, exemple)
        connus = [self._verifier(noeud, nom) for nom in employes]  # tous, pour signaler chaque inconnu
        return all(connus)

    def _verifier(self, noeud: Noeud, pointe: str) -> bool:
        """Un nom d'une balise : champ connu, variable de boucle, ou faute."""
        prefixe, _, reste = pointe.partition(".")
        noms = self.contexte.noms
        if prefixe in ("loop", "range"):
            return True
        if prefixe.startswith(RESERVE):
            self.faute(noeud, f"le nom « {prefixe} » est réservé", "prenez-en un autre")
            return False
        if prefixe in self.variables:
            liste = self.variables[prefixe]
            pointe = f"{noms.listes[liste]}.{reste}" if reste and liste in noms.listes else pointe
            if not reste or pointe.partition(".")[0] not in noms.listes.values():
                return True
        elif noms.chemin(pointe)[0]:
            self._retenir_portee(noeud, prefixe)
        if not noms.est_connu(pointe):
            self.faute(noeud, f"champ « {pointe} » inconnu", noms.remede(pointe))
            return False
        self.champs.add(pointe)
        return True

    def _retenir_portee(self, noeud: Noeud, portee: str) -> None:
        # Maintenant, tant que le nœud est dans l'arbre : un champ y est bientôt remplacé.
        self.portees.append((portee, ancetre(noeud, "tr"), self.place(noeud)))

    def faute(self, noeud: Noeud, message: str, remede: str) -> None:
        self.contexte.fautes.append(Faute(message, remede, self.contexte.fichier, cellule=self.place(noeud)))

    def avertir(self, noeud: Noeud, message: str, remede: str = "") -> None:
        self.contexte.avertissements.append(Faute(message, remede, self.contexte.fichier, cellule=self.place(noeud)))

    def place(self, noeud: Noeud) -> str:
        """Où est un nœud : « tableau, paragraphe « Montant dû » »."""
        paragraphe = noeud if noeud.tag == w("p") else ancetre(noeud, "p")
        lieu = self.lieu
        if ancetre(noeud, "txbxContent") is not None:
            lieu = f"{lieu}, zone de texte"
        elif ancetre(noeud, "tc") is not None:
            lieu = "tableau" if lieu == "corps" else f"{lieu}, tableau"
        if paragraphe is None:
            return lieu
        texte = une_ligne(sans_jetons("".join(t.text or "" for t in textes_du_paragraphe(paragraphe))))
        return f"{lieu}, paragraphe « {texte[:60]}{'…' if len(texte) > 60 else ''} »"
