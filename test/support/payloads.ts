/** Payloads as Temporal stores them, past every codec. */
import { Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

export type RawPayload = temporal.api.common.v1.IPayload;
type History = temporal.api.history.v1.IHistory;

export const encodingOf = ({ metadata }: RawPayload): string => Buffer.from(metadata?.['encoding'] ?? []).toString();

/** Search attributes never pass a codec, and the markers of local activities hold one member of the SDK's own. */
const NEVER_ENCODED = ['searchAttributes', 'data'];

/** Every payload of a history that a codec sees. */
export const payloadsOf = (history: History): readonly RawPayload[] => {
  const found: RawPayload[] = [];
  const visit = (value: unknown, name: string): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || NEVER_ENCODED.includes(name)) return;
    if ('metadata' in value && 'data' in value) found.push(value as RawPayload);
    else for (const [member, inner] of Object.entries(value)) visit(inner, member);
  };
  const { History: Type } = temporal.api.history.v1;
  visit(Type.toObject(Type.create(history)), '');
  return found;
};

/** The history of a run, as it lies there. */
export const rawHistory = async (address: string, namespace: string, workflowId: string): Promise<History> => {
  const connection = await Connection.connect({ address });
  try {
    const page = await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution: { workflowId } });
    return page.history ?? {};
  } finally {
    await connection.close();
  }
};
