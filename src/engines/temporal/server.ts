/** How the embedded Temporal server is started and when it is ready. */
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { LOOPBACK } from '../ports';
import type { EngineSpec } from '../process/supervise';

export interface TemporalServerOptions {
  readonly binary: string;
  readonly databaseFile: string;
  readonly logFile: string;
  readonly ports: {
    readonly temporal: number;
    readonly temporalHttp: number;
    readonly temporalMetrics: number;
    readonly temporalUi?: number;
    /** Where the UI's browser finds what opens payloads. */
    readonly uiDecoder?: number;
  };
  /** Stock flags are for measurements only. */
  readonly tuned?: boolean;
}

/**
 * The server paces its one shard for a cluster; these lift that for one machine (measured: 40 sequential activities
 * 2,054 → 675 ms). timerProcessorMaxTimeShift makes timers below 1 s exact (F1).
 */
const TUNED: Readonly<Record<string, string>> = {
  'history.transferProcessorMaxPollRPS': '10000',
  'history.timerProcessorMaxPollRPS': '10000',
  'history.visibilityProcessorMaxPollRPS': '10000',
  'history.timerProcessorMaxTimeShift': '"10ms"',
  'system.enableActivityEagerExecution': 'true',
  'frontend.rps': '100000',
  'frontend.namespaceRPS': '100000',
  'matching.rps': '100000',
  'history.rps': '100000',
  'frontend.persistenceMaxQPS': '100000',
  'history.persistenceMaxQPS': '100000',
  'matching.persistenceMaxQPS': '100000',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

/** Arguments of the CLI; a fixed HTTP port, so that a flow can name it (ops-report example). */
function temporalArguments({
  databaseFile,
  ports,
  tuned = true,
}: Omit<TemporalServerOptions, 'binary' | 'logFile'>): string[] {
  const decoder =
    ports.uiDecoder === undefined ? [] : ['--ui-codec-endpoint', `http://${LOOPBACK}:${ports.uiDecoder}`];
  const ui =
    ports.temporalUi === undefined
      ? ['--headless']
      : ['--ui-port', String(ports.temporalUi), '--ui-ip', LOOPBACK, '--ui-disable-news-fetch', ...decoder];
  const flags = tuned ? Object.entries(TUNED).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]) : [];
  const places = ['--ip', LOOPBACK, '--port', String(ports.temporal), '--http-port', String(ports.temporalHttp)];
  const pragmas = tuned ? ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'] : [];
  const quiet = ['--metrics-port', String(ports.temporalMetrics), '--log-level', 'error'];
  return ['server', 'start-dev', ...places, ...quiet, ...ui, '--db-filename', databaseFile, ...pragmas, ...flags];
}

/** Whether the server answers for the namespace within a second. */
async function temporalAnswers(address: string, namespace: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.withDeadline(Date.now() + 1_000, () => connection.workflowService.describeNamespace({ namespace }));
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

/** The embedded server, ready for the supervisor. */
export function temporalSpec(options: TemporalServerOptions, namespace: string): EngineSpec {
  return {
    name: 'Temporal server',
    command: options.binary,
    args: temporalArguments(options),
    marker: options.databaseFile,
    logFile: options.logFile,
    isReady: () => temporalAnswers(`${LOOPBACK}:${options.ports.temporal}`, namespace),
  };
}

/** S5: closed runs stay readable in the server for 30 days. Only for the embedded server; elsewhere retention is the operator's. */
export async function setRetention(address: string, namespace: string, days: number): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5_000 });
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      connection.workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: msToTs(days * 86_400_000) },
      }),
    );
  } finally {
    await connection.close();
  }
}
