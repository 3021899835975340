/** Exactly the workflow functions: their names are a stored contract. */
export { runFlow } from './run-flow';
