import type { ConnectionLike } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Logger } from '../../logger';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { createBounded } from './bounded';
import { GRPC, grpcCodeOf } from './unavailable';

const TYPES = {
  KEYWORD: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  INT: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_INT,
  KEYWORD_LIST: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const;
const FORBIDDEN: readonly (number | undefined)[] = [GRPC.permissionDenied, GRPC.unimplemented, GRPC.unauthenticated];
const RPC_MS = 4_000;

/**
 * S5: registers what is missing, at every start of an API or worker. Answers whether runs may carry the attributes: where
 * registering is forbidden and they are not there, the engine runs without them. Throws `unavailable`.
 */
export const registerSearchAttributes = async (
  connection: ConnectionLike,
  namespace: string,
  logger: Logger,
): Promise<boolean> => {
  const bounded = createBounded(connection);
  try {
    const { customAttributes } = await bounded(RPC_MS, () => connection.operatorService.listSearchAttributes({ namespace }));
    const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => customAttributes?.[name] === undefined);
    if (missing.length > 0)
      await bounded(RPC_MS, () =>
        connection.operatorService.addSearchAttributes({
          namespace,
          searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, TYPES[type]])),
        }),
      );
    return true;
  } catch (error) {
    if (!FORBIDDEN.includes(grpcCodeOf(error))) throw error;
    logger.warn('search attributes cannot be registered; runs carry none, the reconciler sees less', { error: String(error) });
    return false;
  }
};
