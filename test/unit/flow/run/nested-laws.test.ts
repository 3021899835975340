/** Laws of the interpreter over nested plans, with people and timers at any moment. */
import fc from 'fast-check';
import {
  advance,
  nextDeadline,
  projectEntries,
  shownState,
  type Json,
  type Plan,
  type RunMemory,
  type Value,
} from '../../../../src/flow';
import { nestedPlans } from '../../../support/nested-plans';
import { simulate, type Answer, type Simulation } from '../../../support/simulate';

type Numbers = () => number;
const STARTS: readonly string[] = ['call', 'startChild', 'evaluate', 'readItems', 'offload'];

const ANSWERS: readonly Answer[] = [
  { output: { id: 1 } },
  { output: { id: 2 } },
  { output: [1, 2, 3], action: 'x' },
  { output: { id: 4, text: 'x'.repeat(100) }, claimed: true },
  { failure: {} },
  { failure: { retryable: true } },
  { failure: { action: 'x', output: { kind: 'inline', value: 7 } } },
  { state: 'CANCELLED' },
];

/** One thing that may happen to a run from outside. */
const happen = (simulation: Simulation, next: Numbers): void => {
  const { pending, memory } = simulation;
  const dice = next() % 20;
  if (dice < 10 && pending.length > 0) simulation.answer(next() % pending.length);
  else if (dice < 12) simulation.wait(next() % 100);
  else if (dice < 15) toDeadline(simulation);
  else if (dice === 15) simulation.send({ type: 'hold' });
  else if (dice === 16) simulation.send({ type: 'release' });
  else if (dice === 17 && next() % 4 === 0) simulation.send({ type: 'cancel' });
  else if (dice === 18) escalate(simulation, memory, next);
  else simulation.send({ type: 'deliver', name: 'e', key: 'k', data: { sum: next() } });
};

const toDeadline = (simulation: Simulation): void => {
  const at = nextDeadline(simulation.memory)?.at;
  if (at === undefined || at >= simulation.memory.deadline) return;
  simulation.nowMs = Math.max(simulation.nowMs, at);
  simulation.send({ type: 'time' });
};

/** A local attempt that was too slow, or a stale report of one that has ended. */
const escalate = (simulation: Simulation, memory: RunMemory, next: Numbers): void => {
  const at = simulation.pending.findIndex((command) => command.type === 'call' && command.mode === 'local');
  const [command] = at < 0 || next() % 2 === 0 ? [] : simulation.pending.splice(at, 1);
  if (command?.type === 'call') simulation.send({ type: 'callEscalated', path: command.path, attempt: command.attempt });
  else
    simulation.send({
      type: 'callDone',
      path: Object.keys(memory.runs)[0] ?? '',
      attempt: 9,
      output: { kind: 'inline', value: 0 },
    });
};

/** Lets a run come to its end: released, answered, with the events it waits for. */
const finish = (simulation: Simulation): void => {
  simulation.send({ type: 'release' });
  for (let steps = 0; steps < 3_000 && simulation.memory.phase !== 'ended'; steps += 1) {
    if (simulation.pending.length > 0) simulation.answer(0);
    else if (
      nextDeadline(simulation.memory) !== undefined &&
      (nextDeadline(simulation.memory)?.at ?? 0) < simulation.memory.deadline
    )
      toDeadline(simulation);
    else simulation.send({ type: 'deliver', name: 'e', key: 'k', data: steps });
  }
};

const wander = (plan: Plan, numbers: readonly number[], check: (simulation: Simulation) => void): Simulation => {
  let at = 0;
  const next: Numbers = () => numbers[at++ % numbers.length] ?? 0;
  const simulation = simulate(plan, () => ANSWERS[next() % ANSWERS.length] ?? {}, { many: [1, 2, 3, 4] });
  check(simulation);
  for (const _ of numbers) {
    happen(simulation, next);
    check(simulation);
  }
  finish(simulation);
  check(simulation);
  return simulation;
};
const numbers = fc.array(fc.nat(10_000), { minLength: 5, maxLength: 60 });
const laws = (numRuns: number, law: (plan: Plan, stream: readonly number[]) => void): void =>
  fc.assert(fc.property(nestedPlans, numbers, law), { numRuns });

const sizeOf = (value: Value): number => JSON.stringify(value.kind === 'inline' ? value.value : value.known).length;
const heldBytesOf = ({ frames, undo }: RunMemory): number =>
  [...Object.values(frames).map(({ outputs }) => outputs), ...undo.map(({ nodes }) => nodes)]
    .flatMap((values) => Object.values(values))
    .reduce(
      (sum, value) => sum + sizeOf(value),
      undo.reduce((sum, { locals }) => sum + JSON.stringify(locals).length, 0),
    );

describe('laws of nested plans', () => {
  test('every run ends, nothing is left of it, whatever happens', () => {
    laws(600, (plan, stream) => {
      const { memory, pending } = wander(plan, stream, () => undefined);
      expect(memory.phase).toBe('ended');
      expect(Object.keys(memory.runs)).toEqual([]);
      expect(Object.keys(memory.frames).filter((path) => path !== '' && path !== 'finally')).toEqual([]);
      expect(pending.filter((command) => command.type === 'call' || command.type === 'startChild')).toEqual([]);
    });
  });

  test('values held are counted exactly', () => {
    laws(200, (plan, stream) => {
      wander(plan, stream, ({ memory }) => expect(memory.heldBytes).toBe(heldBytesOf(memory)));
    });
  });

  test('I3: a live node run is ready, busy outside, waiting, or a block with frames of its own', () => {
    laws(200, (plan, stream) => {
      wander(plan, stream, ({ memory }) => {
        for (const run of Object.values(memory.runs)) {
          const owns = Object.values(memory.frames).some((frame) => frame.owner === run.path);
          const ways = [
            memory.ready.includes(run.path),
            run.busy !== undefined,
            run.wake !== undefined,
            run.event !== undefined,
            owns,
          ];
          expect({ run, ways: ways.some(Boolean) }).toMatchObject({ ways: true });
        }
      });
    });
  });

  test('the projection of the journal is the state of the nodes, and of the run', () => {
    laws(300, (plan, stream) => {
      wander(plan, stream, ({ memory, journal }) => {
        expect(journal.map((entry) => entry.seq)).toEqual(journal.map((_, index) => index + 1));
        const head = projectEntries(journal);
        expect(head.nodes ?? {}).toEqual(memory.summaries);
        if (memory.phase !== 'ended') expect(head.state).toBe(shownState(memory));
      });
    });
  });

  test('X11: nothing is started while a run is held; each node run ends once', () => {
    laws(300, (plan, stream) => {
      let seen = 0;
      let heldBefore = false;
      const { journal } = wander(plan, stream, ({ memory, commands }) => {
        const fresh = commands.slice(seen).filter((command) => STARTS.includes(command.type));
        seen = commands.length;
        if (heldBefore && memory.held !== undefined) expect(fresh).toEqual([]);
        heldBefore = memory.held !== undefined;
      });
      const ends = journal.flatMap((entry) => (entry.type === 'node.ended' ? [entry.path] : []));
      expect(new Set(ends).size).toBe(ends.length);
      const starts = journal.flatMap((entry) => (entry.type === 'node.started' ? [entry.path] : []));
      expect(starts.filter((path) => !ends.includes(path))).toEqual([]);
    });
  });

  test('X8: a run that went through JSON goes on as the same run', () => {
    laws(60, (plan, stream) => {
      wander(plan, stream, (simulation) => {
        const copy = JSON.parse(JSON.stringify(simulation.memory)) as RunMemory;
        const here = structuredClone(simulation.memory);
        const at = simulation.nowMs + 30;
        const events = [{ type: 'time' }, { type: 'deliver', name: 'e', key: 'k', data: 1 as Json }] as const;
        expect(advance(plan, copy, events, at)).toEqual(advance(plan, here, events, at));
        expect(JSON.parse(JSON.stringify(copy))).toEqual(JSON.parse(JSON.stringify(here)));
      });
    });
  });
});
