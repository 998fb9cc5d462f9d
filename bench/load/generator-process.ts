/** A generator in a process of its own, so that it and the server do not share an event loop. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromGenerator, Hello, Order, ResultOf } from './orders.ts';

export class GeneratorProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(hello: Hello): Promise<GeneratorProcess> {
    const child = fork(join(import.meta.dirname, 'generator.ts'), { execArgv: process.execArgv });
    const generator = new GeneratorProcess(child);
    await generator.#ask(hello);
    return generator;
  }

  /** One order at a time. */
  async run<O extends Order>(order: O): Promise<ResultOf<O>> {
    const answer = await this.#ask(order);
    if (answer.type !== 'result') throw new Error('the generator gave no result');
    return answer.result as ResultOf<O>;
  }

  /** Ends the process, and its sockets with it. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }

  async #ask(message: Hello | Order): Promise<FromGenerator> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => reject(new Error(`a generator ended with ${code}`));
      this.#child.once('exit', onExit);
      this.#child.once('message', (answer: FromGenerator) => {
        this.#child.off('exit', onExit);
        if (answer.type === 'failed') reject(new Error(answer.message));
        else resolve(answer);
      });
      this.#child.send(message);
    });
  }
}
