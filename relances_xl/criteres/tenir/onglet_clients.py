"""La liste de l'onglet « Clients », retouchée dans son XML : clients nouveaux, renommés, disparus."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from openpyxl.utils import get_column_letter

from relances_xl.criteres import onglets as o
from relances_xl.criteres.saisies import LIGNES_D_EN_TETE
from relances_xl.criteres.tenir.chantier import TableauExcel
from relances_xl.domaine.ecrits.textes import cle, lire_oui_non
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.selection import normaliser, ordre_naturel
from relances_xl.fichiers.office.feuille_xml import FeuilleXml, RangeeXml, sans_attribut

# ce qui, dans un onglet, tient à l'adresse d'une cellule
_ANCRES = re.compile(rb"<(?:\w+:)?(?:conditionalFormatting|hyperlink|mergeCell|drawing|legacyDrawing|protectedRange|rowBreaks)\b")
# les éléments qui suivent `ignoredErrors` dans un onglet (ECMA-376, 18.3.1.99)
_APRES_ERREURS = re.compile(
    rb"<(?:\w+:)?(?:AlternateContent|smartTags|drawing\w*|legacyDrawing\w*|picture|oleObjects|controls|webPublishItems"
    rb"|tableParts|extLst)\b|</(?:\w+:)?worksheet\s*>"
)
_PLAGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


class ListeClients:
    """La liste des clients d'un onglet.

    Une rangée se déplace avec tout ce qu'elle porte, et la liste est tenue dans l'ordre naturel des codes ; mais si
    quelque chose tient à l'adresse des cellules (`ancree`, commentaire, formule, lien, format conditionnel…), aucune
    rangée ne bouge ni ne disparaît : les nouveaux clients viennent à la fin.
    """

    def __init__(self, feuille: FeuilleXml, fichier: str, *, ancree: bool) -> None:
        self.feuille = feuille
        self.changee = False
        self._fichier = fichier
        self._en_tete, titres = self._trouver_en_tete()
        self._relancer = self._colonne(titres, o.RELANCER)
        self._code = self._colonne(titres, o.CODE_CLIENT)
        self._nom = titres.get(cle(o.RAISON_SOCIALE.titre))
        self._rangees = {n: r for n, r in sorted(feuille.rangees.items()) if n > self._en_tete}
        self._ancree = (
            ancree
            or _ANCRES.search(feuille.apres) is not None
            or any(cellule.formule for rangee in self._rangees.values() for cellule in rangee.cellules.values())
            or any(self._a_du_contenu(r) and not r.texte(self._code) for r in self._rangees.values())
        )
        self._ancienne_fin = self._fin = max((n for n, r in self._rangees.items() if self._a_du_contenu(r)), default=self._en_tete)

    def _trouver_en_tete(self) -> tuple[int, dict[str, int]]:
        for numero, rangee in sorted(self.feuille.rangees.items()):
            titres = {cle(cellule.texte): colonne for colonne, cellule in rangee.cellules.items() if cellule.texte}
            if cle(o.CODE_CLIENT.titre) in titres and numero <= LIGNES_D_EN_TETE:
                return numero, titres
        raise self._refus(f"la colonne « {o.CODE_CLIENT.titre} » manque", "remettez cet en-tête en ligne 1")

    def _colonne(self, titres: Mapping[str, int], colonne: o.ColonneDeSaisie) -> int:
        if cle(colonne.titre) not in titres:
            raise self._refus(f"la colonne « {colonne.titre} » manque", f"remettez cet en-tête en ligne {self._en_tete}")
        return titres[cle(colonne.titre)]

    def _refus(self, message: str, remede: str) -> ErreurUtilisateur:
        return ErreurUtilisateur(Faute(message, remede, self._fichier, o.CLIENTS))

    def _est_cochee(self, rangee: RangeeXml) -> bool:
        # une coche illisible est gardée : la lecture des critères la signalera
        return lire_oui_non(rangee.texte(self._relancer)) is not False

    def _a_des_notes(self, rangee: RangeeXml) -> bool:
        """L'utilisateur a-t-il rempli des colonnes à lui ?"""
        siennes = set(rangee.cellules) - {self._relancer, self._code, self._nom}
        return any(rangee.texte(colonne) for colonne in siennes)

    def _a_du_contenu(self, rangee: RangeeXml) -> bool:
        nom = rangee.texte(self._nom) if self._nom else ""
        return bool(rangee.texte(self._code) or nom or self._est_cochee(rangee) or self._a_des_notes(rangee))

    def mettre_a_jour(self, noms: Mapping[str, str]) -> list[str]:
        """Porte dans la liste les clients {code: raison sociale} ; rend ce qu'il faut en dire."""
        attendus = {normaliser(code): (code, nom) for code, nom in noms.items() if code.strip()}
        gardees: list[RangeeXml] = []
        renommes, retires, absents, coches = 0, 0, 0, []
        for rangee in self._rangees.values():
            code = rangee.texte(self._code)
            if normaliser(code) in attendus:
                renommes += self._renommer(rangee, attendus[normaliser(code)][1])
            elif not code:
                continue
            elif self._est_cochee(rangee):
                coches.append(code)
            elif self._ancree or self._a_des_notes(rangee):
                absents += 1
            else:
                retires += 1
                continue
            gardees.append(rangee)
        connus = {normaliser(rangee.texte(self._code)) for rangee in gardees}
        nouveaux = sorted((attendus[code] for code in attendus.keys() - connus), key=lambda paire: ordre_naturel(paire[0]))
        modele = self._modele()
        neuves = [self._nouvelle(modele, code, nom) for code, nom in nouveaux]
        if neuves or retires:
            self._placer(gardees, neuves)
        self.changee = bool(neuves or retires or renommes)
        phrases = [
            _compte(len(neuves), "client ajouté", "clients ajoutés"),
            _compte(renommes, "raison sociale corrigée", "raisons sociales corrigées"),
            _compte(retires, "client absent des exports retiré", "clients absents des exports retirés"),
            _compte(absents, "client absent des exports gardé à sa place", "clients absents des exports gardés à leur place"),
            f"cochés mais absents des exports, gardés : {', '.join(coches)}" if coches else "",
        ]
        return [phrase for phrase in phrases if phrase]

    def _renommer(self, rangee: RangeeXml, nom: str) -> bool:
        """Corrige la raison sociale d'un client connu, sauf si elle vient d'une formule ou que l'export n'en a pas."""
        if self._nom is None:
            return False
        corrigee = self.feuille.cellule_texte(nom, rangee.style(self._nom))
        actuelle = rangee.cellules.get(self._nom)
        if corrigee.texte in ("", rangee.texte(self._nom)) or (actuelle and actuelle.formule):
            return False
        rangee.cellules[self._nom] = corrigee
        return True

    def _modele(self) -> RangeeXml:
        """Ce que prennent les nouvelles rangées : la hauteur de la dernière, et de chaque colonne le style ordinaire."""
        if not self._rangees:
            return RangeeXml(f"<{self.feuille.prefixe}row>".encode())
        remplies = [r for n, r in self._rangees.items() if n <= self._ancienne_fin] or [next(iter(self._rangees.values()))]
        styles: dict[int, Counter[str]] = {}
        for rangee in remplies:
            for colonne, cellule in rangee.cellules.items():
                styles.setdefault(colonne, Counter())[cellule.style] += 1
        cellules = {colonne: self.feuille.cellule_texte("", compte.most_common(1)[0][0]) for colonne, compte in styles.items()}
        # visible, même si la dernière est masquée par un filtre
        return RangeeXml(sans_attribut(remplies[-1].balise, b"hidden"), cellules)

    def _nouvelle(self, modele: RangeeXml, code: str, nom: str) -> RangeeXml:
        rangee = RangeeXml(modele.balise, dict(modele.cellules))
        for colonne, texte in ((self._code, code), (self._nom, nom)):
            if colonne:
                rangee.cellules[colonne] = self.feuille.cellule_texte(texte, modele.style(colonne))
        return rangee

    def _placer(self, gardees: list[RangeeXml], neuves: list[RangeeXml]) -> None:
        """Pose les rangées : à leur suite si la liste est ancrée, sinon dans l'ordre naturel des codes."""
        if self._ancree:
            debut, rangees = self._ancienne_fin + 1, neuves
        else:
            debut = self._en_tete + 1
            rangees = sorted([*gardees, *neuves], key=lambda rangee: ordre_naturel(rangee.texte(self._code)))
            for numero in self._rangees:
                if numero <= self._ancienne_fin:
                    del self.feuille.rangees[numero]
        self.feuille.rangees.update(enumerate(rangees, start=debut))
        self._fin = debut + len(rangees) - 1

    def achever(self) -> None:
        """Mène les filtres et les validations de l'onglet jusqu'à la nouvelle fin de liste."""
        derniere = max(self.feuille.rangees)
        self.feuille.avant = _remplacer_fin(self.feuille.avant, "dimension", "ref", lambda a, b: max(b, derniere))
        self.feuille.apres = _remplacer_fin(self.feuille.apres, "autoFilter", "ref", self._suivre)
        for element in ("dataValidation", "conditionalFormatting", "ignoredError"):
            self.feuille.apres = _remplacer_fin(self.feuille.apres, element, "sqref", self._suivre)
        self._taire_les_codes_numeriques()

    def _suivre(self, debut: int, fin: int) -> int:
        """Une plage qui couvrait toute la liste la couvre encore."""
        couvrait = debut <= self._en_tete + 1 and fin >= self._ancienne_fin
        return max(fin, self._fin) if couvrait else fin

    def _taire_les_codes_numeriques(self) -> None:
        """Des codes comme 411001 sont du texte : qu'Excel ne les marque pas d'un triangle vert."""
        apres = self.feuille.apres
        suite = _APRES_ERREURS.search(apres)
        if suite is None or b"ignoredErrors" in apres:
            return
        p, lettre = self.feuille.prefixe, get_column_letter(self._code)
        element = f'<{p}ignoredErrors><{p}ignoredError sqref="{lettre}1:{lettre}1048576" numberStoredAsText="1"/></{p}ignoredErrors>'
        self.feuille.apres = apres[: suite.start()] + element.encode() + apres[suite.start() :]

    def etendre_tableau(self, tableau: TableauExcel) -> None:
        """Ajuste le tableau Excel de la liste à ses nouvelles rangées.

        Erreur (ErreurUtilisateur) : il porte une ligne de total, que les nouveaux clients recouvriraient.
        """
        if tableau.a_un_total:
            raise self._refus("le tableau porte une ligne de total", "ôtez-la (Création de tableau, Ligne Total), puis recommencez")
        if tableau.en_tete == self._en_tete:
            tableau.etendre(tableau.derniere, max(self._fin, self._en_tete + 1))  # un tableau a au moins une rangée


def _compte(nombre: int, singulier: str, pluriel: str) -> str:
    return f"{nombre} {singulier if nombre == 1 else pluriel}" if nombre else ""


def _remplacer_fin(xml: bytes, element: str, attribut: str, fin_de: Callable[[int, int], int]) -> bytes:
    """Les plages (« A1:C40 ») de cet attribut, leur dernière rangée remplacée par `fin_de(première, dernière)`."""
    motif = re.compile(rf"""(<(?:\w+:)?{element}\b[^>]*?\s{attribut}\s*=\s*["'])([^"']*)""".encode())

    def plage(trouvee: re.Match[str]) -> str:
        gauche, debut, droite, fin = trouvee.groups()
        return f"{gauche}{debut}:{droite}{fin_de(int(debut), int(fin))}"

    return motif.sub(lambda trouve: trouve[1] + _PLAGE.sub(plage, trouve[2].decode()).encode(), xml)
