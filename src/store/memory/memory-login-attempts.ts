import type { LoginAttemptStore } from '../ports';

export const createMemoryLoginAttempts = (): LoginAttemptStore => {
  const attempts = new Map<string, Map<number, Date>>();
  return {
    async latest(key) {
      const [latest] = [...(attempts.get(key) ?? [])].sort(([a], [b]) => b - a);
      return latest === undefined ? undefined : { number: latest[0], at: latest[1] };
    },
    timeOf: async (key, number) => attempts.get(key)?.get(number),
    async insert(key, number, at) {
      const times = attempts.get(key) ?? new Map<number, Date>();
      attempts.set(key, times);
      if (times.has(number)) return false;
      times.set(number, at);
      return true;
    },
    clear: async (key) => void attempts.delete(key),
  };
};
