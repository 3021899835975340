import type { Json } from '../../../flow';
import type { IssueList } from '../../issues';
import type { Place } from '../../place';
import { toCelCondition, toCelValue, toTemplateText } from './expressions/text';
import { Refused, type Names } from './expressions/translate';
import type { ModuleContext } from './modules/module';

/** Translates, and tells what has no meaning; then the answer stands for nothing and `failed` is true. */
export interface Translator extends ModuleContext {
  readonly failed: boolean;
  /** Runs `translate`; a refusal is told at the place, and `otherwise` answered. */
  attempt<T>(place: Place, otherwise: T, translate: () => T): T;
}

/** `base`: the place below which the paths of the context lie. */
export const createTranslator = (names: Names, base: Place, issues: IssueList): Translator => {
  let failed = false;
  const attempt = <T>(place: Place, otherwise: T, translate: () => T): T => {
    try {
      return translate();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      failed = true;
      issues.add(error.code, place, error.message, error.suggestion);
      return otherwise;
    }
  };
  const template = (value: Json, path: Place = [], known: Names = names): Json => {
    if (typeof value === 'string') return attempt([...base, ...path], value, () => toTemplateText(value, known));
    if (Array.isArray(value)) return value.map((item, at) => template(item, [...path, at], known));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, template(item, [...path, key], known)]));
  };
  return {
    names,
    get failed() {
      return failed;
    },
    attempt,
    template,
    cel: (value, path = [], known = names) => attempt([...base, ...path], 'null', () => toCelValue(value, known)),
    condition: (value, path = [], known = names) => attempt([...base, ...path], 'false', () => toCelCondition(value, known)),
  };
};
