export { createFileArtifactStore } from './file-artifact-store';
