/** Projects by what they need: unit (nothing), the others real engines from test/support/engines.ts. */
const common = {
  testEnvironment: 'node',
  transform: { '^.+\\.(t|j)sx?$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  // ESM-only packages are transformed (libraries: Jest's CommonJS runtime cannot require them on Node 20).
  transformIgnorePatterns: ['/node_modules/(?!(@marcbachmann/cel-js)/)'],
  rootDir: __dirname,
};
module.exports = {
  projects: [{ ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] }],
};
