export { createOutbound } from './outbound';
export type { LargeTaker, Outbound, OutboundHead, OutboundRequest, OutboundResponse } from './outbound';
