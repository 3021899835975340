/** `reprise secrets rotate`: brings all data keys under the first of the encryption keys, while everything runs. */
import { UsageError } from '../usage-error';
import { withStores } from '../wiring/with-stores';

const USAGE = 'Usage: reprise secrets rotate';

export async function run(args: readonly string[]): Promise<void> {
  if (args.length !== 1 || args[0] !== 'rotate') throw new UsageError(USAGE);
  const { tried, rewrapped } = await withStores(({ stores }) => stores.secrets.rewrap());
  process.stdout.write(`Secrets    ${tried} looked at, ${rewrapped} brought under the current key\n`);
}
