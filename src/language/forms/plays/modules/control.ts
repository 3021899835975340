import { z } from 'zod';
import { LIMITS } from '../../../../flow';
import { braced, computed, defineModule } from './module';

const json = z.json();
const number = z.union([z.number(), z.string().min(1)]);

/** `{route}`: the label of the first route that is true, else `default`, else null. */
export const router = defineModule({
  args: z.strictObject({
    routes: z
      .array(z.strictObject({ condition: z.union([z.string().min(1), z.boolean()]), label: z.string().min(1) }))
      .min(1)
      .max(100),
    default: z.string().optional(),
  }),
  lower: ({ routes, default: otherwise }, { cel, condition }) => {
    const chosen = routes.reduceRight(
      (rest, route, at) => {
        const met = condition(route.condition, ['routes', at, 'condition']);
        return `(${met} ? ${cel(route.label, ['routes', at, 'label'])} : ${rest})`;
      },
      cel(otherwise ?? null, ['default']),
    );
    return computed({ route: braced(chosen) });
  },
});

/** `{items}`: the numbers from `from` to `to`, both included. */
export const enumeration = defineModule({
  args: z.strictObject({ from: number.default(0), to: number, step: number.default(1) }),
  lower: ({ from, to, step }, { cel }) => {
    const [first, last, by] = [cel(from, ['from']), cel(to, ['to']), cel(step, ['step'])].map((value) => `number(${value})`);
    return computed({ items: braced(`range(int(floor((${last} - ${first}) / ${by})) + 1).map(n_, ${first} + n_ * ${by})`) });
  },
});

/** `{state, playId, out}`; with `async` the id at once. */
export const subflow = defineModule({
  args: z.strictObject({
    flowId: z.string().min(1),
    args: z.record(z.string(), json).default({}),
    async: z.boolean().default(false),
    timeout: z
      .number()
      .positive()
      .max(LIMITS.runTimeoutMs / 1_000)
      .optional(),
  }),
  outside: true,
  ownState: () => true,
  lower: ({ flowId, args, async: detached, timeout }, { template }) => ({
    type: 'flow',
    params: {
      flow: template(flowId, ['flowId']),
      input: template(args, ['args']),
      mode: detached ? 'detach' : 'wait',
    },
    outputMap: { state: 'state', playId: 'runId', out: 'output' },
    ...(timeout === undefined ? {} : { timeout }),
  }),
});
