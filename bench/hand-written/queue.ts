export const HAND_WRITTEN_QUEUE = 'hand-written';
