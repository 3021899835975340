/**
 * The one place that turns errors into Temporal failures.
 *  - A CallFault, a rule that refused something, or a fault of ours is a NodeFailure: Temporal never retries it (X4).
 *  - Infrastructure that does not answer (a store) is retried by Temporal: an outage of it is no outcome of a node.
 *  - A cancelled attempt throws what its signal says.
 */
import { ApplicationFailure } from '@temporalio/common';
import { INFRASTRUCTURE_FAILURE, isRepriseError, LIMITS, NODE_FAILURE, type Failure, type Json, type Value } from '../flow';
import { NO_MASK, type Masker } from './secrets/masker';

export type Fault = Omit<Failure, 'nodePath' | 'output'>;

/** Thrown when a node's work fails; `output` goes with the failure (the response of an HTTP call). */
export class CallFault extends Error {
  override readonly name = 'CallFault';
  readonly fault: Fault;
  readonly output?: Json;
  constructor(fault: Fault, options?: { readonly output?: Json; readonly cause?: unknown }) {
    super(fault.message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.fault = fault;
    if (options?.output !== undefined) this.output = options.output;
  }
}
/** By shape: instanceof fails across realms (Jest). */
export const isCallFault = (error: unknown): error is CallFault =>
  error instanceof Error && error.name === 'CallFault' && 'fault' in error;

/** Thrown when a store or the artifacts do not answer. */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError';
}
const isInfrastructureError = (error: unknown): error is InfrastructureError =>
  error instanceof Error && error.name === 'InfrastructureError';

/** Codes of other parts whose repetition may help; every other code is final. */
const RETRYABLE = new Set(['timeout', 'network_error', 'invalid_response', 'unavailable']);

/** Runs work on a store: what it refuses is a fault of the node, that it does not answer is the infrastructure's. */
export const onStore = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (isRepriseError(error) && error.code !== 'unavailable') throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw new InfrastructureError(`The store does not answer: ${text}`, { cause: error });
  }
};

/** What any error says of the node, as plain data without secrets, with a bounded message (X5). */
export const toFailure = (error: unknown, nodePath: string, output?: Value, mask: Masker = NO_MASK): Failure => {
  const { message, details, ...fault } = faultOf(error);
  return {
    ...fault,
    message: clip(mask.cutText(message)),
    ...(details === undefined ? {} : { details: mask.json(details) }),
    nodePath,
    ...(output === undefined ? {} : { output }),
  };
};

const faultOf = (error: unknown): Fault => {
  if (isCallFault(error)) return error.fault;
  if (isInfrastructureError(error)) return { code: 'unavailable', message: error.message, retryable: true };
  if (isRepriseError(error)) {
    const { code, message, details } = error;
    return { code, message, retryable: RETRYABLE.has(code), ...(details === undefined ? {} : { details: details as Json }) };
  }
  return {
    code: 'internal_error',
    message: 'The node failed inside Reprise; the log of the worker has the cause',
    retryable: false,
  };
};

/** The error that an activity throws. */
export const toActivityError = (error: unknown, nodePath: string, output?: Value, mask?: Masker): Error => {
  const failure = toFailure(error, nodePath, output, mask);
  const retried = isInfrastructureError(error);
  return ApplicationFailure.create({
    type: retried ? INFRASTRUCTURE_FAILURE : NODE_FAILURE,
    nonRetryable: !retried,
    message: failure.message,
    details: [failure],
  });
};

/** What a node failed with; undefined when it was not the node that failed. */
export const nodeFailureIn = (error: unknown): Failure | undefined =>
  error instanceof ApplicationFailure && error.type === NODE_FAILURE ? (error.details?.[0] as Failure | undefined) : undefined;

/** Whether an error says nothing to the author of a flow and must be looked at by whoever runs the worker. */
export const isInternal = (error: unknown): boolean =>
  !isCallFault(error) && !isRepriseError(error) && !isInfrastructureError(error);

const clip = (text: string): string => {
  if (Buffer.byteLength(text) <= LIMITS.failureTextBytes) return text;
  const bytes = Buffer.from(text).subarray(0, LIMITS.failureTextBytes - 4);
  // A character that the cut went through becomes U+FFFD, which the end of a shortened text does not need.
  return `${bytes.toString('utf8').replace(/\uFFFD$/, '')}…`;
};
