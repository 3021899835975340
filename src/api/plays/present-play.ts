import { siteOf, type Failure } from '../../flow';
import type { NodeRunView, Run, StartAnswer } from '../../service/contract';
import { asValue } from '../flowrunner/present-execution';
import type { z } from '../zod-openapi';
import type { PlayLayer, PlayReply, PlaySummary, StartedPlay } from './play-schema';
import { toLayerState, toPlayState } from './states';

const begunAt = (run: Run): Date => run.startedAt ?? run.createdAt;

export const presentStarted = ({ run, argsDiffer }: StartAnswer): z.input<typeof StartedPlay> => ({
  playId: run.id,
  state: toPlayState(run.state),
  startedAt: begunAt(run).toISOString(),
  ...(argsDiffer === true && { argsDiffer }),
});

export const presentSummary = (run: Run): z.input<typeof PlaySummary> => ({
  id: run.id,
  flowId: run.flowId,
  flowName: run.flowName,
  version: run.version,
  state: toPlayState(run.state),
  ...(run.state === 'CANCELLED' && { cancelled: true as const }),
  startedAt: begunAt(run).toISOString(),
  ...spanOf(begunAt(run), run.endedAt),
  ...(run.error !== undefined && { error: presentError(run.error) }),
  ...(run.waitingFor.length > 0 && { waitingFor: [...run.waitingFor] }),
});

export const presentPlay = (run: Run): z.input<typeof PlayReply> => ({
  ...presentSummary(run),
  ...asValue('args', 'argsRef', run.input),
  ...(run.output !== undefined && asValue('out', 'outRef', run.output)),
});

const spanOf = (startedAt: Date, endedAt: Date | undefined) =>
  endedAt === undefined
    ? {}
    : { completedAt: endedAt.toISOString(), duration: Math.max(0, endedAt.getTime() - startedAt.getTime()) };

const presentError = ({ code, message, nodePath }: Pick<Failure, 'code' | 'message' | 'nodePath'>) => ({
  code,
  message,
  ...(nodePath !== '' && { layer: nodePath }),
});

/** What a layer is called in a path: no ref has two dashes, which the parts of a layer have. */
const isPart = (step: string): boolean => step.includes('--');
export const layerPathOf = (path: string): string => {
  const steps = path.split('/');
  const part = steps.findIndex(isPart);
  return part < 0 ? path : steps.slice(0, part).join('/');
};
export const refOf = (path: string): string => siteOf(path).split('/').at(-1) ?? path;

/** Layers as their author knows them: what a layer asks and reads before its work is part of it. */
export const presentLayers = (nodes: readonly NodeRunView[]): z.input<typeof PlayLayer>[] => {
  const waiting = new Set(nodes.filter(({ state }) => state === 'WAIT').map(({ path }) => layerPathOf(path)));
  return nodes.filter(({ path }) => layerPathOf(path) === path).map((node) => presentLayer(node, waiting.has(node.path)));
};

const presentLayer = (node: NodeRunView, waits: boolean): z.input<typeof PlayLayer> => ({
  id: node.id,
  ref: refOf(node.path),
  path: node.path,
  ...(node.name !== undefined && { name: node.name }),
  module: node.type,
  state: waits && node.endedAt === undefined ? 'WAIT' : toLayerState(node.state, node.deferred),
  ...(node.state === 'CANCELLED' && { cancelled: true as const }),
  attempt: node.attempt,
  ...(node.startedAt !== undefined && { startedAt: node.startedAt.toISOString() }),
  ...spanOf(node.startedAt ?? node.endedAt ?? new Date(0), node.endedAt),
  ...(node.output !== undefined && asValue('out', 'outRef', node.output)),
  ...(node.failure !== undefined && { error: presentError(node.failure) }),
});
