/** Numbers quoted in corpus/llm/general: one function an entry, `npx tsx eval/numbers/llm-general.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(`llm/general/${id}: ${what} = ${+value.toPrecision(4)} (${formula})`);
};

function entry09() {
  const psi = 7.5;
  const gpus = 64;
  print('09', 'model states without ZeRO, GB', 16 * psi, '16 x 7.5');
  print('09', 'stage 1, GB a GPU', 4 * psi + (12 * psi) / gpus, '4 x 7.5 + 12 x 7.5 / 64');
  print('09', 'stage 2, GB a GPU', 2 * psi + (14 * psi) / gpus, '2 x 7.5 + 14 x 7.5 / 64');
  print('09', 'stage 3, GB a GPU', (16 * psi) / gpus, '16 x 7.5 / 64');
  print('09', 'communication of stage 3 against data parallelism', 3 / 2, '3 psi / 2 psi');
}

function entry05() {
  const [layers, heads, dim, bytes] = [32, 32, 128, 2];
  const d = heads * dim;
  print(
    '05',
    'MHA cache of a token, KiB',
    (2 * layers * heads * dim * bytes) / 1024,
    '2 x 32 x 32 x 128 x 2 / 1024',
  );
  print(
    '05',
    'MQA cache of a token, KiB',
    (2 * layers * 1 * dim * bytes) / 1024,
    '2 x 32 x 1 x 128 x 2 / 1024',
  );
  print('05', 'MHA projections of a layer, M', (4 * d * d) / 1e6, '4 x 4096^2');
  print(
    '05',
    'MQA projections of a layer, M',
    (2 * d * d + 2 * d * dim) / 1e6,
    '2 x 4096^2 + 2 x 4096 x 128',
  );
  print('05', 'attention intensity of MHA, FLOP a byte', 2 / bytes, '2 FLOP a cached value / 2 bytes');
  print('05', 'attention intensity of MQA, FLOP a byte', (2 * heads) / bytes, '2 x 32 / 2');
}

function entry11() {
  const [layers, heads, kv, dim, bytes] = [28, 28, 4, 128, 2];
  const token = 2 * layers * kv * dim * bytes;
  const mha = 2 * layers * heads * dim * bytes;
  print('11', 'Qwen2.5-7B cache of a token, KiB', token / 1024, '2 x 28 x 4 x 128 x 2 / 1024');
  print('11', 'the same with MHA, KiB', mha / 1024, '2 x 28 x 28 x 128 x 2 / 1024');
  print('11', '32K context, GiB', (token * 32768) / 2 ** 30, '56 KiB x 32768');
  print('11', '32K context with MHA, GiB', (mha * 32768) / 2 ** 30, '392 KiB x 32768');
  print('11', '16 sequences at 32K, GiB', (16 * token * 32768) / 2 ** 30, '16 x 1.75');
  print('11', 'MLA of DeepSeek-V3, values a token and layer', 512 + 64, '512 + 64');
}

function entry02() {
  print('02', 'the four projections at d=512, M', (4 * 512 * 512) / 1e6, '4 x 512^2');
  print('02', 'width of one of 8 heads', 512 / 8, '512 / 8');
}

function entry03() {
  const d = 4096;
  const share = (n: number) => (100 * 4 * n * n * d) / (4 * n * n * d + 24 * n * d * d);
  print(
    '03',
    'scores of one layer at n=8192, GiB',
    (32 * 8192 * 8192 * 2) / 2 ** 30,
    '32 x 8192^2 x 2 / 2^30',
  );
  print('03', 'crossing length over width', 24 / 4, '4 n^2 d = 24 n d^2');
  print('03', 'quadratic share at n=4096, %', share(4096), 'n / (n + 6 x 4096)');
  print('03', 'quadratic share at n=131072, %', share(131072), 'n / (n + 6 x 4096)');
}

function entry04() {
  const tensor = 8192 * 8192 * 2;
  const ms = (count: number) => (1000 * count * tensor) / 3.35e12;
  print('04', 'a tensor of 8192 x 8192 in BF16, MiB', tensor / 2 ** 20, '8192^2 x 2 / 2^20');
  print('04', 'separate, MiB moved', (7 * tensor) / 2 ** 20, '(3 + 4) x 128');
  print('04', 'fused, MiB moved', (4 * tensor) / 2 ** 20, '4 x 128');
  print('04', 'separate at 3.35 TB/s, ms', ms(7), '896 MiB / 3.35 TB/s');
  print('04', 'fused at 3.35 TB/s, ms', ms(4), '512 MiB / 3.35 TB/s');
}

function entry06() {
  const d = 1024;
  const head = (20_000 + 2) * d;
  const tail1 = d * 256 + 256 * 40_000;
  const tail2 = d * 64 + 64 * 200_000;
  const full = 260_000 * d;
  print('06', 'full output layer, M', full / 1e6, '260000 x 1024');
  print(
    '06',
    'adaptive output layer, M',
    (head + tail1 + tail2) / 1e6,
    '20002 x 1024 + 256 x (1024 + 40000) + 64 x (1024 + 200000)',
  );
  print(
    '06',
    'multiply-adds saved, times',
    full / (head + 0.1 * tail1 + 0.05 * tail2),
    'full / (head + 0.1 tail1 + 0.05 tail2)',
  );
  print('06', 'output matrix of Llama 3 8B, B', (128_256 * 4096) / 1e9, '128256 x 4096');
  print('06', 'its share of 8.03B, %', (100 * 128_256 * 4096) / 8.03e9, '0.525 / 8.03');
  print('06', 'vocabulary matrix in GPT-2 small, %', (100 * 50_257 * 768) / 124.4e6, '50257 x 768 / 124.4M');
  print('06', 'FP32 logits of 8192 tokens, GiB', (8192 * 128_256 * 4) / 2 ** 30, '8192 x 128256 x 4 / 2^30');
}

function entry07() {
  print('07', 'full FP16 logits of 1e9 tokens, TB', (1e9 * 151_936 * 2) / 1e12, '1e9 x 151936 x 2');
  print('07', 'top 64 of 1e9 tokens, GB', (1e9 * 64 * 6) / 1e9, '1e9 x 64 x 6');
}

function entry10() {
  const input = 8 * 2048 * 5120 * 2;
  print('10', 'input of a layer, MiB', input / 2 ** 20, '8 x 2048 x 5120 x 2 / 2^20');
  print('10', 'states of a layer, GiB', (input * 16) / 2 ** 30, '160 MiB x 16');
  print('10', 'levels of a scan over 4096 steps', Math.log2(4096), 'log2 4096');
}

function entry12() {
  print('12', 'embedding and output of 32000, B', (2 * 32_000 * 4096) / 1e9, '2 x 32000 x 4096');
  print('12', 'embedding and output of 128256, B', (2 * 128_256 * 4096) / 1e9, '2 x 128256 x 4096');
  print('12', 'fewer tokens, %', 100 * (1 - 3.17 / 3.94), '1 - 3.17 / 3.94');
}

function entry13() {
  const first = (beta2: number) => 0.1 / Math.sqrt(1 - beta2);
  print('13', 'first update at beta2=0.999, learning rates', first(0.999), '(1 - 0.9) / sqrt(1 - 0.999)');
  print('13', 'first update at beta2=0.95, learning rates', first(0.95), '(1 - 0.9) / sqrt(1 - 0.95)');
  print('13', 'memory of the second moment at 0.999, steps', 1 / (1 - 0.999), '1 / (1 - beta2)');
}

for (const entry of [
  entry02,
  entry03,
  entry04,
  entry05,
  entry06,
  entry07,
  entry09,
  entry10,
  entry11,
  entry12,
  entry13,
]) {
  entry();
}
