import { invalid } from '../refusals';

const SHORTEST = 12;

/** The long ones that everybody tries first; compared in lower case, without blanks and without what follows the last letter. */
const COMMON = new Set([
  'passwordpassword',
  'password',
  'mypassword',
  'thisismypassword',
  'changemenow',
  'changemeplease',
  'administrator',
  'adminadminadmin',
  'adminpassword',
  'letmeinletmein',
  'letmeinplease',
  'welcomewelcome',
  'iloveyou',
  'iloveyouforever',
  'qwertyuiop',
  'qwertyuiopasdf',
  'qwertyuiopasdfghjkl',
  'qwertyqwerty',
  'asdfghjkl',
  'abcdefghijkl',
  'abcdefghijklmnopqrstuvwxyz',
  'abcabcabcabc',
  'abcd1234abcd',
  'correcthorsebatterystaple',
  'trustnooneever',
  'monkeymonkey',
  'dragondragon',
  'superman',
  'footballfootball',
  'rootrootroot',
  'secretsecret',
  'testtesttest',
  'reprise',
  'reprisereprise',
]);
const DIGITS_IN_A_ROW = '01234567890123456789';

/** Throws validation_error with details when the password is too short or one that everybody tries first. */
export function assertStrongPassword(password: string, field = 'password'): void {
  const reason = weaknessOf(password);
  if (reason !== undefined) throw invalid('The password', [{ code: 'weak_password', path: field, message: reason }]);
}

function weaknessOf(password: string): string | undefined {
  if ([...password].length < SHORTEST) return `must have at least ${SHORTEST} characters`;
  if (new Set(password).size < 4) return 'repeats a few characters: use more different ones';
  if (isCommon(password)) return 'is one that everybody tries first: use another';
  return undefined;
}

function isCommon(password: string): boolean {
  const text = password.toLowerCase().replaceAll(/\s/g, '');
  const letters = text.replace(/[^\p{Letter}]+$/u, '');
  return COMMON.has(text) || COMMON.has(letters) || (/^\d+$/.test(text) && DIGITS_IN_A_ROW.includes(text));
}
