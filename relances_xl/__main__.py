"""`python -m relances_xl` et la commande `relances-xl`."""

import gc
import os
import sys
from contextlib import suppress


def main() -> None:
    """Lance l'interface en ligne de commande ; l'écran d'un vieux Windows ne sait pas tout écrire, il n'échoue pas."""
    gc.set_threshold(500_000, 20, 100)  # des tables et des textes par centaines de mille, presque aucun cycle à reprendre
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # pas d'algèbre ici : numpy ouvrirait des fils à son import, pour rien
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(errors="replace")
    from relances_xl.ecran.cli import principal

    try:
        principal()
    except SystemExit as fin:
        if isinstance(fin.code, int):
            _partir(fin.code)
        raise


def _partir(code: int) -> None:
    """Finit sans démonter un à un les modules et les tables : tout est écrit et refermé, le système reprend la mémoire d'un coup."""
    for flux in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # fermé, ou son lecteur est parti
            flux.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
