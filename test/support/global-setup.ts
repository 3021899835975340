/** Jest global set-up of the projects on real engines: one Temporal and one MongoDB for the whole run. */
import { startTestMongo, startTestTemporal, type TestEngine } from './engines';

declare global {
  var repriseTestEngines: readonly TestEngine[] | undefined;
}

export default async function globalSetup(): Promise<void> {
  if (globalThis.repriseTestEngines !== undefined) return;
  const [temporal, mongo] = await Promise.all([startTestTemporal(), startTestMongo()]);
  globalThis.repriseTestEngines = [temporal, mongo];
  Object.assign(process.env, {
    REPRISE_TEST_TEMPORAL_ADDRESS: temporal.address,
    REPRISE_TEST_TEMPORAL_NAMESPACE: temporal.namespace,
    REPRISE_TEST_TEMPORAL_HTTP_PORT: String(temporal.httpPort),
    REPRISE_TEST_MONGODB_URI: mongo.uri,
    REPRISE_TEST_MONGODB_STANDIN: mongo.standIn ? '1' : '0',
  });
}
