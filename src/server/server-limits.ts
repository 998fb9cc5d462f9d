/** Every limit of the server, on from the first day. */
import { limits } from '../protocol.ts';

export interface ServerLimits {
  /** Largest frame in bytes that is read. Default 128 KiB. A larger one is answered and its connection closed (1009). */
  readonly frameBytes: number;
  /** Frames above this are not even received; the connection is closed (1009). Default 1 MiB. */
  readonly receiveBytes: number;
  /** Frames of any kind that one connection may send in 10 s. Default 100. Ten times as many close it (1008). */
  readonly framesPerTenSeconds: number;
  /** Messages (and interviews started) per session and minute. Default 40. */
  readonly messagesPerMinute: number;
  /** The same per network address, over all its sessions. Default 200: raise it for a team behind one address. */
  readonly messagesPerMinutePerAddress: number;
  /** Sessions that one address may open per minute. Default 30. */
  readonly sessionsPerMinutePerAddress: number;
  /** Tokens that one address may get wrong per minute. Default 20. */
  readonly wrongTokensPerMinutePerAddress: number;
  /** Sessions that one address may resume per minute; a long one counts for several. Default 3,000. */
  readonly replaysPerMinutePerAddress: number;
  /** REST requests per address and minute. Default 600. */
  readonly requestsPerMinutePerAddress: number;
  /** Tries of a chat model's settings per minute, over all. Default 10. */
  readonly modelTestsPerMinute: number;
  /** Open sockets per address. Default 50: raise it for a team behind one address. */
  readonly connectionsPerAddress: number;
  /** Open sockets altogether. Default 5000. */
  readonly connections: number;
  /** Sessions with a connected client. Default 2000. */
  readonly sessions: number;
  /** Sessions attached to one connection. Default 16. */
  readonly sessionsPerConnection: number;
  /** Turns of one session that may wait or run at once. Default 8. */
  readonly turnsPerSession: number;
  /** Turns that run at the same time; the others wait, addresses and sessions by turns. Default 4, fit for a local judge. */
  readonly turnsAtOnce: number;
  /** Messages that wait for a turn altogether; beyond, whoever has most of them is refused one. Default 64. */
  readonly turnsWaiting: number;
  /** Least time between two words to a client about its message's place in the queue. Default 1 s. */
  readonly placeEveryMs: number;
  /** Bytes queued for a client that reads too slowly before it is cut off. Default 1 MiB. */
  readonly bufferedBytes: number;
  /** Time between pings; a client that missed one is cut off. Default 30 s. */
  readonly heartbeatMs: number;
  /** Longest time to receive the headers of a request or handshake. Default 10 s. */
  readonly headersTimeoutMs: number;
  /** How often sessions that are kept no longer are looked for. Default one day. */
  readonly retentionEveryMs: number;
  /** How long a stop waits for running turns. Default 10 s. */
  readonly stopTimeoutMs: number;
}

export const defaultLimits: ServerLimits = {
  frameBytes: limits.frameBytes,
  receiveBytes: 1024 * 1024,
  framesPerTenSeconds: 100,
  messagesPerMinute: 40,
  messagesPerMinutePerAddress: 200,
  sessionsPerMinutePerAddress: 30,
  wrongTokensPerMinutePerAddress: 20,
  replaysPerMinutePerAddress: 3_000,
  requestsPerMinutePerAddress: 600,
  modelTestsPerMinute: 10,
  connectionsPerAddress: 50,
  connections: 5000,
  sessions: 2000,
  sessionsPerConnection: 16,
  turnsPerSession: 8,
  turnsAtOnce: 4,
  turnsWaiting: 64,
  placeEveryMs: 1_000,
  bufferedBytes: 1024 * 1024,
  heartbeatMs: 30_000,
  headersTimeoutMs: 10_000,
  retentionEveryMs: 24 * 60 * 60 * 1000,
  stopTimeoutMs: 10_000,
};
