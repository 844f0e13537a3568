"""Les modèles d'un dossier, compilés une fois chacun ; toutes leurs fautes se disent ensemble."""

from pathlib import Path

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.niveaux import Niveau
from relances_xl.dossier import Dossier
from relances_xl.lettres.compile.gabarit.texte_a_champs import Texte, compiler_texte
from relances_xl.lettres.modele import Modele
from relances_xl.lettres.ouverture_a_part import compiler_a_part
from relances_xl.lettres.paquet.reserves import EQUATION
from relances_xl.sorties.pdf.conversion import Outil
from relances_xl.sorties.pdf.integre import AUTRE

RELEVE = "releve.docx"
SANS_FORMULES = "installez-le (paquet libreoffice-math), ou écrivez l'équation en texte"
LISTE_CLIENTS = "liste-clients.docx"
COURRIEL_MAX = 2**20  # octets


class Modeles:
    """Les modèles du dossier, lus à la demande. `fautes` : tout ce qui empêche de produire."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._lettres: dict[Path, Modele | None] = {}
        self._textes: dict[Path, Texte | None] = {}
        self.fautes: list[Faute] = []
        self.avertissements: list[Faute] = []

    def lettre(self, nom: str, langue: str) -> Modele | None:
        """Le modèle `nom`, dans sa version `nom.LANGUE.docx` si elle existe ; None s'il est en faute."""
        chemin = self._traduit(nom, langue)
        if chemin not in self._lettres:
            self._lettres[chemin] = self._compiler(chemin)
        return self._lettres[chemin]

    def reserves(self, outil: Outil | None) -> list[Faute]:
        """Ce que le convertisseur choisi ne rend pas dans les modèles lus ; rien s'il rend tout."""
        if outil is None or (outil.complet and outil.equations):
            return []
        trouvees = [(m.nom, reserve) for m in self._lettres.values() if m is not None for reserve in m.reserves]
        if not outil.complet:
            return [Faute(str(reserve), AUTRE, nom) for nom, reserve in trouvees]
        return [
            Faute(f"{EQUATION} ({reserve.lieu}) : LibreOffice l'omet, sans son module de formules", SANS_FORMULES, nom)
            for nom, reserve in trouvees
            if reserve.construction == EQUATION
        ]

    def corps(self, niveau: Niveau, langue: str) -> Texte | None:
        """Le texte du courriel du niveau, à défaut celui d'un niveau plus bas (une prévenance n'a que le sien)."""
        for numero in range(niveau.numero, 0, -1) or (0,):
            chemin = self._traduit(f"courriel-{numero}.txt", langue)
            if chemin.is_file():
                if chemin not in self._textes:
                    self._textes[chemin] = self._compiler_texte(chemin, langue)
                return self._textes[chemin]
        self._manque(self._dossier.modeles / f"courriel-{niveau.numero}.txt")
        return None

    def _traduit(self, nom: str, langue: str) -> Path:
        chemin = self._dossier.modeles / nom
        traduit = chemin.with_name(f"{chemin.stem}.{langue}{chemin.suffix}")
        return traduit if langue and langue.isalpha() and traduit.is_file() else chemin

    def _compiler(self, chemin: Path) -> Modele | None:
        if not chemin.is_file():
            self._manque(chemin)
            return None
        try:
            modele = compiler_a_part(chemin)
        except ErreurUtilisateur as erreur:
            self.fautes.extend(erreur.fautes)
            return None
        self.avertissements.extend(modele.avertissements)
        return modele

    def _compiler_texte(self, chemin: Path, langue: str) -> Texte | None:
        if chemin.stat().st_size > COURRIEL_MAX:
            self.fautes.append(Faute(f"ce texte de courriel dépasse {COURRIEL_MAX // 2**20} Mo", "raccourcissez-le", chemin.name))
            return None
        source = chemin.read_text(encoding="utf-8-sig", errors="replace")
        texte, fautes = compiler_texte(source, chemin.name, langue or "fr")
        self.fautes.extend(fautes)
        return texte

    def _manque(self, chemin: Path) -> None:
        presents = ", ".join(sorted(autre.name for autre in self._dossier.modeles.glob(f"*{chemin.suffix}"))) or "aucun"
        faute = Faute(
            f"le modèle « {chemin.name} » est introuvable",
            f"déposez-le dans modeles/, ou corrigez l'onglet « Niveaux » (présents : {presents})",
            fichier=str(chemin),
        )
        if faute not in self.fautes:
            self.fautes.append(faute)
