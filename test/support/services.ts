import { SCOPES_OF, type Principal } from '../../src/flow';
import { createRunCloser } from '../../src/projection';
import { createServices } from '../../src/service';
import type { Stores } from '../../src/store/ports';
import { createMemoryArtifactStore, createMemoryStores } from '../../src/store/memory';
import { createFakeTemporal } from './fake-temporal';
import { plainHasher, SECRET } from './fake-services';
import { createRecordingLogger } from './recording-logger';

export const HELLO = `
metadata: { name: Hello, description: Greets, version: "1.2.0" }
input: { type: object, required: [who] }
nodes:
  greet: { type: transform, params: { output: "Hello {{ input.who }}" } }
`;

export const aPrincipal = (members: Partial<Principal> = {}): Principal => ({
  accountId: 'acct_1',
  workspace: 'ws_1',
  email: 'admin@example.com',
  role: 'admin',
  groups: [],
  scopes: SCOPES_OF.admin,
  credential: { kind: 'session', id: 'sess_1' },
  ...members,
});

/**
 * The real use cases over memory stores and a Temporal that the test moves.
 * @param prepare changes the stores before anything holds on to them
 */
export const createTestServices = (prepare: (stores: Stores) => void = () => undefined) => {
  const stores = createMemoryStores();
  prepare(stores);
  const artifacts = createMemoryArtifactStore();
  const temporal = createFakeTemporal();
  const { logger, lines } = createRecordingLogger();
  const time = { now: Date.UTC(2026, 0, 1) };
  const deps = {
    stores,
    artifacts,
    temporal,
    closer: createRunCloser({ engine: temporal, runs: stores.runs, logger }),
    jwtSecret: SECRET,
    passwords: plainHasher,
    logger,
    clock: () => time.now,
    searchable: true,
  };
  const services = createServices(deps);
  const principal = aPrincipal();
  return { ...services, deps, stores, artifacts, temporal, lines, time, principal };
};
