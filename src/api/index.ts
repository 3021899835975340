export { createApp, createRoutes } from './app';
export { createLiveSockets } from './live/socket-server';
export { createServer, startHttpServer } from './server';
