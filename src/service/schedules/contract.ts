import type { Principal } from '../../flow';
import type { Page, PageRequest, Schedule } from '../../store/ports';

export type ScheduleInput = Omit<Schedule, 'id' | 'workspace' | 'createdBy' | 'createdAt' | 'updatedAt'>;

/** Schedules of flows. What a schedule starts asks for admission itself (S3): the flow may have changed since. */
export interface ScheduleService {
  /** Throws `validation_error` for an input that does not fit the flow, or a time that Temporal refuses. */
  create(principal: Principal, input: ScheduleInput): Promise<Schedule>;
  get(principal: Principal, id: string): Promise<Schedule>;
  list(principal: Principal, filter: { readonly flowId?: string }, page: PageRequest): Promise<Page<Schedule>>;
  /** All of it but its flow: `conflict` for another one. */
  replace(principal: Principal, id: string, input: ScheduleInput): Promise<Schedule>;
  remove(principal: Principal, id: string): Promise<void>;
  /** Idempotent. */
  pause(principal: Principal, id: string, paused: boolean): Promise<Schedule>;
  /** Starts one run now, whatever the time; also of a paused one. */
  trigger(principal: Principal, id: string): Promise<void>;
  /** Starts what the schedule would have started between two times, as its overlap policy lets. */
  backfill(principal: Principal, id: string, from: Date, to: Date): Promise<void>;
  /** At most 10, without jitter. */
  next(principal: Principal, id: string, count: number): Promise<readonly Date[]>;
  /** The flow was enabled or disabled: its schedules go on or rest. */
  flowChanged(principal: Principal, flowId: string): Promise<void>;
  /** The flow ends: its schedules do. */
  flowEnds(principal: Principal, flowId: string): Promise<void>;
}
