import { answerTo, ApiError } from '../connection/api.ts';
import type { OpenSession } from '../connection/stored-session.ts';

export type ExportFormat = 'markdown' | 'json';

/** The session as a file, for the candidate to keep. @throws ApiError */
export async function fetchExport(session: OpenSession, format: ExportFormat): Promise<Blob> {
  const response = await request(session, `/export?format=${format}`, 'GET');
  return response.blob();
}

/** Removes all that the server has of the session; one that is gone already counts as removed. @throws ApiError */
export async function removeSession(session: OpenSession): Promise<void> {
  try {
    await request(session, '', 'DELETE');
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'session-not-found') throw error;
  }
}

async function request({ sessionId, token }: OpenSession, path: string, method: string): Promise<Response> {
  const address = `/api/sessions/${encodeURIComponent(sessionId)}${path}`;
  return answerTo(address, { method, headers: { authorization: `Bearer ${token}` } });
}
