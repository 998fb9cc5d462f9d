/** Small events for tests. */
import type { NewEvent } from '../../src/protocol.ts';

export const created: NewEvent = { type: 'session.created', lang: 'en', mode: 'study' };

export function said(text: string): NewEvent {
  return { type: 'coach.said', text, about: 'greeting' };
}

export function received(clientId: string, text = 'a reply'): NewEvent {
  return { type: 'message.received', clientId, text, intent: 'reply', confidence: 1 };
}
