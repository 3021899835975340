import { toConverter } from '../../src/bin/wiring/converter';

/** Both sides encrypt what they give to Temporal, as Reprise does by default: the same steps with the same care. */
export const benchConverter = toConverter([{ id: 'bench', key: Buffer.alloc(32, 7) }], true);
