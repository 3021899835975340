export { createSandbox } from './sandbox';
export type { Sandbox } from './sandbox';
export { SANDBOX_LIMITS } from './protocol';
export type { SandboxFault, SandboxJob } from './protocol';
