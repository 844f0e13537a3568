"""Les champs natifs de Word d'une partie, simples et complexes, lus en arbre (ECMA-376 partie 1, §17.16.5).

Un champ complexe tient entre ses `w:fldChar` begin, separate et end, semés dans autant de runs que Word a voulu ; un
champ peut en contenir d'autres, dans son instruction comme dans son résultat.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Union

from relances_xl.lettres.word.ooxml import SUPPRIMES, Noeud, contenu_du_run, est_element, isoler_contenus, retirer, w

Morceau = Union[Noeud, "ChampWord"]

_DE_CHAMP = (w("fldChar"), w("instrText"))


@dataclass(eq=False, slots=True)
class ChampWord:
    """Un champ : ses runs d'instruction et de résultat, et les champs qui y sont imbriqués.

    bornes : les runs de `w:fldChar`, ou l'élément `w:fldSimple` seul.
    """

    bornes: list[Noeud] = field(default_factory=list)
    instruction: list[Morceau] = field(default_factory=list)
    resultat: list[Morceau] = field(default_factory=list)
    simple: str | None = None
    separe: bool = False

    @property
    def texte(self) -> str:
        """L'instruction, sans celle des champs imbriqués."""
        if self.simple is not None:
            return self.simple
        return "".join(texte_du_run(morceau) for morceau in self.instruction if not isinstance(morceau, ChampWord))

    @property
    def debut(self) -> Noeud:
        return self.bornes[0]

    def noeuds(self) -> Iterator[Noeud]:
        """Tous les nœuds du champ, champs imbriqués compris."""
        yield from self.bornes
        if self.simple is None:
            for morceau in (*self.instruction, *self.resultat):
                if isinstance(morceau, ChampWord):
                    yield from morceau.noeuds()
                else:
                    yield morceau

    def remplacer(self, nouveaux: list[Noeud]) -> None:
        """Met ces nœuds à la place du champ."""
        for nouveau in nouveaux:
            self.debut.addprevious(nouveau)
        for noeud in list(self.noeuds()):
            retirer(noeud)

    def run_du_resultat(self) -> Noeud | None:
        """Le premier run de texte du résultat, dont Word garde la mise en forme."""
        if self.simple is not None:
            return next(self.debut.iter(w("r")), None)
        for morceau in self.resultat:
            run = morceau.run_du_resultat() if isinstance(morceau, ChampWord) else morceau
            if run is not None and (isinstance(morceau, ChampWord) or texte_du_run(run).strip()):
                return run
        return None

    def run_de_l_instruction(self) -> Noeud | None:
        """Le premier run de l'instruction qui porte du texte."""
        runs = [morceau for morceau in self.instruction if not isinstance(morceau, ChampWord)]
        return next((run for run in runs if texte_du_run(run).strip()), self.debut if self.simple is None else None)


def texte_du_run(run: Noeud) -> str:
    """Le texte d'un run, visible ou d'instruction."""
    return "".join(
        enfant.text or "" if enfant.tag in (w("t"), w("instrText")) else " "
        for enfant in contenu_du_run(run)
        if enfant.tag in (w("t"), w("instrText"), w("tab"), w("br"), w("noBreakHyphen"))
    )


def lire_champs(racine: Noeud) -> list[ChampWord]:
    """Les champs de la partie, du plus extérieur au plus imbriqué. Un champ jamais fermé est ignoré, pas ses voisins."""
    for run in [run for run in racine.iter(w("r")) if any(enfant.tag in _DE_CHAMP for enfant in run)]:
        isoler_contenus(run)
    sommets: list[ChampWord] = []
    pile: list[ChampWord] = []
    _parcourir(racine, pile, sommets)
    for ouvert in pile:
        sommets.extend(m for m in (*ouvert.instruction, *ouvert.resultat) if isinstance(m, ChampWord))
    return sommets


def _parcourir(parent: Noeud, pile: list[ChampWord], sommets: list[ChampWord]) -> None:
    for enfant in list(parent):
        if not est_element(enfant) or enfant.tag in SUPPRIMES:
            continue
        if enfant.tag == w("fldSimple"):
            champ = ChampWord([enfant], simple=enfant.get(w("instr"), ""))
            internes: list[ChampWord] = []
            _parcourir(enfant, [], internes)
            champ.resultat.extend(internes)
            _ranger(champ, pile, sommets)
        elif enfant.tag == w("r"):
            _lire_run(enfant, pile, sommets)
        else:
            _parcourir(enfant, pile, sommets)


def _lire_run(run: Noeud, pile: list[ChampWord], sommets: list[ChampWord]) -> None:
    borne = run.find(w("fldChar"))
    etape = borne.get(w("fldCharType")) if borne is not None else None
    if etape == "begin":
        pile.append(ChampWord([run]))
    elif etape == "separate" and pile:
        pile[-1].bornes.append(run)
        pile[-1].separe = True
    elif etape == "end" and pile:
        champ = pile.pop()
        champ.bornes.append(run)
        _ranger(champ, pile, sommets)
    else:
        if pile:
            _ranger(run, pile, sommets)
        _parcourir(run, [], sommets) if run.find(f".//{w('txbxContent')}") is not None else None


def _ranger(morceau: Morceau, pile: list[ChampWord], sommets: list[ChampWord]) -> None:
    """Range un run ou un champ dans le champ ouvert, ou parmi les champs de premier niveau."""
    if pile:
        (pile[-1].resultat if pile[-1].separe else pile[-1].instruction).append(morceau)
    elif isinstance(morceau, ChampWord):
        sommets.append(morceau)
