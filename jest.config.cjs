// jose and a few others ship ES modules only; jest must transform them like our own code.
const esm = ['jose', 'node-pg-migrate', 'glob', 'minimatch', 'lru-cache', 'minipass', 'path-scurry', 'brace-expansion', 'balanced-match', 'jiti'];
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transformIgnorePatterns: [`/node_modules/(?!(?:${esm.join('|')})/)`],
  transform: {
    '^.+\\.(?:[cm]?[tj]s)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  testTimeout: 60_000,
};
