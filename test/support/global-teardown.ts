export default async function globalTeardown(): Promise<void> {
  const engines = globalThis.repriseTestEngines ?? [];
  globalThis.repriseTestEngines = undefined;
  await Promise.all(engines.map((engine) => engine.stop()));
}
