import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../shared/theme/theme.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('approver.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
