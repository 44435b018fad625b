/*
 * What TPM commands take through ESAPI without Node: bench/parts/tpm.ts compiles and runs it.
 * Debian's runtime packages bring no headers, so the few declarations stand here (TSS 2.0
 * Enhanced System API; TPM 2.0 Part 2, 10.4).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { uint16_t size; uint8_t buffer[64]; } TPM2B_DIGEST;
typedef struct { uint16_t size; uint8_t buffer[1024]; } TPM2B_MAX_BUFFER;
typedef struct ESYS_CONTEXT ESYS_CONTEXT;
enum { ESYS_TR_NONE = 0xfff, ESYS_TR_RH_NULL = 0x107, TPM2_ALG_SHA256 = 0xb, TPM2_RH_NULL = 0x40000007 };

uint32_t Tss2_TctiLdr_Initialize(const char *name, void **tcti);
uint32_t Esys_Initialize(ESYS_CONTEXT **esys, void *tcti, void *abi);
uint32_t Esys_GetRandom(ESYS_CONTEXT *, uint32_t, uint32_t, uint32_t, uint16_t, TPM2B_DIGEST **);
uint32_t Esys_Hash(ESYS_CONTEXT *, uint32_t, uint32_t, uint32_t, const TPM2B_MAX_BUFFER *, uint16_t,
                   uint32_t, TPM2B_DIGEST **, void **);
void Esys_Free(void *);

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1e9 + at.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Arguments: TCTI, hierarchy for Esys_Hash (its kind changed with tpm2-tss 3.0), times. */
int main(int argc, char **argv) {
  if (argc != 4) return 2;
  uint32_t hierarchy = strtoul(argv[2], NULL, 0);
  int times = atoi(argv[3]);
  double *took = calloc(times, sizeof *took);
  void *tcti = NULL;
  ESYS_CONTEXT *esys = NULL;
  if (!took || Tss2_TctiLdr_Initialize(argv[1], &tcti) || Esys_Initialize(&esys, tcti, NULL)) return 1;
  for (int command = 0; command < 2; command++) {
    for (int at = 0; at < times; at++) {
      TPM2B_DIGEST *out = NULL;
      void *ticket = NULL;
      TPM2B_MAX_BUFFER in = {.size = 256};
      double begun = now();
      uint32_t rc = command == 0
        ? Esys_GetRandom(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, 32, &out)
        : Esys_Hash(esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &in, TPM2_ALG_SHA256, hierarchy, &out, &ticket);
      took[at] = now() - begun;
      if (rc) { fprintf(stderr, "rc 0x%x\n", rc); return 1; }
      Esys_Free(out);
      Esys_Free(ticket);
    }
    qsort(took, times, sizeof *took, by_size);
    printf("%.0f\n", took[times / 2]);
  }
  return 0;
}
