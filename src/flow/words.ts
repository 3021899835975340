/** The states of design §1, as data. A terminal state never changes. */
export const RUN_STATES = ['NEW', 'DEFERRED', 'RUN', 'WAIT', 'ON_HOLD', 'DONE', 'FAIL', 'CANCELLED', 'SKIP', 'FILTERED'] as const;
export type RunState = (typeof RUN_STATES)[number];
export const TERMINAL_RUN_STATES = ['DONE', 'FAIL', 'CANCELLED', 'SKIP', 'FILTERED'] as const;
export type TerminalRunState = (typeof TERMINAL_RUN_STATES)[number];
export const isTerminalRunState = (state: RunState): state is TerminalRunState =>
  (TERMINAL_RUN_STATES as readonly RunState[]).includes(state);

export const NODE_STATES = ['IDLE', 'READY', 'RUN', 'RETRY', 'WAIT', 'DONE', 'FAIL', 'SKIP', 'FILTERED', 'CANCELLED'] as const;
export type NodeState = (typeof NODE_STATES)[number];
export const TERMINAL_NODE_STATES = ['DONE', 'FAIL', 'SKIP', 'FILTERED', 'CANCELLED'] as const;
export type TerminalNodeState = (typeof TERMINAL_NODE_STATES)[number];

/** The forms in which definitions are written (dialects, part A). Each compiles to the one plan. */
export const FLOW_FORMS = ['native', 'plays'] as const;
export type FlowForm = (typeof FLOW_FORMS)[number];

/** How a node executes (design §4.2). Fixed in the plan, so that replay is stable. */
export type ExecutionClass = 'inline' | 'local' | 'activity';
/** The edge target that ends a branch. */
export const END = 'END';
/** The edge that takes every action without an edge of its own (except client_error and server_error). */
export const DEFAULT_ACTION = 'default';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
