#!/usr/bin/env node
/** The command: finds the subcommand, turns what it throws into one line and an exit code. */
import { parseArgs } from 'node:util';
import { ConfigError } from '../config';
import { EngineStartFailed, EngineUnavailable } from '../engines';
import { isRepriseError } from '../flow';
import { FolderInUse } from './dev/data-folder';
import { HELP, versionText } from './help';

/** Loaded when asked for: `reprise help` must not wait for the Temporal SDK. */
const COMMANDS: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  dev: () => import('./commands/dev.js'),
  api: () => import('./commands/api.js'),
  worker: () => import('./commands/worker.js'),
  engines: () => import('./commands/engines.js'),
};

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const fail = (text: string): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

/** What a person can act on is shown without a stack. */
const isExpected = (error: unknown): boolean =>
  error instanceof ConfigError ||
  error instanceof EngineUnavailable ||
  error instanceof EngineStartFailed ||
  error instanceof FolderInUse ||
  isRepriseError(error);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one command line, without the program's name. Ends the process when a command has ended. */
export async function main(args: readonly string[]): Promise<void> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
  } catch (error) {
    return fail(`${(error as Error).message}\nSee \`reprise help\`.`);
  }
  const [name = 'help', ...rest] = parsed.positionals;
  if (parsed.values.version === true || name === 'version') return print(versionText());
  if (parsed.values.help === true || name === 'help') return print(HELP);
  const load = COMMANDS[name];
  if (load === undefined) return fail(`There is no command \`${name}\`.\n\n${HELP}`);
  if (rest.length > 0)
    return fail(`\`reprise ${name}\` takes no arguments: it is configured by environment variables (docs/configuration.md).`);
  try {
    await (await load()).run();
  } catch (error) {
    fail(isExpected(error) || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message));
  }
  // Whatever still holds the event loop (the native runtime, a search for engines that was given up) has no work left.
  process.exit();
}

if (require.main === module) void main(process.argv.slice(2));
