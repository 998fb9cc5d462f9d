/** Numbers quoted in corpus/llm/vision-models 01, 02, 04-10: one function an entry, `npx tsx eval/numbers/llm-vision-models-1.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(
    `llm/vision-models/${id}: ${what} = ${Number.isInteger(value) ? value : +value.toPrecision(4)} (${formula})`,
  );
};

function entry01() {
  const [d, blocks, hidden] = [1536, 40, 4096];
  print('01', 'ViT-g/14 head dimension in DINOv2', d / 24, '1536 / 24');
  print('01', 'ViT-g head dimension in the original', 1408 / 16, '1408 / 16');
  print(
    '01',
    'ViT-g/14 parameters, B',
    (blocks * (4 * d * d + 3 * d * hidden)) / 1e9,
    '40 x (4 x 1536^2 + 3 x 1536 x 4096)',
  );
  print('01', 'patches at 224', (224 / 14) ** 2, '(224 / 14)^2');
  print('01', 'patches at 518', (518 / 14) ** 2, '(518 / 14)^2');
}

function entry02() {
  const layers = 3 * 2 + 1 + 3 * 3;
  print(
    '02',
    'cross-attention layers in the SD v1 U-Net',
    layers,
    '3 down levels x 2 + 1 middle + 3 up levels x 3',
  );
  print('02', 'U-Net evaluations for 50 steps with guidance', 50 * 2, '50 x 2');
}

function entry04() {
  print('04', 'draws of each timestep in an update', 2048 / 1000, 'batch 2048 / 1000 timesteps');
}

function entry05() {
  print('05', 'latent values', 64 * 64 * 4, '64 x 64 x 4');
  print('05', 'standard deviation of the raw latent', 1 / 0.18215, '1 / 0.18215');
}

function entry06() {
  const dim = 256;
  const embeddings = (4 + 1 + 1) * dim;
  const convs = 1 * 4 * 4 + 4 + 2 * 4 + (4 * 16 * 4 + 16) + 2 * 16 + (16 * dim + dim);
  print('06', 'image embedding side', 1024 / 16, '1024 / 16');
  print(
    '06',
    'prompt encoder parameters',
    embeddings + convs,
    '6 embeddings x 256 + conv 2x2 1-4, norm, conv 2x2 4-16, norm, conv 1x1 16-256',
  );
}

function entry07() {
  const gamma = 0.6;
  print('07', 'base class after calibration', 0.6 / 0.1 ** gamma, '0.60 / 0.10^0.6');
  print('07', 'new class after calibration', 0.45 / 0.04 ** gamma, '0.45 / 0.04^0.6');
}

function entry08() {
  const [h, w] = [800, 1333];
  const tokens = [8, 16, 32, 64].map((s) => Math.ceil(h / s) * Math.ceil(w / s));
  print(
    '08',
    'image tokens at 800 x 1333',
    tokens.reduce((a, b) => a + b),
    `ceil over strides 8, 16, 32, 64: ${tokens.join(' + ')}`,
  );
}

function entry09() {
  const scale = Math.min(800 / 3000, 1333 / 4000);
  print(
    '09',
    'a part of 30 px in a 4000 x 3000 picture after resizing, px',
    30 * scale,
    '30 x min(800 / 3000, 1333 / 4000)',
  );
}

function entry10() {
  print('10', 'ViT-H block parameters, M', (32 * 12 * 1280 * 1280) / 1e6, '32 x 12 x 1280^2');
  print('10', 'SAM against MobileSAM, times', 615 / 9.66, '615M / 9.66M');
  print('10', 'points of segment everything', 32 * 32, '32 x 32');
}

for (const entry of [entry01, entry02, entry04, entry05, entry06, entry07, entry08, entry09, entry10])
  entry();
