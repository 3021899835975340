/** The flows that are measured, as definitions. JSON is a form of the language like YAML. */

type Node = Readonly<Record<string, unknown>>;

const definition = (name: string, nodes: Readonly<Record<string, Node>>): string => JSON.stringify({ metadata: { name }, nodes });

/** Nodes one after the other. */
const chain = (nodes: readonly Node[]): Readonly<Record<string, Node>> =>
  Object.fromEntries(
    nodes.map((node, index) => [`n${index}`, index + 1 < nodes.length ? { ...node, next: `n${index + 1}` } : node]),
  );

const repeat = (count: number, make: (index: number) => Node): Node[] => Array.from({ length: count }, (_, index) => make(index));

const pure = (index: number): Node => ({ type: 'transform', params: { output: `{{ input.count + ${index} }}` } });
const get = (url: string): Node => ({ type: 'http.request', params: { url } });

/** Inline nodes only: each evaluates one expression. Input `{count}`. */
export const pureFlow = (nodes: number): string => definition(`${nodes} pure nodes`, chain(repeat(nodes, pure)));

/** GETs as the compiler classes them: local activities. */
export const getFlow = (nodes: number, url: string): string => definition(`${nodes} GETs`, chain(repeat(nodes, () => get(url))));

/** The same GETs, each forced to be an activity. */
export const activityFlow = (nodes: number, url: string): string =>
  definition(`${nodes} GETs as activities`, chain(repeat(nodes, () => ({ ...get(url), execution: 'activity' }))));

/** A loop in the run itself, over a list that the run is started with: input `{items}`. */
export const loopFlow = (): string =>
  definition('loop of pure items', {
    each: {
      type: 'loop',
      params: { items: '{{ input.items }}', concurrency: 10 },
      nodes: { double: { type: 'transform', params: { output: '{{ item * 2 }}' } } },
      next: 'count',
    },
    count: { type: 'transform', params: { output: '{{ size(nodes.each) }}' } },
  });

/** Ten nodes as flows have them: seven pure ones, two GETs, one activity. Input `{count}`. */
export const mixedFlow = (url: string): string =>
  definition(
    'ten mixed nodes',
    chain([
      pure(0),
      get(url),
      pure(1),
      pure(2),
      { ...get(url), execution: 'activity' },
      pure(3),
      get(url),
      pure(4),
      pure(5),
      pure(6),
    ]),
  );
