/** How a chat model's server is spoken to: our own headers, no redirects, bodies that end with their signal. */

/** Sends our own headers alone: none from OPENAI_* variables, no facts about this machine. */
export function plainFetch(apiKey: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, {
      ...init,
      redirect: 'error',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
      },
    });
    return init?.signal ? breakable(response, init.signal) : response;
  };
}

/**
 * A response whose body ends with the signal. That of `fetch` alone does so as long as nobody has collected its request:
 * it holds it weakly, and a body that stalls after that is read for ever.
 */
function breakable(response: Response, signal: AbortSignal): Response {
  if (!response.body) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const stop = () => {
        controller.error(signal.reason);
        // Closes the connection; a body that has ended by itself has nothing to cancel.
        reader.cancel(signal.reason).catch(() => undefined);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      // A body that was stopped meanwhile takes nothing any more.
      if (signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async (reason) => reader.cancel(reason),
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
