import type { Place } from '../../place';

/** Members of a node → where a layer says the same. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  params: ['args'],
  when: ['filters'],
  defer: ['deferAfterMs'],
  after: ['index'],
  retry: ['retry'],
  timeout: ['timeout'],
  onError: ['onError'],
  name: ['name'],
};

/**
 * Where the author of layers wrote what stands at a place of the definition in our own form. `placeOf`: the place of a layer by its ref;
 * `hasArg`: whether it has this member in its args.
 */
export const createOrigins =
  (placeOf: (ref: string) => Place | undefined, hasArg: (ref: string, name: string) => boolean) =>
  (place: Place): Place => {
    if (place[0] === 'finally') return ['execution', 'onFailFlowId'];
    if (place[0] === 'timeout') return ['execution', 'timeout'];
    if (place[0] === 'metadata') return place.slice(1);
    let at = 0;
    let ref: string | undefined;
    let part = '';
    while (place[at] === 'nodes' && at + 1 < place.length) {
      [ref, part = ''] = String(place[at + 1]).split('--');
      at += 2;
    }
    const layer = ref === undefined ? undefined : placeOf(ref);
    if (ref === undefined || layer === undefined) return ['layers'];
    if (part === 'approval') return [...layer, 'needsApproval'];
    const [member, name, ...rest] = place.slice(at);
    if (member === 'params' && typeof name === 'string' && hasArg(ref, name)) return [...layer, 'args', name, ...rest];
    return [...layer, ...(MEMBERS[String(member)] ?? [])];
  };
