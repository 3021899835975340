/** The steps of the hand-written workflows. */

/** A GET whose answer is JSON: what `http.request` outputs, without its guards. */
export async function get(url: string): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
}

export async function compute(count: number, step: number): Promise<number> {
  return count + step;
}
