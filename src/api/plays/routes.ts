import type { Route } from '../route';
import type { SessionCookie } from '../session-cookie';
import { createPlaysAuthRoutes } from './auth';
import { layeredFlowRoutes } from './flows';
import { kvRoutes } from './kv';
import { layerRoutes } from './layers';
import { playEventRoutes } from './live';
import { playControlRoutes } from './play-control';
import { playRoutes } from './plays';

/** The plays contract: `/api` but not `/api/v1`. */
export const createPlaysRoutes = (cookie: SessionCookie): readonly Route[] => [
  ...createPlaysAuthRoutes(cookie),
  ...layeredFlowRoutes,
  ...layerRoutes,
  ...playRoutes,
  ...playControlRoutes,
  ...playEventRoutes,
  ...kvRoutes,
];
