import { RepriseError } from '../../flow';
import { isPortFree } from '../../engines';

/** Before anything is started: a second start must not touch the engines of the first. */
export async function assertPortIsFree({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  if (await isPortFree(port, host)) return;
  throw new RepriseError(
    'port_in_use',
    `Port ${port} on ${host} is taken, perhaps by a Reprise that runs already: stop it, or start this one with another PORT and REPRISE_DATA_DIR.`,
  );
}
