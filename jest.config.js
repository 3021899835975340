/** Projects by what they need: unit (nothing), the others real engines, started once a run by test/support/global-setup.ts. */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(t|j)sx?$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // ESM-only packages are transformed (libraries: Jest's CommonJS runtime cannot require them on Node 20).
  transformIgnorePatterns: ['/node_modules/(?!(@marcbachmann/cel-js)/)'],
  rootDir: __dirname,
};
const onEngines = {
  ...common,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};
const project = (displayName, base) => ({ ...base, displayName, testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`] });
module.exports = {
  projects: [project('unit', common), project('integration', onEngines), project('replay', onEngines), project('e2e', onEngines)],
  // A test on real engines that takes longer than this hangs.
  testTimeout: 60_000,
};
