/** Numbers quoted in corpus/vision/detection-3d 01-04 and 06: one function an entry, `npx tsx eval/numbers/vision-detection-3d.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(
    `vision/detection-3d/${id}: ${what} = ${Number.isInteger(value) ? value : +value.toPrecision(4)} (${formula})`,
  );
};
const degrees = (radians: number) => (radians * 180) / Math.PI;

function entry01() {
  print('01', 'points in the square a level', 3 * 3, '(2 x 1.5)^2');
  const target = (d: number) => Math.exp((-2.5 * d) / (Math.SQRT2 * 1.5));
  print('01', 'centre-ness at the corner', target(1.5 * Math.SQRT2), 'exp(-2.5)');
  print('01', 'centre-ness one stride away', target(1), 'exp(-2.5 / (1.414 x 1.5))');
  print('01', 'side of the square at stride 8', 3 * 8, '2 x 1.5 x 8');
  print('01', 'side of the square at stride 32', 3 * 32, '2 x 1.5 x 32');
}

function entry02() {
  const regression = 2 + 1 + 3 + 1 + 2;
  print('02', 'regression channels', regression, '2 + 1 + 3 + 1 + 2');
  print('02', 'channels a location on nuScenes', 10 + regression + 2 + 9 + 1, '10 + 9 + 2 + 9 + 1');
  const [h, w] = [928, 1600];
  const points = [8, 16, 32, 64, 128].map((s) => Math.ceil(h / s) * Math.ceil(w / s));
  print(
    '02',
    'locations at 1600 x 928',
    points.reduce((a, b) => a + b),
    points.join(' + '),
  );
  print('02', 'u of the location (60, 30) at stride 16', 60 * 16 + 8, '60 x 16 + 8');
  print('02', 'v of the location (60, 30) at stride 16', 30 * 16 + 8, '30 x 16 + 8');
  print('02', 'target of a centre at u = 960', (968 - 960) / 16, '(968 - 960) / 16');
  print('02', 'target of a centre at v = 492', (488 - 492) / 16, '(488 - 492) / 16');
}

function entry03() {
  const [f, cx, cy] = [1260, 800, 450];
  const u = 968 - 0.5 * 16;
  const v = 488 + 0.25 * 16;
  const d = Math.exp(3);
  print('03', 'centre u', u, '968 - 0.5 x 16');
  print('03', 'centre v', v, '488 - (-0.25) x 16');
  print('03', 'depth', d, 'exp(3)');
  print('03', 'X', ((u - cx) * d) / f, '(960 - 800) x 20.09 / 1260');
  print('03', 'Y', ((v - cy) * d) / f, '(492 - 450) x 20.09 / 1260');
  print('03', 'ray angle, degrees', degrees(Math.atan2(u - cx, f)), 'atan(160 / 1260)');
  print('03', 'length', Math.exp(1.5), 'exp(1.5)');
}

function entry04() {
  const [f, cy, v1, d1, h1, v2, h2] = [1260, 450, 530, 20, 1.5, 500, 1.7];
  const d2 = (v: number) => ((v1 - cy) * d1 + (f * (h1 - h2)) / 2) / (v - cy);
  print('04', 'depth passed to the second object', d2(v2), '(80 x 20 + 1260 x (1.5 - 1.7) / 2) / 50');
  print('04', 'the same with v2 one pixel lower', d2(v2 + 1), '1474 / 51');
  print('04', 'bins of 0-50 m in steps of 10', 50 / 10 + 1, '50 / 10 + 1');
  print('04', 'expected depth', 0.6 * 20 + 0.4 * 30, '0.6 x 20 + 0.4 x 30');
  print('04', 'height-based depth', (f * 1.5) / 63, '1260 x 1.5 / 63');
  print('04', 'the same, height 3 px larger', (f * 1.5) / 66, '1260 x 1.5 / 66');
}

function entry06() {
  const [f, cy, height] = [1260, 450, 1.5];
  print('06', 'IPM distance of row 500', (f * height) / 50, '1260 x 1.5 / 50');
  const angle = Math.atan2(50, f);
  print('06', 'ray below the horizon, degrees', degrees(angle), 'atan(50 / 1260)');
  print(
    '06',
    'distance with the pitch off by 0.5 degree',
    height / Math.tan(angle - (0.5 * Math.PI) / 180),
    '1.5 / tan(2.272 - 0.5)',
  );
  const row = cy + 50;
  print('06', 'row', row, '450 + 50');
  print('06', 'LSS depth bins', 45 - 4, '4 to 45 m by 1 m');
  print('06', 'LSS frustum points a camera', 41 * 8 * 22, '41 x 8 x 22');
  print('06', 'LSS frustum points, six cameras', 6 * 41 * 8 * 22, '6 x 7216');
  print('06', 'LSS frustum features, MB in fp32', (6 * 41 * 8 * 22 * 64 * 4) / 1e6, '43296 x 64 x 4');
  print('06', 'BEV cells', 200 * 200, '(100 m / 0.5 m)^2');
}

for (const entry of [entry01, entry02, entry03, entry04, entry06]) entry();
