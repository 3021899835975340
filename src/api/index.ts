export { createApp, createRoutes } from './app';
export type { ApiConfig, AppDeps } from './app';
export { createServer, startHttpServer } from './server';
export type { HttpServer } from './server';
