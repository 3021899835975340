export { compileDefinition } from './compile';
export type { CompiledDefinition } from './compile';
export { checkInput } from './input/check-input';
export { renderNodeDoc } from './node-docs';
export { NODE_TYPE_NAMES, NODE_TYPES } from './nodes';
export type { NodeTypeName } from './nodes';
export * from './forms/plays';
