import type { z } from 'zod';
import type { Json, JsonObject } from '../../../../flow';
import type { Names } from '../expressions/translate';

/** What a module needs to translate its args. `path` is the place below `args`, for what cannot be translated. */
export interface ModuleContext {
  readonly names: Names;
  /** A value as a template of ours. */
  template(value: Json, path?: readonly (string | number)[], names?: Names): Json;
  /** A value as one CEL expression. */
  cel(value: Json, path?: readonly (string | number)[], names?: Names): string;
  /** A condition as CEL. */
  condition(value: Json, path?: readonly (string | number)[], names?: Names): string;
}

/** A node of ours, without what every layer has. */
export interface LoweredModule {
  readonly type: string;
  readonly params: JsonObject;
  readonly outputMap?: Readonly<Record<string, string>>;
  /** Limit of one try in seconds unless the layer says one. */
  readonly timeout?: number;
}

export interface PlaysModule {
  /** Refuses or translates args that its schema has checked. */
  readonly lower: (args: JsonObject, context: ModuleContext) => LoweredModule;
  readonly args: z.ZodType;
  /** Its work is done outside of the workflow: it may take long, fail, and be tried again. */
  readonly outside: boolean;
  /** Whether its output has a member `state` of its own. */
  readonly ownState: (args: JsonObject) => boolean;
}

/** Closes over the type of the args, so that the record of all modules has one shape. */
export const defineModule = <A>(definition: {
  readonly args: z.ZodType<A>;
  readonly outside?: boolean;
  readonly ownState?: (args: JsonObject) => boolean;
  readonly lower: (args: A, context: ModuleContext) => LoweredModule;
}): PlaysModule => ({
  args: definition.args,
  outside: definition.outside ?? false,
  ownState: definition.ownState ?? (() => false),
  lower: (args, context) => definition.lower(args as A, context),
});

/** A module that computes its output in the workflow. */
export const computed = (output: Json): LoweredModule => ({ type: 'transform', params: { output } });

/** A template that is one expression. */
export const braced = (cel: string): string => `{{ ${cel} }}`;
