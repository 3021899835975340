import { Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** A server that came back is found again within this time; grpc-js waits up to two minutes by itself. */
const RECONNECT_MS = 500;
/** Retries inside a call end before the call's own time does (see createBounded). */
const ATTEMPTS = 4;

/** A connection for a process without a worker. It connects at the first call, and again by itself. */
export const connectLazily = (address: string): Connection =>
  Connection.lazy({
    address,
    channelArgs: {
      'grpc.initial_reconnect_backoff_ms': RECONNECT_MS,
      'grpc.min_reconnect_backoff_ms': RECONNECT_MS,
      'grpc.max_reconnect_backoff_ms': RECONNECT_MS,
      'grpc.keepalive_permit_without_calls': 1,
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 4_000,
    },
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: ATTEMPTS }))],
  });
