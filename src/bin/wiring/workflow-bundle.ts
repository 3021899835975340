import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '../../worker/bundle';
import type { WorkflowBundle } from '../../worker/create-worker';

/** The bundle made by the build; run from source, it is made now. */
export async function loadWorkflowBundle(): Promise<WorkflowBundle> {
  const codePath = join(__dirname, '..', '..', 'workflow-bundle.js');
  return existsSync(codePath) ? { codePath } : { code: (await bundleWorkflows()).code };
}
