/** Numbers quoted in corpus/vision/classification 02-04, 06, 08-11: one function an entry, `npx tsx eval/numbers/vision-classification.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(
    `vision/classification/${id}: ${what} = ${Number.isInteger(value) ? value : +value.toPrecision(4)} (${formula})`,
  );
};

function entry02() {
  const r = 16;
  const spatial = 7 * 7 * 2;
  const channel = (c: number) => (2 * c * c) / r;
  print('02', 'channel MLP at C = 256', channel(256), '2 x 256^2 / 16');
  print('02', 'channel MLP at C = 512', channel(512), '2 x 512^2 / 16');
  print('02', 'spatial 7x7 convolution', spatial, '7 x 7 x 2');
  const blocks: [number, number][] = [
    [256, 3],
    [512, 4],
    [1024, 6],
    [2048, 3],
  ];
  const sum = blocks.reduce((all, [c, n]) => all + n * (channel(c) + spatial), 0);
  print('02', 'added to ResNet-50, M', sum / 1e6, 'sum over 3, 4, 6, 3 blocks of 2C^2/16 + 98');
}

function entry03() {
  const [side, c, m] = [56, 96, 7];
  const n = side * side;
  print('03', 'windows at 56 x 56', (side / m) ** 2, '(56 / 7)^2');
  print('03', 'projections, M', (4 * n * c * c) / 1e6, '4 x 56^2 x 96^2');
  print('03', 'global attention products, M', (2 * n * n * c) / 1e6, '2 x (56^2)^2 x 96');
  print('03', 'window attention products, M', (2 * m * m * n * c) / 1e6, '2 x 7^2 x 56^2 x 96');
  print('03', 'ratio of the two', n / (m * m), '56^2 / 7^2');
  print('03', 'relative position table a head', (2 * m - 1) ** 2, '(2 x 7 - 1)^2');
  print('03', 'key/value copies by a 7x7 unfold', m * m, '7 x 7');
}

/** Share of Beta(a, a) below x, by substituting t = u^(1/a) near zero. */
function betaBelow(a: number, x: number) {
  const steps = 200000;
  const part = (to: number) => {
    const top = to ** a;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const t = (((i + 0.5) / steps) * top) ** (1 / a);
      sum += (1 - t) ** (a - 1);
    }
    return (sum * top) / steps / a;
  };
  return part(x) / (2 * part(0.5));
}

function entry04() {
  print('04', 'P(lambda < 0.1 or > 0.9) at alpha 0.2', 2 * betaBelow(0.2, 0.1), 'Beta(0.2, 0.2)');
  print('04', 'P(lambda < 0.1 or > 0.9) at alpha 1', 0.2, 'uniform');
  print('04', 'CutMix side for lambda 0.75 at 224', 224 * Math.sqrt(1 - 0.75), '224 x sqrt(0.25)');
}

function entry06() {
  print('06', 'bilinear feature of two 512-channel maps', 512 * 512, '512 x 512');
  print('06', 'final grid at 224', 224 / 32, '224 / 32');
  print('06', 'final grid at 448', 448 / 32, '448 / 32');
}

function entry08() {
  const noise = 0.2;
  print('08', 'best accuracy seen on noisy labels', 1 - noise, '1 - 0.2');
  print('08', 'share of a true accuracy gap left on noisy labels', 1 - 2 * noise, '0.8 - 0.2');
  print('08', 'corrected probability at p = 1', 0.6 + 0.2, '0.2 + 0.6 p');
  print('08', 'true posterior at which noisy posterior is 0.5', 0.5 / 0.6, '0.5 / (1 - 0.4)');
  for (const accuracy of [0.95, 0.9]) {
    const hit = noise * accuracy;
    const all = hit + (1 - noise) * (1 - accuracy);
    print('08', `flagged at accuracy ${accuracy}`, all, '0.2 a + 0.8 (1 - a)');
    print('08', `precision of flags at accuracy ${accuracy}`, hit / all, '0.2 a / flagged');
  }
  print('08', 'majority of three at 80%', 0.8 ** 3 + 3 * 0.8 ** 2 * 0.2, '0.8^3 + 3 x 0.8^2 x 0.2');
}

function entry09() {
  const [d, layers, vocab, context] = [512, 12, 49408, 77];
  print('09', 'token embedding, M', (vocab * d) / 1e6, '49408 x 512');
  print('09', 'text transformer blocks, M', (layers * 12 * d * d) / 1e6, '12 x 12 x 512^2');
  print(
    '09',
    'text encoder, M',
    (vocab * d + layers * 12 * d * d + context * d) / 1e6,
    'embedding + blocks + positions',
  );
  print('09', 'vocabulary', 256 * 2 + 48894 + 2, '256 x 2 + 48894 merges + 2');
  print('09', 'pairs compared in a batch, M', 32768 ** 2 / 1e6, '32768^2');
  print('09', 'loss of a uniform guess', Math.log(32768), 'ln 32768');
  print('09', 'logit scale at the start', 1 / 0.07, '1 / 0.07');
}

function entry10() {
  const patches = (size: number) => (size / 16) ** 2;
  print('10', 'patches at 224', patches(224), '(224 / 16)^2');
  print('10', 'patches at 384', patches(384), '(384 / 16)^2');
  print('10', 'ViT tokens at 384', patches(384) + 1, '576 + 1');
  print('10', 'DeiT distilled tokens at 224', patches(224) + 2, '196 + 2');
  print('10', 'attention products, 384 against 224', (577 / 197) ** 2, '(577 / 197)^2');
  print('10', 'tokens, 384 against 224', 577 / 197, '577 / 197');
  print('10', 'patches of 320 x 480', (320 / 16) * (480 / 16), '20 x 30');
}

function entry11() {
  const [p, c, d, size] = [16, 3, 768, 224];
  print('11', 'patch values', p * p * c, '16 x 16 x 3');
  print('11', 'patches', (size / p) ** 2, '(224 / 16)^2');
  print('11', 'patch embedding parameters', p * p * c * d + d, '768 x 768 + 768');
  print('11', 'position embedding parameters', ((size / p) ** 2 + 1) * d, '197 x 768');
  print('11', 'patch values at patch 14', 14 * 14 * c, '14 x 14 x 3');
  print('11', 'patches at patch 32', (size / 32) ** 2, '(224 / 32)^2');
  print('11', 'patches at patch 8', (size / 8) ** 2, '(224 / 8)^2');
}

for (const entry of [entry02, entry03, entry04, entry06, entry08, entry09, entry10, entry11]) entry();
