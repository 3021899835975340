/**
 * Addresses of node runs: `charge`, `poll#2` (visit), `each[3]/charge` (iteration), `fork[left]/charge` (branch),
 * `each@2[0]/charge` (second attempt of the block), `finally/cleanup`, `compensate/charge`. The static path leaves visits,
 * attempts and iterations out, but keeps branches: they are places of the definition.
 */
export const ROOT_FRAME = '';
export const FINALLY_FRAME = 'finally';
/** Purpose of requests for the run's own output; not a legal node id. */
export const RUN_OUTPUT = '$output';
export const COMPENSATE_FRAME = 'compensate';

export const joinPath = (frame: string, step: string): string => (frame === '' ? step : `${frame}/${step}`);
export const visitStep = (id: string, visit: number): string => (visit === 1 ? id : `${id}#${visit}`);
export const attemptPath = (blockPath: string, attempt: number): string =>
  attempt === 1 ? blockPath : `${blockPath}@${attempt}`;
/** The static path of a node run's path, for readers who have no plan; a branch with a number for a name looks like an iteration. */
export const siteOf = (path: string): string => path.replaceAll(/\[\d+\]|[#@]\d+/g, '');
export const slotPath = (blockPath: string, slot: string | number): string => `${blockPath}[${slot}]`;
