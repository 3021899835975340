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
  visit(toPlain(history), '');
  return found;
};

const toPlain = (history: History): unknown => {
  const { History: Type } = temporal.api.history.v1;
  return Type.toObject(Type.create(history));
};

/** All that somebody reads who has the history and no key: its texts, and its bytes as Latin-1. */
export const readableText = (history: History): string => {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('latin1'));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  visit(toPlain(history));
  return texts.join('\n');
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
