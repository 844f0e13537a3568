"""Les bornes que ce processus se pose à lui-même avant de lire ce qui vient du dehors : mémoire, temps de calcul."""

import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress


def borner(memoire: int, delai: int, sans_memoire: int, sans_temps: int) -> None:
    """Pose les limites : mémoire en Mo, calcul en secondes. sans_memoire, sans_temps : codes de sortie, là où c'est à nous d'arrêter."""
    if sys.platform == "win32":
        _surveiller(_memoire_windows(), memoire * 2**20, sans_memoire, delai, sans_temps)  # s'il ne se pose pas, ou mal
        _borner_windows(memoire * 2**20, delai * 10**7)
        return
    import resource  # n'existe pas sous Windows

    bornes = {
        resource.RLIMIT_AS: (memoire * 2**20, memoire * 2**20),
        resource.RLIMIT_CPU: (delai, delai + 1),  # un signal qui se nomme, puis la fin
        resource.RLIMIT_CORE: (0, 0),
    }
    for limite, valeurs in bornes.items():
        with suppress(ValueError, OSError):  # le système en impose déjà de plus basses
            resource.setrlimit(limite, valeurs)
    if sys.platform == "darwin":  # qui ne tient pas RLIMIT_AS
        _surveiller(lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, memoire * 2**20, sans_memoire, delai, sans_temps)


def _surveiller(prise: Callable[[], int], octets: int, sans_memoire: int, delai: int, sans_temps: int) -> None:
    """Arrête ce processus dès qu'il a pris trop de mémoire ou de calcul : on y regarde vingt fois par seconde."""

    def guet() -> None:
        while prise() < octets:
            if time.process_time() > delai:
                os._exit(sans_temps)
            time.sleep(0.05)
        os._exit(sans_memoire)

    threading.Thread(target=guet, daemon=True).start()


def _memoire_windows() -> Callable[[], int]:
    """Les octets que ce processus a réservés. Source : PROCESS_MEMORY_COUNTERS, psapi.h."""
    import ctypes
    from ctypes import wintypes

    class Compteurs(ctypes.Structure):
        _fields_ = (
            ("cb", wintypes.DWORD), ("PageFaultCount", wintypes.DWORD), ("PeakWorkingSetSize", ctypes.c_size_t), ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t), ("QuotaPagedPoolUsage", ctypes.c_size_t), ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t), ("PagefileUsage", ctypes.c_size_t), ("PeakPagefileUsage", ctypes.c_size_t),
        )  # fmt: skip

    noyau = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    noyau.GetCurrentProcess.restype = wintypes.HANDLE
    noyau.K32GetProcessMemoryInfo.argtypes = (wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD)
    compteurs = Compteurs()

    def prise() -> int:
        noyau.K32GetProcessMemoryInfo(noyau.GetCurrentProcess(), ctypes.byref(compteurs), ctypes.sizeof(compteurs))
        return int(max(compteurs.PagefileUsage, compteurs.WorkingSetSize))

    return prise


def _borner_windows(octets: int, centaines_de_ns: int) -> None:
    """Un « job object » autour de ce seul processus. Source : JOBOBJECT_EXTENDED_LIMIT_INFORMATION, winnt.h."""
    import ctypes
    from ctypes import wintypes

    temps_du_processus, memoire_du_processus, limites_etendues = 0x2, 0x100, 9

    class Base(ctypes.Structure):
        _fields_ = (
            ("PerProcessUserTimeLimit", ctypes.c_int64), ("PerJobUserTimeLimit", ctypes.c_int64), ("LimitFlags", wintypes.DWORD),
            ("MinimumWorkingSetSize", ctypes.c_size_t), ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", wintypes.DWORD), ("Affinity", ctypes.c_size_t), ("PriorityClass", wintypes.DWORD),
            ("SchedulingClass", wintypes.DWORD),
        )  # fmt: skip

    class Etendues(ctypes.Structure):
        _fields_ = (
            ("BasicLimitInformation", Base), ("IoInfo", ctypes.c_uint64 * 6), ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t), ("PeakProcessMemoryUsed", ctypes.c_size_t), ("PeakJobMemoryUsed", ctypes.c_size_t),
        )  # fmt: skip

    noyau = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    noyau.CreateJobObjectW.restype = noyau.GetCurrentProcess.restype = wintypes.HANDLE
    noyau.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
    noyau.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
    noyau.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    limites = Etendues()
    limites.BasicLimitInformation.LimitFlags = temps_du_processus | memoire_du_processus
    limites.BasicLimitInformation.PerProcessUserTimeLimit = centaines_de_ns
    limites.ProcessMemoryLimit = octets
    travail = noyau.CreateJobObjectW(None, None)
    noyau.SetInformationJobObject(travail, limites_etendues, ctypes.byref(limites), ctypes.sizeof(limites))
    noyau.AssignProcessToJobObject(travail, noyau.GetCurrentProcess())
