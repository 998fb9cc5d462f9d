// Worked numbers of the entries vision/common/01–13 and vision/gan-video-depth/01–02: npx tsx eval/numbers/vision-common.ts
const say = (id: string, what: string, value: string | number, formula: string): void => {
  console.log(`vision/${id}: ${what} = ${String(value)} (${formula})`);
};

const e01 = (): void => {
  say('common/01', 'receptive field of three 3×3', 1 + 3 * 2, '1 + 3·2');
  say('common/01', 'weights of one 7×7 against three 3×3', `${7 * 7}C² and ${3 * 9}C²`, '7², 3·3²');
  say('common/01', '3×3 layers for a field of 31', (31 - 1) / 2, '(31 − 1) / 2');
  const c = 256;
  say('common/01', 'weights of a dense 31×31, C = 256', (31 * 31 * c * c).toLocaleString('en'), '31²·C²');
  say('common/01', 'weights of a depthwise 31×31, C = 256', (31 * 31 * c).toLocaleString('en'), '31²·C');
  say('common/01', 'weights of a 1×1, C = 256', (c * c).toLocaleString('en'), 'C²');
  say('common/01', 'depthwise 31×31 against 3×3', ((31 * 31) / 9).toFixed(1), '31² / 3²');
  say(
    'common/01',
    'weights a channel of 51×5 and 5×51 against 51×51',
    `${2 * 51 * 5} and ${51 * 51}`,
    '2·51·5, 51²',
  );
};

const e02 = (): void => {
  const cost = [
    [4, 1, 3],
    [2, 0, 5],
    [3, 2, 2],
  ];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const total = (order: number[]): number => order.reduce((sum, column, row) => sum + cost[row]![column]!, 0);
  const best = orders.reduce((a, b) => (total(a) <= total(b) ? a : b));
  say(
    'common/02',
    'best assignment of the 3×3 example',
    `columns ${best.join(', ')}, cost ${total(best)}`,
    'all 3! orders',
  );
  const left = { rows: new Set([0, 1, 2]), columns: new Set([0, 1, 2]) };
  let greedy = 0;
  const picks: string[] = [];
  while (left.rows.size > 0) {
    let pick = [-1, -1, Infinity];
    for (const row of left.rows)
      for (const column of left.columns)
        if (cost[row]![column]! < pick[2]!) pick = [row, column, cost[row]![column]!];
    left.rows.delete(pick[0]!);
    left.columns.delete(pick[1]!);
    greedy += pick[2]!;
    picks.push(String(pick[2]));
  }
  say('common/02', 'greedy on the same matrix', `${picks.join(' + ')} = ${greedy}`, 'cheapest pair left');
  const reduced = cost.map((row) => row.map((value) => value - Math.min(...row)));
  say('common/02', 'after row reduction', JSON.stringify(reduced), '− row minimum');
  const columns = [0, 1, 2].map((j) => Math.min(...reduced.map((row) => row[j]!)));
  const both = reduced.map((row) => row.map((value, j) => value - columns[j]!));
  say('common/02', 'after column reduction', JSON.stringify(both), '− column minimum');
  const covered = { rows: [2], columns: [1] };
  const open = both.flatMap((row, i) =>
    row.filter((_, j) => !covered.rows.includes(i) && !covered.columns.includes(j)),
  );
  const delta = Math.min(...open);
  const adjusted = both.map((row, i) =>
    row.map((value, j) => {
      const lines = Number(covered.rows.includes(i)) + Number(covered.columns.includes(j));
      return value + (lines - 1) * delta;
    }),
  );
  say('common/02', `adjusted by δ = ${delta}`, JSON.stringify(adjusted), 'uncovered − δ, twice covered + δ');
  say(
    'common/02',
    'orders of 10 pairs against 10³',
    `${[...Array(10).keys()].reduce((a, i) => a * (i + 1), 1)} and ${10 ** 3}`,
    '10!, n³',
  );
};

const e04 = (): void => {
  const fire = 96 * 16 + 16 * 64 + 9 * 16 * 64;
  const plain = 9 * 96 * 128;
  say('common/04', 'weights of a Fire module 96 → 16 → 64 + 64', fire, '96·16 + 16·64 + 9·16·64');
  say('common/04', 'weights of a 3×3, 96 → 128', plain, '9·96·128');
  say('common/04', 'ratio', (plain / fire).toFixed(1), 'plain / fire');
  say('common/04', 'FLOPs of a partial convolution at 1/4 of the channels', 1 / 16, '(1/4)²');
  say('common/04', 'feature memory access of it', 1 / 4, '1/4');
  say(
    'common/04',
    'mult-adds SqueezeNet / MobileNetV1',
    (1700 / 569).toFixed(1),
    '1700M / 569M as the MobileNet paper lists them',
  );
};

const e05 = (): void => {
  say('common/05', 'scale of the top of 8 levels at 1.2', (1.2 ** 7).toFixed(2), '1.2⁷');
  say('common/05', 'bytes of an ORB descriptor', 256 / 8, '256 bits / 8');
  say('common/05', 'bytes of a SIFT descriptor in float32', 128 * 4, '128·4');
  say('common/05', 'ratio', (128 * 4) / 32, '512 / 32');
  const q = 1 / 1.2;
  const first = (1000 * (1 - q)) / (1 - q ** 8);
  say('common/05', 'of 1000 features on level 0', Math.round(first), 'N(1 − q)/(1 − q⁸), q = 1/1.2');
  say('common/05', 'steps of the rotated patterns', (360 / 12).toString(), '360° / 12°');
};

const e06 = (): void => {
  say('common/06', 'weights of the 3×3 after add', (9 * 256 * 256).toLocaleString('en'), '9·256·256');
  say('common/06', 'weights of the 3×3 after concat', (9 * 512 * 256).toLocaleString('en'), '9·512·256');
  const pixels = 200 * 336;
  say(
    'common/06',
    'MACs of it on P2 after add',
    `${((pixels * 9 * 256 * 256) / 1e9).toFixed(1)}G`,
    '200·336·9·256·256 (800×1344 input, stride 4)',
  );
  say(
    'common/06',
    'MACs of it on P2 after concat',
    `${((pixels * 9 * 512 * 256) / 1e9).toFixed(1)}G`,
    '200·336·9·512·256',
  );
  say(
    'common/06',
    'bytes of the P2 map in float32, 256 and 512 channels',
    `${(pixels * 256 * 4) / 1e6} MB and ${(pixels * 512 * 4) / 1e6} MB`,
    '200·336·C·4',
  );
};

const e07 = (): void => {
  const c = 256;
  say('common/07', 'weights of a 3×3 to 256 after add', (9 * c * c).toLocaleString('en'), '9·C·C');
  say('common/07', 'weights of a 3×3 to 256 after concat', (9 * 2 * c * c).toLocaleString('en'), '9·2C·C');
  say('common/07', 'channels after the first block of DenseNet-121', 64 + 6 * 32, '64 + 6·32');
  say('common/07', 'channels after the first stage of ResNet-50', 256, 'constant inside the stage');
};

const e08 = (): void => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const n = 1024;
  say('common/08', 'row sum at zero scores without bias, n = 1024', n * sigmoid(0), 'n·σ(0)');
  say('common/08', '−ln n', (-Math.log(n)).toFixed(2), 'n = 1024');
  say(
    'common/08',
    'row sum with b = −ln n',
    (n * sigmoid(-Math.log(n))).toFixed(3),
    'n·σ(−ln n) = n/(n + 1)',
  );
  const s = [2, 2, -2].map((x) => Math.exp(x));
  const z = s.reduce((a, b) => a + b);
  say('common/08', 'softmax of (2, 2, −2)', s.map((x) => (x / z).toFixed(3)).join(', '), 'eˣ / Σ');
  say(
    'common/08',
    'sigmoid of (2, 2, −2)',
    [2, 2, -2].map((x) => sigmoid(x).toFixed(3)).join(', '),
    '1/(1 + e⁻ˣ)',
  );
  const low = [-5, -5, -5].map((x) => sigmoid(x).toFixed(4));
  say(
    'common/08',
    'sigmoid of (−5, −5, −5) against softmax',
    `${low.join(', ')} and 1/3 each`,
    'no row is forced to sum to 1',
  );
};

const e09 = (): void => {
  const [h, w, c] = [56, 56, 128];
  const map = h * w * c;
  say('common/09', 'elements of a 56×56×128 map', map.toLocaleString('en'), 'HWC');
  say(
    'common/09',
    'moved by add',
    `${(3 * map).toLocaleString('en')} elements, ${((3 * map * 2) / 1e6).toFixed(2)} MB in fp16`,
    '2 reads + 1 write',
  );
  say(
    'common/09',
    'moved by a copying concat',
    `${(4 * map).toLocaleString('en')} elements, ${((4 * map * 2) / 1e6).toFixed(2)} MB in fp16`,
    '2 reads + 2 writes',
  );
  say('common/09', 'MACs of the 1×1 to 128 after add', `${((map * c) / 1e6).toFixed(1)}M`, 'HW·128·128');
  say(
    'common/09',
    'MACs of the 1×1 to 128 after concat',
    `${((2 * map * c) / 1e6).toFixed(1)}M`,
    'HW·256·128',
  );
  const access = (c1: number, c2: number): number => h * w * (c1 + c2) + c1 * c2;
  say(
    'common/09',
    'memory access of a 1×1 128 → 128',
    access(128, 128).toLocaleString('en'),
    'hw(c1 + c2) + c1·c2',
  );
  say(
    'common/09',
    'memory access of a 1×1 32 → 512, same FLOPs',
    access(32, 512).toLocaleString('en'),
    'hw(c1 + c2) + c1·c2',
  );
  say('common/09', 'ratio', (access(32, 512) / access(128, 128)).toFixed(2), '1722368 / 819200');
};

const e10 = (): void => {
  const [h, w, c] = [56, 56, 128];
  const hw = h * w;
  const kinds: [string, number, number, string][] = [
    ['pointwise 128 → 128', hw * c * c, hw * 2 * c + c * c, 'hw·c1·c2; hw(c1 + c2) + c1·c2'],
    ['depthwise 3×3', hw * 9 * c, hw * 2 * c + 9 * c, 'hw·k²·c; 2hw·c + k²·c'],
    ['standard 3×3', hw * 9 * c * c, hw * 2 * c + 9 * c * c, 'hw·k²·c1·c2; hw(c1 + c2) + k²·c1·c2'],
  ];
  for (const [name, macs, access, formula] of kinds)
    say(
      'common/10',
      `${name}, 56×56`,
      `${(macs / 1e6).toFixed(2)}M multiply-adds, ${((2 * macs) / 1e6).toFixed(1)}M FLOPs, ${access.toLocaleString('en')} elements moved, ${(macs / access).toFixed(1)} multiply-adds an element`,
      formula,
    );
  say(
    'common/10',
    'features and weights of the pointwise access',
    `${hw * 2 * c} and ${c * c}`,
    'hw(c1 + c2), c1·c2',
  );
  const both = hw * 9 * c + hw * c * c;
  say(
    'common/10',
    'separable against standard',
    `${(both / 1e6).toFixed(1)}M, ${((100 * both) / (hw * 9 * c * c)).toFixed(1)}%`,
    '1/c2 + 1/k²',
  );
  say(
    'common/10',
    'share of the pointwise part',
    `${((100 * hw * c * c) / both).toFixed(1)}%`,
    'c2 / (c2 + k²)',
  );
  const b = hw * c * c;
  say(
    'common/10',
    'lower bound of memory access',
    Math.round(2 * Math.sqrt(hw * b) + b / hw).toLocaleString('en'),
    '2√(hwB) + B/hw',
  );
};

const e11 = (): void => {
  const ce = (y: number, p: number): number => -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
  const qfl = (y: number, p: number): number => Math.abs(y - p) ** 2 * ce(y, p);
  const naive = (y: number, p: number): number =>
    -(y * (1 - p) ** 2 * Math.log(p) + (1 - y) * p ** 2 * Math.log(1 - p));
  say('common/11', 'cross entropy at y = 0.8, σ = 0.5', ce(0.8, 0.5).toFixed(3), 'soft BCE');
  say('common/11', 'QFL at y = 0.8, σ = 0.5, β = 2', qfl(0.8, 0.5).toFixed(4), '0.3²·0.693');
  say('common/11', 'QFL at y = 0.8, σ = 0.8', qfl(0.8, 0.8), '0²·CE');
  say('common/11', 'cross entropy at y = 0.8, σ = 0.8', ce(0.8, 0.8).toFixed(3), 'entropy of the label');
  const argmin = (f: (p: number) => number): number => {
    let best = 0.001;
    for (let p = 0.001; p < 1; p += 0.0005) if (f(p) < f(best)) best = p;
    return best;
  };
  for (const y of [0.6, 0.8, 0.9]) {
    say(
      'common/11',
      `minimum of y·FL₁ + (1−y)·FL₀ at y = ${y}`,
      argmin((p) => naive(y, p)).toFixed(3),
      'γ = 2, searched',
    );
    say('common/11', `minimum of QFL at y = ${y}`, argmin((p) => qfl(y, p)).toFixed(3), 'β = 2, searched');
  }
  say(
    'common/11',
    'QFL at y = 1, σ = 0.9 and FL at p_t = 0.9',
    `${qfl(1, 0.9).toExponential(3)} and ${(0.01 * -Math.log(0.9)).toExponential(3)}`,
    'the same without α',
  );
};

const e12 = (): void => {
  const counts = [9000, ...Array.from({ length: 8 }, () => 87.5), 300];
  const n = counts.reduce((a, b) => a + b);
  const width = 0.1;
  for (const [i, name] of [
    [0, 'g in [0, 0.1), 9000 samples'],
    [4, 'a middle bin, 87.5 samples'],
    [9, 'g in [0.9, 1], 300 samples'],
  ] as const)
    say(
      'common/12',
      `GHM weight, ${name}`,
      ((n * width) / counts[i]!).toFixed(2),
      'β = N/GD, GD = count / 0.1',
    );
  const focal = (g: number): number => g * g;
  say(
    'common/12',
    'focal factor at g = 0.05, 0.5, 0.95',
    [0.05, 0.5, 0.95].map((g) => focal(g).toFixed(4)).join(', '),
    '(1 − p_t)², g = 1 − p_t',
  );
  const bump = (p: number): number => p * (1 - p) ** 2;
  say(
    'common/12',
    'factor p_t(1−p_t)² at p_t = 0.05, 1/3, 0.95',
    [0.05, 1 / 3, 0.95].map((p) => bump(p).toFixed(4)).join(', '),
    'largest at δ/(δ+γ)',
  );
};

const e13 = (): void => {
  const [p, x] = [0.3, 2];
  say('common/13', 'expectation with p = 0.3 and x = 2', x * (1 - p), '(1 − p)x');
  say('common/13', 'kept value of inverted dropout', (x / (1 - p)).toFixed(3), 'x / (1 − p)');
  say('common/13', 'its expectation', (1 - p) * (x / (1 - p)), '(1 − p)·x/(1 − p)');
  say('common/13', 'its variance', ((x * x * p) / (1 - p)).toFixed(3), 'x²p/(1 − p)');
  say('common/13', 'thinned networks of 100 units', `2^100 ≈ ${(2 ** 100).toExponential(2)}`, '2ⁿ');
};

const g01 = (): void => {
  for (const size of [100, 400])
    say(
      'gan-video-depth/01',
      `support at which ${size} samples hold a duplicate half the time`,
      Math.round((size * size) / (2 * Math.LN2)),
      's²/(2 ln 2)',
    );
  say('gan-video-depth/01', 'modes of stacked MNIST', 10 ** 3, '10³');
};

const g02 = (): void => {
  say(
    'gan-video-depth/02',
    'error at SSIM 0.6, L1 0.1, α 0.85',
    ((0.85 / 2) * (1 - 0.6) + 0.15 * 0.1).toFixed(3),
    'α/2·(1 − SSIM) + (1 − α)·L1',
  );
  say('gan-video-depth/02', 'disparity at 20 m, f = 720, B = 0.54', ((720 * 0.54) / 20).toFixed(2), 'fB / Z');
  say('gan-video-depth/02', 'disparity at 22 m', ((720 * 0.54) / 22).toFixed(2), 'fB / Z');
  say(
    'gan-video-depth/02',
    'mean and minimum over two sources 0.05, 0.45',
    `${(0.05 + 0.45) / 2} and 0.05`,
    'one occluded',
  );
};

for (const entry of [e01, e02, e04, e05, e06, e07, e08, e09, e10, e11, e12, e13, g01, g02]) entry();
