import type { JsonObject, Principal } from '../../flow';
import type { Approval, Flow, Run } from '../../store/ports';
import type { SavedFlow, StartAnswer } from '../contract';

export interface PlayStart {
  readonly flowId: string;
  readonly args: JsonObject;
  readonly idempotencyKey?: string;
  /** Starts a disabled flow, too. */
  readonly force?: boolean;
  /** The play is DEFERRED until then. */
  readonly runAt?: Date;
}
export interface LayeredFlow {
  readonly flow: Flow;
  /** The members of its definition beside the layers. */
  readonly execution?: JsonObject;
  /** As their author wrote them, each with an id; none of a flow in another form. */
  readonly layers: readonly JsonObject[];
}
export interface LayeredFlowChange {
  readonly name?: string;
  readonly description?: string;
  readonly category?: string;
  readonly enabled?: boolean;
  readonly execution?: JsonObject;
  readonly layers?: readonly JsonObject[];
}

/** What the plays contract does in its own way (dialects part A, plays); all else is that of every dialect. */
export interface PlayService {
  /** Waits up to 250 ms for the first workflow task, so that a play that a worker took says so. */
  start(principal: Principal, input: PlayStart): Promise<StartAnswer>;
  get(principal: Principal, id: string): Promise<Run>;
  /** Answers the question in front of a layer, which is addressed by its node run id. Refusals: those of ApprovalService; `conflict` for a layer that asks nobody. */
  approve(
    principal: Principal,
    id: string,
    answer: { readonly layerId: string; readonly decision: 'approved' | 'rejected'; readonly note?: string },
  ): Promise<Approval>;

  createFlow(principal: Principal, flow: LayeredFlowChange & { readonly name: string }): Promise<SavedFlow>;
  getFlow(principal: Principal, id: string): Promise<LayeredFlow>;
  /** Layers and execution of a flow in another form: `other_form`. */
  updateFlow(principal: Principal, id: string, change: LayeredFlowChange): Promise<SavedFlow>;
  addLayer(principal: Principal, flowId: string, layer: JsonObject): Promise<JsonObject>;
  /** Members that are not given stay. */
  updateLayer(principal: Principal, flowId: string, layerId: string, change: JsonObject): Promise<JsonObject>;
  removeLayer(principal: Principal, flowId: string, layerId: string): Promise<void>;
}
