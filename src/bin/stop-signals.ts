/**
 * Ctrl-C and SIGTERM. The first asks for a clean end, one after a second forces it: a terminal and npm both pass the
 * same Ctrl-C on, so repeats within that second are the same one.
 */
const SAME_PRESS_MS = 1_000;

export interface StopSignals {
  /** Settles at the first signal. */
  readonly asked: Promise<NodeJS.Signals>;
  /** Stops listening. */
  release(): void;
}

/** @param force called at the second signal; should end the process */
export function listenForStop(force: () => void): StopSignals {
  let firstAt: number | undefined;
  let settle: (signal: NodeJS.Signals) => void = () => undefined;
  const asked = new Promise<NodeJS.Signals>((resolve) => (settle = resolve));
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      settle(signal);
    } else if (Date.now() - firstAt > SAME_PRESS_MS) force();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    asked,
    release: () => {
      for (const name of names) process.removeListener(name, onSignal);
    },
  };
}
