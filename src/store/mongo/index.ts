export { connectStores } from './connect-stores';
export type { MongoStores } from './connect-stores';
