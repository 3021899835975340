import { RepriseError } from '../../flow';
import type { KvPlace } from './contract';

/** Stored keys, as the kv modules of the plays form make them; a key of the whole workspace is itself. */
const PREFIXES = { flow: '~flow/', flow_group: '~group/' } as const;

/** Throws invalid_request. */
export const storedKey = ({ scope, scopeKey }: KvPlace, key: string): string => {
  if (scope === 'global') {
    if (scopeKey !== undefined) throw refused('scopeKey', 'is not for the scope global: leave it out');
    if (key.startsWith('~')) throw refused('key', 'must not begin with "~"');
    return key;
  }
  return `${prefixOf({ scope, ...(scopeKey === undefined ? {} : { scopeKey }) })}${key}`;
};

/** What the stored keys of a scope begin with. Throws invalid_request. */
export const prefixOf = ({ scope, scopeKey }: KvPlace): string => {
  if (scope === 'global') return '';
  if (scopeKey === undefined || scopeKey === '' || scopeKey.includes('/'))
    throw refused('scopeKey', `must name the ${scope === 'flow' ? 'flow' : 'group'}, without "/"`);
  return `${PREFIXES[scope]}${scopeKey}/`;
};

export const placeOf = (stored: string): KvPlace & { readonly key: string } => {
  for (const scope of ['flow', 'flow_group'] as const) {
    if (!stored.startsWith(PREFIXES[scope])) continue;
    const rest = stored.slice(PREFIXES[scope].length);
    const end = rest.indexOf('/');
    if (end > 0) return { scope, scopeKey: rest.slice(0, end), key: rest.slice(end + 1) };
  }
  return { scope: 'global', key: stored };
};

const refused = (field: string, reason: string): RepriseError =>
  new RepriseError('invalid_request', `The member "${field}" ${reason}.`, { details: { field, reason } });
