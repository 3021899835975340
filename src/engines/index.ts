export { isPortFree, findFreePort, keepPorts, replacePorts, LOOPBACK, type Ports } from './ports';
export { superviseEngine, type RunningEngine } from './process/supervise';
export { tryLock } from './process/lock';
export { findEngine } from './process/find';
export { resolveTemporal } from './temporal/resolve';
export { setRetention, temporalAnswers, temporalSpec } from './temporal/server';
export { resolveMongo } from './mongo/resolve';
export { mongoSpec, mongoUri, STAND_IN_WARNING } from './mongo/server';
export { EngineUnavailable, type Report } from './step';
