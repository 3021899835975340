/** What of an approval is refused when the flow is saved, and what its plan says. */
import { compileDefinition } from '../../../src/language';

const compile = (params: object) =>
  compileDefinition(
    JSON.stringify({ nodes: { ask: { type: 'approval', params: { title: 'x', approvers: ['group:a'], ...params } } } }),
  );
const faultsOf = (params: object): string[] => {
  const result = compile(params);
  return result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path.replace('nodes.ask.params', '')}`);
};

test.each([
  [{ approvers: 'managers' }, 'invalid_value .approvers'],
  [{ approvers: [] }, 'invalid_value .approvers'],
  [{ required: 21 }, 'invalid_value .required'],
  [{ form: { type: 'thing' } }, 'invalid_input_schema .form'],
  [{ form: { $ref: 'https://example.com/x' } }, 'invalid_input_schema .form'],
  [{ timeout: 'soon' }, 'invalid_duration .timeout'],
  [{ onTimeout: 'approved' }, 'invalid_value '],
  [{ timeout: '1d', remind: ['2d'] }, 'invalid_value '],
  [{ escalate: { after: '1d' } }, 'missing_field .escalate.to'],
  [{ calendar: { zone: 'Mars/Olympus' } }, 'invalid_value .calendar.zone'],
  [{ calendar: { zone: 'Europe/Berlin', hours: '17:00-09:00' } }, 'invalid_value .calendar.hours'],
  [{ calendar: { zone: 'Europe/Berlin', days: ['funday'] } }, 'invalid_value .calendar.days[0]'],
  [{ notify: { sms: true } }, 'unknown_field .notify.sms'],
  [{ notify: { email: 5 } }, 'invalid_value .notify.email'],
  [{ notify: { webhook: 'ftp://x' } }, 'invalid_value .notify.webhook'],
  [{ notify: { webhook: { url: 'https://x.example', more: 1 } } }, 'unknown_field .notify.webhook.more'],
  [{ message: '{{ secrets.KEY }}' }, 'secret_not_allowed_here .message'],
])('%j is refused', (params, fault) => {
  expect(faultsOf(params)).toEqual([fault]);
});

test.each([
  { approvers: '{{ input.who ?? "group:a" }}' },
  { approvers: 'role:admin', timeout: '{{ input.time ?? "1d" }}', onTimeout: 'late' },
  { notify: { email: true, webhook: { url: 'https://x.example/{{ input.id ?? 1 }}', secret: '{{ secrets.HOOK }}' } } },
])('%j is taken', (params) => {
  expect(faultsOf(params)).toEqual([]);
});

test('the plan says all of it', () => {
  const calendar = { zone: 'Europe/Berlin', days: ['fri', 'mon', 'mon'], hours: '08:30-12:00' };
  const params = { timeout: '7d', remind: ['1d', 60], escalate: { after: '5d', to: 'group:b' }, calendar, declined: 'fail' };
  const result = compile(params);
  expect(result.ok && result.plan.root.nodes['ask']?.op).toEqual({
    kind: 'approval',
    title: 'x',
    approvers: ['group:a'],
    required: 1,
    allowSelf: false,
    timeout: 7 * 86_400_000,
    onTimeout: 'rejected',
    remind: [86_400_000, 60_000],
    escalate: { after: 5 * 86_400_000, to: ['group:b'] },
    calendar: { zone: 'Europe/Berlin', days: [1, 5], hours: { from: '08:30', to: '12:00' } },
    declineFails: true,
  });
});
