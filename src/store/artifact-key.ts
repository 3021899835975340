import { RepriseError, type ArtifactRef } from '../flow';

const KEY = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_.#-]+)+$/;
const SHA256 = /^[0-9a-f]{64}$/;
const MOST_CHARS = 512;
const MOST_STEP_CHARS = 160;

/** Throws `artifact_bad_key`: a key is built from ids only, `<workspace>/<run>/…`, and is never a path out of the store. */
export const assertArtifactKey = (key: string): void => {
  const isLegalStep = (step: string): boolean => step.length <= MOST_STEP_CHARS && !/^\.+$/.test(step);
  if (key.length <= MOST_CHARS && KEY.test(key) && key.split('/').every(isLegalStep)) return;
  throw new RepriseError(
    'artifact_bad_key',
    'An artifact key has the form <workspace>/<run>/… of letters, digits, _ - . and #, at most 512 characters; build it from ids.',
  );
};

/** References come back from histories and documents: each is checked before it becomes a path. */
export const assertArtifactRef = (ref: Pick<ArtifactRef, 'key' | 'sha256'>): void => {
  assertArtifactKey(ref.key);
  if (!SHA256.test(ref.sha256)) throw artifactCorrupt(ref.key, 'sha256');
};

export const artifactMissing = (key: string): RepriseError =>
  new RepriseError(
    'artifact_missing',
    `The artifact ${key} is not in the store; it was deleted, or the data directory was changed.`,
  );

export const artifactCorrupt = (key: string, what: 'size' | 'sha256'): RepriseError =>
  new RepriseError(
    'artifact_corrupt',
    `The artifact ${key} is not what was stored (its ${what} differs); restore it from a backup.`,
  );
