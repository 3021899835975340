import type { Issue, JsonObject } from '../flow';

/** Definition forms of other dialects, told by their top level. They come later: `unsupported`. */
const FORMS: readonly { readonly name: string; readonly fits: (root: JsonObject) => boolean }[] = [
  { name: 'FlowStack (trigger and steps)', fits: (root) => 'trigger' in root && 'steps' in root },
  { name: 'flowruns (nodes as a list, and edges)', fits: (root) => Array.isArray(root['nodes']) && 'edges' in root },
  { name: 'Pupload (Flow and NodeDefs)', fits: (root) => 'Flow' in root && 'NodeDefs' in root },
];

/** The form of the plays contract. */
export const isPlays = (root: JsonObject): boolean => 'layers' in root && !('nodes' in root);

/** The one issue of a definition in a form that is not known yet. */
export const foreignForm = (root: JsonObject): Issue | undefined => {
  const form = FORMS.find(({ fits }) => fits(root));
  if (form === undefined) return undefined;
  return {
    code: 'unsupported',
    path: '',
    line: 1,
    message: `Definitions in the form of ${form.name} are not supported yet; write \`nodes\` as a map.`,
  };
};
