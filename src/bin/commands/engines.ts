import { parseConfig } from '../../config';
import { bothEngines, resolveMongo, resolveTemporal } from '../../engines';

/** Makes the engines ready without starting them, for `npm test` and for images; given ones are left alone. */
export async function run(): Promise<void> {
  const { cacheDir, temporalAddress, mongodbUri, temporalBin, mongodBin } = parseConfig();
  const report = (line: string): void => {
    process.stderr.write(`… ${line}\n`);
  };
  const given = { path: 'given' };
  const [temporal, mongo] = await bothEngines<{ readonly path: string }, { readonly path: string }>(
    temporalAddress === undefined
      ? resolveTemporal({ cacheDir, report, ...(temporalBin !== undefined && { named: temporalBin }) })
      : Promise.resolve(given),
    mongodbUri === undefined
      ? resolveMongo({ cacheDir, report, ...(mongodBin !== undefined && { named: mongodBin }) })
      : Promise.resolve(given),
  );
  process.stderr.write(`✓ Temporal server: ${temporal.path}\n✓ MongoDB: ${mongo.path}\n`);
}
