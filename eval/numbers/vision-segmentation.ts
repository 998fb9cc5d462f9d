// Worked numbers of the entries vision/segmentation/01–09: npx tsx eval/numbers/vision-segmentation.ts
const say = (id: string, what: string, value: string | number, formula: string): void => {
  console.log(`vision/segmentation/${id}: ${what} = ${String(value)} (${formula})`);
};

/** Receptive field at the bottom of a U-Net: two 3×3 convolutions a level, 2×2 pooling between levels. */
const bottleneckField = (downs: number): number => {
  let field = 1;
  let jump = 1;
  for (let level = 0; level <= downs; level += 1) {
    field += 2 * 2 * jump;
    if (level < downs) {
      field += jump;
      jump *= 2;
    }
  }
  return field;
};

const e01 = (): void => {
  for (const downs of [1, 2, 3, 4, 5])
    say(
      '01',
      `receptive field at the bottom, ${downs} downsamplings`,
      bottleneckField(downs),
      '+4·jump a level, +jump a pooling',
    );
  const sizes = [512];
  for (let i = 0; i < 4; i += 1) sizes.push(sizes[i]! / 2);
  say('01', 'map sizes of a padded U-Net on 512', sizes.join(' → '), 'halved four times');
  const original = [572];
  let size = 572;
  for (let i = 0; i < 4; i += 1) {
    size = (size - 4) / 2;
    original.push(size);
  }
  say(
    '01',
    'map sizes of the 2015 U-Net on 572',
    `${original.join(' → ')}, ${size - 4} after the last convolutions`,
    '(n − 4) / 2 a level, unpadded 3×3 twice',
  );
  let up = size - 4;
  for (let i = 0; i < 4; i += 1) up = up * 2 - 4;
  say('01', 'output size of the 2015 U-Net on 572', up, '2n − 4 a level');
  say('01', 'side on the deepest map of an object of 12 pixels', 12 / 16, '12 / 2⁴');
  say('01', 'divisor of the input side', 2 ** 4, '2⁴');
};

const e02 = (): void => {
  const filters = [32, 64, 128, 256, 512];
  const unit = (from: number, to: number): number => 9 * from * to + to + 9 * to * to + to;
  const up = (from: number, to: number): number => 4 * from * to + to;
  const parameters = (depth: number): number => {
    let total = 0;
    for (let i = 0; i <= depth; i += 1) {
      const f = filters[i]!;
      total += unit(i === 0 ? 3 : filters[i - 1]!, f);
      for (let j = 1; i + j <= depth; j += 1) total += unit((j + 1) * f, f) + up(filters[i + 1]!, f);
    }
    return total + depth * (filters[0]! + 1);
  };
  const full = parameters(4);
  for (const depth of [1, 2, 3, 4])
    say(
      '02',
      `parameters of UNet++ L${depth}`,
      `${(parameters(depth) / 1e6).toFixed(2)}M, ${((100 * parameters(depth)) / full).toFixed(1)}% of L4`,
      'two 3×3 a node, 2×2 transposed convolution up, filters 32…512',
    );
  for (const depth of [1, 2, 3, 4])
    say('02', `nodes of L${depth}`, ((depth + 1) * (depth + 2)) / 2, '(d+1)(d+2)/2');
};

const e03 = (): void => {
  say('03', 'image embedding', `${1024 / 16}×${1024 / 16}×256`, '1024 / 16');
  say(
    '03',
    'upscaled map',
    `${(1024 / 16) * 4}×${(1024 / 16) * 4}×${256 / 8}`,
    'two stride-2 transposed convolutions, 256 → 64 → 32',
  );
  say('03', 'mask = vector · map', `[4×32]·[32×${256 * 256}] → 4×256×256`, '4 mask tokens');
  say('03', 'output tokens', 1 + 4, '1 IoU + 4 mask');
  const scale = 1024 / 1500;
  say(
    '03',
    'a 1500×1000 image enters as',
    `${1500 * scale}×${Math.round(1000 * scale)}, padded by ${1024 - Math.round(1000 * scale)} rows`,
    'long side 1024',
  );
};

const e04 = (): void => {
  say('04', 'points of the default grid', 32 * 32, '32²');
  say('04', 'points of a grid of 64', 64 * 64, '64²');
  say('04', 'extra crops of one crop layer', 2 * 2, '(2¹)²');
  say('04', 'image encodings with one crop layer', 1 + 4, '1 + 4');
  say('04', 'points with one crop layer, downscale factor 2', 32 * 32 + 4 * 16 * 16, '32² + 4·16²');
  say(
    '04',
    'pixels of an object of 20 px in a 4000-px image after resizing',
    (20 * 1024) / 4000,
    '20·1024/4000',
  );
};

const e05 = (): void => {
  const tokens = (side: number): number => (side / 16) ** 2;
  say('05', 'tokens at 224', tokens(224), '(224/16)²');
  say('05', 'tokens at 1024', tokens(1024), '(1024/16)²');
  say('05', 'growth of tokens', (tokens(1024) / tokens(224)).toFixed(1), '4096/196');
  say('05', 'growth of attention pairs', ((tokens(1024) / tokens(224)) ** 2).toFixed(0), '(4096/196)²');
  say('05', 'pairs with global attention at 1024', tokens(1024) ** 2, '4096²');
  const windows = Math.ceil(64 / 14) ** 2;
  say('05', 'windows of 14×14 at 1024', windows, '⌈64/14⌉²');
  say('05', 'pairs with window attention', windows * 196 ** 2, '25·196²');
  say('05', 'ratio', (tokens(1024) ** 2 / (windows * 196 ** 2)).toFixed(1), '4096² / (25·196²)');
};

const e06 = (): void => {
  for (const rate of [1, 2, 4])
    say('06', `extent of a 3×3 kernel at rate ${rate}`, 3 + 2 * (rate - 1), 'k + (k−1)(r−1)');
  let field = 1;
  const stack: number[] = [];
  for (const rate of [1, 2, 4]) stack.push((field += 2 * rate));
  say('06', 'receptive field stacked at rates 1, 2, 4', stack.join(' → '), '+2r a layer');
  say('06', 'receptive field of three ordinary 3×3', 1 + 3 * 2, '1 + 3·2');
  say('06', 'receptive field of three at rate 2', 1 + 3 * 4, '1 + 3·4');
  say(
    '06',
    'positions seen of those by three layers at rate 2',
    `${7 * 7} of ${13 * 13}`,
    'even offsets only, 7² of 13²',
  );
  say('06', 'bits of one 2×2 pooling index', 2, 'log2(4) bits a window');
  say('06', 'non-zero share after 2×2 unpooling', 1 / 4, '1 of 4');
};

const e07 = (): void => {
  const n = 500 * 500;
  say('07', 'pixel pairs of a 500×500 image', ((n * (n - 1)) / 2).toExponential(2), 'N(N−1)/2');
  say('07', 'neighbour edges of a 4-connected grid', 2 * 500 * 499, '2·500·499');
  say('07', 'map of a 512 image at stride 32 and 8', `${512 / 32}, ${512 / 8}`, '512/32, 512/8');
};

const e08 = (): void => {
  say('08', 'positional encoding', 128 * 2, '128 sines + 128 cosines');
  say('08', 'fixed frequencies', 2 * 128, '2×128 Gaussian matrix');
  say('08', 'tokens of 3 points without a box', 3 + 1, 'one padding token');
  say('08', 'tokens of 3 points and a box', 3 + 2, 'two corners, no padding');
  const scale = 1024 / 2000;
  const [x, y] = [500 * scale, 250 * scale];
  say(
    '08',
    'point (500, 250) of a 2000×1000 image',
    `(${x}, ${y}) → (${((x + 0.5) / 1024).toFixed(4)}, ${((y + 0.5) / 1024).toFixed(4)})`,
    '·1024/2000, +0.5, /1024',
  );
  say(
    '08',
    'learned point vectors',
    `${4 + 1}×256 = ${5 * 256}`,
    'negative, positive, two corners, not-a-point',
  );
};

const e09 = (): void => {
  say('09', 'equations and unknowns of a pixel', '3 and 7', 'I: RGB; F: RGB, B: RGB, α');
  say('09', 'composite, α = 0.25, F = 240, B = 40', 0.25 * 240 + 0.75 * 40, 'αF + (1−α)B');
  say('09', 'the same colour, α = 0.5, F = 140, B = 40', 0.5 * 140 + 0.5 * 40, 'αF + (1−α)B');
};

for (const entry of [e01, e02, e03, e04, e05, e06, e07, e08, e09]) entry();
