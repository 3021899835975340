export { createActivities } from './create-activities';
export type { ActivityDeps } from './deps';
export type { ActivityRuntime } from './runtime';
export { createSandbox } from './sandbox';
export type { Activities } from './contract';
