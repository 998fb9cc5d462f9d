/**
 * What the bundled embedding model costs: `npx tsx bench/embedding.ts`. Prints sizes, then speeds. The peer of the shared
 * batches is the same model asked for one text at a time. Processor time says more than the clock on a busy machine.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BundledEmbeddings } from '../src/embedding/bundled.ts';
import { quantile } from '../src/eval/bootstrap.ts';
import { TextEncoder } from '../src/inference/text-encoder.ts';

const dir = fileURLToPath(new URL('../models/embedding', import.meta.url));
const encoder = new TextEncoder(JSON.parse(readFileSync(join(dir, 'tokenizer.json'), 'utf8')) as object, {
  maxTokens: 512,
  longestPiece: 16,
});
const rss = (): number => Math.round(process.memoryUsage.rss() / 1e6);

const sentences = [
  'LoRA 的两个低秩矩阵分别怎么初始化？为什么这样做？',
  "How are LoRA's two low-rank matrices initialised, and why?",
  '扩散模型的前向过程是往图像里逐步加高斯噪声，反向过程学习去噪。',
  'The attention scores are divided by the square root of the key dimension.',
  'KV cache 只在解码阶段有用，prefill 阶段是一次算完的。',
];

/** A text of about so many tokens, a different one for each number. */
function text(tokens: number, number: number): string {
  let made = `${number} `;
  for (let at = number; encoder.encode(made).length < tokens - 8; at += 1)
    made += sentences[at % sentences.length];
  return made;
}

async function latency(model: BundledEmbeddings, tokens: number, n: number): Promise<string> {
  const texts = Array.from({ length: n + 3 }, (_, number) => text(tokens, number));
  const counted = texts.slice(3).reduce((sum, each) => sum + encoder.encode(`query: ${each}`).length, 0) / n;
  const times: number[] = [];
  for (const [at, each] of texts.entries()) {
    const start = performance.now();
    await model.embed([each], { kind: 'query' });
    if (at >= 3) times.push(performance.now() - start);
  }
  const p = (share: number): string => quantile(times, share).toFixed(1).padStart(7);
  return `${counted.toFixed(0).padStart(4)} tokens  n ${String(n).padStart(3)}  p50 ${p(0.5)} ms  p99 ${p(0.99)} ms`;
}

async function throughput(
  model: BundledEmbeddings,
  texts: readonly string[],
  tokens: number,
  oneByOne: boolean,
): Promise<{ perSecond: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  if (oneByOne) for (const each of texts) await model.embed([each], { kind: 'passage' });
  else await model.embed(texts, { kind: 'passage' });
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return { perSecond: tokens / seconds, cpu: (used.user + used.system) / tokens };
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} threads, Node ${process.version}`);
for (const name of readdirSync(dir))
  console.log(`${statSync(join(dir, name)).size.toLocaleString('en').padStart(12)} bytes  ${name}`);

for (const threads of [1, 2]) {
  const before = rss();
  const start = performance.now();
  const model = await BundledEmbeddings.load({ dir, threads });
  console.log(
    `\n${threads} thread(s): ready in ${(performance.now() - start).toFixed(0)} ms, RSS ${before} → ${rss()} MB`,
  );
  console.log(await latency(model, 16, 200));
  console.log(await latency(model, 64, 100));
  console.log(await latency(model, 512, 20));

  const passages = Array.from({ length: 300 }, (_, number) => text(20 + ((number * 37) % 120), number));
  const tokens = passages.reduce((sum, each) => sum + encoder.encode(`passage: ${each}`).length, 0);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const shared = await throughput(model, passages, tokens, false);
  delay.disable();
  const single = await throughput(model, passages, tokens, true);
  const told = ({ perSecond, cpu }: Awaited<ReturnType<typeof throughput>>): string =>
    `${perSecond.toFixed(0)} tokens/s (${cpu.toFixed(0)} µs of processor a token)`;
  console.log(`300 passages of 20–140 tokens in one call: ${told(shared)}`);
  console.log(`one by one: ${told(single)}; ratio ${(shared.perSecond / single.perSecond).toFixed(2)}`);
  console.log(
    `event loop meanwhile: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, longest ${(delay.max / 1e6).toFixed(1)} ms late`,
  );

  const many = model.embed(passages, { kind: 'passage' });
  const asked = performance.now();
  await model.embed(['a question in between'], { kind: 'query' });
  console.log(
    `a question asked meanwhile waits ${(performance.now() - asked).toFixed(0)} ms; RSS ${rss()} MB`,
  );
  await many;
  await model.close();
}
