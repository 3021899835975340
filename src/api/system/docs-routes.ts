import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineRoute } from '../route';
import type { Route } from '../route';
import { z } from '../zod-openapi';

/** No inline script or style: the page obeys the same content security policy as everything else. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Reprise API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });
`;

interface Asset {
  readonly name: string;
  readonly contentType: string;
}
const ASSETS: readonly Asset[] = [
  { name: 'swagger-ui.css', contentType: 'text/css; charset=utf-8' },
  { name: 'swagger-ui-bundle.js', contentType: 'text/javascript; charset=utf-8' },
  { name: 'favicon-32x32.png', contentType: 'image/png' },
];

/** The API reference as a page, with its assets served from the installed package: no CDN, exact paths only. */
export function createDocsRoutes(): readonly Route[] {
  return [
    docsRoute('/docs', 'getDocs', 'text/html; charset=utf-8', async () => PAGE),
    docsRoute('/docs/start.js', 'getDocsStart', 'text/javascript; charset=utf-8', async () => START),
    ...ASSETS.map(({ name, contentType }) =>
      docsRoute(`/docs/${name}`, `getDocs_${name.replaceAll(/\W/g, '_')}`, contentType, readOnce(name)),
    ),
  ];
}

function docsRoute(path: string, operationId: string, contentType: string, read: () => Promise<string | Buffer>): Route {
  return defineRoute({
    method: 'get',
    path,
    operationId,
    summary: path === '/docs' ? 'The API reference as a page' : 'Part of the API reference page',
    tags: ['system'],
    access: 'public',
    query: z.looseObject({}),
    reply: {
      status: 200,
      description: 'The file.',
      schema: z.custom<string | Buffer>().openapi({ type: 'string' }),
      contentType,
    },
    handler: async () => ({ body: await read(), headers: { 'cache-control': 'public, max-age=3600' } }),
  });
}

/** Resolved, not imported: importing the package would load the browser bundle into this process. */
function readOnce(name: string): () => Promise<Buffer> {
  let bytes: Promise<Buffer> | undefined;
  return async () => (bytes ??= readFile(join(dirname(require.resolve('swagger-ui-dist/package.json')), name)));
}
