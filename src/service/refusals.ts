import { RepriseError, type FlowForm, type Issue } from '../flow';

export const flowNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no flow ${id}; list the flows to see their ids`);
export const versionNotFound = (id: string, version: number): RepriseError =>
  new RepriseError('not_found', `Flow ${id} has no version ${version}; list its versions to see their numbers`);
/** A part that only definitions of one form have, on a flow of another. */
export const otherForm = ({ id, form }: { readonly id: string; readonly form: FlowForm }, wanted: FlowForm): RepriseError =>
  new RepriseError('other_form', `Flow ${id} is written in the form ${form}, not ${wanted}; save its definition as text`);
export const runNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no execution ${id}; list the executions to see their ids`);
export const scheduleNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no schedule ${id}; list the schedules to see their ids`);
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
