import { DefaultLogger, makeTelemetryFilterString, Runtime, type LogEntry } from '@temporalio/worker';
import { NODE_FAILURE } from '../flow';
import { RUN_FAILED } from '../workflows/contract';
import type { Logger } from '../logger';

/** Failures of nodes and runs are the flow's business, told in its journal; they are no warnings of the worker. */
const isOrdinary = ({ message, meta }: LogEntry): boolean => {
  if (message !== 'Activity failed' && message !== 'Workflow failed') return false;
  const type = (meta?.['error'] as { type?: unknown } | undefined)?.type;
  return type === NODE_FAILURE || type === RUN_FAILED;
};

/** Sends the SDK's and Core's log to ours. Call once a process, before the first worker or native connection. */
export const installRuntime = (logger: Logger): void => {
  const write = (entry: LogEntry): void => {
    const { message, meta } = entry;
    const fields = { component: 'temporal', ...meta };
    if (entry.level === 'ERROR') logger.error(message, fields);
    else if (entry.level === 'WARN' && !isOrdinary(entry)) logger.warn(message, fields);
    else logger.debug(message, fields);
  };
  Runtime.install({
    logger: new DefaultLogger('INFO', write),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }) } },
  });
};
