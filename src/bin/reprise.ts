#!/usr/bin/env node
/** The command: finds the subcommand, turns what it throws into one line and an exit code. */
import { ConfigError } from '../config';
import { EngineStartFailed, EngineUnavailable } from '../engines';
import { isRepriseError } from '../flow';
import { FolderInUse } from './dev/data-folder';
import { HELP, versionText } from './help';
import { UsageError } from './usage-error';

type Load = () => Promise<{ run(args: readonly string[]): Promise<void> }>;
/** Loaded when asked for: `reprise help` must not wait for the Temporal SDK. */
const COMMANDS: Readonly<Record<string, Load>> = {
  dev: () => import('./commands/dev.js'),
  api: () => import('./commands/api.js'),
  worker: () => import('./commands/worker.js'),
  engines: () => import('./commands/engines.js'),
  workspace: () => import('./commands/workspace.js'),
  secrets: () => import('./commands/secrets.js'),
};
const WITH_ARGUMENTS = ['workspace', 'secrets'];

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
  error instanceof UsageError ||
  isRepriseError(error);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs one command line, without the program's name. Ends the process when a command has ended. */
export async function main(args: readonly string[]): Promise<void> {
  const [name = 'help', ...rest] = args;
  if (['version', '--version', '-v'].includes(name)) return print(versionText());
  if ([name, ...rest].some((word) => ['help', '--help', '-h'].includes(word))) return print(HELP);
  const load = COMMANDS[name];
  if (load === undefined) return fail(`There is no command \`${name}\`.\n\n${HELP}`);
  if (rest.length > 0 && !WITH_ARGUMENTS.includes(name))
    return fail(`\`reprise ${name}\` takes no arguments: it is configured by environment variables (docs/configuration.md).`);
  try {
    await (await load()).run(rest);
  } catch (error) {
    fail(isExpected(error) || !(error instanceof Error) ? messageOf(error) : (error.stack ?? error.message));
  }
  // Whatever still holds the event loop (the native runtime, a search for engines that was given up) has no work left.
  process.exit();
}

if (require.main === module) void main(process.argv.slice(2));
