export { createApp, createRoutes } from './app';
export { createServer, startHttpServer } from './server';
