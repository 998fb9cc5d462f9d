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
  print('05', 'MHA cache of a token, KiB', (2 * layers * heads * dim * bytes) / 1024, '2 x 32 x 32 x 128 x 2 / 1024');
  print('05', 'MQA cache of a token, KiB', (2 * layers * 1 * dim * bytes) / 1024, '2 x 32 x 1 x 128 x 2 / 1024');
  print('05', 'MHA projections of a layer, M', (4 * d * d) / 1e6, '4 x 4096^2');
  print('05', 'MQA projections of a layer, M', (2 * d * d + 2 * d * dim) / 1e6, '2 x 4096^2 + 2 x 4096 x 128');
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

entry05();
entry09();
entry11();
