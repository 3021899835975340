export { createMemoryStores } from './memory-stores';
export { createMemoryArtifactStore } from './memory-artifact-store';
