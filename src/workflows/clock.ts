/**
 * Time of the run, epoch ms.
 *
 * W5. A replay must see the time that the run saw. The SDK's clock does not give that between the activations of one workflow
 * task: a replay has read the markers of all local activities that run beside each other before it tells of the first one (30 ms
 * apart live, the same time in replay). So the SDK is asked once a workflow task, when something comes from outside: that time
 * is in the history. Local work says how long it took, which its marker keeps; it ends that long after it began.
 */
export const createClock = (task: () => number) => {
  let now = Date.now();
  let asked = task();
  return {
    now: () => now,
    /** Something came from outside: the time at which this workflow task started, as far as it is later. */
    outside(): number {
      if (asked !== task()) {
        asked = task();
        now = Math.max(now, Date.now());
      }
      return now;
    },
    /** For validators and queries: what they ask leaves no trace in the history, so it may leave none here. */
    glance: () => Math.max(now, Date.now()),
    /** The run has come to an event of this time. Events that are taken later are never earlier. */
    reach(at: number): number {
      now = Math.max(now, at);
      return now;
    },
  };
};
export type Clock = ReturnType<typeof createClock>;
