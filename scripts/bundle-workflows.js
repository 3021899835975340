/** Bundles the workflow code of a build ahead of time: `node scripts/bundle-workflows.js <folder of the build>`. */
'use strict';
const { writeFile } = require('node:fs/promises');
const path = require('node:path');

/** @param {string} folder */
async function main(folder) {
  const { bundleWorkflows } = require(path.join(folder, 'worker', 'bundle.js'));
  const { code } = await bundleWorkflows();
  await writeFile(path.join(folder, 'workflow-bundle.js'), code);
}

main(path.resolve(process.argv[2] ?? 'dist')).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
