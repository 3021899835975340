export { createOutbound } from './outbound';
export type { Outbound, OutboundRequest, OutboundResponse } from './outbound';
