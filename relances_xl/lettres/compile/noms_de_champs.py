"""Les noms de champs qu'un modèle peut employer, et la recherche du plus proche."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.lettres.catalogue import LISTES, ChampFusion


@dataclass(frozen=True)
class NomsDeChamps:
    """Le catalogue, cherché sans casse, sans accents, le point valant « _ » ou une espace."""

    catalogue: Mapping[str, ChampFusion]
    _par_cle: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_par_cle", {cle(nom): nom for nom in self.catalogue})

    def trouver(self, ecrit: str) -> str:
        """Le nom pointé d'un champ écrit dans un MERGEFIELD ; vide s'il est inconnu."""
        return self._par_cle.get(cle(ecrit), "")

    def chemin(self, nom: str) -> tuple[str, tuple[str, ...]]:
        """La portée d'un champ (`echeance`, ou vide) et le chemin de sa valeur."""
        prefixe, _, reste = nom.partition(".")
        return (prefixe, (reste,)) if prefixe in LISTES and reste else ("", tuple(nom.split(".")))

    def cadre(self, nom: str) -> tuple[float, float] | None:
        """Le cadre d'un champ image, en millimètres ; None pour les autres."""
        return self.catalogue[nom].cadre_mm if nom in self.catalogue else None

    def exemple_de(self, ensemble: str) -> str:
        """Un champ d'un groupe (`client`) ou d'une liste (`echeances`) ; vide si ce n'en est pas un."""
        prefixe = self.listes.get(ensemble, ensemble)
        return next((nom for nom in self.catalogue if nom.startswith(f"{prefixe}.")), "") if ensemble not in self.catalogue else ""

    def est_connu(self, pointe: str) -> bool:
        """Vrai pour un champ, un groupe entier (`client`) ou une liste (`echeances`), tels que Jinja les nomme."""
        return pointe in self.catalogue or pointe in self.listes or pointe in self.groupes

    @property
    def groupes(self) -> frozenset[str]:
        return frozenset(nom.partition(".")[0] for nom in self.catalogue if "." in nom)

    @property
    def listes(self) -> dict[str, str]:
        """Nom d'une liste de valeurs → préfixe des champs de ses éléments."""
        return {liste: prefixe for prefixe, listes in LISTES.items() for liste in listes}

    def remede(self, ecrit: str, *, mergefield: bool = False) -> str:
        """« vouliez-vous… » dans l'écriture employée, ou comment trouver la liste des champs."""
        proche = plus_proche(ecrit.replace("_", "."), self.catalogue) or plus_proche(ecrit, self.catalogue)
        if mergefield:
            proche = proche.replace(".", "_")
        return f"vouliez-vous « {proche} » ?" if proche else "la commande « champs » donne la liste des champs"


def racines(nom: str) -> tuple[str, ...]:
    """Les valeurs d'une lettre où se lit un champ : pour `emetteur.ville`, `emetteur` ; pour `exigee.piece`, `exigees` et `credits`."""
    prefixe = nom.partition(".")[0]
    return LISTES.get(prefixe, (prefixe,))


def elements_de(valeurs: Mapping[str, object], prefixe: str) -> list[object]:
    """Les éléments qui répètent une ligne de ce préfixe : pour `echeance`, les échéances puis les crédits."""
    listes = (valeurs.get(liste) or () for liste in LISTES[prefixe])
    return [element for liste in listes if isinstance(liste, list | tuple) for element in liste]
