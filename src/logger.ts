/** The logger port and its pino adapter. `error` = someone must act now, `warn` = someone should look, `info` = what happened. */
import pino from 'pino';
import type { ConfigLogLevel } from './config';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

/** Members whose value never reaches a log, at the top and one level down. */
const SECRET_MEMBERS = [
  'password',
  'passwordHash',
  'token',
  'secret',
  'jwtSecret',
  'encryptionKeys',
  'authorization',
  'cookie',
  'apiKey',
];
const REDACT_PATHS = SECRET_MEMBERS.flatMap((member) => [member, `*.${member}`, `*.*.${member}`]);

/**
 * JSON lines through pino.
 * @param write receives each line; standard output by default
 */
export function createLogger(options: { readonly level: ConfigLogLevel; readonly write?: (line: string) => void }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Callers name an error `err` or `error`; a bare Error would be written as {}.
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    redact: { paths: REDACT_PATHS, censor: '[redacted]' },
  };
  return wrap(options.write === undefined ? pino(settings) : pino(settings, { write: options.write }));
}

function wrap(target: pino.Logger): Logger {
  return {
    debug: (message, fields) => target.debug(fields ?? {}, message),
    info: (message, fields) => target.info(fields ?? {}, message),
    warn: (message, fields) => target.warn(fields ?? {}, message),
    error: (message, fields) => target.error(fields ?? {}, message),
    child: (fields) => wrap(target.child(fields)),
  };
}
