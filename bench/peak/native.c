// The loop of registers.mjs in C, for vectors of LANES float32. Prints the GFLOP/s of one core, by processor time. The
// option -ffp-contract determines whether the compiler fuses multiplications and additions.
#include <stdio.h>
#include <time.h>

enum { CHAINS = 14, TURNS = 2000000 };
typedef float Vector __attribute__((vector_size(4 * LANES)));

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

__attribute__((noinline)) static float multiplyAdd(long turns, float half) {
  const Vector h = half - (Vector){0};
  Vector c[CHAINS], sum = {0};
#pragma GCC unroll 14
  for (int k = 0; k < CHAINS; k++) c[k] = h * (float)k;
  for (long turn = 0; turn < turns; turn++) {
#pragma GCC unroll 14
    for (int k = 0; k < CHAINS; k++) c[k] = c[k] * h + h;
  }
#pragma GCC unroll 14
  for (int k = 0; k < CHAINS; k++) sum += c[k];
  return sum[0] + sum[LANES - 1];
}

int main(void) {
  volatile float half = 0.5f, result = multiplyAdd(TURNS / 4, half);
  const double begun = seconds();
  result = multiplyAdd(TURNS, half);
  printf("%.2f\n", 2.0 * LANES * CHAINS * TURNS / (seconds() - begun) / 1e9);
  return result < 0;
}
