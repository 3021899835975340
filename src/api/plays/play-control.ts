import { withoutUndefined } from '../flowrunner/without-undefined';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { ById } from './common-schema';
import { ApproveReply, ApproveRequest, HoldPlayRequest, PlaySummary } from './play-schema';
import { presentSummary } from './present-play';

const ENDED = { 409: 'The play has ended.' };
const COMMON = { method: 'post', tags: ['plays'], params: ById } as const;

/** What people do to a live play. */
export const playControlRoutes: readonly Route[] = [
  defineRoute({
    ...COMMON,
    path: '/api/plays/{id}/approve',
    operationId: 'approveLayer',
    summary: 'Approve or decline a layer that waits',
    description: 'A declined layer is FAIL `declined`. The second answer gets 409 with the one that counts.',
    access: 'approvals:decide',
    body: ApproveRequest,
    reply: { status: 200, description: 'It is decided, or one more of several has approved.', schema: ApproveReply },
    refuses: { 409: 'It is decided already, or asks nobody.', 410: 'It does not wait any more.', 422: 'It asks for a form.' },
    handler: async ({ input: { params, body }, services, principal }) => {
      const { layerId, decision, note } = body;
      const native = decision === 'declined' ? 'rejected' : 'approved';
      const answer = { layerId, decision: native, ...withoutUndefined({ note }) } as const;
      const { state } = await services.plays.approve(principal, params.id, answer);
      return { body: { playId: params.id, layerId, decision, approval: state } };
    },
  }),
  defineRoute({
    ...COMMON,
    path: '/api/plays/{id}/hold',
    operationId: 'holdPlay',
    summary: 'Pause a play',
    description: 'Running attempts finish, nothing new begins, timers keep counting. Idempotent; cascades to sub-flows.',
    access: 'flows:execute',
    body: HoldPlayRequest,
    reply: { status: 200, description: 'The play, ON_HOLD.', schema: PlaySummary },
    refuses: ENDED,
    handler: async ({ input: { params, body }, services, principal }) => ({
      body: presentSummary(await services.runs.hold(principal, params.id, body.reason)),
    }),
  }),
  defineRoute({
    ...COMMON,
    path: '/api/plays/{id}/release',
    operationId: 'releasePlay',
    summary: 'Let a paused play go on',
    access: 'flows:execute',
    reply: { status: 200, description: 'The play, no longer on hold.', schema: PlaySummary },
    refuses: ENDED,
    handler: async ({ input: { params }, services, principal }) => ({
      body: presentSummary(await services.runs.release(principal, params.id)),
    }),
  }),
  defineRoute({
    ...COMMON,
    path: '/api/plays/{id}/cancel',
    operationId: 'cancelPlay',
    summary: 'Cancel a play',
    description: 'It ends FAIL with `cancelled: true`, after what undoes its work.',
    access: 'flows:execute',
    body: HoldPlayRequest,
    reply: { status: 200, description: 'The play as it is now; it may take a moment to end.', schema: PlaySummary },
    refuses: ENDED,
    handler: async ({ input: { params, body }, services, principal }) => {
      await services.runs.cancel(principal, params.id, body.reason);
      return { body: presentSummary(await services.runs.get(principal, params.id)) };
    },
  }),
];
