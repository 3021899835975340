import type { CallName } from '../../flow';
import type { CallHandler } from '../call-handler';
import { emailSend } from './email-send';
import { httpRequest } from './http-request';
import { jsonata } from './jsonata';
import { script } from './script';
import { store } from './store';
import { webhook } from './webhook';

/** Every call that a plan can name; a missing one does not compile. */
export const CALLS: Readonly<Record<CallName, CallHandler>> = { emailSend, httpRequest, webhook, store, script, jsonata };
