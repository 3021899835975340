/** `<scope>:s:<number>` is a slot, `<scope>:q:<since>:<run>` a place in the queue; so a range of ids is in order. */
export interface SlotRow {
  readonly id: string;
  readonly runId: string;
  readonly since: Date;
}
export interface SlotRows {
  /** False when the id is taken. */
  insert(row: SlotRow): Promise<boolean>;
  /** Ascending by id. */
  list(idPrefix: string, limit: number): Promise<readonly SlotRow[]>;
  /** Only when it is (still) of this run. */
  delete(row: Pick<SlotRow, 'id' | 'runId'>): Promise<void>;
}

export const slotPrefix = (scope: string): string => `${scope}:s:`;
export const queuePrefix = (scope: string): string => `${scope}:q:`;
export const slotId = (scope: string, number: number): string => `${slotPrefix(scope)}${String(number).padStart(4, '0')}`;
export const placeId = (scope: string, since: Date, runId: string): string =>
  `${queuePrefix(scope)}${String(since.getTime()).padStart(14, '0')}:${runId}`;
