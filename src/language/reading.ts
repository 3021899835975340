import type { Json, JsonObject } from '../flow';
import type { FrameDraft, NodeDraft, Use } from './draft';
import type { IssueList } from './issues';
import type { Place } from './place';

/** What the reading of one definition gathers beside the drafts. */
export interface Reading {
  readonly issues: IssueList;
  readonly warnings: IssueList;
  readonly uses: Use[];
  /** Nodes so far, those of inner frames counted. */
  nodes: number;
  /** A flow without nodes is one that its author has not begun. */
  readonly mayBeEmpty: boolean;
  /** Frames hold nodes and nodes hold frames: the frame reader gets the node reader from here. */
  readonly readNode: (id: string, raw: Json, place: Place, frame: FrameDraft, reading: Reading) => NodeDraft;
}

/** Where the frames of a block are written. */
export interface BlockSource {
  readonly raw: JsonObject;
  readonly branches: Json | undefined;
  readonly branchesPlace: Place;
}
