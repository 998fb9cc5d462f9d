import type { LinkState } from './link.ts';
import { emptyView, type SessionView } from './session-view.ts';

export interface SessionState extends LinkState {
  view: SessionView;
  /** A session is open, or on its way. */
  active: boolean;
  /** A remembered session is being read for the first time: what it holds is not known yet. */
  restoring: boolean;
  /** An interview was asked for and has not begun. */
  starting: boolean;
}

export const idleState: SessionState = {
  view: emptyView,
  connection: 'off',
  interruption: null,
  active: false,
  restoring: false,
  starting: false,
};
