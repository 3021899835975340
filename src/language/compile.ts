import { z } from 'zod';
import { isJsonObject, LIMITS, type FlowForm, type Issue, type Json, type JsonObject, type Plan } from '../flow';
import { assembleFrame } from './assemble';
import { checkEdges } from './checks/edges';
import { checkGraph } from './checks/graph';
import { checkNodes } from './checks/nodes';
import { checkReferences, type FoundReferences } from './checks/references';
import { readDocument, type SourceDocument } from './document';
import { CONCURRENCY, readConcurrency } from './concurrency';
import type { FrameDraft } from './draft';
import { anyValue, duration, hasTemplate } from './fields';
import { foreignForm, isPlays } from './foreign-forms';
import type { Foreign } from './forms/foreign';
import { playsToNative } from './forms/plays/to-native';
import { checkInputSchema } from './input/check-input';
import { createIssueList, inOrder } from './issues';
import { FRAME_FIELDS } from './node-fields';
import { formatPlace, type Place } from './place';
import { readFrame, readNestedFrame } from './read-frame';
import { readNode } from './read-node';
import type { Reading } from './reading';
import { checkShape } from './shape';

/** A definition that is good: its plan and what the flow record shows of it. */
export interface CompiledDefinition {
  readonly ok: true;
  readonly form: FlowForm;
  readonly plan: Plan;
  /** `metadata.name`; absent when the definition gives none. */
  readonly name: string;
  readonly description?: string;
  readonly versionLabel: string;
  /** JSON Schema of the run input (`input`), for `checkInput`. */
  readonly inputSchema?: Json;
  /** The secrets that `plan.secrets` names, once for each text that uses one. */
  readonly secretUses: readonly SecretUseAt[];
  /** Whether the flow that is made of it is enabled; absent when the definition does not say. */
  readonly enabled?: boolean;
  /** What is legal and probably not meant. */
  readonly warnings: readonly Issue[];
}
export type SecretUseAt = Pick<Issue, 'path' | 'line'> & { readonly secret: string };
export interface RefusedDefinition {
  readonly ok: false;
  readonly issues: readonly Issue[];
}
export type CompileResult = CompiledDefinition | RefusedDefinition;

const DEFAULT_NAME = 'Untitled flow';
const DEFAULT_VERSION = '1.0.0';

const METADATA = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(10_000).optional(),
  version: z.union([z.string().min(1).max(100), z.number()]).optional(),
});
const DEFINITION = z.strictObject({
  metadata: METADATA.optional(),
  input: z.union([z.record(z.string(), z.unknown()), z.boolean()]).optional(),
  output: anyValue.optional(),
  vars: z.record(z.string(), z.unknown()).optional(),
  start: FRAME_FIELDS.start.optional(),
  nodes: FRAME_FIELDS.nodes,
  finally: FRAME_FIELDS.finally.optional(),
  timeout: duration().optional(),
  concurrency: CONCURRENCY.optional(),
});

/** Compiles a definition (YAML or JSON) to a plan, or answers all its faults at once. Never throws on any text. */
export const compileDefinition = (text: string): CompileResult => {
  const read = readDocument(text);
  if (!read.ok) return read;
  const foreign = foreignForm(read.document.root);
  if (foreign !== undefined) return { ok: false, issues: [foreign] };
  return compileDocument(isPlays(read.document.root) ? playsToNative(read.document) : native(read.document));
};

const native = (document: SourceDocument): Foreign => ({ form: 'native', document, issues: [] });

/** `earlier`: what a translation into this form has found; all faults are told together. */
const compileDocument = ({ form, document, issues: earlier, enabled }: Foreign): CompileResult => {
  const { root } = document;
  const issues = createIssueList(document);
  const refuse = (): RefusedDefinition => ({ ok: false, issues: inOrder([...earlier, ...issues.all()]) });
  const mayBeEmpty = form !== 'native';
  const reading: Reading = { issues, warnings: createIssueList(document), uses: [], nodes: 0, mayBeEmpty, readNode };
  const shape = checkShape(DEFINITION, root, [], issues);
  const rootFrame = readFrame({ nodes: root['nodes'], start: root['start'], place: [] }, { locals: [] }, reading);
  const finale =
    root['finally'] === undefined
      ? undefined
      : readNestedFrame(root['finally'], ['finally'], { locals: [], parent: rootFrame }, reading);
  if (reading.nodes > LIMITS.flowNodes) {
    issues.add('too_many_nodes', ['nodes'], `A flow may have ${LIMITS.flowNodes} nodes; move parts to sub-flows.`);
    return refuse();
  }
  if (root['output'] !== undefined) collectOutput(root['output'], rootFrame, reading);
  const vars = isJsonObject(root['vars']) ? root['vars'] : {};
  warnOfTemplates(vars, reading);
  if (root['input'] !== undefined)
    for (const fault of checkInputSchema(root['input'])) issues.add(fault.code, ['input', ...fault.place], fault.message);

  const concurrency = shape?.concurrency === undefined ? undefined : readConcurrency(shape.concurrency, issues);
  const { secrets } = checkAll([rootFrame, ...(finale === undefined ? [] : [finale])], reading, vars);
  if (earlier.length + issues.count > 0 || shape === undefined) return refuse();

  const { metadata, timeout } = shape;
  const name = metadata?.name ?? DEFAULT_NAME;
  const versionLabel = labelOf(metadata?.version, document);
  const plan: Plan = {
    engine: 1,
    flow: { name, version: versionLabel },
    root: assembleFrame(rootFrame),
    ...(finale === undefined ? {} : { finally: assembleFrame(finale) }),
    ...(root['output'] === undefined ? {} : { output: root['output'] }),
    ...(root['vars'] === undefined ? {} : { vars }),
    ...(secrets.length === 0 ? {} : { secrets: [...new Set(secrets.map(({ secret }) => secret))].sort() }),
    ...(concurrency === undefined ? {} : { concurrency }),
    timeoutMs: timeout ?? LIMITS.runTimeoutMs,
  };
  return {
    ok: true,
    form,
    plan,
    name,
    ...(metadata?.description === undefined ? {} : { description: metadata.description }),
    versionLabel,
    ...(root['input'] === undefined ? {} : { inputSchema: root['input'] }),
    secretUses: secrets.map(({ secret, place }) => ({
      secret,
      path: formatPlace(document.originOf?.(place) ?? place),
      ...lineAt(document, place),
    })),
    ...(enabled === undefined ? {} : { enabled }),
    warnings: reading.warnings.all(),
  };
};

const lineAt = (document: SourceDocument, place: Place): Pick<Issue, 'line'> => {
  const line = document.lineOf(place);
  return line === undefined ? {} : { line };
};

/** A version that YAML reads as a number keeps its spelling: `1.0` is not `1`. */
const labelOf = (version: string | number | undefined, document: SourceDocument): string => {
  if (version === undefined) return DEFAULT_VERSION;
  return typeof version === 'string' ? version : (document.sourceOf(['metadata', 'version']) ?? String(version));
};

const checkAll = (frames: readonly FrameDraft[], reading: Reading, vars: JsonObject): FoundReferences => {
  const all = frames.flatMap(nestedFrames);
  const allIds = new Set(all.flatMap((frame) => [...frame.nodes.keys()]));
  for (const frame of all) {
    checkEdges(frame, allIds, reading.issues);
    checkGraph(frame, reading.issues);
    checkNodes(frame, reading.issues);
  }
  return checkReferences(reading.uses, { vars, allIds }, reading.issues);
};

const nestedFrames = (frame: FrameDraft): FrameDraft[] => [
  frame,
  ...[...frame.nodes.values()].flatMap(({ frames }) =>
    [frames.body, ...(frames.branches?.values() ?? []), frames.finally].flatMap((inner) =>
      inner === undefined ? [] : nestedFrames(inner),
    ),
  ),
];

const collectOutput = (output: Json, frame: FrameDraft, reading: Reading): void => {
  const visit = (value: Json, place: (string | number)[]): void => {
    if (typeof value === 'string') reading.uses.push({ kind: 'template', source: value, place, frame });
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...place, index]);
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) visit(item, [...place, key]);
  };
  visit(output, ['output']);
};

const warnOfTemplates = (vars: JsonObject, reading: Reading): void => {
  const visit = (value: Json, place: (string | number)[]): void => {
    if (typeof value === 'string' && hasTemplate(value))
      reading.warnings.add('template_in_vars', place, '`vars` are constants: this text is not evaluated. Use a transform node.');
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) visit(item, [...place, Array.isArray(value) ? Number(key) : key]);
  };
  visit(vars, ['vars']);
};
