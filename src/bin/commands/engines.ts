import { parseConfig } from '../../config';
import { resolveMongo, resolveTemporal } from '../../engines';

/** Makes the engines ready without starting them, for `npm test` and for images; given ones are left alone. */
export async function run(): Promise<void> {
  const { cacheDir, temporalAddress, mongodbUri, temporalBin, mongodBin } = parseConfig();
  const report = (line: string): void => {
    process.stderr.write(`… ${line}\n`);
  };
  const [temporal, mongo] = await Promise.all([
    temporalAddress ?? resolveTemporal({ cacheDir, report, ...(temporalBin !== undefined && { named: temporalBin }) }),
    mongodbUri ?? resolveMongo({ cacheDir, report, ...(mongodBin !== undefined && { named: mongodBin }) }),
  ]);
  const shown = (engine: string | { readonly path: string }): string => (typeof engine === 'string' ? 'given' : engine.path);
  process.stderr.write(`✓ Temporal server: ${shown(temporal)}\n✓ MongoDB: ${shown(mongo)}\n`);
}
