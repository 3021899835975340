/** The page behind a signed link: public, because the token says who asks. GET shows, POST decides. */
import { isRepriseError, LIMITS, RepriseError } from '../../flow';
import { toHttpFailure } from '../errors';
import { assertOrigin, ownOrigins } from '../live/origin';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';
import { answersOf, fieldsOf, withFields } from './form-fields';
import { decidedPage, questionPage, refusalPage, STYLE } from './page';

const HTML = 'text/html; charset=utf-8';
const Page = z.string();
const Token = z.string().min(1).max(2_048);
/** As everywhere, but a form may be sent to this very place, and nothing else may be loaded than the style sheet. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};
const REFUSES = {
  403: 'The account is no approver any more, or the request comes from a page of another origin.',
  404: 'This is no link.',
  409: 'It is decided otherwise.',
  410: 'The link was used, was revoked or has expired, or nothing is asked any more.',
};

const Answer = z
  .preprocess(
    withFields,
    z.strictObject({
      token: Token,
      note: z.string().max(LIMITS.approvalNoteChars).default(''),
      fields: z.record(z.string().max(200), z.string()),
    }),
  )
  .openapi({
    type: 'object',
    required: ['token'],
    properties: { token: { type: 'string' }, note: { type: 'string' } },
    description: 'And `field:<name>` for each field of the form.',
  });

const Origin = z.object({ origin: z.string().optional(), 'sec-fetch-site': z.string().optional() });

export const createApprovalPageRoutes = ({ publicUrl }: { readonly publicUrl: string }): readonly Route[] => {
  const own = ownOrigins(publicUrl);
  return [
    defineRoute({
      method: 'get',
      path: '/approve/style.css',
      operationId: 'getApproveStyle',
      summary: 'Part of the page behind a signed link',
      tags: ['approvals'],
      access: 'public',
      reply: { status: 200, description: 'The file.', schema: z.string(), contentType: 'text/css; charset=utf-8' },
      handler: async () => ({ body: STYLE, headers: { 'cache-control': 'public, max-age=3600' } }),
    }),
    defineRoute({
      method: 'get',
      path: '/approve/{token}',
      operationId: 'showApprovalLink',
      summary: 'The page behind a signed link',
      description: 'Shows what is asked and what would run next. It decides nothing.',
      tags: ['approvals'],
      access: 'public',
      params: z.strictObject({ token: Token }),
      query: z.looseObject({}),
      reply: { status: 200, description: 'The page.', schema: Page, contentType: HTML },
      refuses: REFUSES,
      handler: ({ input: { params }, services, request }) =>
        asPage(async () => questionPage(await services.approvalLinks.look(params.token, request), params.token)),
    }),
    defineRoute({
      method: 'post',
      path: '/approve',
      operationId: 'useApprovalLink',
      summary: 'Decide by a signed link',
      tags: ['approvals'],
      access: 'public',
      headers: Origin,
      body: Answer,
      bodyIsForm: true,
      reply: { status: 200, description: 'A page that says what was recorded.', schema: Page, contentType: HTML },
      refuses: { ...REFUSES, 422: 'The form does not fit: the page asks again.' },
      handler: ({ input: { headers, body }, services, request }) =>
        asPage(async () => {
          assertSameOrigin(headers, own);
          const { token, note } = body;
          const view = await services.approvalLinks.look(token, request);
          const fields = view.decision === 'approved' ? fieldsOf(view.approval.form) : [];
          // A form that the page cannot show is refused by its schema.
          const form = fields !== undefined && fields.length > 0 ? { form: answersOf(fields, body.fields) } : {};
          try {
            const answer = { ...form, ...(note.trim() !== '' && { note }) };
            return decidedPage(await services.approvalLinks.use(token, request, answer));
          } catch (error) {
            if (!isRepriseError(error) || error.code !== 'validation_error') throw error;
            return { status: 422, body: questionPage(view, token, error.message) };
          }
        }),
    }),
  ];
};

/**
 * `Sec-Fetch-Site` is a browser's own word. `Origin` alone says little here: this page asks for no referrer, and browsers then send
 * `null` also from it. Without either it is no browser. What counts is the token in the body, which no other page knows.
 */
const assertSameOrigin = (headers: z.output<typeof Origin>, own: ReadonlySet<string>): void => {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin')
    throw new RepriseError('forbidden', 'Pages of another origin may not decide here: open the link itself');
  assertOrigin(origin === 'null' ? undefined : origin, own);
};

type PageAnswer = string | { readonly status: number; readonly body: string };

/** A refusal is a page too; a fault of ours stays one. */
const asPage = async (make: () => Promise<PageAnswer>) => {
  try {
    const answer = await make();
    return typeof answer === 'string' ? { body: answer, headers: HEADERS } : { ...answer, headers: HEADERS };
  } catch (error) {
    if (!isRepriseError(error)) throw error;
    const { status, message, headers } = toHttpFailure(error, '');
    if (status === 500) throw error;
    return { status, body: refusalPage(message.replace(/\.$/, '')), headers: { ...headers, ...HEADERS } };
  }
};
