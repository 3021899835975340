import type { CATCH_UPS, JsonObject, OVERLAPS } from '../flow';
import type { Page, PageRequest } from './page';

/** When a flow is started by itself. Our record; Temporal has a schedule of the same id. */
export interface Schedule {
  /** `sched_<ulid>` */
  readonly id: string;
  readonly workspace: string;
  readonly flowId: string;
  /** Either a cron expression or an interval in ms. */
  readonly when: { readonly cron: string } | { readonly everyMs: number };
  /** IANA name. */
  readonly timezone: string;
  /** Each start is late by up to this, ms. */
  readonly jitterMs: number;
  readonly overlap: (typeof OVERLAPS)[number];
  readonly catchUp: (typeof CATCH_UPS)[number];
  readonly input: JsonObject;
  readonly paused: boolean;
  /** Account id. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
export interface ScheduleStore {
  insert(schedule: Schedule): Promise<void>;
  get(workspace: string, id: string): Promise<Schedule | undefined>;
  /** Newest first by (createdAt, id). */
  list(workspace: string, filter: { readonly flowId?: string }, page: PageRequest): Promise<Page<Schedule>>;
  /** All members but the id; creates nothing. */
  replace(schedule: Schedule): Promise<void>;
  delete(workspace: string, id: string): Promise<boolean>;
}
