import { RepriseError, type Issue } from '../../flow';
import type { CompiledDefinition } from '../../language';
import type { FlowVersion, SecretStore } from '../../store/ports';

type Missing = Pick<SecretStore, 'missing'>;
/** A version, or what will be one. */
type Saved = Pick<FlowVersion, 'workspace' | 'savedBy' | 'plan'>;

const missingOf = (secrets: Missing, { workspace, savedBy, plan }: Saved): Promise<readonly string[]> =>
  secrets.missing({ workspace, account: savedBy }, plan.secrets ?? []);

/** A start whose flow needs secrets that its author does not have: 412, before anything is written. */
export const assertSecrets = async (secrets: Missing, version: FlowVersion): Promise<void> => {
  const missing = await missingOf(secrets, version);
  if (missing.length === 0) return;
  throw new RepriseError(
    'requirements_not_met',
    `The account that saved this flow has no secret ${missing.join(', ')}; create it, then start the flow again`,
    { details: { missing: missing.map((key) => ({ kind: 'secret', key, account: version.savedBy })) } },
  );
};

/** What a save says of secrets that are missing: the flow is stored, its author may make them later. */
export const secretWarnings = async (
  secrets: Missing,
  saver: Pick<Saved, 'workspace' | 'savedBy'>,
  { plan, secretUses }: CompiledDefinition,
): Promise<readonly Issue[]> => {
  const missing = await missingOf(secrets, { ...saver, plan });
  return secretUses
    .filter(({ secret }) => missing.includes(secret))
    .map(({ secret, ...place }) => ({
      code: 'secret_missing',
      ...place,
      message: `You have no secret ${secret} yet; create it before the flow is started.`,
    }));
};

/** How a flow names the secrets of its version, so that they can be looked up. */
export const secretRef = (account: string, key: string): string => `${account}:${key}`;
