import type { JsonPath } from '../flow';
import type { NodeFields } from './node-fields';
import type { NodeUse } from './node-type';
import type { NodeTypeName } from './nodes';
import type { Place } from './place';

/** A node as read, before the checks that need the whole flow. Parts with faults are absent. */
export interface NodeDraft {
  readonly id: string;
  readonly place: Place;
  readonly type?: NodeTypeName;
  readonly fields: NodeFields;
  /** The node's edges could not be read: checks of reachability would only repeat that. */
  readonly edgesUnknown: boolean;
  readonly use?: NodeUse;
  readonly frames: {
    readonly body?: FrameDraft;
    readonly branches?: ReadonlyMap<string, FrameDraft>;
    readonly finally?: FrameDraft;
  };
  readonly compensate?: NodeDraft;
  /** Paths of the output that expressions read (X6), filled by the check of references. */
  readonly reads: JsonPath[];
  /** Expressions read its state; found by the same check. */
  tellsState?: true;
}

export interface FrameDraft {
  /** Place of the map of nodes. */
  readonly place: Place;
  readonly nodes: Map<string, NodeDraft>;
  readonly start?: readonly string[];
  readonly startPlace: Place;
  /** Names that the enclosing block gives to expressions: item, index, `as`. */
  readonly locals: readonly string[];
  /** Where names are looked up next. */
  readonly parent?: FrameDraft;
}

/** An expression or template of the definition, with the frame whose names it sees. */
export interface Use {
  readonly kind: 'expression' | 'template';
  readonly source: string;
  readonly place: Place;
  readonly frame: FrameDraft;
  /** X14: the text stands where secrets may go. */
  readonly secretCapable?: true;
}

/** The frame and those around it, innermost first. */
export const framesAround = (frame: FrameDraft): FrameDraft[] => {
  const frames: FrameDraft[] = [];
  for (let at: FrameDraft | undefined = frame; at !== undefined; at = at.parent) frames.push(at);
  return frames;
};

/** The node that a name means in a frame: its own nodes first, then those of the frames around it. */
export const findNode = (frame: FrameDraft, id: string): NodeDraft | undefined => {
  for (const around of framesAround(frame)) {
    const found = around.nodes.get(id);
    if (found !== undefined) return found;
  }
  return undefined;
};
