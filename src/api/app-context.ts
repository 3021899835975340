import type Koa from 'koa';
import type { Principal } from '../flow';

/** What the middlewares of one request share. */
export interface AppState {
  requestId: string;
  /** Set by the gate; absent on public routes. */
  principal?: Principal;
  /** The declared path of the matched route, e.g. `/api/v1/flows/{id}`: low in cardinality, so that logs can group by it. */
  route?: string;
  /** The error that the boundary turned into the reply, for the access log. */
  failure?: unknown;
}

export type AppContext = Koa.ParameterizedContext<AppState>;
