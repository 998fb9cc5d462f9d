import './page/no-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AccessGate } from './access/access-gate.tsx';
import { App } from './app.tsx';
import { newSessionStore } from './connection/new-session-store.ts';
import { loadRenderer } from './markdown/use-renderer.ts';
// here, not with the renderer: a style sheet that did not come would not be asked for again
import 'katex/dist/katex.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/page.css';
import './style/access.css';
import './style/conversation.css';
import './style/progress.css';
import './style/composer.css';
import './style/ask.css';
import './style/grade.css';
import './style/marks.css';
import './style/verdicts.css';
import './style/arithmetic.css';
import './style/material.css';
import './style/figures.css';
import './style/report.css';
import './style/own-data.css';
import './style/trust.css';
import './style/model.css';
import './style/contrast.css';
import './style/print.css';

// the first question will want it
loadRenderer();

// the one address of the page's own that people type or link to without a #
if (window.location.pathname === '/trust') window.history.replaceState(null, '', '/#/trust');

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root to show the page in');

const interview = newSessionStore('viva.session.interview');
const ask = newSessionStore('viva.session.ask');
const sessions = [interview, ask];

createRoot(root).render(
  <StrictMode>
    <AccessGate sessions={sessions}>
      <App interview={interview} ask={ask} />
    </AccessGate>
  </StrictMode>,
);
