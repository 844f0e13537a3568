"""À qui confier fusions et conversions : des processus de cette machine, ou une grappe Dask (docs/grande-echelle.md)."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute

PROCESSUS = "processus"
DASK = "dask"
MODES = f"« {PROCESSUS} », « {PROCESSUS}:4 » ou « {DASK}:tcp://serveur:8786 »"


@contextmanager
def executeur(voulu: str | None) -> Iterator[Executor | None]:
    """L'exécuteur que nomme la ligne de commande ; None : tout se fait dans ce processus. Lève `ErreurUtilisateur`."""
    nom, _, precision = (voulu or "").partition(":")
    if not nom:
        yield None
    elif nom == PROCESSUS and (not precision or precision.isdecimal()):
        import multiprocessing  # que qui ne confie rien n'attend pas
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(int(precision or os.cpu_count() or 1), multiprocessing.get_context("spawn")) as ouvriers:
            yield ouvriers
    elif nom == DASK and precision:
        with _dask(precision) as grappe:
            yield grappe
    else:
        raise ErreurUtilisateur(Faute(f"exécuteur « {voulu} » inconnu", f"choisissez {MODES}"))


@contextmanager
def _dask(adresse: str) -> Iterator[Executor]:
    try:
        distribue = import_module("distributed")
    except ImportError:
        raise ErreurUtilisateur(Faute("Dask n'est pas installé", 'installez-le : pip install "relances-xl[dask]"')) from None
    try:
        client = distribue.Client(adresse, timeout="10s")
    except (OSError, TimeoutError) as erreur:
        raise ErreurUtilisateur(
            Faute(f"la grappe Dask ne répond pas à {adresse} ({erreur})", "vérifiez son adresse, et qu'elle tourne")
        ) from None
    with client:
        yield client.get_executor(pure=False, retries=1)
