import type { RunRow } from './rows';
import type { RunUpdate } from './run-rows';

/** What must hold for an update of a head. `atMostEpoch`: the head has seen no newer epoch than this. */
export interface HeadCondition {
  readonly live?: boolean;
  readonly atMostEpoch?: string;
}

/** Conditional updates of one head: all or nothing, also against other processes. */
export interface HeadGate {
  /** False when the id is taken. */
  insert(row: RunRow): Promise<boolean>;
  /** False when the condition does not hold or there is no such head. */
  update(id: string, condition: HeadCondition, update: RunUpdate): Promise<boolean>;
}
