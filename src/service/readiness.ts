import type { Stores } from '../store/ports';
import type { TemporalPort } from './temporal-port';

const PROBE_MS = 1_000;

/** Whether each dependency answers within 1 s. */
export const createReadiness =
  (deps: { readonly stores: Pick<Stores, 'ping'>; readonly temporal: Pick<TemporalPort, 'ping'> }) => async () => {
    const [mongodb, temporal] = await Promise.all([answers(deps.stores.ping()), deps.temporal.ping(PROBE_MS)]);
    const word = (ok: boolean): 'ok' | 'down' => (ok ? 'ok' : 'down');
    return { ready: mongodb && temporal, checks: { mongodb: word(mongodb), temporal: word(temporal) } };
  };

const answers = async (probe: Promise<void>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS);
  });
  const answered = probe.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
  }
};
