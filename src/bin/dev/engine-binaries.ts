/** Which engine programs an embedded start uses; undefined where the environment gives a server. */
import { readdir } from 'node:fs/promises';
import type { Config } from '../../config';
import { bothEngines, resolveMongo, resolveTemporal, type MongoBinary, type Report, type TemporalBinary } from '../../engines';
import type { DataFolder } from './data-folder';

/** Which server wrote the folder's data; undefined when there is none yet. */
async function dataFlavour(folder: DataFolder): Promise<MongoBinary['flavour'] | undefined> {
  const has = async (path: string, pattern: RegExp): Promise<boolean> => (await readdir(path)).some((name) => pattern.test(name));
  if (await has(folder.standIn, /\.sqlite$/)) return 'stand-in';
  return (await has(folder.mongod, /^WiredTiger$/)) ? 'mongod' : undefined;
}

/** Finds both at once. A folder goes on with the kind of server that wrote it, unless MONGOD_BIN says otherwise. */
export async function findEngineBinaries(
  config: Config,
  folder: DataFolder,
  report: Report,
): Promise<{ readonly temporal?: TemporalBinary; readonly mongo?: MongoBinary }> {
  const { cacheDir, temporalBin, mongodBin } = config;
  const written = await dataFlavour(folder);
  if (mongodBin !== undefined && written === 'stand-in')
    report(`MONGOD_BIN is used; what the stand-in wrote stays in ${folder.standIn} and is not read`);
  const [temporal, mongo] = await bothEngines(
    config.temporalAddress === undefined
      ? resolveTemporal({ cacheDir, report, ...(temporalBin !== undefined && { named: temporalBin }) })
      : Promise.resolve(undefined),
    config.mongodbUri === undefined
      ? resolveMongo({
          cacheDir,
          report,
          ...(mongodBin !== undefined && { named: mongodBin }),
          ...(written !== undefined && { only: written }),
        })
      : Promise.resolve(undefined),
  );
  return { ...(temporal && { temporal }), ...(mongo && { mongo }) };
}
