/** Lets Node load our TypeScript as Jest does, with the same compiler. */
'use strict';
const { transformFileSync } = require('@swc/core');

/** @param {NodeJS.Module & { _compile(code: string, file: string): void }} module @param {string} file */
// oxlint-disable-next-line typescript/no-deprecated -- the one hook that CommonJS has on Node 20
require.extensions['.ts'] = (module, file) => {
  const options = {
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  };
  module._compile(transformFileSync(file, /** @type {import('@swc/core').Options} */ (options)).code, file);
};
