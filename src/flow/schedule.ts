/** What becomes of a scheduled start while the run before it is under way. */
export const OVERLAPS = ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'terminateOther', 'allowAll'] as const;
/** What becomes of starts that were missed while Temporal was down: nothing, one run, all of them. */
export const CATCH_UPS = ['skip', 'once', 'all'] as const;
