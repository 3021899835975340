import { RepriseError, type Principal } from '../../flow';
import { compileDefinition, type CompiledDefinition } from '../../language';
import type { FlowStore, FlowVersion } from '../../store/ports';
import { invalid } from '../refusals';

/** Concurrent saves of one flow that may take a number before this one gets its own. */
const MOST_COLLISIONS = 50;

/** Throws `validation_error` with all issues. */
export const compileOrRefuse = (definition: string): CompiledDefinition => {
  const compiled = compileDefinition(definition);
  if (!compiled.ok) throw invalid('The definition', compiled.issues);
  return compiled;
};

interface Content {
  readonly definition: string;
  readonly compiled: CompiledDefinition;
}

/**
 * Stores an immutable version under `first` or the next number that is free (M2: a number is claimed by insert).
 * @param contentOf what version `number` says
 */
export const saveVersion = async <C extends Content>(
  flows: FlowStore,
  { principal, flowId, at }: { readonly principal: Principal; readonly flowId: string; readonly at: Date },
  first: number,
  contentOf: (number: number) => C | Promise<C>,
): Promise<C & { readonly version: FlowVersion }> => {
  for (let number = first; number < first + MOST_COLLISIONS; number += 1) {
    const content = await contentOf(number);
    const { definition, compiled } = content;
    const version: FlowVersion = {
      flowId,
      workspace: principal.workspace,
      version: number,
      label: compiled.versionLabel,
      form: compiled.form,
      definition,
      plan: compiled.plan,
      ...(compiled.inputSchema === undefined ? {} : { inputSchema: compiled.inputSchema }),
      savedBy: principal.accountId,
      createdAt: at,
    };
    if (await flows.insertVersion(version)) return { ...content, version };
  }
  throw new RepriseError('conflict', `Flow ${flowId} is being saved by many at once; save it again`);
};
