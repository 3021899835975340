import type { JsonObject } from '../../../flow';
import type { SourceDocument } from '../../document';
import { createIssueList } from '../../issues';
import { checkShape } from '../../shape';
import type { Foreign } from '../foreign';
import { playsFlow } from './document';
import { buildFrames } from './frames';
import { createOrigins } from './origins';
import { readLayers } from './reading';

/** A document of layers in our own form, with the faults that the translation found. */
export const playsToNative = (document: SourceDocument): Foreign => {
  const issues = createIssueList(document);
  const { root } = document;
  const flow = checkShape(playsFlow, root, [], issues);
  const layers = readLayers(Array.isArray(root['layers']) ? root['layers'] : [], issues);
  const byRef = new Map(layers.map((layer) => [layer.ref, layer]));
  const originOf = createOrigins(
    (ref) => byRef.get(ref)?.place,
    (ref, name) => Object.hasOwn(byRef.get(ref)?.layer?.args ?? {}, name),
  );
  const { name, description, enabled, execution } = flow ?? {};
  const seconds = execution?.timeout;
  const native: JsonObject = {
    metadata: { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) },
    nodes: buildFrames(layers, issues),
    ...(seconds === undefined ? {} : { timeout: `${Math.round(seconds * 1_000)}ms` }),
    ...(execution?.onFailFlowId === undefined ? {} : { finally: onFail(execution.onFailFlowId) }),
  };
  return {
    form: 'plays',
    document: {
      root: native,
      originOf,
      lineOf: (place) => document.lineOf(originOf(place)),
      sourceOf: () => undefined,
    },
    issues: issues.all(),
    ...(enabled === undefined ? {} : { enabled }),
  };
};

/**
 * Starts another flow after a FAIL, with what is known of the failed play. A play that was started so starts no further one, so that a
 * flow which names itself comes to an end.
 */
const onFail = (flow: string): JsonObject => ({
  nodes: {
    onFail: {
      type: 'flow',
      when: 'run.state == "FAIL" && !has(input.failedPlay)',
      onError: 'continue',
      params: {
        flow,
        mode: 'detach',
        input: {
          args: '{{ input }}',
          failedPlay: {
            playId: '{{ run.id }}',
            flowId: '{{ run.flow.id }}',
            layer: '{{ error.nodePath }}',
            error: '{{ error }}',
          },
        },
      },
    },
  },
});
