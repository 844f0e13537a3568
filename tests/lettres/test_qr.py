"""Le QR code de virement porte ce que la norme EPC069-12 demande, et se lit."""

import struct
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from segno import consts

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.parametres import Emetteur
from relances_xl.lettres.donnees import qr
from relances_xl.lettres.donnees.qr import motif_virement, qr_paiement
from relances_xl.lettres.donnees.symbole_qr import symbole

EMETTEUR = Emetteur(raison_sociale="Atelier Moreau & Fils", iban="FR76 3000 6000 0112 3456 7890 189", bic="AGRIFRPP")


def _contenu(monkeypatch: pytest.MonkeyPatch, emetteur: Emetteur, unites: int, texte: str) -> list[str]:
    """Les lignes que porte le symbole."""
    donnees: list[bytes] = []
    faire = symbole

    def espion(contenu: bytes) -> object:
        donnees.append(contenu)
        return faire(contenu)

    monkeypatch.setattr(qr, "symbole", espion)
    assert qr_paiement(emetteur, Montant(unites, "EUR"), texte)
    return donnees[0].decode().split("\n")


@given(st.binary(min_size=1, max_size=331).map(lambda octets: bytes(32 + octet % 95 for octet in octets[:-1]) + b"\n"))
def test_le_symbole_est_celui_de_segno(contenu: bytes) -> None:
    attendu = segno.make(contenu.decode(), error="m", mask=2, encoding="utf-8", micro=False, boost_error=False)
    assert symbole(contenu).tolist() == [list(ligne) for ligne in attendu.matrix]


@pytest.mark.parametrize("taille", [1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 330, 331])
def test_le_symbole_est_celui_de_segno_aux_bords_de_chaque_version(taille: int) -> None:
    contenu = b"a" * (taille - 1) + b"\n"
    attendu = segno.make(contenu.decode(), error="m", mask=2, encoding="utf-8", micro=False, boost_error=False)
    assert symbole(contenu).tolist() == [list(ligne) for ligne in attendu.matrix]


def test_un_contenu_trop_long_n_a_pas_de_symbole() -> None:
    with pytest.raises(ValueError, match="trop long"):
        symbole(b"a" * 332)


def test_le_contenu_est_celui_de_la_norme(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _contenu(monkeypatch, EMETTEUR, 418658, "C001 FA-1") == [
        "BCD", "002", "1", "SCT", "AGRIFRPP", "Atelier Moreau + Fils", "FR7630006000011234567890189", "EUR4186.58", "", "", "C001 FA-1",
    ]  # fmt: skip


@pytest.mark.parametrize(("nom", "porte"), [("A" * 70, "A" * 70), ("A" * 71, "A" * 70), ("A" * 69 + " B", "A" * 69)])
def test_le_nom_s_arrete_a_70_caracteres(monkeypatch: pytest.MonkeyPatch, nom: str, porte: str) -> None:
    assert _contenu(monkeypatch, Emetteur(raison_sociale=nom, iban=EMETTEUR.iban), 100, "C")[5] == porte


@pytest.mark.parametrize(("unites", "porte"), [(1, "EUR0.01"), (99_999_999_999, "EUR999999999.99")])
def test_le_plus_petit_et_le_plus_grand_virement_ont_leur_code(monkeypatch: pytest.MonkeyPatch, unites: int, porte: str) -> None:
    assert _contenu(monkeypatch, EMETTEUR, unites, "C")[7] == porte


def test_un_bic_faux_est_tu(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _contenu(monkeypatch, Emetteur(raison_sociale="X", iban=EMETTEUR.iban, bic="FAUX"), 100, "C")[4] == ""


@pytest.mark.parametrize(
    ("emetteur", "montant"),
    [
        (EMETTEUR, Montant(1000, "USD")),
        (EMETTEUR, Montant(0, "EUR")),
        (EMETTEUR, Montant(-5, "EUR")),
        (EMETTEUR, Montant(100_000_000_000, "EUR")),
        (Emetteur(raison_sociale="X"), Montant(1000, "EUR")),
        (Emetteur(raison_sociale="X", iban="FR76 3000 6000 0112 3456 7890 188"), Montant(1000, "EUR")),
        (Emetteur(iban=EMETTEUR.iban), Montant(1000, "EUR")),
    ],
)
def test_pas_de_code_quand_le_virement_serait_faux(emetteur: Emetteur, montant: Montant) -> None:
    assert qr_paiement(emetteur, montant, "C001") is None


def test_l_image_est_un_png_carre_lisible_a_28_mm() -> None:
    image = qr_paiement(EMETTEUR, Montant(418658, "EUR"), "C" * 140)
    assert image and image.startswith(b"\x89PNG")
    largeur, hauteur = struct.unpack(">II", image[16:24])
    assert largeur == hauteur
    # Même au plus long motif, la version reste ≤ 13 (69 modules et les marges), donc un module ≥ 0,36 mm.
    assert largeur <= (69 + 8) * 4


def test_l_image_montre_les_modules_du_code() -> None:
    image = qr_paiement(EMETTEUR, Montant(418658, "EUR"), "C001 FA-1")
    attendu = segno.make(
        "BCD\n002\n1\nSCT\nAGRIFRPP\nAtelier Moreau + Fils\nFR7630006000011234567890189\nEUR4186.58\n\n\nC001 FA-1",
        error="m", mask=2, encoding="utf-8", micro=False, boost_error=False,
    )  # fmt: skip
    modules = [[bool(m) for m in ligne] for ligne in attendu.matrix_iter(border=4)]
    assert image and _modules(image) == modules


def _modules(image: bytes, echelle: int = 4) -> list[list[bool]]:
    """Les modules noirs d'un PNG à un bit par pixel, sans filtre, lus au centre de chacun."""
    cote = struct.unpack(">I", image[16:20])[0]
    assert image[24:26] == b"\x01\x00"  # un bit, niveaux de gris
    longueur = struct.unpack(">I", image[33:37])[0]
    pixels = zlib.decompress(image[41 : 41 + longueur])
    largeur = 1 + (cote + 7) // 8
    centres = range(echelle // 2, cote, echelle)
    lignes = [pixels[y * largeur + 1 : (y + 1) * largeur] for y in centres]
    return [[not ligne[x // 8] >> (7 - x % 8) & 1 for x in centres] for ligne in lignes]


def _demasque(code: segno.QRCode, masque: int) -> list[bool]:
    """Les modules de données, masque retiré (ISO/IEC 18004 §7.8.2)."""
    regles = {
        0: lambda i, j: (i + j) % 2 == 0,
        1: lambda i, j: i % 2 == 0,
        2: lambda i, j: j % 3 == 0,
        3: lambda i, j: (i + j) % 3 == 0,
        4: lambda i, j: (i // 2 + j // 3) % 2 == 0,
        5: lambda i, j: (i * j) % 2 + (i * j) % 3 == 0,
        6: lambda i, j: ((i * j) % 2 + (i * j) % 3) % 2 == 0,
        7: lambda i, j: ((i + j) % 2 + (i * j) % 3) % 2 == 0,
    }
    donnees = {consts.TYPE_DATA_LIGHT, consts.TYPE_DATA_DARK}
    lignes: Iterable[Iterable[int]] = code.matrix_iter(border=0, verbose=True)
    return [
        (module == consts.TYPE_DATA_DARK) ^ regles[masque](i, j)
        for i, ligne in enumerate(lignes)
        for j, module in enumerate(ligne)
        if module in donnees
    ]


def test_le_masque_fixe_code_les_memes_donnees_que_le_masque_choisi_par_segno() -> None:
    options: dict[str, Any] = {"error": "m", "encoding": "utf-8", "micro": False, "boost_error": False}
    choisi = segno.make("BCD\n002\n1\nSCT\nC001 FA-1", **options)
    fixe = segno.make("BCD\n002\n1\nSCT\nC001 FA-1", mask=2, **options)
    assert fixe.mask == 2 and fixe.error == choisi.error == "M"
    assert _demasque(fixe, 2) == _demasque(choisi, choisi.mask)


def test_le_motif_nomme_le_client_et_les_pieces_sans_les_couper() -> None:
    pieces = [f"FACTURE-{n:05d}" for n in range(60)]
    motif = motif_virement("C001", pieces)
    assert len(motif) <= 140
    mots = motif.split()
    assert mots[0] == "C001" and mots[1:-1] == pieces[: len(mots) - 2]
    assert mots[-1] == f"+{60 - (len(mots) - 2)}"


def test_le_motif_reste_dans_140_caracteres_quoi_qu_il_arrive() -> None:
    assert len(motif_virement("C" * 300, ["P" * 300])) <= 140
    assert motif_virement("CÉ_1", ["Pièce n°5"]) == "CE-1 Piece n 5"
