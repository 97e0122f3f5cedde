// jose and a few others ship ES modules only; jest must transform them like our own code.
const esm = ['jose', 'ollama', 'whatwg-fetch'];
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transformIgnorePatterns: [`/node_modules/(?!(?:${esm.join('|')})/)`],
  transform: {
    '^.+\\.(?:[cm]?[tj]s)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  testSequencer: '<rootDir>/test/support/long-first.cjs',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // What two hundred suites leave in a worker is collected over and over, beside the tests: one that holds much of it starts afresh.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
};
