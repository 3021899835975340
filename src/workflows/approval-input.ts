/** What updates and signals about approvals carry. An operator may leave out everything but path and decision. */
import { DECISIONS, type Decision, type Json, type JsonObject, type RunEvent } from '../flow';
import { membersOf } from './signal-input';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export const toDecide = (input: unknown): EventOf<'decide'> | undefined => {
  const members = membersOf(input);
  const { decision, form } = members;
  const place = placeOf(members);
  if (place === undefined || !isDecision(decision)) return undefined;
  return { type: 'decide', ...place, decision, ...asOf(members), ...noteOf(members), ...(form === undefined ? {} : { form }) };
};

export const toDelegate = (input: unknown): EventOf<'delegate'> | undefined => {
  const members = membersOf(input);
  const { to, toAccount } = members;
  const place = placeOf(members);
  if (place === undefined || typeof to !== 'string') return undefined;
  return { type: 'delegate', ...place, to, ...asOf(members), ...(typeof toAccount === 'string' ? { toAccount } : {}) };
};

export const toWithdraw = (input: unknown): EventOf<'withdraw'> | undefined => {
  const members = membersOf(input);
  const place = placeOf(members);
  return place === undefined ? undefined : { type: 'withdraw', ...place, ...noteOf(members) };
};

type Members = Readonly<Partial<JsonObject>>;

const isDecision = (value: Json | undefined): value is Decision => (DECISIONS as readonly unknown[]).includes(value);

const placeOf = ({ path, attempt, by }: Members) =>
  typeof path === 'string'
    ? { path, by: typeof by === 'string' ? by : 'operator', ...(typeof attempt === 'number' ? { attempt } : {}) }
    : undefined;

const asOf = ({ as }: Members) =>
  Array.isArray(as) ? { as: as.filter((name): name is string => typeof name === 'string') } : {};

const noteOf = ({ note }: Members) => (typeof note === 'string' ? { note } : {});
