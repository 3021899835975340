/** `reprise workspace create|list`: workspaces, which no HTTP route makes. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeWorkspace } from '../../service/make-workspace';
import { UsageError } from '../usage-error';
import { withStores } from '../wiring/with-stores';
import { toWorkspaceDeps } from '../wiring/workspace-deps';

const USAGE =
  'Usage: reprise workspace create <name> --admin-email <e-mail> [--password-file <path>]\n       reprise workspace list';
const GENERATED_BYTES = 15;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

export async function run(args: readonly string[]): Promise<void> {
  const { positionals, values } = parse(args);
  const [verb, name, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`A name of several words goes in quotes.\n${USAGE}`);
  if (verb === 'list' && name === undefined) return list();
  if (verb !== 'create' || name === undefined || name.trim() === '') throw new UsageError(USAGE);
  return create(name.trim(), values);
}

interface CreateOptions {
  readonly 'admin-email'?: string;
  readonly 'password-file'?: string;
}

function parse(args: readonly string[]) {
  try {
    const options = { 'admin-email': { type: 'string' }, 'password-file': { type: 'string' } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}

async function create(name: string, options: CreateOptions): Promise<void> {
  const email = options['admin-email'];
  const file = options['password-file'];
  if (email === undefined || !/^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email))
    throw new UsageError(`--admin-email must be an e-mail address.\n${USAGE}`);
  const password = file === undefined ? randomBytes(GENERATED_BYTES).toString('base64url') : await readPassword(file);
  const { workspace, admin } = await withStores(({ stores, logger }) =>
    makeWorkspace(toWorkspaceDeps(stores, logger), { name, admin: { name: 'Administrator', email, password } }),
  );
  print(`Workspace  ${workspace.name} (${workspace.id})`);
  print(`Admin      ${admin.email} (${admin.id})`);
  print(`Password   ${file === undefined ? `${password}   (shown this once)` : `as in ${file}`}`);
}

async function readPassword(path: string): Promise<string> {
  try {
    // Editors and `echo` end a file with a newline that is no part of the password.
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    throw new UsageError(`--password-file names ${path}, which cannot be read: check the path and its permissions.`);
  }
}

async function list(): Promise<void> {
  const workspaces = await withStores(({ stores }) => stores.workspaces.list());
  for (const { id, name, createdAt } of workspaces) print(`${id}  ${createdAt.toISOString()}  ${name}`);
}
