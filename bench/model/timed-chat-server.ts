/** A scripted chat server that judges honestly and knows how long it took over each request. */
import { honest, inForm } from '../../test/llm/chat-minds.ts';
import { pause, send } from '../../test/llm/chat-wire.ts';
import { startScriptedChatServer, type ScriptedChatServer } from '../../test/llm/scripted-chat-server.ts';

export interface TimedCall {
  /** From the whole request to the last byte of the answer. */
  readonly ms: number;
  /** Of all messages of the request. */
  readonly characters: number;
}

export class TimedChatServer {
  readonly calls: TimedCall[] = [];
  /** How long the model takes before its first byte. */
  waitMs = 0;
  readonly #server: ScriptedChatServer;

  private constructor(server: ScriptedChatServer) {
    this.#server = server;
    const mind = inForm(honest);
    server.otherwise(async (response, request) => {
      const began = performance.now();
      const characters = request.body.messages.reduce((sum, { content }) => sum + content.length, 0);
      if (this.waitMs > 0) await pause(this.waitMs);
      await send(response, request, mind(request));
      this.calls.push({ ms: performance.now() - began, characters });
    });
  }

  static async start(): Promise<TimedChatServer> {
    return new TimedChatServer(await startScriptedChatServer());
  }

  get url(): string {
    return this.#server.url;
  }

  async close(): Promise<void> {
    return this.#server.close();
  }
}
