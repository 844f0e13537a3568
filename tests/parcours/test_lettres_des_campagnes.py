"""Cinq campagnes de deux clients, l'un en français, l'autre en anglais : une petite pièce ancienne, puis deux grosses.

Un petit modèle de la relance sait ce qui est vrai ; chaque phrase de chaque lettre est reconnue, et comparée à lui. Une phrase
qu'il ne connaît pas, une pièce de trop ou un montant d'une autre échéance arrêtent l'essai.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import docx
import pytest
from atelier import Atelier
from docx.table import Table

CAMPAGNES = (date(2026, 3, 2), date(2026, 3, 20), date(2026, 4, 7), date(2026, 4, 24), date(2026, 5, 12))
ARRIVEE_DES_GROSSES = date(2026, 4, 7)
DELAIS, TAUX = {1: 1, 2: 15, 3: 15}, Decimal("12.15")  # plan livré ; BCE du premier semestre 2026 + 10 points
PHRASE = Callable[["Faits", Mapping[str, str]], bool]


@dataclass
class Dette:
    """Une échéance et ses relances passées : leur date et leur niveau."""

    piece: str
    du: date
    montant: Decimal
    relances: list[tuple[date, int]] = field(default_factory=list)

    def propose(self, jour: date) -> int:
        """Le niveau suivant, 0 s'il n'est pas temps, ou plus jamais (contrat §4.4, automatique)."""
        fait = self.relances[-1][1] if self.relances else 0
        depuis = self.relances[-1][0] if self.relances else self.du
        return fait + 1 if fait < 3 and (jour - depuis).days >= DELAIS[fait + 1] else 0


@dataclass(frozen=True)
class Faits:
    """Ce qui est vrai le jour d'une lettre."""

    jour: date
    niveau: int
    exigees: list[Dette]
    jointes: list[Dette]
    autres: list[Dette]

    def penalites(self, dette: Dette) -> Decimal:
        if self.niveau < 3 or dette not in self.exigees:
            return Decimal(0)
        return (dette.montant * TAUX / 100 * (self.jour - dette.du).days / 365).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def frais(self) -> Decimal:
        return sum((self.penalites(d) + 40 for d in self.exigees), Decimal(0)) if self.niveau == 3 else Decimal(0)

    @property
    def exige(self) -> Decimal:
        return sum((d.montant for d in self.exigees), Decimal(0))

    @property
    def joint(self) -> Decimal:
        return sum((d.montant for d in self.jointes), Decimal(0))

    @property
    def autre(self) -> Decimal:
        return sum((d.montant for d in self.autres), Decimal(0))

    def relancees_le(self, jour: date) -> bool:
        """Tout ce que la lettre exige a reçu sa dernière relance ce jour-là."""
        return all(d.relances and d.relances[-1][0] == jour for d in self.exigees)


MOIS = {"janvier": 1, "février": 2, "mars": 3, "avril": 4, "mai": 5, "March": 3, "April": 4, "May": 5}
JOUR, SOMME = r"(?P<jour>\d{1,2} \w+ 2026)", r"(?P<somme>€[\d,]+\.\d\d|[\d ]+,\d\d €)"


def jour(ecrit: str) -> date:
    if "/" in ecrit:
        quantieme, mois, annee = ecrit.split("/")
        return date(int(annee), int(mois), int(quantieme))
    quantieme, nom, annee = ecrit.split()
    return date(int(annee), MOIS[nom], int(quantieme))


def somme(ecrit: str) -> Decimal:
    """1 234,56 € ou €1,234.56."""
    chiffres = re.sub(r"[€ ]", "", ecrit)
    return Decimal(chiffres.replace(",", "") if "." in chiffres else chiffres.replace(",", "."))


def _du_jour(faits: Faits, dit: Mapping[str, str]) -> bool:
    return jour(dit["jour"]) == faits.jour


def _reclame(faits: Faits, dit: Mapping[str, str]) -> bool:
    return somme(dit["somme"]) == faits.exige + faits.frais


def _mise_en_demeure(faits: Faits, dit: Mapping[str, str]) -> bool:
    return faits.niveau == 3 and _reclame(faits, dit)


def _sans_effet(faits: Faits, dit: Mapping[str, str]) -> bool:
    return faits.niveau > 1 and faits.relancees_le(jour(dit["jour"]))


def _premier_rappel(faits: Faits, dit: Mapping[str, str]) -> bool:
    return faits.niveau == 1 and not faits.jointes and not any(d.relances for d in faits.exigees) and somme(dit["somme"]) == faits.exige


def _relance_2(faits: Faits, dit: Mapping[str, str]) -> bool:
    return faits.niveau == 2 and not faits.jointes and _sans_effet(faits, dit) and somme(dit["somme"]) == faits.exige


def _jointes(faits: Faits, dit: Mapping[str, str]) -> bool:
    echues = all(0 < d.propose(faits.jour) < faits.niveau and d.du < faits.jour for d in faits.jointes)
    return bool(faits.jointes) and echues and somme(dit["somme"]) == faits.joint


def _total_a_payer(faits: Faits, dit: Mapping[str, str]) -> bool:
    return somme(dit["somme"]) == faits.exige + faits.joint + faits.frais


def _penalites(faits: Faits, _: Mapping[str, str]) -> bool:
    return faits.niveau == 3 and sum(map(faits.penalites, faits.exigees)) > 0


def _arretees(faits: Faits, dit: Mapping[str, str]) -> bool:
    return _penalites(faits, dit) and _du_jour(faits, dit)


def _niveau(*niveaux: int) -> PHRASE:
    return lambda faits, _: faits.niveau in niveaux


def _autres(faits: Faits, _: Mapping[str, str]) -> bool:
    return bool(faits.autres)


def _code(code: str) -> PHRASE:
    return lambda _, dit: dit["code"] == code


TOUJOURS: PHRASE = lambda *_: True  # noqa: E731 -- politesses et coordonnées, qui n'affirment rien de la dette
EN_TETE = r"Ateliers Ribeaucourt|4 quai du Port|51100 Reims|Claire Martin|IBAN ?: FR76 3000 6000 0112 3456 7890 189|BIC ?: AGRIFRPP"
FRANCAIS: dict[str, PHRASE] = {
    EN_TETE + r"|Garage Pérez & Fils\n12 RUE DE L EGLISE\n01000 BOURG|Suivi par : Claire Martin|Bénéficiaire : Ateliers Ribeaucourt": TOUJOURS,
    r"LETTRE RECOMMANDÉE AVEC ACCUSÉ DE RÉCEPTION": _niveau(3),
    r"(Votre compte|Référence à rappeler) : (?P<code>\w+)": _code("C1"),
    r"Notre référence : \d{4}-\d\d-\d\d_1-0001": TOUJOURS,
    r"Reims, le " + JOUR: _du_jour,
    r"Objet : Rappel : factures échues – Garage Pérez & Fils": _niveau(1),
    r"Objet : Deuxième relance – Garage Pérez & Fils": _niveau(2),
    r"Objet : Mise en demeure de payer – Garage Pérez & Fils": _niveau(3),
    r"Madame, Monsieur,|Nous vous prions d'agréer, .*distinguées\.|Veuillez agréer, .*distinguées\.|Scannez pour payer|Voici le détail :": TOUJOURS,
    rf"Sauf erreur ou omission de notre part, les échéances que voici restaient à régler au {JOUR}, pour un total de {SOMME} :": (
        lambda faits, dit: _premier_rappel(faits, dit) and _du_jour(faits, dit)
    ),
    r"Il s'agit sans doute d'un simple oubli\.|Nous vous remercions par avance de nous adresser votre règlement dès réception de cette lettre\.": _niveau(1),
    r"Si votre paiement nous est parvenu entre-temps, veuillez ne pas tenir compte de ce rappel\.": _niveau(1),
    r"Si une pièce vous manque ou si vous la contestez, faites-le-nous savoir : nous vous répondrons aussitôt\.": TOUJOURS,
    rf"Malgré notre relance du {JOUR}, nous n'avons pas reçu votre règlement, et des échéances restent impayées pour un total de {SOMME} :": _relance_2,
    rf"Nous vous demandons de nous régler la somme de {SOMME} sous huit jours à compter de la date de cette lettre, ou de nous faire "
    r"connaître dans ce délai ce qui s'y oppose\.": _reclame,
    r"Sans règlement ni réponse de votre part, nous vous adresserons une mise en demeure\.": _niveau(2),
    r"Pourront s'y ajouter les pénalités de retard et l'indemnité forfaitaire pour frais de recouvrement que la loi prévoit\.": _niveau(2),
    r"Si votre paiement s'est croisé avec cette lettre, nous vous en remercions\.": TOUJOURS,
    rf"Notre relance du {JOUR} est restée sans effet\.": _sans_effet,
    r"Par la présente, nous vous mettons en demeure de nous régler, dans un délai de huit jours à compter de la première présentation de "
    rf"cette lettre, la somme de {SOMME}(, qui se décompose ainsi :|\.)": _mise_en_demeure,
    rf"D'autres échéances, également échues, sont à régler dès réception, pour {SOMME}\.": _jointes,
    r"Les pénalités de retard sont exigibles sans qu'un rappel soit nécessaire, dès le jour suivant la date de règlement figurant sur la "
    r"facture \(article L. 441-10, II du code de commerce\)\.": _penalites,
    rf"Elles sont arrêtées au {JOUR}, au taux annuel de 12,15 %, et continuent de courir jusqu'au paiement\.": _arretees,
    r"Chaque facture payée en retard rend également exigible, de plein droit, une indemnité forfaitaire de 40 € pour frais de recouvrement "
    r"\(articles L. 441-10, II et D. 441-5 du code de commerce\)\.": _niveau(3),
    r"À défaut de paiement dans ce délai, nous nous réservons d'engager, sans nouvel avis, toute procédure de recouvrement devant la "
    r"juridiction compétente\.|Si vous contestez tout ou partie de cette somme, veuillez nous en donner les motifs par écrit dans le même délai\.": _niveau(3),
    rf"Pour régler {SOMME} par virement": _total_a_payer,
    r"Pour information, autres échéances de votre compte, non comprises dans ce total :": _autres,
}  # fmt: skip
ANGLAIS: dict[str, PHRASE] = {
    EN_TETE + r"|Brightwater Ltd\n1 HIGH STREET\nLONDON|Contact: Claire Martin|Payee: Ateliers Ribeaucourt": TOUJOURS,
    r"REGISTERED LETTER WITH ACKNOWLEDGEMENT OF RECEIPT": _niveau(3),
    r"(Your account|Reference to quote): (?P<code>\w+)": _code("C2"),
    r"Our reference: \d{4}-\d\d-\d\d_1-0002": TOUJOURS,
    r"Reims, " + JOUR: _du_jour,
    r"Subject: Overdue invoices – first reminder – Brightwater Ltd": _niveau(1),
    r"Subject: Overdue invoices – second reminder – Brightwater Ltd": _niveau(2),
    r"Subject: Formal notice to pay – Brightwater Ltd": _niveau(3),
    r"Dear Sir or Madam,|Yours faithfully,|Scan to pay|The details are as follows:": TOUJOURS,
    r"According to our records, and unless we are mistaken, the following overdue items on your account remain unpaid, for a total of "
    rf"{SOMME}:": _premier_rappel,
    r"This is no doubt an oversight\.|We would be grateful if you would settle this amount on receipt of this letter\.": _niveau(1),
    r"If your payment has reached us in the meantime, please disregard this reminder\.": _niveau(1),
    r"If a document is missing, or if you dispute it, please let us know and we will reply at once\.": TOUJOURS,
    rf"Despite our reminder of {JOUR}, we have not received your payment, and a total of {SOMME} remains outstanding:": _relance_2,
    rf"We ask you to pay the sum of {SOMME} within eight days of the date of this letter, or to tell us within that time what prevents you "
    r"from doing so\.": _reclame,
    r"Failing payment or a reply, we shall serve you with formal notice to pay\.": _niveau(2),
    r"Late-payment penalties and the fixed sum for recovery costs provided for by law may then be added\.": _niveau(2),
    r"If your payment has crossed with this letter, please accept our thanks\.": TOUJOURS,
    rf"Our reminder of {JOUR} has had no effect\.": _sans_effet,
    rf"We hereby give you formal notice to pay us, within eight days of the first presentation of this letter, the sum of {SOMME}"
    r"(, made up as follows:|\.)": _mise_en_demeure,
    rf"Other items on your account, now also overdue, are payable on receipt, for {SOMME}\.": _jointes,
    r"Late-payment penalties are payable without any reminder being necessary, from the day following the payment date shown on the invoice "
    r"\(Article L. 441-10, II of the French Commercial Code\)\.": _penalites,
    rf"They are calculated up to {JOUR}, at the annual rate of 12\.15 %, and continue to accrue until payment\.": _arretees,
    r"Each invoice paid late also gives rise, as of right, to a fixed sum of €40 for recovery costs \(Articles L. 441-10, II and D. 441-5 of "
    r"the French Commercial Code\)\.": _niveau(3),
    r"Failing payment within this time, we reserve the right to bring, without further notice, any recovery proceedings before the competent "
    r"court\.|If you dispute all or part of this sum, please give us your reasons in writing within the same time\.": _niveau(3),
    rf"To pay {SOMME} by bank transfer": _total_a_payer,
    r"For information, other overdue items on your account, not included in this total:": _autres,
}  # fmt: skip
TOTAUX: dict[str, Callable[[Faits], Decimal]] = {
    r"Total dû au (?P<jour>[\d/]+)|Total due on (?P<day>[\d/]+)": lambda f: f.exige + f.joint,
    r"dont mis en demeure|of which under formal notice": lambda f: f.exige,
    r"dont également échu|of which also overdue": lambda f: f.joint,
    r"Pénalités de retard au taux annuel de 12,15 %|Late-payment penalties at the annual rate of 12\.15 %": lambda f: f.frais - 40 * len(f.exigees),
    r"Indemnité forfaitaire pour frais de recouvrement|Fixed sum for recovery costs": lambda f: Decimal(40 * len(f.exigees)),
    r"Total à régler|Total to pay": lambda f: f.exige + f.joint + f.frais,
    r"Total": lambda f: f.autre,
}  # fmt: skip


def phrases_vraies(texte: str, faits: Faits, connues: dict[str, PHRASE]) -> None:
    """Reconnaît le paragraphe phrase par phrase, jusqu'au bout, et vérifie chacune."""
    reste = texte.strip()
    while reste:
        trouvee = next(((m, vraie) for motif, vraie in connues.items() if (m := re.match(rf"(?:{motif})(?: |$)", reste))), None)
        assert trouvee, f"phrase inconnue : {reste}"
        assert trouvee[1](faits, trouvee[0].groupdict()), f"{faits.jour}, niveau {faits.niveau}, faux : {trouvee[0][0]}"
        reste = reste[trouvee[0].end() :]


def tableau_vrai(tableau: Table, faits: Faits, attendues: list[Dette]) -> None:
    """Chaque rangée d'un détail : les pièces attendues, dans l'ordre, sous leur titre ; puis les totaux."""
    dettes = {d.piece: d for d in (*faits.exigees, *faits.jointes, *faits.autres)}
    vues, titre = [], ""
    for rangee in list(tableau.rows)[1:]:
        cellules = [propre(cellule.text) for cellule in dict.fromkeys(rangee.cells)]
        if dette := dettes.get(cellules[0]):
            vues.append(dette)
            assert [jour(cellules[2]), int(cellules[3].split()[0]), *map(somme, cellules[4:6])] == [
                dette.du, (faits.jour - dette.du).days, dette.montant, dette.montant,
            ]  # fmt: skip
            assert [somme(c) for c in cellules[6:] if c] == ([faits.penalites(dette)] if faits.penalites(dette) else [])
            assert not titre or (dette in faits.jointes) == bool(re.match("Également|Also", titre))
        elif len([c for c in cellules if c]) == 1:
            titre = cellules[0]
            assert re.fullmatch(r"Objet de cette mise en demeure|Subject of this formal notice|(Également échues|Also overdue), .*", titre)
            assert faits.jointes
        else:
            (trouve, total) = next((m, t) for motif, t in TOTAUX.items() if (m := re.fullmatch(motif, cellules[0])))
            assert somme(cellules[-1]) == total(faits), f"{faits.jour} : {cellules}"
            assert all(jour(dit) == faits.jour for dit in trouve.groupdict().values() if dit)
    assert vues == attendues


def propre(texte: str) -> str:
    return re.sub(r"[\xa0\u202f ]+", " ", texte).strip()


def lettre_vraie(chemin: Path, faits: Faits, connues: dict[str, PHRASE]) -> None:
    document = docx.Document(str(chemin))
    details = [t for t in document.tables if propre(t.rows[0].cells[0].text) in ("Pièce", "Document")]
    assert len(details) == (2 if faits.autres else 1)
    tableau_vrai(details[0], faits, [*faits.exigees, *faits.jointes])
    if faits.autres:
        tableau_vrai(details[1], faits, faits.autres)
    des_details = {id(t._element) for t in details}
    hors = [p for p in document.element.body.iter("{*}p") if not any(id(a) in des_details for a in p.iterancestors("{*}tbl"))]
    textes = ["".join("\n" if e.tag.endswith("}br") else e.text or "" for e in p.iter("{*}t", "{*}br")) for p in hors]
    for texte in filter(str.strip, textes):
        phrases_vraies(propre(texte), faits, connues)


def campagnes(dettes: list[Dette]) -> Iterator[Faits]:
    """Ce que la relance doit dire, campagne après campagne ; chaque échéance retient la sienne."""
    for jour_ in CAMPAGNES:
        presentes = [d for d in dettes if d.montant < 1000 or jour_ >= ARRIVEE_DES_GROSSES]
        propose = {d.piece: d.propose(jour_) for d in presentes}
        niveau = max(propose.values())
        faits = Faits(
            jour_, niveau, [d for d in presentes if propose[d.piece] == niveau], [d for d in presentes if 0 < propose[d.piece] < niveau],
            [d for d in presentes if not propose[d.piece]],
        )  # fmt: skip
        yield faits
        for dette in presentes:
            if propose[dette.piece]:
                dette.relances.append((jour_, propose[dette.piece]))


def dettes_de(numero: int) -> list[Dette]:
    gros = date(2026, 3, 31)
    return [
        Dette(f"FA{numero}1", date(2026, 1, 31), Decimal("214.92")),
        Dette(f"FA{numero}2", gros, Decimal("8000.00")),
        Dette(f"FA{numero}3", gros, Decimal("6162.07")),
    ]


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    atelier = Atelier(tmp_path / "relances")
    atelier.criteres("Émetteur", **{
        "Raison sociale": "Ateliers Ribeaucourt", "Adresse 1": "4 quai du Port", "Code postal": "51100", "Ville": "Reims",
        "IBAN": "FR7630006000011234567890189", "BIC": "AGRIFRPP", "Signataire": "Claire Martin",
    })  # fmt: skip
    entetes = ("Code client", "Raison sociale", "Adresse 1", "Code postal", "Ville", "Type client", "Langue")
    atelier.clients(
        [
            ("C1", "Garage Pérez & Fils", "12 rue de l'Église", "01000", "Bourg", "Professionnel", "fr"),
            ("C2", "Brightwater Ltd", "1 High Street", "", "London", "Professionnel", "en"),
        ],
        entetes=entetes,
    )
    return atelier


def test_chaque_phrase_de_chaque_lettre_des_cinq_campagnes_est_vraie(atelier: Atelier) -> None:
    francais, anglais = dettes_de(1), dettes_de(2)
    niveaux = []
    for du_francais, de_l_anglais in zip(campagnes(francais), campagnes(anglais), strict=True):
        jour_ = du_francais.jour
        atelier.criteres(**{"Date de référence": jour_, "Date d'édition": jour_})
        atelier.echeances(
            [
                (code, "", d.piece, d.du.replace(day=1), d.du, float(d.montant), float(d.montant))
                for code, faits in (("C1", du_francais), ("C2", de_l_anglais))
                for d in (*faits.exigees, *faits.jointes, *faits.autres)
            ]
        )
        liste = atelier.lister(jour_)
        atelier.approuver(liste)
        assert [r.statut for r in atelier.produire(jour_).resultats] == ["Émise", "Émise"]
        niveaux.append(du_francais.niveau)
        lettres = liste.lot.lettres
        lettre_vraie(lettres / f"C1_n{du_francais.niveau}_EUR.docx", du_francais, FRANCAIS)
        lettre_vraie(lettres / f"C2_n{de_l_anglais.niveau}_EUR.docx", de_l_anglais, ANGLAIS)
    # la petite monte seule jusqu'à la mise en demeure, que les grosses accompagnent « également échues », puis suivent leur cours
    assert niveaux == [1, 2, 3, 2, 3]


def test_une_phrase_fausse_ou_inconnue_arrete_l_essai() -> None:
    (petite, grosse, _) = dettes_de(1)
    petite.relances = [(date(2026, 3, 20), 2)]
    faits = Faits(date(2026, 4, 7), 3, [petite], [grosse], [])
    phrases_vraies("Notre relance du 20 mars 2026 est restée sans effet.", faits, FRANCAIS)
    for fausse in ("Notre relance du 2 mars 2026 est restée sans effet.", "Vous nous devez tout.", "Pour régler 214,92 € par virement"):
        with pytest.raises(AssertionError):
            phrases_vraies(fausse, faits, FRANCAIS)
