"""`python -m relances_xl` et la commande `relances-xl`."""

import gc
import os
import sys


def main() -> None:
    """Lance l'interface en ligne de commande ; l'écran d'un vieux Windows ne sait pas tout écrire, il n'échoue pas."""
    gc.set_threshold(50_000, 20, 100)  # des tables et des textes par centaines de mille, presque aucun cycle à reprendre
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # pas d'algèbre ici : numpy ouvrirait des fils à son import, pour rien
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(errors="replace")
    from relances_xl.ecran.cli import principal

    principal()


if __name__ == "__main__":
    main()
