import type { Json } from '../../flow';
import { defineNode } from '../node-type';
import { approvalParams, type ApprovalParams } from './approval-params';

/** What the deadline answers unless the author says otherwise: nobody has agreed. */
const ON_TIMEOUT = 'rejected';

export const approval = defineNode<ApprovalParams>({
  doc: {
    summary: 'Waits until people have decided, or its deadline has.',
    params: [
      { name: 'title', required: true, text: 'What is asked, in one line.' },
      { name: 'message', text: 'What approvers need to know.' },
      {
        name: 'approvers',
        required: true,
        text: 'Who may decide: `account:<email>`, `role:<role>`, `group:<name>`; one, a list, or an expression of either. At most 50.',
      },
      { name: 'required', text: 'How many of them must approve, 1 to 20; default 1. One rejection rejects.' },
      {
        name: 'allowSelf',
        text: 'Whether the account that started the run may decide although others could; default false.',
      },
      { name: 'form', text: 'JSON Schema of the form that a decision fills in; an answer that does not fit is refused.' },
      { name: 'timeout', text: 'The deadline, from the moment the question is in the inbox.' },
      {
        name: 'onTimeout',
        text: 'What the deadline answers: `rejected` (default), `approved`, or a word of your own that `next` names.',
      },
      { name: 'remind', text: 'List of durations after which approvers are reminded, e.g. `[1d, 3d]`.' },
      { name: 'escalate', text: '`{after, to}`: further approvers from then on.' },
      {
        name: 'calendar',
        text: '`{zone, days, hours}`: the durations count only then, e.g. `Europe/Berlin`, `[mon, tue]`, `09:00-17:00`.',
      },
      { name: 'notify', text: '`{email, webhook}`: how approvers hear of it.' },
      {
        name: 'declined',
        text: '`action` (default): a rejection is the action `rejected`; `fail`: it is the failure `declined`.',
      },
    ],
    output:
      '`{decision, decisions, form}`: what it came to, who decided what and when `[{decision, by, at, note}]`, and the form of the decision that ended it.',
    actions: '`approved`, `rejected`, `withdrawn`, and the word of `onTimeout`',
    notes: [
      'The edge `default` takes `approved` only. Whatever else it comes to goes on by an edge of its own, or the branch ends.',
      'A withdrawn approval is the failure `withdrawn`; an edge `withdrawn` takes that (the node is then DONE), else `catch` and `onError` do.',
      'Nodes that name it in `needs` start however it was decided; give them `when: nodes.<id>.decision == "approved"`.',
      'Whatever comes at or after the deadline is refused. While the run is held decisions are taken; what follows from them waits.',
      'People decide in the [inbox](../approvals.md), operators also by the signals `decide`, `delegate` and `withdraw` `{path, …}` in the Temporal UI.',
    ],
    example: `
nodes:
  approve:
    type: approval
    params:
      title: 'Order {{ input.orderId }}'
      approvers: [group:managers]
      timeout: 7d
      remind: [1d, 3d]
      escalate: { after: 5d, to: group:directors }
      form: { type: object, properties: { limit: { type: number } } }
    next: { approved: charge, rejected: giveUp }
  charge:
    type: transform
    params: { output: { limit: '{{ nodes.approve.form.limit ?? 100 }}' } }
  giveUp:
    type: fail
    params: { code: declined, message: 'Order {{ input.orderId }} was not approved' }
`,
  },
  kinds: { literal: ['form', 'onTimeout', 'calendar', 'required', 'allowSelf', 'declined'], secretCapable: ['notify'] },
  params: approvalParams,
  actions: ({ onTimeout = ON_TIMEOUT }) => [...new Set(['approved', 'rejected', 'withdrawn', onTimeout])],
  execution: ['inline'],
  lower: ({
    title,
    message,
    approvers,
    required,
    allowSelf,
    form,
    timeout,
    onTimeout,
    remind,
    escalate,
    calendar,
    notify,
    declined,
  }) => ({
    kind: 'approval',
    title,
    ...(message === undefined ? {} : { message }),
    approvers,
    required,
    allowSelf,
    ...(form === undefined ? {} : { form }),
    ...(timeout === undefined ? {} : { timeout }),
    onTimeout: onTimeout ?? ON_TIMEOUT,
    remind,
    ...(escalate === undefined ? {} : { escalate }),
    ...(calendar === undefined ? {} : { calendar }),
    ...(notify === undefined ? {} : { notify: notify as Json }),
    ...(declined === 'fail' ? { declineFails: true as const } : {}),
  }),
});
