import { floor } from '../globals';
import { stableUnit } from '../../hash';
import type { Json } from '../../json';
import { fault } from '../fault';
import { chargeText } from '../values';
import { heavy, helper, integerArg, type Call, type Helpers } from './call';

/** Seeded by the next uuid of the node run, so that a replay draws the same (X2). */
const seedOf = (call: Call): string => call.context.uuid();

/** A whole number from the first to the second, both included. */
const randomInt = (call: Call): Json => {
  const [least, most] = [integerArg(call, 0), integerArg(call, 1)];
  if (most < least) return fault('randomInt() needs the smaller number first');
  return least + floor(stableUnit(seedOf(call)) * (most - least + 1));
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LONGEST = 1_000;

/** Lower-case letters and digits. No secret: it follows from the id of the run. */
const randomText = (call: Call): Json => {
  const length = integerArg(call, 0);
  if (length < 0 || length > LONGEST) return fault(`randomText() gives 0 to ${LONGEST} characters`);
  // Each character is a hash.
  chargeText(call.meter, length * 100);
  const seed = seedOf(call);
  const char = (at: number): string => ALPHABET.charAt(floor(stableUnit(`${seed}|${at}`) * ALPHABET.length));
  return Array.from({ length }, (_, at) => char(at)).join('');
};

export const RANDOM_HELPERS: Helpers = { randomInt: heavy(helper(2, randomInt)), randomText: heavy(helper(1, randomText)) };
