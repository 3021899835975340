import type { Decision } from '../../flow';
import type { Approval, ApprovalLinkView } from '../../service/contract';
import { fieldsOf, renderField } from './form-fields';
import { html, NOTHING, type Html } from './html';

const VERB: Readonly<Record<Decision, string>> = { approved: 'Approve', rejected: 'Reject' };

/** The page obeys a policy without anything inline; it works without a script. */
const pageOf = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="stylesheet" href="/approve/style.css" />
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.text;

/** Asks. `problem`: why the last answer did not do. */
export const questionPage = (view: ApprovalLinkView, token: string, problem?: string): string => {
  const { approval, decision, approver } = view;
  const verb = VERB[decision];
  const fields = decision === 'approved' ? fieldsOf(approval.form) : [];
  const content = html`<h1 dir="auto">${approval.title}</h1>
    ${problem === undefined ? NOTHING : html`<p role="alert" class="problem">${problem}</p>`}
    ${approval.message === undefined ? NOTHING : html`<p class="message" dir="auto">${approval.message}</p>`}
    <dl>
      <dt>Flow</dt>
      <dd dir="auto">${approval.flowName}</dd>
      <dt>Execution</dt>
      <dd>${approval.runId}, node ${approval.path}</dd>
      <dt>You</dt>
      <dd dir="auto">${approver.name} (${approver.email})</dd>
      ${
        approval.required === 1
          ? NOTHING
          : html`<dt>Needed</dt>
              <dd>${approval.required} approvals</dd>`
      }
      ${
        approval.dueAt === undefined
          ? NOTHING
          : html`<dt>Due</dt>
              <dd>${timeOf(approval.dueAt)}</dd>`
      }
      <dt>This link works until</dt>
      <dd>${timeOf(view.expiresAt)}</dd>
    </dl>
    <h2>${verb}: what runs next</h2>
    ${nextList(view)}
    ${
      fields === undefined
        ? html`<p>
            This approval asks for a form that this page cannot show. Answer in the inbox:
            <code>POST /api/v1/approvals/{id}/decide</code>.
          </p>`
        : html`<form method="post" action="/approve">
            <input type="hidden" name="token" value="${token}" />
            ${fields.map(renderField)}
            <p><label for="note">Note</label><textarea id="note" name="note" rows="3" maxlength="2000"></textarea></p>
            <p><button type="submit">${verb}</button></p>
          </form>`
    }`;
  return pageOf(`${verb}: ${approval.title}`, content);
};

const nextList = ({ next }: ApprovalLinkView): Html =>
  next.length === 0
    ? html`<p>Nothing follows on this branch of the flow.</p>`
    : html`<ul>
        ${next.map(({ name, type }) => html`<li><bdi>${name}</bdi> <span class="type">${type}</span></li>`)}
      </ul>`;

/** Says what was decided. */
export const decidedPage = ({ title, state }: Approval): string =>
  pageOf(
    'Recorded',
    html`<h1>Recorded</h1>
      <p role="status">
        Your decision on <bdi>${title}</bdi> is recorded.
        ${state === 'open' ? 'It waits for others.' : html`It is now <strong>${state}</strong>.`}
      </p>`,
  );

export const refusalPage = (message: string): string =>
  pageOf(
    'Not possible',
    html`<h1>Not possible</h1>
      <p role="alert">${message}.</p>`,
  );

const timeOf = (date: Date): Html => html`<time datetime="${date.toISOString()}">${date.toISOString()}</time>`;

export const STYLE = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; }
h2 { font-size: 1.1rem; }
.message { white-space: pre-wrap; }
.problem { border-left: 0.25rem solid; padding-left: 0.75rem; font-weight: 600; }
.type { opacity: 0.75; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
label { display: block; }
input[type='checkbox'] + label { display: inline; }
input:not([type='checkbox']), select, textarea { box-sizing: border-box; width: 100%; font: inherit; padding: 0.4rem; }
button { font: inherit; padding: 0.5rem 1.5rem; min-height: 2.75rem; }
`;
