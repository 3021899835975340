export { createSandbox } from './sandbox';
export type { Sandbox } from './sandbox';
export type { SandboxFault, SandboxJob } from './protocol';
