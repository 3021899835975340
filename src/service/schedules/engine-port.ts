import type { Schedule } from '../../store/ports';

/** Temporal Schedules. Every method answers or throws RepriseError `unavailable` in time, `not_found` for a schedule that is not there. */
export interface ScheduleEngine {
  /**
   * Creates it or brings it up to date.
   * @param resting it starts nothing by itself
   * @param searchable whether its runs may carry search attributes (S5)
   * @throws RepriseError `validation_error` for a cron expression that is none
   */
  put(schedule: Schedule, options: { readonly resting: boolean; readonly searchable: boolean }): Promise<void>;
  /** One that is gone is no fault. */
  remove(id: string): Promise<void>;
  trigger(id: string): Promise<void>;
  backfill(id: string, from: Date, to: Date): Promise<void>;
  /** The next times, ascending, at most 10. */
  next(id: string): Promise<readonly Date[]>;
}
