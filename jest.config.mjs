const swc = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/**
 * Left out on the reference kernels, which have the bits of the others (spec/kernels/simd compares them): what calls no kernels, what reads
 * sources and files, runs a build or trains many models, what uses kernels of WebAssembly whatever the setting, values of peers, and
 * what computes in float64, which always runs on the reference kernels.
 */
const NOT_ON_REFERENCE = [
  '/spec/(mutants|package|declarations|sizes|spreads|completion|memory)\\.spec',
  '/spec/kernels/(simd|wide|pow|cos-pi|exp|log)\\.spec',
  '/spec/kernels/threads/',
  '/spec/(bad-input|bench|cli|content|data|docs|exchange|files|fleet|formats|golden|metrics|models|plot|random|schedules|tensor|verify)/',
  '/spec/properties/(cell-options|combinations|gradients|gru|gru-reset-after|lstm|mgu|simple-rnn|simple-rnn-relu|through-time)\\.spec',
];

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/spec/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.BPTT_KERNELS === 'reference' ? NOT_ON_REFERENCE : [])],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  setupFiles: ['<rootDir>/spec/setup.ts'],
  maxWorkers: 2,
  testTimeout: 60_000,
  // Only with `npm test -- --coverage`: counting slows the kernels down.
  coverageProvider: 'v8',
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text-summary', 'lcov', 'json-summary'],
};
