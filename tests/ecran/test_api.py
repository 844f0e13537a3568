"""L'API publique : déclarée, chargée à la demande, et la même que la ligne de commande."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from atelier import Atelier, Muet

import relances_xl


def test_importer_ne_charge_rien_et_chaque_nom_public_existe() -> None:
    programme = "import sys, relances_xl; print([m for m in ('pandas', 'click', 'openpyxl', 'lxml') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    assert [nom for nom in relances_xl.__all__ if getattr(relances_xl, nom, None) is None] == []
    assert all(getattr(relances_xl, nom).__doc__ for nom in relances_xl.__all__ if nom != "__version__")
    with pytest.raises(AttributeError, match="inconnue"):
        _ = relances_xl.inconnue


def test_un_dossier_se_nomme_par_un_texte(tmp_path: Path) -> None:
    assert relances_xl.Dossier(str(tmp_path)) == relances_xl.Dossier(tmp_path)
    atelier = Atelier(tmp_path / "relances")
    atelier.echeances([("C001", "Garage Pérez", "FA1", date(2026, 1, 1), date(2026, 1, 31), 1200.00, 1200.00)])
    liste = relances_xl.lister(relances_xl.Dossier(str(atelier.racine)), date(2026, 3, 31))
    atelier.approuver(liste)
    bilan = relances_xl.produire(
        relances_xl.Dossier(str(atelier.racine)), datetime(2026, 3, 31, 9, tzinfo=UTC), relances_xl.Demande(oui=True), Muet()
    )
    assert [r.statut for r in bilan.resultats] == ["Émise"]
    with pytest.raises(relances_xl.ErreurUtilisateur) as refus:
        relances_xl.lister(relances_xl.Dossier(str(tmp_path)), date(2026, 3, 31))
    assert isinstance(refus.value.fautes[0], relances_xl.Faute) and refus.value.fautes[0].remede


def test_l_aide_et_un_journal_vide_ne_font_pas_attendre(tmp_path: Path) -> None:
    """Sans chronomètre : rien de lourd n'est chargé, c'est ce qui coûte."""
    atelier = Atelier(tmp_path / "relances")
    lourdes = ("pandas", "numpy", "openpyxl", "xlsxwriter", "lxml", "pikepdf", "filelock")
    programme = (
        "import sys, relances_xl.ecran.cli as cli\n"
        "try: cli.principal([{arguments}])\n"
        "except SystemExit: pass\n"
        f"print([m for m in {lourdes!r} if m in sys.modules])"
    )
    for arguments in ("'--version'", f"'historique', {str(atelier.racine)!r}"):
        fin = subprocess.run(
            [sys.executable, "-c", programme.replace("{arguments}", arguments)], capture_output=True, text=True, check=True
        )
        assert fin.stdout.splitlines()[-1] == "[]", arguments
