/** `npm run access`: writes docs/access.md from the routes. */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { renderAccessPage } = require('./access/render');

const root = path.join(__dirname, '..');
require(path.join(root, 'bench', 'register.js'));
/** @type {typeof import('../src/api')} */
const { createRoutes } = require(path.join(root, 'src', 'api', 'index.ts'));
/** @type {typeof import('../src/flow')} */
const words = require(path.join(root, 'src', 'flow', 'index.ts'));

const routes = createRoutes({ publicUrl: 'http://localhost', version: '0.0.0' });
fs.writeFileSync(path.join(root, 'docs', 'access.md'), renderAccessPage(routes, words));
