export { createSandbox } from './sandbox';
export type { Sandbox } from './sandbox';
export type { SandboxAnswer, SandboxFault, SandboxJob } from './protocol';
