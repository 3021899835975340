import { RepriseError } from '../../src/flow';
import type { FlowForm, Plan, Principal } from '../../src/flow';
import type { Flow, FlowService, FlowVersion, Page, PageRequest } from '../../src/service/contract';

const NO_PLAN = {} as Plan;
const FAULT = {
  code: 'unknown_target',
  path: 'nodes.start.next.ok',
  line: 8,
  message: 'The node "nowhere" does not exist.',
  suggestion: 'start',
};

const formOf = (definition: string): FlowForm => (definition.includes('"layers"') ? 'plays' : 'native');

export const pageOf = <T>(items: readonly T[], { limit, offset }: PageRequest): Page<T> => ({
  items: items.slice(offset, offset + limit),
  total: items.length,
});

/** Flows in memory. A definition that mentions `nowhere` has a fault; `version: "…"` in it is its label. */
export function createFakeFlowService(
  now: () => Date,
): FlowService & { readonly flows: Map<string, Flow>; find(principal: Principal, id: string): Flow } {
  const flows = new Map<string, Flow>();
  const versions = new Map<string, FlowVersion[]>();

  const find = (principal: Principal, id: string): Flow => {
    const flow = flows.get(id);
    if (flow === undefined || flow.workspace !== principal.workspace || flow.deletedAt !== undefined) {
      throw new RepriseError('not_found', `The flow "${id}" does not exist.`);
    }
    return flow;
  };
  const versionsOf = (id: string): FlowVersion[] => versions.get(id) ?? [];
  const labelOf = (definition: string): string => /version: "([^"]*)"/.exec(definition)?.[1] ?? '1';
  const assertValid = (definition: string): void => {
    if (!definition.includes('nowhere')) return;
    throw new RepriseError('validation_error', 'The definition has 1 fault.', { details: { issues: [FAULT] } });
  };
  const addVersion = (principal: Principal, id: string, definition: string): FlowVersion => {
    const version: FlowVersion = {
      flowId: id,
      workspace: principal.workspace,
      version: versionsOf(id).length + 1,
      label: labelOf(definition),
      form: formOf(definition),
      definition,
      plan: NO_PLAN,
      savedBy: principal.accountId,
      createdAt: now(),
    };
    versions.set(id, [...versionsOf(id), version]);
    return version;
  };

  return {
    flows,
    find,
    create: async (principal, { name, description = '', definition, tags = [] }) => {
      assertValid(definition);
      const id = `flow_${String(flows.size + 1).padStart(3, '0')}`;
      const { label, version } = addVersion(principal, id, definition);
      const at = now();
      const flow: Flow = {
        id,
        workspace: principal.workspace,
        name: name ?? 'Unnamed',
        description,
        tags,
        enabled: true,
        form: formOf(definition),
        latestVersion: version,
        publishedVersion: version,
        versionLabel: label,
        createdBy: principal.accountId,
        createdAt: at,
        updatedAt: at,
      };
      flows.set(id, flow);
      return { ...flow, warnings: [] };
    },
    get: async (principal, id) => {
      const flow = find(principal, id);
      const version = versionsOf(id).at(-1);
      if (version === undefined) throw new Error('a flow without a version');
      return { flow, version };
    },
    list: async (principal, { tag }, page) =>
      pageOf(
        [...flows.values()]
          .filter((flow) => flow.workspace === principal.workspace && flow.deletedAt === undefined)
          .filter((flow) => tag === undefined || flow.tags.includes(tag))
          .toReversed(),
        page,
      ),
    update: async (principal, id, { definition, ...change }) => {
      const before = find(principal, id);
      if (definition !== undefined) assertValid(definition);
      const version = definition === undefined ? undefined : addVersion(principal, id, definition);
      const after: Flow = {
        ...before,
        ...change,
        ...(version !== undefined && {
          latestVersion: version.version,
          publishedVersion: version.version,
          versionLabel: version.label,
        }),
        updatedAt: now(),
      };
      flows.set(id, after);
      return { ...after, warnings: [] };
    },
    edit: async (principal, id, _form, change, members = {}) => {
      const before = find(principal, id);
      const definition = change(versionsOf(id).at(-1)?.definition ?? '');
      const { version } = addVersion(principal, id, definition);
      const after = { ...before, ...members, latestVersion: version, publishedVersion: version, updatedAt: now() };
      flows.set(id, after);
      return { ...after, warnings: [] };
    },
    remove: async (principal, id) => {
      flows.set(id, { ...find(principal, id), deletedAt: now() });
    },
    listVersions: async (principal, id, page) => {
      find(principal, id);
      return pageOf(versionsOf(id).toReversed(), page);
    },
    getVersion: async (principal, id, number) => {
      find(principal, id);
      const version = versionsOf(id).find((one) => one.version === number);
      if (version === undefined) throw new RepriseError('not_found', `The flow "${id}" has no version ${number}.`);
      return version;
    },
    validate: async (_principal, definition) =>
      definition.includes('nowhere')
        ? { valid: false, issues: [FAULT], warnings: [] }
        : { valid: true, issues: [], warnings: [], name: 'My Flow', nodes: 2 },
  };
}
