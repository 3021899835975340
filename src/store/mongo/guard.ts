import { toStoreError, unavailable } from './failures';

/**
 * Runs one operation: its answer, or an error within `deadlineMs` also when the server accepts and then says nothing.
 * What the operation still does after the deadline is undecided, and its late failure is nobody's news.
 */
export const withinDeadline = async <T>(deadlineMs: number, operation: () => PromiseLike<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(new Error(`no answer within ${deadlineMs} ms`))), deadlineMs);
  });
  try {
    const answer = Promise.resolve(operation());
    answer.catch(() => undefined);
    return await Promise.race([answer, deadline]);
  } catch (error) {
    throw toStoreError(error);
  } finally {
    clearTimeout(timer);
  }
};
