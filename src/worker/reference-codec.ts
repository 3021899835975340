import type { Payload, PayloadCodec } from '@temporalio/common';
import type { ArtifactRef, Json } from '../flow';
import { BY_REFERENCE_TEXT, referenceIn } from '../workflows/contract';

/** Of the artifact store: where what travels as a reference lies. */
export interface ArtifactReader {
  get(ref: ArtifactRef): Promise<Uint8Array>;
}

const START = Buffer.from(BY_REFERENCE_TEXT);

/**
 * X5, X8: puts the content of an artifact where a history has only the reference to it: a checkpoint may be larger than any
 * payload that Temporal takes. A store that does not answer fails the workflow task, which Temporal repeats.
 */
export const createReferenceCodec = (artifacts: ArtifactReader): PayloadCodec => ({
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) =>
    payloads.some(isReference) ? Promise.all(payloads.map((each) => resolved(artifacts, each))) : Promise.resolve(payloads),
});

const isReference = ({ data }: Payload): boolean =>
  data instanceof Uint8Array && Buffer.compare(data.subarray(0, START.length), START) === 0;

const resolved = async (artifacts: ArtifactReader, payload: Payload): Promise<Payload> => {
  if (!isReference(payload)) return payload;
  const ref = referenceIn(JSON.parse(Buffer.from(payload.data ?? []).toString('utf8')) as Json);
  return ref === undefined ? payload : { ...payload, data: await artifacts.get(ref) };
};
