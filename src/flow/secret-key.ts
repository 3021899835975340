/** Names of secrets, as flows and the API write them. */
export const SECRET_KEY = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Shorter values cannot be masked without hiding half of every text. */
export const SHORTEST_SECRET = 5;
