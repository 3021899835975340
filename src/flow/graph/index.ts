export { ROOT } from './dominators';
export type { FrameGraph, GraphFrame, GraphNode, JoinInfo } from './frame-graph';
export { frameGraph, joinsInCycle, leadsOnlyTo, reachable } from './frame-graph';
