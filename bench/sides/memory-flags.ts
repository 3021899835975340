/** What `npm start` sets (F3), as environment. */
export const MEMORY_FLAGS = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=256' };
