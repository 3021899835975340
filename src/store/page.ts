export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}
/** Where a list, newest first, goes on: after the entry of this time and id. */
export interface ListPosition {
  readonly at: Date;
  readonly id: string;
}
