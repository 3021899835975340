import type { Principal } from '../../flow';
import type { RunTrigger } from '../../store/ports';

/** Who asked for a run and how. It is part of the one row that a start writes anyway, and is its audit entry. */
export const triggerOf = ({ accountId, email, credential, request }: Principal): RunTrigger => ({
  type: 'api',
  by: accountId,
  asked: {
    email,
    credential: { kind: credential.kind, id: credential.id },
    ...(request !== undefined && { request }),
  },
});
