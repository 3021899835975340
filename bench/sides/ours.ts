/** Our side: `reprise dev` as built, in a process of its own on a data folder of its own, spoken to over HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/engines';
import { logIn, type Client } from '../../test/support/client';
import { startReprise } from '../../test/support/reprise-process';
import { MEMORY_FLAGS } from './memory-flags';

const EMAIL = 'bench@example.com';
const PASSWORD = 'a password of the benchmark';
const START_LIMIT_MS = 120_000;
const WAIT_SECONDS = 60;

export interface Ours {
  readonly pid: number;
  readonly client: Client;
  save(definition: string): Promise<string>;
  /** Start to result: `POST …/run?wait=`. Answers the run's id. Throws when the run is not DONE. */
  run(flow: string, input: object): Promise<string>;
  stop(): Promise<void>;
}

export async function startOurs(options: {
  readonly temporalAddress: string;
  readonly mongodbUri: string;
  readonly egressAllow: readonly string[];
}): Promise<Ours> {
  const dataDir = await mkdtemp(join(tmpdir(), 'reprise-bench-'));
  const port = await findFreePort();
  const reprise = startReprise('dev', {
    ...MEMORY_FLAGS,
    PORT: String(port),
    REPRISE_DATA_DIR: dataDir,
    REPRISE_ADMIN_EMAIL: EMAIL,
    REPRISE_ADMIN_PASSWORD: PASSWORD,
    REPRISE_EGRESS_ALLOW: options.egressAllow.join(','),
    TEMPORAL_ADDRESS: options.temporalAddress,
    MONGODB_URI: options.mongodbUri,
    LOG_LEVEL: 'warn',
  });
  const stop = async (): Promise<void> => {
    reprise.kill('SIGINT');
    await reprise.ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await reprise.until('Reprise is ready.', START_LIMIT_MS);
    const client = await logIn(`http://127.0.0.1:${port}`, { username: EMAIL, password: PASSWORD });
    return {
      pid: reprise.pid,
      client,
      save: (definition) => client.save(definition),
      run: async (flow, input) => {
        const { status, body } = await client.start(flow, input, { wait: WAIT_SECONDS });
        if (status !== 201 || body.state !== 'DONE') throw new Error(`A run ended ${status}: ${JSON.stringify(body)}`);
        return body.execution_id;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw new Error(`Our side did not start:\n${reprise.output()}`, { cause: error });
  }
}
