import type { LogFields, Logger } from '../../src/logger';

export interface RecordedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines. */
export function createRecordingLogger(): { readonly logger: Logger; readonly lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const record =
    (level: RecordedLine['level'], base: LogFields) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields: { ...base, ...fields } });
  const create = (base: LogFields): Logger => ({
    debug: record('debug', base),
    info: record('info', base),
    warn: record('warn', base),
    error: record('error', base),
    child: (fields) => create({ ...base, ...fields }),
  });
  return { logger: create({}), lines };
}
