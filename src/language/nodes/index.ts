import type { NodeType } from '../node-type';
import { approval } from './approval';
import { group, parallel } from './blocks';
import { condition } from './condition';
import { delay } from './delay';
import { emailSend } from './email-send';
import { fail, succeed } from './ends';
import { flow } from './flow';
import { httpRequest } from './http-request';
import { jsonata } from './jsonata';
import { log } from './log';
import { loop } from './loop';
import { router } from './router';
import { script } from './script';
import { store } from './store';
import { switchNode } from './switch';
import { transform } from './transform';
import { wait } from './wait';
import { webhook } from './webhook';

/** The types of this version, in the order of the documentation. */
export const NODE_TYPE_NAMES = [
  'http.request',
  'webhook',
  'email.send',
  'transform',
  'condition',
  'router',
  'switch',
  'delay',
  'wait',
  'approval',
  'loop',
  'parallel',
  'group',
  'flow',
  'store',
  'script',
  'jsonata',
  'log',
  'succeed',
  'fail',
] as const;
export type NodeTypeName = (typeof NODE_TYPE_NAMES)[number];

/** Every type by name: a missing one does not compile. */
export const NODE_TYPES: Readonly<Record<NodeTypeName, NodeType>> = {
  'http.request': httpRequest,
  webhook,
  'email.send': emailSend,
  transform,
  condition,
  router,
  switch: switchNode,
  delay,
  wait,
  approval,
  loop,
  parallel,
  group,
  flow,
  store,
  script,
  jsonata,
  log,
  succeed,
  fail,
};

export const isNodeTypeName = (name: string): name is NodeTypeName => (NODE_TYPE_NAMES as readonly string[]).includes(name);

/** Types that Reprise knows of and does not have yet: `unsupported`, not `unknown_type`. */
export const UNSUPPORTED_TYPES: readonly string[] = [
  'container',
  'upload',
  'email.receive',
  'llm',
  'cron',
  'agent',
  'postgres',
  'dynamodb',
  'format',
  'split',
  'join',
  'mcp',
  'plugin',
];

/** Types that may stand in `compensate`: single calls. */
export const COMPENSATE_TYPES: readonly NodeTypeName[] = ['http.request', 'webhook', 'email.send', 'store', 'script', 'jsonata'];
