"""Des mois de relances au hasard, tenues comme on les tient, contre un modèle de quelques lignes.

La machine fait ce que font les gens : lister, cocher, décocher, changer un niveau, trier, supprimer ou répéter des lignes, produire
(une revue ancienne aussi), annuler, encaisser, repousser une échéance, noter un suivi, déposer un relevé, relister en reprenant ses
choix. Un client a parfois son plan à lui. Le modèle ne connaît que les règles : à chaque pas, la liste est exactement ce qu'il attend, et le journal aussi — aucun niveau
sauté ni redescendu sans qu'on l'ait demandé, rien deux fois, les sommes d'accord, « Écart » nul, le payé jamais réclamé.
RELANCES_XL_MACHINE : combien d'histoires, alors tirées au sort ; sans elle, quelques-unes, toujours les mêmes.
"""

import importlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import openpyxl
import pytest
from atelier import Atelier, lignes_de, modifier, valeurs_de
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from relances_xl.domaine.statuts import COMPTENT, Statut
from relances_xl.entrees.banque import releves
from relances_xl.entrees.classeurs import classeur
from relances_xl.fichiers import enfant
from relances_xl.historique import Historique

DEBUT = date(2026, 3, 2)
DELAIS = {1: 1, 2: 15, 3: 15}
DOUX = {1: 3, 2: 20}
"""Le plan « Doux » : deux niveaux, plus espacés."""
REGROUPEMENTS = ("Client", "Client et niveau", "Facture")
CLIENTS = {"C001": "Garage Pérez & Fils", "c-2/é": "=Moulin <SA>", "0042": "Dupont"}
OPERATION = "<STMTTRN><DTPOSTED>{:%Y%m%d}<TRNAMT>{}<NAME>VIR SEPA<MEMO>{}</STMTTRN>"
HISTOIRES = os.environ.get("RELANCES_XL_MACHINE")
TIREES = 20 if os.environ.get("RELANCES_XL_TOUT_EXIGER") else 6

Etat = tuple[int, date | None]
"""Dernier niveau d'une échéance, et quand."""


@dataclass
class Facture:
    code: str
    echeance: date
    reste: int


@dataclass
class Ligne:
    """Une ligne de « Détail », telle que listée, et ce qu'on en a fait."""

    echeance: date
    reste: int
    niveau: int
    etat: Etat
    retenue: bool = True
    supprimee: bool = False


@dataclass
class Lettre:
    """Une ligne de « Liste clients » : niveau, celui qu'on a imposé."""

    lignes: dict[str, Ligne]
    cochee: bool = False
    niveau: int | None = None
    supprimee: bool = False


@dataclass
class Revue:
    chemin: Path
    jour: date
    lettres: dict[str, Lettre]
    virements: int

    @property
    def choisie(self) -> bool:
        vues = [lettre for lettre in self.lettres.values() if not lettre.supprimee]
        decochees = [
            ligne for lettre in self.lettres.values() for ligne in lettre.lignes.values() if not ligne.retenue and not ligne.supprimee
        ]
        return any(lettre.cochee or lettre.niveau for lettre in vues) or bool(decochees)


@dataclass
class Sortie:
    """Une relance sortie : pièce → (niveau, échéance d'alors)."""

    relance: str
    jour: date
    pieces: dict[str, tuple[int, date]]
    montant: int
    annulee: bool = False


@dataclass
class Modele:
    """Ce qui est dû, ce qui est noté, ce qui est sorti ; doux : le client du plan « Doux », s'il y en a un."""

    doux: str = ""
    factures: dict[str, Facture] = field(default_factory=dict)
    suivi: list[tuple[str, str, str, date, int]] = field(default_factory=list)  # code, pièce, nature, jusqu'au, montant
    virements: list[tuple[str, int, date]] = field(default_factory=list)
    sorties: list[Sortie] = field(default_factory=list)

    def dernier(self, piece: str, sauf: "dict[str, Lettre] | None" = None) -> Etat:
        """Le plus haut niveau non annulé, et la date la plus récente ; une seule échéance au journal suit la pièce qui change de date."""
        faits = [(s.jour, *s.pieces[piece]) for s in self.sorties if not s.annulee and piece in s.pieces and s.relance not in (sauf or {})]
        connues = {echeance for *_, echeance in faits}
        cle = connues.pop() if len(connues) == 1 else self.factures[piece].echeance
        siens = [(niveau, jour) for jour, niveau, echeance in faits if echeance == cle]
        return (max(n for n, _ in siens), max(j for _, j in siens)) if siens else (0, None)

    def retenue_au_suivi(self, piece: str, jour: date) -> bool:
        facture = self.factures[piece]
        siens = [
            (nature, jusquau, montant) for code, p, nature, jusquau, montant in self.suivi if code == facture.code and p in ("", piece)
        ]
        if any(nature != "Échéancier" and jusquau >= jour for nature, jusquau, _ in siens):
            return True
        versements = [(jusquau, montant) for nature, jusquau, montant in siens if nature == "Échéancier"]
        return bool(versements) and facture.reste <= sum(montant for jusquau, montant in versements if jusquau >= jour)

    def delais(self, piece: str) -> dict[int, int]:
        """Niveau → délai, du plan de son client."""
        return DOUX if self.factures[piece].code == self.doux else DELAIS

    def a_relancer(self, jour: date) -> dict[str, int]:
        """Pièce → niveau (contrat §4.4, automatique)."""
        niveaux = {}
        for piece, facture in self.factures.items():
            dernier, quand = self.dernier(piece)
            ecoules, delais = (jour - (quand or facture.echeance)).days, self.delais(piece)
            if facture.reste and dernier < max(delais) and ecoules >= delais[dernier + 1] and not self.retenue_au_suivi(piece, jour):
                niveaux[piece] = dernier + 1
        return niveaux

    def sortie(self, relance: str) -> Sortie | None:
        return next((s for s in self.sorties if s.relance == relance and not s.annulee), None)

    def partent(self, revue: Revue, lettre: Lettre) -> dict[str, int]:
        """Les pièces d'une lettre cochée qui partent encore : rien n'y a changé depuis la liste (contrat §6)."""
        pieces = {
            piece: lettre.niveau or ligne.niveau
            for piece, ligne in lettre.lignes.items()
            if ligne.retenue
            and (self.factures[piece].reste, self.factures[piece].echeance) == (ligne.reste, ligne.echeance)
            and self.dernier(piece, revue.lettres) == ligne.etat
            and not self.retenue_au_suivi(piece, revue.jour)
        }
        payees = {piece for piece, montant, _ in self.virements[revue.virements :] if montant == self.factures[piece].reste}
        return {} if payees & set(pieces) else pieces


def lire_ici(fonction: str, chemin: Path, *arguments: object) -> Iterator[Any]:
    """Le vrai lecteur, sans son processus à part, qui a ses essais : une histoire relit des dizaines de classeurs."""
    module, _, nom = fonction.partition(":")
    yield from getattr(importlib.import_module(module), nom)(chemin, *arguments)


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.racine = Path(mkdtemp(prefix="machine-"))
        self.atelier = Atelier(self.racine / "relances")
        self.modele = Modele()
        self.jour = DEBUT
        self.revues: list[Revue] = []

    def teardown(self) -> None:
        shutil.rmtree(self.racine, ignore_errors=True)

    # --- ce que fait le monde ---------------------------------------------------------------------------------------------

    @initialize(
        regroupement=st.sampled_from(REGROUPEMENTS), combien=st.integers(3, 6), doux=st.sampled_from(["", *CLIENTS]), data=st.data()
    )
    def commencer(self, regroupement: str, combien: int, doux: str, data: st.DataObject) -> None:
        self.atelier.criteres(Regroupement=regroupement)
        self.modele.doux = doux
        if doux:
            for niveau, delai in DOUX.items():
                self.atelier.ajouter(
                    "Niveaux", (niveau, f"Doux {niveau}", delai, f"relance-{niveau}.docx", "Non", "Non", "Rappel", "Lettre", "Doux")
                )
            self.atelier.ajouter("Clients", (None, doux, None, None, None, None, "Doux"))
        for _ in range(combien):
            self._facturer(data)
        self._exporter()

    def _facturer(self, data: st.DataObject) -> None:
        rang = len(self.modele.factures)
        code = data.draw(st.sampled_from(sorted(CLIENTS)), "client")
        echeance = self.jour - timedelta(days=data.draw(st.integers(-20, 60), "retard"))
        self.modele.factures[f"FA2026{rang:04d}"] = Facture(code, echeance, 10_001 + 7_919 * rang)  # des montants sans coïncidence

    def _exporter(self) -> None:
        self.atelier.echeances(
            [
                (f.code, CLIENTS[f.code], piece, date(2026, 1, 1), f.echeance, None, f.reste / 100)
                for piece, f in self.modele.factures.items()
            ]
        )

    @rule(data=st.data())
    def facturer(self, data: st.DataObject) -> None:
        self._facturer(data)
        self._exporter()

    @rule(jours=st.sampled_from([1, 3, 14, 15, 30]))
    def laisser_passer(self, jours: int) -> None:
        self.jour += timedelta(days=jours)

    @rule(data=st.data(), part=st.sampled_from([0, 0, 3]))
    def encaisser(self, data: st.DataObject, part: int) -> None:
        """Toute la facture ou une partie ; ce qu'un virement a annoncé est soldé d'un coup."""
        piece = self._une_piece(data)
        annoncee = piece in {p for p, *_ in self.modele.virements}
        self.modele.factures[piece].reste = 0 if annoncee else self.modele.factures[piece].reste * part // 10
        self._exporter()

    @rule(data=st.data(), jours=st.integers(-10, 30))
    def changer_l_echeance(self, data: st.DataObject, jours: int) -> None:
        self.modele.factures[self._une_piece(data)].echeance += timedelta(days=jours)
        self._exporter()

    @rule(
        data=st.data(), nature=st.sampled_from(["Promesse", "Litige", "Pause", "Échéancier"]), jours=st.integers(-2, 20), tout=st.booleans()
    )
    def noter_au_suivi(self, data: st.DataObject, nature: str, jours: int, tout: bool) -> None:
        piece = self._une_piece(data)
        facture, jusquau = self.modele.factures[piece], self.jour + timedelta(days=jours)
        sur = "" if tout and nature != "Échéancier" else piece
        montant = data.draw(st.sampled_from([facture.reste, facture.reste // 2]), "versement") if nature == "Échéancier" else 0
        if nature == "Échéancier" and not montant:
            return  # rien à échelonner
        self.modele.suivi.append((facture.code, sur, nature, jusquau, montant))
        self.atelier.ajouter("Suivi", (facture.code, sur or None, self.jour, nature, jusquau, montant / 100 or None))

    @rule(data=st.data())
    def virer(self, data: st.DataObject) -> None:
        """Un virement du reste dû, à la référence de la pièce, paraît au relevé ; l'export, lui, ne le sait pas encore."""
        deja = {piece for piece, *_ in self.modele.virements}
        if libres := [p for p, f in self.modele.factures.items() if f.reste and p not in deja]:
            listees = [piece for piece in self._listees() if piece in libres]
            piece = data.draw(st.sampled_from([*listees * 3, *libres]), "virée")
            self.modele.virements.append((piece, self.modele.factures[piece].reste, self.jour))
            releve = self.atelier.dossier.exports / "banque" / "releve.ofx"
            releve.parent.mkdir(exist_ok=True)
            lignes = (OPERATION.format(jour, f"{montant / 100:.2f}", nom) for nom, montant, jour in self.modele.virements)
            releve.write_text(f"OFXHEADER:100\n\n<OFX><CURDEF>EUR{''.join(lignes)}</OFX>", encoding="utf-8")

    def _une_piece(self, data: st.DataObject) -> str:
        """Plutôt une de celles que la dernière liste réclame."""
        return data.draw(st.sampled_from([*self._listees() * 3, *sorted(self.modele.factures)]), "pièce")

    def _listees(self) -> list[str]:
        return sorted(piece for revue in self.revues[-1:] for lettre in revue.lettres.values() for piece in lettre.lignes)

    # --- ce que fait le comptable -----------------------------------------------------------------------------------------

    @rule(reprendre=st.booleans())
    def lister(self, reprendre: bool) -> None:
        avant = self.atelier.journal()
        liste = self.atelier.lister(self.jour, reprendre=reprendre)
        assert self.atelier.journal() == avant, "lister a écrit au journal"
        self._controler_les_sommes(liste.chemin)

        detail, listees = valeurs_de(liste.chemin, "Détail"), valeurs_de(liste.chemin, "Liste clients")
        trouvees = {v["Pièce"]: v["Niveau proposé"] for v in detail if v["Pièce"]}
        assert trouvees == self.modele.a_relancer(self.jour)
        lettres: dict[str, Lettre] = {v["Relance"]: Lettre({}) for v in listees if v["Relance"]}
        for v in detail:
            if piece := v["Pièce"]:
                facture = self.modele.factures[piece]
                assert (v["Dernier niveau"] or 0) == self.modele.dernier(piece)[0]
                ligne = Ligne(facture.echeance, facture.reste, trouvees[piece], self.modele.dernier(piece))
                lettres[v["Relance"]].lignes[piece] = ligne
        revue = Revue(liste.chemin, self.jour, lettres, len(self.modele.virements))
        if reprendre:
            self._reprendre(revue)
        for v in listees:
            if v["Relance"]:
                self._controler_la_lettre(v, lettres[v["Relance"]])
        assert [bool(v["Retenir"]) for v in detail if v["Pièce"]] == [
            lettres[v["Relance"]].lignes[v["Pièce"]].retenue for v in detail if v["Pièce"]
        ]
        self.revues.append(revue)

    def _controler_les_sommes(self, chemin: Path) -> None:
        controle = [v for v in valeurs_de(chemin, "Contrôle") if v["Devise"] == "EUR"]
        export = sum(f.reste for f in self.modele.factures.values())
        totaux = {v["Rubrique"]: (v["Lignes"], round(v["Montant"] * 100)) for v in controle}
        assert totaux.pop("Écart") == (0, 0)
        assert totaux.pop("Export") == (len(self.modele.factures), export)
        assert (sum(n for n, _ in totaux.values()), sum(m for _, m in totaux.values())) == (len(self.modele.factures), export)

    def _controler_la_lettre(self, v: dict[str, Any], lettre: Lettre) -> None:
        assert round(v["Net"] * 100) == round(v["Retard"] * 100) == sum(ligne.reste for ligne in lettre.lignes.values())
        assert v["Niveau"] == (lettre.niveau or max(ligne.niveau for ligne in lettre.lignes.values()))
        assert bool(v["Approuver"]) == lettre.cochee
        virees = {piece for piece, montant, _ in self.modele.virements if montant == self.modele.factures[piece].reste}
        assert ("virement" in (v["Alerte"] or "")) == bool(virees & set(lettre.lignes))

    def _reprendre(self, revue: Revue) -> None:
        """Les choix de la dernière revue non produite où l'on a choisi, par les échéances que les deux ont en commun."""
        sorties = {s.relance.rsplit("-", 1)[0] for s in self.modele.sorties if not s.annulee}
        attente = next((r for r in reversed(self.revues) if r.choisie and r.chemin.parent.name not in sorties), None)
        if attente is None:
            return
        placees = {
            (piece, ligne.echeance): (nom, ligne)
            for nom, lettre in attente.lettres.items()
            for piece, ligne in lettre.lignes.items()
            if not ligne.supprimee
        }
        for lettre in revue.lettres.values():
            communes = {piece: placees[piece, li.echeance] for piece, li in lettre.lignes.items() if (piece, li.echeance) in placees}
            for piece, (_, avant) in communes.items():
                lettre.lignes[piece].retenue = avant.retenue
            if communes:
                compte = Counter(nom for nom, _ in communes.values())
                ancienne = attente.lettres[min(compte, key=lambda nom: (-compte[nom], nom))]
                if not ancienne.supprimee:
                    lettre.cochee = ancienne.cochee
                    plus_haut = max(ligne.niveau for ligne in lettre.lignes.values())
                    lettre.niveau = ancienne.niveau if ancienne.niveau != plus_haut else None

    @rule(data=st.data(), incident=st.sampled_from(["encaisser", "changer", "promettre", "virer", "virer"]))
    def campagne_rattrapee_par_le_monde(self, data: st.DataObject, incident: str) -> None:
        """Deux semaines plus tard : lister, tout cocher, produire deux fois ; mais entre-temps une pièce de la liste a changé."""
        revue = self._lister_et_tout_cocher(data)
        if incident == "encaisser":
            self.encaisser(data, data.draw(st.sampled_from([0, 3]), "part"))
        elif incident == "changer":
            self.changer_l_echeance(data, 5)
        elif incident == "promettre":
            self.noter_au_suivi(data, data.draw(st.sampled_from(["Promesse", "Échéancier"]), "nature"), 5, False)
        else:
            self.virer(data)
        self._produire(revue)
        self._produire(revue)

    @rule(data=st.data(), incident=st.sampled_from(["rien", "rien", "produire", "annuler"]))
    def campagne(self, data: st.DataObject, incident: str) -> None:
        """La même, où l'on a soi-même produit une autre revue, ou annulé une relance, entre la liste et la production."""
        revue = self._lister_et_tout_cocher(data)
        if incident == "produire":
            autre = data.draw(st.sampled_from(self.revues), "autre")
            self._cocher(autre, set(autre.lettres), True)
            self._produire(autre)
        elif incident == "annuler" and any(not s.annulee for s in self.modele.sorties):
            self.annuler(data)
        self._produire(revue)
        self._produire(revue)

    def _lister_et_tout_cocher(self, data: st.DataObject) -> Revue:
        self.jour += timedelta(days=15)
        self.lister(data.draw(st.booleans(), "reprendre"))
        self._cocher(self.revues[-1], set(self.revues[-1].lettres), True)
        return self.revues[-1]

    @rule(data=st.data(), entre_temps=st.sampled_from(["rien", "facturer", "encaisser", "niveau"]))
    def commencer_a_choisir_puis_reprendre(self, data: st.DataObject, entre_temps: str) -> None:
        """Cocher une lettre sur plusieurs, être dérangé, relister en reprenant : ni plus, ni moins de coches."""
        self.lister(False)
        lettres = sorted(self.revues[-1].lettres)
        if not lettres:
            return
        self._cocher(self.revues[-1], {data.draw(st.sampled_from(lettres), "la seule cochée")}, True)
        if entre_temps == "facturer":
            self.facturer(data)
        elif entre_temps == "encaisser":
            self.encaisser(data, 0)
        elif entre_temps == "niveau":
            self.changer_un_niveau(data)
        self.lister(True)

    @precondition(lambda self: self.revues)
    @rule(data=st.data(), coche=st.sampled_from([True, True, "x", "oui", False]))
    def cocher(self, data: st.DataObject, coche: object) -> None:
        revue = self._une_revue(data)
        choisies = data.draw(st.sets(st.sampled_from(sorted(revue.lettres)), min_size=1), "cochées") if revue.lettres else set()
        self._cocher(revue, choisies, coche)

    def _cocher(self, revue: Revue, choisies: set[str], coche: object) -> None:
        with modifier(revue.chemin) as cahier:
            for cellules in lignes_de(cahier["Liste clients"]):
                if cellules["Relance"].value in choisies:
                    cellules["Approuver"].value = coche
                    revue.lettres[cellules["Relance"].value].cochee = bool(coche)

    @precondition(lambda self: self.revues)
    @rule(data=st.data())
    def changer_un_niveau(self, data: st.DataObject) -> None:
        revue = self._une_revue(data)
        possibles = [
            (nom, n)
            for nom, le in revue.lettres.items()
            for n in self.modele.delais(next(iter(le.lignes)))
            if n not in {li.niveau for li in le.lignes.values()}
        ]
        if possibles:
            nom, niveau = data.draw(st.sampled_from(possibles), "niveau")
            with modifier(revue.chemin) as cahier:
                for cellules in lignes_de(cahier["Liste clients"]):
                    if cellules["Relance"].value == nom:
                        cellules["Niveau"].value = niveau
                        revue.lettres[nom].niveau = niveau

    @precondition(lambda self: self.revues)
    @rule(data=st.data())
    def ne_pas_retenir(self, data: st.DataObject) -> None:
        revue = self._une_revue(data)
        if pieces := [(nom, piece) for nom, lettre in revue.lettres.items() for piece in lettre.lignes]:
            nom, piece = data.draw(st.sampled_from(pieces), "décochée")
            with modifier(revue.chemin) as cahier:
                for cellules in lignes_de(cahier["Détail"]):
                    if cellules["Pièce"].value == piece:
                        cellules["Retenir"].value = False
                        revue.lettres[nom].lignes[piece].retenue = False

    @precondition(lambda self: self.revues)
    @rule(data=st.data(), onglet=st.sampled_from(["Liste clients", "Détail"]), geste=st.sampled_from(["trier", "supprimer", "répéter"]))
    def remanier(self, data: st.DataObject, onglet: str, geste: str) -> None:
        """Ce qui se fait sans y penser : trier, supprimer une ligne, en coller une copie."""
        revue = self._une_revue(data)
        cahier = openpyxl.load_workbook(revue.chemin)
        feuille = cahier[onglet]
        entetes, *lignes = [[cellule.value for cellule in ligne] for ligne in feuille.iter_rows()]
        pleines = [ligne for ligne in lignes if ligne[entetes.index("Relance")]]
        if not pleines:
            return
        ligne = data.draw(st.sampled_from(range(len(pleines))), "ligne")
        nom = pleines[ligne][entetes.index("Relance")]
        if geste == "trier":
            pleines.reverse()
        elif geste == "répéter":
            pleines.append(list(pleines[ligne]))
        elif onglet == "Détail":
            piece = str(pleines[ligne][entetes.index("Pièce")])
            pleines = [autre for autre in pleines if str(autre[entetes.index("Pièce")]) != piece]
            revue.lettres[str(nom)].lignes[piece].retenue, revue.lettres[str(nom)].lignes[piece].supprimee = False, True
        else:
            pleines = [autre for autre in pleines if autre[entetes.index("Relance")] != nom]
            revue.lettres[str(nom)].supprimee = True
        for rang in range(max(len(pleines), len(lignes))):
            for colonne in range(len(entetes)):
                feuille.cell(rang + 2, colonne + 1).value = pleines[rang][colonne] if rang < len(pleines) else None
        cahier.save(revue.chemin)

    @precondition(lambda self: self.revues)
    @rule(data=st.data())
    def produire(self, data: st.DataObject) -> None:
        self._produire(self._une_revue(data))

    def _produire(self, revue: Revue) -> None:
        cochees = {nom: lettre for nom, lettre in revue.lettres.items() if lettre.cochee and not lettre.supprimee}
        neuves = []
        for nom, lettre in cochees.items():
            pieces = {} if self.modele.sortie(nom) else self.modele.partent(revue, lettre)
            if pieces:
                montant = sum(self.modele.factures[piece].reste for piece in pieces)
                dues = {piece: (niveau, self.modele.factures[piece].echeance) for piece, niveau in pieces.items()}
                neuves.append(Sortie(nom, revue.jour, dues, montant))
        deja = {nom for nom in cochees if self.modele.sortie(nom)}
        bilan = self.atelier.produire(self.jour, revue=revue.chemin)
        self.modele.sorties += neuves

        statuts = {resultat.relance: resultat.statut for resultat in bilan.resultats}
        sorties = deja | {s.relance for s in neuves}
        assert statuts == {nom: Statut.EMISE if nom in sorties else Statut.ECARTEE for nom in cochees}
        self._controler_le_journal()

    @precondition(lambda self: any(not s.annulee for s in self.modele.sorties))
    @rule(data=st.data())
    def annuler(self, data: st.DataObject) -> None:
        relance = data.draw(st.sampled_from([s.relance for s in self.modele.sorties if not s.annulee]), "annulée")
        self.atelier.annuler(relance)
        sortie = self.modele.sortie(relance)
        assert sortie is not None
        sortie.annulee = True
        self._controler_le_journal()

    def _une_revue(self, data: st.DataObject) -> Revue:
        """Presque toujours la dernière ; parfois une plus ancienne, retrouvée dans un mail."""
        return data.draw(st.one_of(st.just(self.revues[-1]), st.just(self.revues[-1]), st.sampled_from(self.revues)), "revue")

    def _controler_le_journal(self) -> None:
        """Rien de plus, rien de moins, rien deux fois : échéance par échéance, et un fichier par relance."""
        comptees = [s for s in self.modele.sorties if not s.annulee]
        attendu = Counter((s.relance, piece, niveau, s.jour) for s in comptees for piece, (niveau, _) in s.pieces.items())
        if not self.modele.sorties:
            return
        with Historique.consulter(self.atelier.dossier.historique) as historique:
            table, etats = historique.journal(), historique.etats()
        rangs: list[Any] = list(table.itertuples())
        assert Counter((r.relance, r.piece, r.niveau, r.date.date()) for r in rangs) == attendu
        assert {nom: e.montant for nom, e in etats.items() if e.statut in COMPTENT} == {s.relance: s.montant for s in comptees}
        for etat in etats.values():
            if etat.statut in COMPTENT:
                assert (self.atelier.racine / etat.fichier).is_file()


def jouer(monkeypatch: pytest.MonkeyPatch, histoires: int = int(HISTOIRES or TIREES)) -> None:
    """Joue des histoires, le vrai lecteur de classeurs sur place. Lève ce que la machine trouve."""
    for module in (classeur, enfant, releves):
        monkeypatch.setattr(module, "lire_a_part", lire_ici)
    reglages = settings(
        max_examples=histoires, stateful_step_count=12, deadline=None, database=None, derandomize=not HISTOIRES,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # une histoire de douze pas se lit telle quelle ; la raccourcir coûterait des minutes
    )  # fmt: skip
    run_state_machine_as_test(Machine, settings=reglages)


def test_des_mois_de_relances_suivent_les_regles(monkeypatch: pytest.MonkeyPatch) -> None:
    jouer(monkeypatch)
