import { ApplicationFailure, defaultPayloadConverter, type LoadedDataConverter } from '@temporalio/common';
import { encodeErrorToFailure, loadDataConverter } from '@temporalio/common/lib/internal-non-workflow';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { readCloseEvent } from '../../../../src/service/temporal/close-event';
import { toHistory } from '../../../../src/service/temporal/histories';
import { createSlots } from '../../../../src/service/temporal/slots';
import { grpcCodeOf, toUnavailable } from '../../../../src/service/temporal/unavailable';
import { aResult } from '../../../support/fake-temporal';

const TYPE = temporal.api.enums.v1.EventType;
const converter: LoadedDataConverter = loadDataConverter();
const at = 1_700_000_000_123;
const eventTime = msToTs(at);
const long = (value: number) => msToTs(value * 1_000).seconds ?? null;
const payloads = (value: unknown) => ({ payloads: [defaultPayloadConverter.toPayload(value)] });

describe('close events', () => {
  const result = aResult();
  test('completed, failed and cancelled ones carry the result', async () => {
    const failure = await encodeErrorToFailure(
      converter,
      ApplicationFailure.create({ type: 'RunFailed', message: 'no', details: [result] }),
    );
    const events = [
      { eventTime, workflowExecutionCompletedEventAttributes: { result: payloads(result) } },
      { eventTime, workflowExecutionFailedEventAttributes: { failure } },
      { eventTime, workflowExecutionCanceledEventAttributes: { details: payloads(result) } },
    ];
    const read = await Promise.all(events.map((event) => readCloseEvent(event, converter)));
    expect(read.map((answer) => (answer.kind === 'closed' ? answer.close.kind : ''))).toEqual([
      'completed',
      'failed',
      'cancelled',
    ]);
    for (const answer of read) expect(answer).toMatchObject({ close: { at, result } });
  });

  test('a failure that is not ours has no result', async () => {
    const failure = await encodeErrorToFailure(converter, ApplicationFailure.create({ type: 'Other', message: 'bad' }));
    const read = await readCloseEvent({ eventTime, workflowExecutionFailedEventAttributes: { failure } }, converter);
    expect(read).toEqual({ kind: 'closed', close: { kind: 'failed', at, message: 'bad' } });
  });

  test('continued as new is no close', async () => {
    const event = { eventTime, workflowExecutionContinuedAsNewEventAttributes: { newExecutionRunId: 'next' } };
    expect(await readCloseEvent(event, converter)).toEqual({ kind: 'next', executionId: 'next' });
  });
});

describe('the committed part of a history', () => {
  const event = (id: number, eventType: temporal.api.enums.v1.EventType, more: object = {}) => ({
    eventId: long(id),
    eventTime,
    eventType,
    ...more,
  });
  const started = event(1, TYPE.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, {
    workflowExecutionStartedEventAttributes: { originalExecutionRunId: 'exec-1' },
  });
  const task = (id: number) => [
    event(id, TYPE.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED),
    event(id + 1, TYPE.EVENT_TYPE_WORKFLOW_TASK_STARTED),
    event(id + 2, TYPE.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, {
      workflowTaskCompletedEventAttributes: { startedEventId: long(id + 1) },
    }),
  ];
  const timer = event(5, TYPE.EVENT_TYPE_TIMER_STARTED);
  const fired = event(6, TYPE.EVENT_TYPE_TIMER_FIRED);

  test('ends before a task that is not completed', () => {
    const open = [event(7, TYPE.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED), event(8, TYPE.EVENT_TYPE_WORKFLOW_TASK_STARTED)];
    const history = toHistory('run_1', [started, ...task(2), timer, fired, ...open]);
    expect(history).toMatchObject({ executionId: 'exec-1', startMs: at, committedLength: 3 });
    expect(history?.history.events).toHaveLength(6);
  });

  test('is all of it when nothing is under way', () => {
    expect(toHistory('run_1', [started, ...task(2), timer, fired, ...task(7)])).toMatchObject({ committedLength: 8 });
    expect(toHistory('run_1', [started, ...task(2), timer, fired, ...task(7)])?.history.events).toHaveLength(9);
  });

  test('is nothing before the first task is completed', () => {
    expect(toHistory('run_1', [started, event(2, TYPE.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED)])).toBeUndefined();
  });
});

describe('gRPC errors', () => {
  test('a status is found below wrappers, in bounds', () => {
    expect(grpcCodeOf({ cause: { cause: { code: 14 } } })).toBe(14);
    expect(grpcCodeOf(new Error('x'))).toBeUndefined();
    const loop: { cause?: unknown } = {};
    loop.cause = loop;
    expect(grpcCodeOf(loop)).toBeUndefined();
  });

  test.each([
    [14, 'unavailable'],
    [4, 'unavailable'],
    [8, 'unavailable'],
  ])('status %d passes by itself: %s', (code, expected) => {
    expect(toUnavailable({ code })).toMatchObject({ code: expected, details: { retryAfterSeconds: 2 } });
  });

  test('what is wrong on our side stays what it is', () => {
    const error = Object.assign(new Error('bad argument'), { code: 3 });
    expect(toUnavailable(error)).toBe(error);
  });
});

describe('slots', () => {
  test('a key has so many at a time, in order, others are free', async () => {
    const inTurn = createSlots(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    const work = (n: number) => () =>
      new Promise<void>((resolve) => {
        running += 1;
        most = Math.max(most, running);
        setTimeout(() => {
          running -= 1;
          order.push(n);
          resolve();
        }, 5);
      });
    await Promise.all([1, 2, 3, 4, 5].map((n) => inTurn('a', work(n))));
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
    await Promise.all([inTurn('a', work(6)), inTurn('b', work(7)), inTurn('b', work(8))]);
    expect(most).toBe(3);
  });

  test('a failure gives its slot back', async () => {
    const inTurn = createSlots(1);
    await expect(inTurn('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await inTurn('a', async () => 'next')).toBe('next');
  });
});
