import type { z } from 'zod';
import type { ExecutionClass, FramePlan, Json, JsonObject, Operation } from '../flow';
import type { IssueList } from './issues';
import type { FrameField } from './node-fields';
import type { Place } from './place';
import { checkShape } from './shape';

/** Documentation of a node type: docs/nodes/<type>.md is written from it. Markdown in the texts. */
export interface NodeDoc {
  readonly summary: string;
  readonly params: readonly { readonly name: string; readonly required?: boolean; readonly text: string }[];
  readonly output: string;
  /** The labels that `next` may name. */
  readonly actions: string;
  /** Further rules, one paragraph each. */
  readonly notes?: readonly string[];
  /** A whole flow in YAML that compiles. */
  readonly example: string;
}

/** How strings in `params` are taken; a path may use `*` for one step. Everything else is a template. */
export interface ParamKinds {
  /** Bare expressions. */
  readonly expressions?: readonly string[];
  /** Code or fixed words: never templated. */
  readonly literal?: readonly string[];
  /** Expressions that are evaluated beside the block, with the names it gives to its body. */
  readonly withLocals?: readonly string[];
  /** Expressions that are evaluated among the nodes of the block's body. */
  readonly inBody?: readonly string[];
  /** X14: what stands at or below these paths may use secrets; it is evaluated in the activity. */
  readonly secretCapable?: readonly string[];
}

/** The frames of a block, compiled. */
export interface BlockFrames {
  readonly body?: FramePlan | undefined;
  readonly branches?: Readonly<Record<string, FramePlan>> | undefined;
  readonly finally?: FramePlan | undefined;
}
export interface LowerContext {
  readonly nodeId: string;
  readonly frames: BlockFrames;
}

export interface NodeTypeDefinition<P> {
  readonly doc: NodeDoc;
  readonly kinds?: ParamKinds;
  /** Schema of `params`; a function when the form depends on what the author wrote. */
  readonly params: z.ZodType<P> | ((raw: JsonObject) => z.ZodType<P>);
  /** Refused before the schema is tried: parts of other systems that are not available (code `unsupported`). */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** The same for single values of a param: param → value → advice. */
  readonly unsupportedValues?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Labels that the type can answer besides `default`. */
  readonly actions: readonly string[] | ((params: P) => readonly string[]);
  /** Classes that an author may choose, the first is the default (X1). */
  readonly execution:
    readonly [ExecutionClass, ...ExecutionClass[]] | ((params: P) => readonly [ExecutionClass, ...ExecutionClass[]]);
  /** Limit of one attempt in ms unless the node says `timeout`. */
  readonly attemptTimeoutMs?: number | ((params: P) => number | undefined);
  /** The node ends the run: no edges, no error handling. */
  readonly ends?: boolean;
  /** Fields beside `params` that hold frames. */
  readonly frames?: readonly FrameField[];
  /** Names that expressions of the body may use. */
  readonly locals?: (params: P) => readonly string[];
  readonly lower: (params: P, context: LowerContext) => Operation;
}

/** A node's params after reading: what the compiler asks of its type. */
export interface NodeUse {
  readonly actions: readonly string[];
  readonly execution: readonly [ExecutionClass, ...ExecutionClass[]];
  readonly attemptTimeoutMs?: number | undefined;
  readonly locals: readonly string[];
  lower(context: LowerContext): Operation;
}

export interface NodeType {
  readonly doc: NodeDoc;
  readonly kinds: ParamKinds;
  readonly ends: boolean;
  readonly frames: readonly FrameField[];
  /** Faults go to `issues`; undefined when there was one. */
  read(params: JsonObject, place: Place, issues: IssueList): NodeUse | undefined;
}

/** Closes over the type of the params, so that the record of all types has one shape. */
export const defineNode = <P>(definition: NodeTypeDefinition<P>): NodeType => ({
  doc: definition.doc,
  kinds: definition.kinds ?? {},
  ends: definition.ends ?? false,
  frames: definition.frames ?? [],
  read(raw, place, issues) {
    const rest: Record<string, Json> = { ...raw };
    let refused = false;
    for (const [field, advice] of Object.entries(definition.unsupported ?? {})) {
      if (!Object.hasOwn(rest, field)) continue;
      issues.add('unsupported', [...place, field], advice);
      refused = true;
      delete rest[field];
    }
    for (const [field, values] of Object.entries(definition.unsupportedValues ?? {})) {
      const value = rest[field];
      const advice = typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined;
      if (advice === undefined) continue;
      issues.add('unsupported', [...place, field], advice);
      return undefined;
    }
    const schema = typeof definition.params === 'function' ? definition.params(rest) : definition.params;
    const params = checkShape(schema, rest, place, issues);
    if (params === undefined || refused) return undefined;
    const { actions, execution, attemptTimeoutMs } = definition;
    return {
      actions: typeof actions === 'function' ? actions(params) : actions,
      execution: typeof execution === 'function' ? execution(params) : execution,
      attemptTimeoutMs: typeof attemptTimeoutMs === 'function' ? attemptTimeoutMs(params) : attemptTimeoutMs,
      locals: definition.locals?.(params) ?? [],
      lower: (context) => definition.lower(params, context),
    };
  },
});
