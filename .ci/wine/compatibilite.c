/* Ce qui manque à Wine 8 et que Windows a. Le banc d'essai seul s'en sert : rien de ceci n'est dans l'installeur. */
#ifdef UCRTBASE
/* numpy 2 : un complexe de simple précision tient dans un registre. */
typedef union { unsigned long long entier; float parties[2]; } complexe;
__attribute__((dllexport)) float crealf(unsigned long long z) { complexe c = { z }; return c.parties[0]; }
__attribute__((dllexport)) float cimagf(unsigned long long z) { complexe c = { z }; return c.parties[1]; }
#endif

#ifdef PROPSYS
/* _wmi (CPython 3.13) : « pas fait » suffit, `platform` s'en passe. */
__attribute__((dllexport)) long VariantToString(void *v, unsigned short *t, unsigned n) { return (long)0x80004001; }
#endif

#ifdef BCRYPTPRIMITIVES
/* Les bibliothèques en Rust y prennent leur hasard. */
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *, unsigned long);
__attribute__((dllexport)) int ProcessPrng(void *octets, unsigned long long combien) { return SystemFunction036(octets, (unsigned long)combien); }
#endif
