import { existsSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

/** The compiled file beside this one, or its source when run from source. */
const moduleFile = (...parts: string[]): string => {
  const compiled = path.join(__dirname, '..', ...parts);
  return existsSync(`${compiled}.js`) ? `${compiled}.js` : `${compiled}.ts`;
};

/**
 * Bundles the workflow code; nothing of Node may be reachable from it, so bundling is also a test of the layers. The pure
 * interpreter and its libraries are preloaded: at module level of each cached run they cost 250 KB of heap (C4).
 */
export const bundleWorkflows = (): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({
    workflowsPath: moduleFile('workflows', 'index'),
    failureConverterPath: moduleFile('codec', 'failure-converter'),
    preloadModules: [moduleFile('workflows', 'short-stacks'), moduleFile('flow', 'index')],
  });
