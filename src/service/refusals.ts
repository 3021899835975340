import { RepriseError, type Issue } from '../flow';

export const flowNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no flow ${id}; list the flows to see their ids`);
export const versionNotFound = (id: string, version: number): RepriseError =>
  new RepriseError('not_found', `Flow ${id} has no version ${version}; list its versions to see their numbers`);
export const runNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no execution ${id}; list the executions to see their ids`);
export const accountNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no account ${id}; list the accounts to see their ids`);
export const invalid = (what: string, issues: readonly Issue[]): RepriseError =>
  new RepriseError(
    'validation_error',
    `${what} has ${issues.length === 1 ? 'a fault' : `${issues.length} faults`}: ${issues[0]?.message ?? ''}`,
    {
      details: { issues },
    },
  );
