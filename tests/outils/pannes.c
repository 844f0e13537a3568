/* Une panne à la énième écriture sous un dossier : un code d'erreur, ou SIGKILL avant, au milieu ou après elle.
   Chargé par LD_PRELOAD (Linux) ; armé par Python : armer(dossier, rang, genre), et `faites()` compte les écritures vues.
   Toutes y passent : fichiers, dossiers, renommages, vidages, et celles que SQLite fait pour le journal. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { RIEN, AVANT, MILIEU, APRES };
static char dossier[PATH_MAX];
static int rang, genre, vues, code_errno;

void armer(const char *chemin, int le_rang, int le_genre, int le_code) {
    strncpy(dossier, chemin, sizeof dossier - 1);
    rang = le_rang; genre = le_genre; code_errno = le_code; vues = 0;
}
int faites(void) { return vues; }

static int dessous(const char *chemin) {
    char entier[PATH_MAX];
    if (!dossier[0] || !chemin) return 0;
    if (chemin[0] != '/') {
        if (!getcwd(entier, sizeof entier - 1)) return 0;
        strncat(entier, "/", sizeof entier - strlen(entier) - 1);
        strncat(entier, chemin, sizeof entier - strlen(entier) - 1);
        chemin = entier;
    }
    return strncmp(chemin, dossier, strlen(dossier)) == 0;
}
static int descripteur_dessous(int fd) {
    char lien[64], chemin[PATH_MAX];
    if (!dossier[0]) return 0;
    snprintf(lien, sizeof lien, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(lien, chemin, sizeof chemin - 1);
    if (n <= 0) return 0;
    chemin[n] = 0;
    return dessous(chemin);
}
/* Rend 1 si l'appel doit échouer ; 2 s'il doit n'écrire qu'une moitié puis tuer ; 3 s'il doit tuer après. */
static int panne(void) {
    if (++vues != rang) return 0;
    if (code_errno) { errno = code_errno; return 1; }
    if (genre == AVANT) kill(getpid(), SIGKILL);
    return genre == MILIEU ? 2 : 3;
}
#define VRAI(nom) static __typeof__(nom) *vrai; if (!vrai) vrai = dlsym(RTLD_NEXT, #nom)
#define MOURIR() kill(getpid(), SIGKILL)

ssize_t write(int fd, const void *tampon, size_t taille) {
    VRAI(write);
    int p = descripteur_dessous(fd) ? panne() : 0;
    if (p == 1) return -1;
    if (p == 2) { vrai(fd, tampon, taille / 2); MOURIR(); }
    ssize_t n = vrai(fd, tampon, taille);
    if (p == 3) MOURIR();
    return n;
}
static ssize_t en_place(ssize_t (*vrai)(int, const void *, size_t, off_t), int fd, const void *tampon, size_t taille, off_t place) {
    int p = descripteur_dessous(fd) ? panne() : 0;
    if (p == 1) return -1;
    if (p == 2) { vrai(fd, tampon, taille / 2, place); MOURIR(); }
    ssize_t n = vrai(fd, tampon, taille, place);
    if (p == 3) MOURIR();
    return n;
}
ssize_t pwrite(int fd, const void *tampon, size_t taille, off_t place) { VRAI(pwrite); return en_place(vrai, fd, tampon, taille, place); }
ssize_t pwrite64(int fd, const void *tampon, size_t taille, off_t place) {
    static ssize_t (*vrai)(int, const void *, size_t, off_t);
    if (!vrai) vrai = dlsym(RTLD_NEXT, "pwrite64");
    return en_place(vrai, fd, tampon, taille, place);
}
#define SIMPLE(condition, appel) \
    int p = (condition) ? panne() : 0; \
    if (p == 1) return -1; \
    int n = appel; \
    if (p >= 2) MOURIR(); \
    return n;
int rename(const char *de, const char *vers) { VRAI(rename); SIMPLE(dessous(vers), vrai(de, vers)) }
int renameat(int a, const char *de, int b, const char *vers) { VRAI(renameat); SIMPLE(dessous(vers), vrai(a, de, b, vers)) }
int mkdir(const char *chemin, mode_t droits) { VRAI(mkdir); SIMPLE(dessous(chemin), vrai(chemin, droits)) }
int unlink(const char *chemin) { VRAI(unlink); SIMPLE(dessous(chemin), vrai(chemin)) }
int fsync(int fd) { VRAI(fsync); SIMPLE(descripteur_dessous(fd), vrai(fd)) }
int fdatasync(int fd) { VRAI(fdatasync); SIMPLE(descripteur_dessous(fd), vrai(fd)) }
int ftruncate64(int fd, off_t taille) {
    static int (*vrai)(int, off_t);
    if (!vrai) vrai = dlsym(RTLD_NEXT, "ftruncate64");
    SIMPLE(descripteur_dessous(fd), vrai(fd, taille))
}
int open64(const char *chemin, int drapeaux, ...) {
    static int (*vrai)(const char *, int, ...);
    if (!vrai) vrai = dlsym(RTLD_NEXT, "open64");
    mode_t droits = 0;
    if (drapeaux & O_CREAT) { va_list suite; va_start(suite, drapeaux); droits = va_arg(suite, mode_t); va_end(suite); }
    SIMPLE((drapeaux & O_CREAT) && dessous(chemin), vrai(chemin, drapeaux, droits))
}
