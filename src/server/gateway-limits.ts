/** How often clients may do what, and what reading a session costs. */
import type { SessionEvent } from '../protocol.ts';
import { RateLimit } from './rate-limit.ts';
import type { ServerLimits } from './server-limits.ts';

export interface GatewayLimits {
  /** By connection. */
  readonly frames: RateLimit;
  /** By session. */
  readonly messages: RateLimit;
  /** By address, as the others below. */
  readonly messagesByAddress: RateLimit;
  readonly sessionsByAddress: RateLimit;
  readonly wrongTokens: RateLimit;
  /** Points of `replayCost`. */
  readonly replays: RateLimit;
}

export function gatewayLimits(limits: ServerLimits): GatewayLimits {
  return {
    frames: new RateLimit('frames', limits.framesPerTenSeconds, 10),
    messages: new RateLimit('messages in this session', limits.messagesPerMinute, 60),
    messagesByAddress: new RateLimit('messages from this address', limits.messagesPerMinutePerAddress, 60),
    sessionsByAddress: new RateLimit(
      'new sessions from this address',
      limits.sessionsPerMinutePerAddress,
      60,
    ),
    wrongTokens: new RateLimit('wrong tokens from this address', limits.wrongTokensPerMinutePerAddress, 60),
    replays: new RateLimit('sessions resumed from this address', limits.replaysPerMinutePerAddress, 60),
  };
}

/** Reading a session takes one or two milliseconds a point: one, and one more for every 100,000 characters that were said in it. */
export function replayCost(events: readonly SessionEvent[]): number {
  const said = events.reduce((sum, one) => sum + (one.type === 'message.received' ? one.text.length : 0), 0);
  return 1 + Math.floor(said / 100_000);
}
