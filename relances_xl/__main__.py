"""`python -m relances_xl` et la commande `relances-xl`."""

import sys


def main() -> None:
    """Lance l'interface en ligne de commande ; l'écran d'un vieux Windows ne sait pas tout écrire, il n'échoue pas."""
    for flux in (sys.stdout, sys.stderr):
        if hasattr(flux, "reconfigure"):
            flux.reconfigure(errors="replace")
    from relances_xl.ecran.cli import principal

    principal()


if __name__ == "__main__":
    main()
