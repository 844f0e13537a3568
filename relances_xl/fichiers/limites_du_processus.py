"""Les bornes que ce processus se pose à lui-même avant de lire ce qui vient du dehors : mémoire, temps de calcul."""

import os
import sys
import threading
from contextlib import suppress


def borner(memoire: int, delai: int, sans_memoire: int) -> None:
    """Pose les limites : mémoire en Mo, calcul en secondes. sans_memoire : code de sortie, là où c'est à nous d'arrêter."""
    if sys.platform == "win32":
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
        _surveiller(memoire * 2**20, sans_memoire)


def _surveiller(octets: int, sans_memoire: int) -> None:
    import resource
    import time

    def guet() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < octets:
            time.sleep(0.05)
        os._exit(sans_memoire)

    threading.Thread(target=guet, daemon=True).start()


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
