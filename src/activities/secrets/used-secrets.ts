/** The secrets of one attempt (X14): opened where they are used, and gone with it. */
import { allowsHost, partAt, type CallParams, type Json, type JsonObject } from '../../flow';
import { checkTemplate } from '../../flow/expr';
import type { FlowStore, OpenSecret, SecretStore } from '../../store/ports';
import type { CallContext } from '../contract';
import { CallFault, onStore } from '../failure';
import { createMasker, NO_MASK, type Masker } from './masker';

export interface UsedSecrets {
  /** Root `secrets` of the expressions of this call. */
  readonly values: JsonObject;
  readonly mask: Masker;
  /** Throws CallFault `secret_host_not_allowed` unless every secret of the call may go there. */
  checkUrl(url: URL): void;
  /** Throws the same when one is bound to hosts: code could hand it on in any form. */
  refuseBound(): void;
  /** The same secrets, with what expressions made of them masked too. */
  withDerived(template: Json, resolved: Json): UsedSecrets;
}

export const NO_SECRETS: UsedSecrets = {
  values: {},
  mask: NO_MASK,
  checkUrl: () => undefined,
  refuseBound: () => undefined,
  withDerived: () => NO_SECRETS,
};

const MOST_SAVERS = 1_000;

/** Opens the secrets that params mention: those of the account that saved the run's flow version. */
export const createSecretOpener = (stores: { readonly flows: Pick<FlowStore, 'getVersion'>; readonly secrets: SecretStore }) => {
  const saverOf = createSavers(stores.flows);
  return async (params: CallParams, context: CallContext): Promise<UsedSecrets> => {
    const references = params.kind === 'source' ? secretTexts(params.template).flatMap(({ names }) => names) : [];
    if (references.length === 0) return NO_SECRETS;
    const names = [...new Set(references.map(({ name }) => name))];
    const owner = { workspace: context.workspace, account: await saverOf(context) };
    const opened = await onStore(() => stores.secrets.open(owner, names));
    const missing = names.filter(
      (name) => !opened.some(({ key }) => key === name) && references.some((one) => one.name === name && !one.optional),
    );
    if (missing.length > 0) throw secretMissing(missing);
    return usedSecrets(opened, []);
  };
};
export type OpenSecrets = ReturnType<typeof createSecretOpener>;

const usedSecrets = (opened: readonly OpenSecret[], derived: readonly string[]): UsedSecrets => {
  const mask = createMasker([...opened.map(({ value }) => value), ...derived]);
  return {
    values: Object.fromEntries(opened.map(({ key, value }) => [key, value])),
    mask,
    checkUrl(url) {
      const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
      const refused = opened.find(({ allowedHosts }) => !allowsHost(allowedHosts, url.hostname, port));
      if (refused !== undefined) throw hostNotAllowed(refused, `is not to be sent to ${mask.text(url.host)}`);
    },
    refuseBound() {
      const bound = opened.find(({ allowedHosts }) => allowedHosts.length > 0);
      if (bound !== undefined) throw hostNotAllowed(bound, 'is bound to hosts and not given to code');
    },
    withDerived(template, resolved) {
      const more = secretTexts(template)
        .filter(({ names }) => names.some(({ name }) => opened.some(({ key }) => key === name)))
        .map(({ where }) => partAt(resolved, where))
        .filter((text) => typeof text === 'string')
        // What holds a secret in a known form is covered by that form.
        .filter((text) => mask.text(text) === text);
      return more.length === 0 ? this : usedSecrets(opened, [...derived, ...more]);
    },
  };
};

/** The texts of a template that mention secrets. */
const secretTexts = (template: Json) =>
  checkTemplate(template).flatMap(({ where, result }) => {
    const names = (result.ok ? result.value.references : [])
      .filter(({ root }) => root === 'secrets')
      .map(({ path, optional }) => ({ name: String(path[0]), optional }));
    return names.length === 0 ? [] : [{ where, names }];
  });

/** Who saved a version never changes. */
const createSavers = (flows: Pick<FlowStore, 'getVersion'>) => {
  const savers = new Map<string, string>();
  return async ({ workspace, flowId, version }: CallContext): Promise<string> => {
    const id = `${workspace}|${flowId}|${version ?? ''}`;
    const known = savers.get(id);
    if (known !== undefined) return known;
    const found = version === undefined ? undefined : await onStore(() => flows.getVersion(workspace, flowId, version));
    if (found === undefined)
      throw new CallFault({
        code: 'not_found',
        message: `The version of flow ${flowId} that this run belongs to does not exist, so its secrets cannot be found`,
        retryable: false,
      });
    if (savers.size >= MOST_SAVERS) savers.clear();
    savers.set(id, found.savedBy);
    return found.savedBy;
  };
};

const secretMissing = (names: readonly string[]): CallFault =>
  new CallFault({
    code: 'secret_missing',
    message: `The account that saved this flow has no secret ${names.join(', ')}; create it, then run the flow again`,
    retryable: false,
    details: { secrets: [...names] },
  });

const hostNotAllowed = ({ key }: OpenSecret, why: string): CallFault =>
  new CallFault({
    code: 'secret_host_not_allowed',
    message: `The secret ${key} ${why}; add the host to its allowed hosts, or use another secret`,
    retryable: false,
    details: { secret: key },
  });
