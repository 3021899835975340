export { computeImmediateDominators, ROOT } from './dominators';
export type { FrameGraph, GraphFrame, GraphNode, JoinInfo } from './frame-graph';
export { frameGraph, joinsInCycle, reachable, targetsOf } from './frame-graph';
