import { MAX_DURATION_MS } from '../duration';
import { hasOwn, stringify } from '../expr/globals';
import type { Failure } from '../failure';
import type { Json, JsonObject } from '../json';
import { LIMITS } from '../limits';
import type { NodePlan, Operation, Route, ValueOperation } from '../plan';
import { inline, type Value } from '../value';
import { DEFAULT_ACTION, type LogLevel } from '../words';
import { stableId } from '../hash';
import { ask, askOnce, jsonOf, textOf } from './ask';
import { startApproval } from './approvals';
import { startBranches, startGroup } from './blocks';
import { splitParams } from './call-params';
import { takeEarlyEvent } from './deliver';
import { durationOf, invalid } from './durations';
import { failRun, stopFrame } from './fail-and-stop';
import { outputTooLarge, shortened, toFailure } from './failures';
import { frameOf, nodePlanOf, placeOf, record, summarise, type Machine } from './machine';
import { startLoop } from './loop';
import { resolveParams } from './resolve-params';
import { settle } from './settle';
import type { NodeRun } from './state';
import { heldSize, topFrame } from './tokens';

type Performer<K extends Operation['kind']> = (
  machine: Machine,
  run: NodeRun,
  op: Extract<Operation, { kind: K }>,
  plan: NodePlan,
) => void;

/** What each operation does when its node starts. Each may be called again after an evaluation outside (see ask). */
const performers: { readonly [K in Operation['kind']]: Performer<K> } = {
  value: (machine, run, op) => {
    const output = outputOf(machine, run, op);
    if (output === undefined) return;
    const actions = op.route === undefined ? [DEFAULT_ACTION] : chooseActions(machine, run, op.route);
    if (actions === undefined) return;
    const log = op.log === undefined ? undefined : logLine(machine, run, op.log);
    if (op.log !== undefined && log === undefined) return;
    settle(machine, run, { state: 'DONE', action: actions.join(','), actions, output, ...(log === undefined ? {} : { log }) });
  },
  call: (machine, run, op, plan) => {
    const { template, raw } = splitParams(op);
    const params = resolveParams(machine, run, template, raw);
    if (stringify(params).length > LIMITS.taskPayloadBytes) return failRun(machine, run, tooMuch(run, 'params'));
    const mode =
      plan.execution === 'local' && run.attempt === 1 && run.slow === undefined && !somethingSlow(machine, run)
        ? 'local'
        : 'activity';
    run.busy = mode;
    machine.commands.push({
      type: 'call',
      path: run.path,
      nodeRunId: run.nodeRunId,
      attempt: run.attempt,
      mode,
      activity: op.activity,
      params,
      reads: plan.reads ?? [],
      ...(op.output === undefined ? {} : { output: op.output }),
      timeoutMs: plan.attemptTimeoutMs ?? 30_000,
    });
  },
  delay: (machine, run, op) => {
    const answer = ask(machine, run, 'duration', { kind: 'template', source: op.duration });
    if (!answer.ready) return;
    const ms = durationOf(op.duration, jsonOf(answer.value));
    if (ms === undefined) return invalid(machine, run, 'duration', answer.value, 'a duration such as 30s or 1h');
    waitTill(machine, run, machine.nowMs + ms);
  },
  waitUntil: (machine, run, op) => {
    const answer = ask(machine, run, 'until', { kind: 'template', source: op.until });
    if (!answer.ready) return;
    const at = Date.parse(textOf(answer.value));
    if (!(at <= machine.nowMs + MAX_DURATION_MS))
      return invalid(machine, run, 'until', answer.value, 'an ISO 8601 time, at most ten years ahead');
    waitTill(machine, run, at);
  },
  waitEvent: (machine, run, op) => {
    const key = op.key === undefined ? undefined : ask(machine, run, 'key', { kind: 'template', source: op.key });
    if (key?.ready === false) return;
    const limit = timeoutOf(machine, run, op.timeout);
    if (limit === 'later') return;
    run.event = { name: op.event, ...(key === undefined ? {} : { key: textOf(key.value) }) };
    if (limit !== undefined) run.wake = { kind: 'timeout', at: machine.nowMs + limit };
    run.state = 'WAIT';
    summarise(machine, run, 'WAIT');
    const correlation = run.event.key === undefined ? '' : ` with key ${run.event.key}`;
    record(machine, {
      type: 'node.waiting',
      level: 'debug',
      message: `Waiting for event ${op.event}${correlation}`,
      ...placeOf(machine, run),
      state: 'WAIT',
      data: { ...run.event },
    });
    takeEarlyEvent(machine, run);
  },
  waitCondition: (machine, run, op) => {
    const polls = run.polls ?? 0;
    if (polls === 0) {
      const limit = timeoutOf(machine, run, op.timeout);
      if (limit === 'later') return;
      if (limit !== undefined) run.waitLimit ??= machine.nowMs + limit;
    }
    const answer = askOnce(machine, run, `if.${polls}`, { kind: 'expression', source: op.if });
    if (!answer.ready) return;
    if (jsonOf(answer.value) === true)
      return settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: passedOn(machine, run) });
    run.polls = polls + 1;
    if (run.polls >= op.maxAttempts)
      return failRun(
        machine,
        run,
        toFailure('wait_timeout', `The condition of ${run.path} was not met in ${op.maxAttempts} checks`, run.path, {
          action: 'timeout',
        }),
      );
    run.wake = { kind: 'poll', at: machine.nowMs + op.intervalMs };
  },
  approval: startApproval,
  loop: startLoop,
  parallel: startBranches,
  group: startGroup,
  flow: (machine, run, op) => {
    const flow = ask(machine, run, 'flow', { kind: 'template', source: op.flow });
    const version =
      flow.ready && op.version !== undefined ? ask(machine, run, 'version', { kind: 'template', source: op.version }) : undefined;
    const input =
      flow.ready && version?.ready !== false ? ask(machine, run, 'input', { kind: 'template', source: op.input }) : undefined;
    if (!flow.ready || version?.ready === false || input?.ready !== true) return;
    const number = version === undefined ? undefined : Number(jsonOf(version.value));
    if (version !== undefined && !(Number.isSafeInteger(number) && Number(number) > 0))
      return invalid(machine, run, 'version', version.value, 'the number of a version of the flow');
    if (stringify(input.value).length > LIMITS.taskPayloadBytes) return failRun(machine, run, tooMuch(run, 'input'));
    run.busy = 'child';
    run.childRunId = stableId('run', `${machine.state.facts.runId}|${run.path}|${run.attempt}`);
    machine.commands.push({
      type: 'startChild',
      path: run.path,
      childRunId: run.childRunId,
      flow: textOf(flow.value),
      ...(number === undefined ? {} : { version: number }),
      input: input.value,
      detach: op.mode === 'detach',
    });
  },
  succeed: (machine, run, op) => {
    const answer = op.output === undefined ? undefined : ask(machine, run, 'output', { kind: 'template', source: op.output });
    if (answer?.ready === false) return;
    const output = answer?.value ?? passedOn(machine, run);
    if (answer !== undefined && isTooLarge(output)) return failRun(machine, run, outputTooLarge(run.path, run.path));
    const top = topFrame(machine, run);
    settle(machine, run, { state: op.state, output });
    stopFrame(machine, top, { kind: 'ended', state: op.state, output });
  },
  fail: (machine, run, op) => {
    const code = ask(machine, run, 'code', { kind: 'template', source: op.code });
    const message = code.ready ? ask(machine, run, 'message', { kind: 'template', source: op.message }) : code;
    if (!code.ready || !message.ready) return;
    const failure = toFailure(textOf(code.value), textOf(message.value), run.path);
    // Ends the run whatever catches around it: marked first, so that stopping leaves this node to fail by itself.
    run.stopping = { kind: 'failed', failure };
    stopFrame(machine, topFrame(machine, run), { kind: 'failed', failure });
    settle(machine, run, { state: 'FAIL', failure });
  },
};

export const perform = (machine: Machine, run: NodeRun): void => {
  const plan = nodePlanOf(machine, run);
  performers[plan.op.kind](machine, run, plan.op as never, plan);
};

const passedOn = (machine: Machine, run: NodeRun): Value => frameOf(machine, run.frame).last ?? inline(null);

/** undefined: comes later, or the node has failed already. */
const outputOf = (machine: Machine, run: NodeRun, op: ValueOperation): Value | undefined => {
  if (op.output === undefined) return passedOn(machine, run);
  const answer = ask(machine, run, 'output', { kind: 'template', source: op.output });
  if (!answer.ready) return undefined;
  if (!isTooLarge(answer.value)) return answer.value;
  failRun(machine, run, outputTooLarge(run.path, run.path));
  return undefined;
};

const isTooLarge = (value: Value): boolean => value.kind === 'inline' && heldSize(value) > LIMITS.workflowOutputBytes;

/** X5: more than a workflow task may schedule. */
const tooMuch = (run: NodeRun, what: string): Failure =>
  toFailure(
    'params_too_large',
    `The ${what} of ${run.path} are larger than ${LIMITS.taskPayloadBytes} bytes; store the values and pass where they lie`,
    run.path,
  );

const chooseActions = (machine: Machine, run: NodeRun, route: Route): string[] | undefined => {
  if (route.kind === 'rules') {
    const taken: string[] = [];
    for (const [index, rule] of route.rules.entries()) {
      const answer = ask(machine, run, `rule.${index}`, { kind: 'expression', source: rule.if });
      if (!answer.ready) return undefined;
      if (jsonOf(answer.value) !== true) continue;
      taken.push(rule.action);
      if (route.all !== true) break;
    }
    return taken.length > 0 ? taken : [route.otherwise];
  }
  const answer = ask(machine, run, 'route', { kind: 'expression', source: route.kind === 'boolean' ? route.if : route.on });
  if (!answer.ready) return undefined;
  if (route.kind === 'boolean') return [jsonOf(answer.value) === true ? 'true' : 'false'];
  const text = textOf(answer.value);
  const chosen = hasOwn(route.cases, text) ? route.cases[text] : undefined;
  return [chosen ?? route.otherwise];
};

const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error'];
const logLine = (
  machine: Machine,
  run: NodeRun,
  log: NonNullable<ValueOperation['log']>,
): { level: LogLevel; message: string; data?: Json } | undefined => {
  const { level: levelSource, message: messageSource, data: dataSource } = log;
  const told = ask(machine, run, 'log', { kind: 'template', source: { level: levelSource, message: messageSource } });
  if (!told.ready) return undefined;
  const data = dataSource === undefined ? undefined : ask(machine, run, 'data', { kind: 'template', source: dataSource });
  if (data?.ready === false) return undefined;
  const line = jsonOf(told.value) as JsonObject;
  const level = textOf(inline(line['level'] ?? null));
  return {
    level: (LEVELS.includes(level) ? level : 'info') as LogLevel,
    message: shortened(textOf(inline(line['message'] ?? null))),
    ...(data === undefined ? {} : { data: jsonOf(data.value) }),
  };
};

const timeoutOf = (machine: Machine, run: NodeRun, timeout: Json | undefined): number | undefined | 'later' => {
  if (timeout === undefined) return undefined;
  const answer = ask(machine, run, 'timeout', { kind: 'template', source: timeout });
  if (!answer.ready) return 'later';
  const ms = durationOf(timeout, jsonOf(answer.value));
  if (ms !== undefined) return ms;
  invalid(machine, run, 'timeout', answer.value, 'a duration such as 7d');
  return 'later';
};

const waitTill = (machine: Machine, run: NodeRun, at: number): void => {
  run.wake = { kind: 'delay', at };
  const until = new Date(at).toISOString();
  record(machine, {
    type: 'node.waiting',
    level: 'debug',
    message: `Waiting until ${until}`,
    ...placeOf(machine, run),
    state: 'RUN',
    data: { until },
  });
};

/** X3: while something slow runs beside it, a call is a regular activity, so that it does not block the run. */
const somethingSlow = (machine: Machine, self: NodeRun): boolean =>
  Object.values(machine.state.runs).some(
    (run) =>
      run !== self &&
      (run.busy === 'activity' ||
        run.busy === 'child' ||
        (run.wake !== undefined && run.block === undefined) ||
        run.event !== undefined ||
        run.approval !== undefined),
  );
