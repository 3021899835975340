/**
 * Globals that evaluation calls for every node. In the workflow sandbox a look-up of a global goes through the context's
 * interceptors and costs more than the evaluation of a node; a module constant costs nothing.
 */
export const { isArray } = Array;
export const { hasOwn, keys: keysOf } = Object;
export const { isFinite: isFiniteNumber, isSafeInteger } = Number;
export const { abs, sign, floor, ceil, round: roundHalfUp, trunc, sqrt, min, max, log2 } = Math;
export const { stringify, parse: parseJsonText } = JSON;
export const toNumber = Number;
export const DateTime = Date;
