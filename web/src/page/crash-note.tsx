import { Component, type ReactNode } from 'react';
import { useText } from '../text/text-context.tsx';

/** Catches what a part of the page throws while it is drawn: instead of an empty window it says so, and offers to reload. */
export class CrashNote extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError(): { crashed: boolean } {
    return { crashed: true };
  }

  override render(): ReactNode {
    return this.state.crashed ? <Note /> : this.props.children;
  }
}

function Note() {
  const { t } = useText();
  return (
    <div className="note note-problem" role="alert">
      <div className="note-body">
        <p>{t.errors.crashed}</p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          {t.errors.reload}
        </button>
      </div>
    </div>
  );
}
