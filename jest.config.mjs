const swc = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** What reads sources and files, or runs examples that the specs of their parts cover: kernels make no difference. */
const WITHOUT_KERNELS = [
  '/spec/(mutants|package|declarations|sizes|spreads|completion)\\.spec',
  '/spec/kernels/(simd|wide|pow|cos-pi|exp|log)\\.spec',
  '/spec/bad-input/misuse\\.spec',
  '/spec/(docs|files|plot)/',
];

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.BPTT_KERNELS === 'reference' ? WITHOUT_KERNELS : [])],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['<rootDir>/spec/setup.ts'],
  maxWorkers: 2,
  testTimeout: 60_000,
  // Only with `npm test -- --coverage`: counting slows the kernels down.
  coverageProvider: 'v8',
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text-summary', 'lcov', 'json-summary'],
};
