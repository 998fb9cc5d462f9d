/** Numbers quoted in corpus/llm/language/24 … 46: one function an entry, `npx tsx eval/numbers/llm-language-2.ts`. */
const print = (id: string, what: string, value: number | string, formula: string) => {
  console.log(
    `llm/language/${id}: ${what} = ${typeof value === 'number' ? +value.toPrecision(4) : value} (${formula})`,
  );
};
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

// Published peaks, dense BF16: FLOP/s and bytes/s.
const h100 = { flops: 989e12, bandwidth: 3.35e12 };
const a100 = { flops: 312e12 };
// Llama 3 8B.
const llama8 = { params: 8e9, layers: 32, width: 4096, kvHeads: 8, headDim: 128 };

function entry24() {
  print(
    '24',
    'total parameters, B',
    7.7 + 1.9 + 0.08,
    '7.7 LLM + 1.9 ViT + 0.08 adapter; the paper rounds to 9.6',
  );
  const width = 4096;
  const adapter = 256 * width + 1664 * width + 4 * width * width;
  print(
    '24',
    'adapter parameters, M',
    adapter / 1e6,
    '256 queries x 4096 + 1664 x 4096 + 4 x 4096^2, biases and norms left out',
  );
  print('24', 'LLM share of parameters', 7.7 / 9.6, '7.7 / 9.6');
}

function entry25() {
  for (const side of [224, 448]) {
    const grid = side / 14;
    print('25', `patches at ${side}`, grid ** 2, `(${side}/14)^2 = ${grid}^2`);
    print('25', `compression at ${side}`, grid ** 2 / 256, `${grid ** 2} / 256`);
  }
  print('25', 'query grid', Math.sqrt(256), 'sqrt(256)');
  print('25', 'positions in the LLM sequence', 256 + 2, '256 + <img> + </img>');
  print('25', 'x of a box edge at pixel 320 of 640', Math.floor((320 / 640) * 1000), '320 / 640 x 1000');
}

function entry28() {
  const caught = (s: number, b: number, r: number) => 1 - (1 - s ** r) ** b;
  for (const s of [0.5, 0.75, 0.8, 0.9])
    print('28', `pair of similarity ${s} caught`, caught(s, 14, 8), '1 - (1 - s^8)^14');
  print('28', 'hashes', 14 * 8, '14 bands x 8 rows');
  print('28', 'threshold', (1 / 14) ** (1 / 8), '(1/b)^(1/r)');
}

function entry29() {
  print(
    '29',
    'SFT mix, %',
    sum([52.66, 14.89, 3.01, 8.14, 21.19, 0.11]),
    'English + code + multilingual + exam-like + reasoning and tools + long context',
  );
}

function entry31() {
  print('31', '7B model states under DDP, GB a GPU', 7 * 16, '7e9 x 16 bytes');
  print('31', '7B model states under ZeRO-3 on 8, GB a GPU', (7 * 16) / 8, '7e9 x 16 / 8');
}

function entry32() {
  for (const tokens of [4096, 32768]) {
    const linear = 2 * llama8.params * tokens;
    const attention = (4 * tokens ** 2 * llama8.width * llama8.layers) / 2;
    print('32', `linear TFLOP, ${tokens} tokens`, linear / 1e12, `2 x 8e9 x ${tokens}`);
    print(
      '32',
      `causal attention TFLOP, ${tokens} tokens`,
      attention / 1e12,
      `4 x ${tokens}^2 x 4096 x 32 / 2`,
    );
    print('32', `attention share, ${tokens} tokens`, attention / (linear + attention), 'attention / all');
    print(
      '32',
      `seconds at half of the H100 peak, ${tokens} tokens`,
      (linear + attention) / (0.5 * h100.flops),
      'FLOP / (0.5 x 989e12)',
    );
  }
  print(
    '32',
    'ms to read the weights once',
    (llama8.params * 2 * 1e3) / h100.bandwidth,
    '16e9 bytes / 3.35e12',
  );
  print(
    '32',
    'FLOP a byte where compute and bandwidth meet',
    h100.flops / h100.bandwidth,
    '989e12 / 3.35e12',
  );
}

function entry33() {
  const weights = llama8.params * 2;
  print('33', 'ms a step for the weights', (weights * 1e3) / h100.bandwidth, '16e9 / 3.35e12');
  print('33', 'tokens/s ceiling at batch 1', h100.bandwidth / weights, '3.35e12 / 16e9');
  print('33', 'ms a step with INT4 weights', (weights * 1e3) / 4 / h100.bandwidth, '4e9 / 3.35e12');
  const token = 2 * llama8.layers * llama8.kvHeads * llama8.headDim * 2;
  print('33', 'KV a token, KiB', token / 1024, '2 x 32 x 8 x 128 x 2 bytes');
  print('33', 'KV of 8K tokens, GiB', (token * 8192) / 2 ** 30, 'x 8192');
  print('33', 'KV of 32 requests of 8K, GiB', (32 * token * 8192) / 2 ** 30, 'x 32');
  print('33', 'the same with 32 KV heads (MHA), GiB', (4 * 32 * token * 8192) / 2 ** 30, 'x 32 / 8');
  print(
    '33',
    'tokens a verification, alpha 0.8 and 4 drafts',
    (1 - 0.8 ** 5) / (1 - 0.8),
    '(1 - 0.8^5) / (1 - 0.8)',
  );
  const step = (batch: number) => (weights + batch * token * 1024) / h100.bandwidth;
  print(
    '33',
    'tokens/s ceiling at batch 32, 1K context',
    32 / step(32),
    '32 x 3.35e12 / (16e9 + 32 x 1024 x 128 KiB)',
  );
}

function entry34() {
  const heads = 128;
  const dim = 128;
  print('34', 'MHA elements a token a layer', 2 * heads * dim, '2 x 128 x 128');
  print('34', 'GQA, 8 groups', 2 * 8 * dim, '2 x 8 x 128');
  print('34', 'MQA', 2 * dim, '2 x 128');
  print('34', 'MLA', 512 + 64, '512 latent + 64 rotary');
  print('34', 'MHA over MLA', (2 * heads * dim) / 576, '32768 / 576');
  print('34', 'MLA as GQA groups', 576 / (2 * dim), '576 / 256');
  print('34', 'window cache share at 32K', 4096 / 32768, '4096 / 32768');
}

function entry36() {
  const rate = 1024 * a100.flops * 0.5;
  print(
    '36',
    'days for 70B on 1.4T tokens',
    (6 * 70e9 * 1.4e12) / rate / 86400,
    '6 x 70e9 x 1.4e12 / (1024 x 312e12 x 0.5)',
  );
  print(
    '36',
    'seconds a step of 4M tokens',
    (6 * 70e9 * 4e6) / rate,
    '6 x 70e9 x 4e6 / (1024 x 312e12 x 0.5)',
  );
  const shard = (70e9 / 32) * 2;
  print('36', 'gradient GB a GPU at TP 8 x PP 4', shard / 1e9, '70e9 / 32 x 2 bytes');
  print(
    '36',
    'seconds of ring all-reduce at 50 GB/s',
    (2 * (31 / 32) * shard) / 50e9,
    '2 x 31/32 x shard / 50e9',
  );
  print('36', 'bubble share, 4 stages, 32 micro-batches', 3 / (32 + 3), '(p-1)/(m+p-1)');
  print('36', 'bubble share, 4 stages, 8 micro-batches', 3 / (8 + 3), '(p-1)/(m+p-1)');
  print('36', 'checkpoint, GB', (70e9 * 14) / 1e9, '70e9 x (2 + 4 + 4 + 4) bytes');
  print('36', 'hours between interruptions, 16384 GPUs', (54 * 24) / 419, '54 days / 419');
  print('36', 'hours between interruptions, 1024 GPUs', (16 * 54 * 24) / 419, 'x 16');
}

function entry37() {
  print('37', 'tokens of 300 definitions', 300 * 40, '300 x 40');
  print('37', 'tokens of 10 candidates', 10 * 40, '10 x 40');
}

function entry39() {
  print('39', 'RL, GP-VL visual OOD, points', 41.2 - 23.6, '41.2 - 23.6');
  print('39', 'RL, V-IRL-VL visual OOD, points', 77.8 - 16.7, '77.8 - 16.7');
  print('39', 'SFT, GP-VL visual OOD, points', 13.7 - 23.6, '13.7 - 23.6');
  print('39', 'SFT, V-IRL-VL visual OOD, points', 11.1 - 16.7, '11.1 - 16.7');
}

function entry38() {
  print('38', 'RL, V-IRL-L rule OOD, points', 91.8 - 80.8, '91.8 - 80.8');
  print('38', 'SFT, V-IRL-L rule OOD, points', 1.3 - 80.8, '1.3 - 80.8');
}

function entry40() {
  print('40', 'samples in stage 1, B', (50_000 * 30_720) / 1e9, '50,000 steps x batch 30,720');
  print(
    '40',
    'samples of stage 2, M',
    sum([19.7, 3.6, 3.5, 8.7, 8.7, 24.8, 7.8]),
    'caption + VQA + grounding + ref grounding + grounded caption + OCR + text',
  );
}

function entry41() {
  print(
    '41',
    'LLaVA-1.5 MLP parameters, M',
    (1024 * 4096 + 4096 + 4096 * 4096 + 4096) / 1e6,
    '1024 x 4096 + 4096 x 4096 and biases (7B LLM)',
  );
  print('41', 'tokens of CLIP-L/14 at 336', (336 / 14) ** 2, '24^2');
  print('41', 'tokens over Q-Former queries', 576 / 32, '576 / 32');
  print('41', 'after 2x2 merge', 576 / 4, '576 / 4');
  print('41', 'tokens of 4 tiles and a thumbnail', 5 * 576, '5 x 576');
}

function entry42() {
  print('42', 'weight of a 10-token reply by token', 10 / 1000, '10 / (10 + 990)');
  print('42', 'and by sample', 1 / 2, '1 / 2');
  print('42', 'micro-batch mean of means, losses 2 and 1', (2 + 1) / 2, '(2 + 1) / 2');
  print('42', 'token mean, losses 2 and 1', (10 * 2 + 990 * 1) / 1000, '(10 x 2 + 990 x 1) / 1000');
}

function entry43() {
  const p = 7;
  const n = 8;
  print('43', 'none, GB', 16 * p, '16 x 7');
  print('43', 'stage 1, GB', 4 * p + (12 * p) / n, '(2 + 2) x 7 + 12 x 7 / 8');
  print('43', 'stage 2, GB', 2 * p + (14 * p) / n, '2 x 7 + (2 + 12) x 7 / 8');
  print('43', 'stage 3, GB', (16 * p) / n, '16 x 7 / 8');
  print('43', 'optimiser states in host memory, GB', 12 * p, '12 x 7');
  print(
    '43',
    'stage 2 with ZeRO-Offload, GB',
    2 * p,
    '2 x 7, gradient shards and optimiser states in host memory',
  );
}

function entry44() {
  print('44', 'grid', 384 / 16, '384 / 16');
  print('44', 'tokens', (384 / 16) ** 2, '24^2');
  print('44', 'bits a code', Math.log2(16384), 'log2 16384');
  print('44', 'bytes of an image in codes', (576 * 14) / 8, '576 x 14 / 8');
}

function entry45() {
  print('45', 'understanding, 1024x768 scaled', `384x${(768 * 384) / 1024}`, 'x 384/1024');
  print('45', 'rows of padding in all', 384 - 288, '384 - 288');
  print('45', 'patches with content', 24 * (288 / 16), '24 x 18');
  print('45', 'patches of padding', 576 - 24 * 18, '576 - 432');
  print('45', 'generation, 1024x768 scaled', `${(1024 * 384) / 768}x384`, 'x 384/768');
  print('45', 'columns cropped', 512 - 384, '512 - 384');
  print('45', 'share of the picture cropped', 128 / 512, '128 / 512');
}

function entry46() {
  const tokens = (w: number, h: number) => Math.round(w / 28) * Math.round(h / 28);
  for (const [w, h] of [
    [224, 224],
    [448, 448],
    [1280, 720],
    [1654, 2339],
  ] as const)
    print('46', `tokens of ${w}x${h}`, tokens(w, h), `${Math.round(w / 28)} x ${Math.round(h / 28)}`);
  print('46', 'patches of 224x224', (224 / 14) ** 2, '16^2');
  print('46', '224x224 with start and end', tokens(224, 224) + 2, '64 + 2');
  print('46', 'A4 page at 200 dpi over Qwen-VL', tokens(1654, 2339) / 256, '/ 256');
  print(
    '46',
    'scale of a 1654x2339 page squeezed to 448',
    `${448 / 1654} and ${448 / 2339}`,
    '448/1654, 448/2339',
  );
  print('46', 'min and max pixels for 4 to 16384 tokens', `${4 * 784} to ${16384 * 784}`, 'tokens x 28^2');
}

for (const entry of [
  entry24,
  entry25,
  entry28,
  entry29,
  entry31,
  entry32,
  entry33,
  entry34,
  entry36,
  entry37,
  entry38,
  entry39,
  entry40,
  entry41,
  entry42,
  entry43,
  entry44,
  entry45,
  entry46,
])
  entry();
