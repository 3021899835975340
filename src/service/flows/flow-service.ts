import type { Issue, Principal } from '../../flow';
import { compileDefinition, type CompiledDefinition } from '../../language';
import type { Flow, FlowStore, FlowVersion, SecretStore } from '../../store/ports';
import type { FlowService } from '../contract';
import { newFlowId } from '../ids';
import { flowNotFound, otherForm, versionNotFound } from '../refusals';
import { secretRef, secretWarnings } from '../secrets/needed-secrets';
import { countNodes } from './count-nodes';
import { compileOrRefuse, saveVersion } from './save-version';

const refsOf = ({ plan, savedBy }: FlowVersion): readonly string[] => (plan.secrets ?? []).map((key) => secretRef(savedBy, key));

type FlowChange = Parameters<FlowStore['update']>[2];

/** The life of a flow (dialects, part A): saved = published; DELETE hides; runs stay pinned to their version. */
export interface FlowServiceDeps {
  readonly flows: FlowStore;
  readonly secrets: Pick<SecretStore, 'missing'>;
  /** Epoch ms. */
  readonly clock: () => number;
}

export const createFlowService = (deps: FlowServiceDeps): FlowService => {
  const { flows, secrets } = deps;
  const now = (): Date => new Date(deps.clock());

  const find = async (principal: Principal, id: string): Promise<Flow> => {
    const flow = await flows.get(principal.workspace, id);
    if (flow === undefined) throw flowNotFound(id);
    return flow;
  };
  const findVersion = async (principal: Principal, id: string, number: number): Promise<FlowVersion> => {
    const version = await flows.getVersion(principal.workspace, id, number);
    if (version === undefined) throw versionNotFound(id, number);
    return version;
  };
  const change = async (principal: Principal, id: string, members: FlowChange): Promise<Flow> => {
    const flow = await flows.update(principal.workspace, id, { ...members, updatedAt: now() });
    if (flow === undefined) throw flowNotFound(id);
    return flow;
  };

  /** A newer save that was faster stays the published one. */
  const publish = async (principal: Principal, id: string, version: FlowVersion, members: FlowChange): Promise<Flow> => {
    const { latestVersion } = await find(principal, id);
    if (latestVersion > version.version) return change(principal, id, members);
    return change(principal, id, {
      ...members,
      latestVersion: version.version,
      publishedVersion: version.version,
      versionLabel: version.label,
      form: version.form,
      secretRefs: refsOf(version),
    });
  };
  const warningsOf = async ({ workspace, accountId }: Principal, compiled: CompiledDefinition): Promise<readonly Issue[]> => [
    ...compiled.warnings,
    ...(await secretWarnings(secrets, { workspace, savedBy: accountId }, compiled)),
  ];

  return {
    async create(principal, input) {
      const compiled = compileOrRefuse(input.definition);
      const at = now();
      const id = newFlowId();
      // The version first: a flow is never without one.
      const { version } = await saveVersion(flows, { principal, flowId: id, at }, 1, () => ({
        definition: input.definition,
        compiled,
      }));
      const flow: Flow = {
        id,
        workspace: principal.workspace,
        name: input.name ?? compiled.name,
        description: input.description ?? compiled.description ?? '',
        tags: input.tags ?? [],
        ...(input.category === undefined ? {} : { category: input.category }),
        enabled: compiled.enabled ?? true,
        form: version.form,
        latestVersion: version.version,
        publishedVersion: version.version,
        versionLabel: version.label,
        secretRefs: refsOf(version),
        createdBy: principal.accountId,
        createdAt: at,
        updatedAt: at,
      };
      await flows.insert(flow);
      return { ...flow, warnings: await warningsOf(principal, compiled) };
    },
    async get(principal, id) {
      const flow = await find(principal, id);
      return { flow, version: await findVersion(principal, id, flow.publishedVersion ?? flow.latestVersion) };
    },
    list: (principal, filter, page) => flows.list(principal.workspace, filter, page),
    async update(principal, id, { definition, ...members }) {
      const flow = await find(principal, id);
      if (definition === undefined) return { ...(await change(principal, id, members)), warnings: [] };
      const compiled = compileOrRefuse(definition);
      const { version } = await saveVersion(flows, { principal, flowId: id, at: now() }, flow.latestVersion + 1, () => ({
        definition,
        compiled,
      }));
      return { ...(await publish(principal, id, version, members)), warnings: await warningsOf(principal, compiled) };
    },
    async edit(principal, id, form, changeText, members = {}) {
      const flow = await find(principal, id);
      const edited = async (number: number) => {
        // The version before it, whoever saved that: so no edit is lost.
        const before = await findVersion(principal, id, number - 1);
        if (before.form !== form) throw otherForm({ id, form: before.form }, form);
        const definition = changeText(before.definition);
        return { definition, compiled: compileOrRefuse(definition) };
      };
      const saved = await saveVersion(flows, { principal, flowId: id, at: now() }, flow.latestVersion + 1, edited);
      const after = await publish(principal, id, saved.version, members);
      return { ...after, warnings: await warningsOf(principal, saved.compiled) };
    },
    async remove(principal, id) {
      await find(principal, id);
      await change(principal, id, { deletedAt: now() });
    },
    async listVersions(principal, id, page) {
      await find(principal, id);
      return flows.listVersions(principal.workspace, id, page);
    },
    async getVersion(principal, id, number) {
      await find(principal, id);
      return findVersion(principal, id, number);
    },
    async validate(principal, definition) {
      const compiled = compileDefinition(definition);
      return compiled.ok
        ? {
            valid: true,
            issues: [],
            warnings: await warningsOf(principal, compiled),
            name: compiled.name,
            nodes: countNodes(compiled.plan),
          }
        : { valid: false, issues: compiled.issues, warnings: [] };
    },
  };
};
