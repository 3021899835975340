import type { Route } from '../route';
import { accountRoutes } from './accounts';
import { apiKeyRoutes } from './api-keys';
import { approvalRoutes } from './approvals';
import { auditRoutes } from './audit';
import { authRoutes } from './auth';
import { bulkRoutes } from './bulk';
import { controlRoutes } from './control';
import { executionRoutes } from './executions';
import { flowRoutes } from './flows';
import { insightRoutes } from './insight';
import { liveRoutes } from './live';
import { scheduleRoutes } from './schedules';
import { secretRoutes } from './secrets';
import { versionRoutes } from './versions';

/** The FlowRunner contract and, in its style, the native additions under `/api/v1`. */
export const flowrunnerRoutes: readonly Route[] = [
  ...authRoutes,
  ...secretRoutes,
  ...flowRoutes,
  ...versionRoutes,
  ...bulkRoutes,
  ...executionRoutes,
  ...controlRoutes,
  ...approvalRoutes,
  ...scheduleRoutes,
  ...insightRoutes,
  ...liveRoutes,
  ...accountRoutes,
  ...apiKeyRoutes,
  ...auditRoutes,
];
