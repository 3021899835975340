const { layerOverrides } = require('./scripts/gate/layer-rules');

/** What the design forbids everywhere. */
const HOUSE = {
  'typescript/no-explicit-any': 'error',
  'typescript/no-non-null-assertion': 'error',
  'typescript/no-namespace': 'error',
  'typescript/no-require-imports': 'error',
  'typescript/consistent-type-imports': 'error',
  'typescript/ban-ts-comment': 'error',
  'import/no-default-export': 'error',
  'import/no-cycle': 'error',
  'import/no-mutable-exports': 'error',
  'import/no-duplicates': 'error',
  'max-lines': ['error', { max: 400 }],
  'max-depth': ['error', 4],
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-console': 'error',
  'no-eval': 'error',
  'no-param-reassign': 'error',
  'no-else-return': 'error',
  radix: 'error',
};

/** A promise is awaited, returned or marked `void`; a switch over a union names every member; nothing is `any` by accident. */
const TYPED = {
  'typescript/no-floating-promises': 'error',
  'typescript/no-misused-promises': 'error',
  'typescript/only-throw-error': 'error',
  'typescript/return-await': ['error', 'in-try-catch'],
  'typescript/prefer-promise-reject-errors': 'error',
  'typescript/use-unknown-in-catch-callback-variable': 'error',
  'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  'typescript/no-unsafe-argument': 'error',
  'typescript/no-unsafe-assignment': 'error',
  'typescript/no-unsafe-call': 'error',
  'typescript/no-unsafe-member-access': 'error',
  'typescript/no-unsafe-return': 'error',
  'typescript/restrict-plus-operands': 'error',
  'typescript/no-deprecated': 'error',
  'typescript/prefer-nullish-coalescing': 'error',
  'typescript/prefer-includes': 'error',
  'typescript/related-getter-setter-pairs': 'error',
  'promise/no-multiple-resolved': 'error',
};

/** Members of the two categories that our code goes against on purpose, or that see ghosts. */
const ON_PURPOSE = {
  // tsc (noImplicitReturns) knows which switches are exhaustive; these two do not.
  'typescript/consistent-return': 'off',
  'typescript/unbound-method': 'off',
  'typescript/no-unsafe-type-assertion': 'off',
  'typescript/no-misused-spread': ['error', { allow: ['string'] }],
  'no-await-in-loop': 'off',
  'no-underscore-dangle': 'off',
  'no-unmodified-loop-condition': 'off',
  'import/no-named-as-default-member': 'off',
  'promise/always-return': 'off',
  'promise/no-callback-in-promise': 'off',
  'unicorn/consistent-function-scoping': 'off',
  'unicorn/no-array-sort': 'off',
  'unicorn/no-array-reverse': 'off',
  'unicorn/require-post-message-target-origin': 'off',
  'jest/no-standalone-expect': 'off',
  // A property branches on the data that it was given.
  'jest/no-conditional-expect': 'off',
  'jest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'assert*', 'refuse*', 'fc.assert'] }],
};

/** Plain JavaScript without types: the typed rules would only say so. */
const SCRIPT = {
  'no-console': 'off',
  'typescript/no-require-imports': 'off',
  ...Object.fromEntries(
    Object.keys(TYPED)
      .filter((rule) => rule.includes('no-unsafe'))
      .map((rule) => [rule, 'off']),
  ),
  'typescript/use-unknown-in-catch-callback-variable': 'off',
};

module.exports = {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'jest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['dist', 'coverage', '.reprise'],
  rules: { ...HOUSE, ...TYPED, ...ON_PURPOSE },
  overrides: [
    ...layerOverrides(),
    // Terminals are what these write to.
    { files: ['src/bin/**', 'examples/**', 'bench/**'], rules: { 'no-console': 'off' } },
    { files: ['**/*.js'], rules: SCRIPT },
    // Jest's matchers (expect.any) are of type any.
    { files: ['test/**'], rules: { 'typescript/no-unsafe-assignment': 'off', 'typescript/no-unsafe-argument': 'off' } },
    // Jest takes a global set-up by its default export.
    { files: ['test/support/global-*.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
};
