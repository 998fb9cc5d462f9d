/** Numbers quoted in corpus/vision/detection 01-14 (without 03, 08, 12) and 29: one function an entry, `npx tsx eval/numbers/vision-detection-1.ts`. */
const print = (id: string, what: string, value: number | string, formula: string) => {
  const shown = typeof value === 'string' ? value : Number.isInteger(value) ? value : +value.toPrecision(4);
  console.log(`vision/detection/${id}: ${what} = ${shown} (${formula})`);
};

type Box = [number, number, number, number];
const ranges: [number, number][] = [
  [-1, 64],
  [64, 128],
  [128, 256],
  [256, 512],
  [512, Infinity],
];
const strides = [8, 16, 32, 64, 128];
const area = ([x0, y0, x1, y1]: Box) => (x1 - x0) * (y1 - y0);

/** FCOS: positives of every box on every level, by the area rule; `radius` > 0 switches centre sampling on. */
function fcos(boxes: Box[], size: number, radius = 0) {
  return strides.map((stride, level) => {
    const won = boxes.map(() => 0);
    const eligible = boxes.map(() => 0);
    for (let y = stride / 2; y < size; y += stride)
      for (let x = stride / 2; x < size; x += stride) {
        const candidates: number[] = [];
        boxes.forEach((box, i) => {
          const [x0, y0, x1, y1] = box;
          const ltrb = [x - x0, y - y0, x1 - x, y1 - y];
          if (Math.min(...ltrb) <= 0) return;
          const near =
            Math.abs(x - (x0 + x1) / 2) < radius * stride && Math.abs(y - (y0 + y1) / 2) < radius * stride;
          if (radius > 0 && !near) return;
          const reach = Math.max(...ltrb);
          const [low, high] = ranges[level]!;
          if (reach < low || reach > high) return;
          eligible[i]!++;
          candidates.push(i);
        });
        if (!candidates.length) continue;
        candidates.sort((a, b) => area(boxes[a]!) - area(boxes[b]!));
        won[candidates[0]!]!++;
      }
    return { eligible, won };
  });
}

function entry01() {
  const points = strides.map((s) => Math.ceil(800 / s) * Math.ceil(1024 / s));
  print(
    '01',
    'locations on P3-P7 at 800 x 1024',
    points.reduce((a, b) => a + b),
    points.join(' + '),
  );
  print('01', 'areas of a 200 x 300 and a 160 x 260 box', `${200 * 300} and ${160 * 260}`, 'w x h');
  print('01', 'ambiguous share with FPN over without', 7.14 / 23.16, '7.14% / 23.16%, FCOS 2019');
}

function entry02() {
  print('02', 'heatmap positions at 512', (512 / 4) ** 2, '(512 / 4)^2');
  print('02', 'colliding pairs over objects, %', (100 * 614) / 860001, '614 / 860001');
  print('02', 'negative weight where Y = 0.8', (1 - 0.8) ** 4, '(1 - 0.8)^4');
  print('02', 'negative weight where Y = 0', (1 - 0) ** 4, '(1 - 0)^4');
}

function entry04() {
  print('04', 'candidates of an object', 3 * 3 * 3, '3 levels x 3 anchors x 3 cells');
  print('04', 'candidates of an object, four levels, lead head', 4 * 3 * 3, '4 levels x 3 anchors x 3 cells');
  print(
    '04',
    'candidates of an object, four levels, auxiliary head',
    4 * 3 * 5,
    '4 levels x 3 anchors x 5 cells',
  );
  const ious = [0.82, 0.78, 0.7, 0.61, 0.55, 0.4, 0.33, 0.2, 0.1, 0.05];
  const sum = ious.reduce((a, b) => a + b);
  print('04', 'sum of the ten IoUs', sum, ious.join(' + '));
  print('04', 'dynamic k', Math.max(1, Math.trunc(sum)), 'max(1, trunc(sum))');
}

function entry05() {
  const points = [8, 16, 32].map((s) => (640 / s) ** 2);
  print(
    '05',
    'anchor points at 640',
    points.reduce((a, b) => a + b),
    points.join(' + '),
  );
  const t = (s: number, u: number) => s ** 0.5 * u ** 6;
  print('05', 't for s = 0.9, u = 0.6', t(0.9, 0.6), '0.9^0.5 x 0.6^6');
  print('05', 't for s = 0.5, u = 0.8', t(0.5, 0.8), '0.5^0.5 x 0.8^6');
  print('05', 'chance that a 6 x 6 box holds a stride-8 point', (6 / 8) ** 2, '(6 / 8)^2');
  print('05', 'target of the best positive, u = 0.8', 0.8, 't / max t x max u');
  print('05', 'target of a positive with half its t', 0.5 * 0.8, '0.5 x 0.8');
}

function entry06() {
  print('06', 'anchor points of one head at 640', 80 ** 2 + 40 ** 2 + 20 ** 2, '80^2 + 40^2 + 20^2');
  print('06', 'points scored by both heads in training', 2 * 8400, '2 x 8400');
}

function entry07() {
  print('07', 'pixels a cell', 448 / 7, '448 / 7');
  print('07', 'boxes', 7 * 7 * 2, '7 x 7 x 2');
  print('07', 'outputs', 7 * 7 * (2 * 5 + 20), '7 x 7 x (2 x 5 + 20)');
  print('07', 'objects in training at most', 7 * 7, '7 x 7');
  print('07', 'negative boxes of an image with 3 objects in different cells', 98 - 3, '98 - 3');
}

function entry09() {
  const same = (d: number, s: number) => Math.max(0, 1 - d / s) ** 2;
  for (const s of [4, 8, 32])
    print(
      '09',
      `chance that centres 3 px apart in x and y share a cell of ${s} px`,
      same(3, s),
      `(1 - 3/${s})^2`,
    );
  print('09', 'colliding pairs over objects in COCO at stride 4, %', (100 * 614) / 860001, '614 / 860001');
}

function entry10() {
  print('10', 'YOLOv5 anchors at 640', 3 * 8400, '3 x (80^2 + 40^2 + 20^2)');
  print('10', 'YOLOv8 points at 640', 8400, '80^2 + 40^2 + 20^2');
  print('10', 'RetinaNet anchors a location', 3 * 3, '3 scales x 3 ratios');
  const iou = (w: number, h: number, a: number) =>
    (Math.min(w, a) * Math.min(h, a)) / (w * h + a * a - Math.min(w, a) * Math.min(h, a));
  print(
    '10',
    'IoU of a 30 x 180 object with a concentric 64 x 64 anchor',
    iou(30, 180, 64),
    'concentric boxes',
  );
}

function entry11() {
  print('11', 'candidates', 9 * 5, 'k = 9 x 5 levels');
  const high = [0.72, 0.68, 0.61, 0.3, 0.22, 0.15, 0.12, 0.08, 0.05, 0.03];
  const low = [0.32, 0.3, 0.29, 0.27, 0.26, 0.25, 0.24, 0.22, 0.2, 0.18];
  for (const [name, ious] of [
    ['spread', high],
    ['close', low],
  ] as const) {
    const m = ious.reduce((a, b) => a + b) / ious.length;
    const v = Math.sqrt(ious.reduce((a, b) => a + (b - m) ** 2, 0) / (ious.length - 1));
    print('11', `${name} IoUs, mean`, m, ious.join(' '));
    print('11', `${name} IoUs, standard deviation`, v, 'sample');
    print('11', `${name} IoUs, threshold`, m + v, 'm + v');
    print('11', `${name} IoUs, positives`, ious.filter((x) => x >= m + v).length, 'IoU >= m + v');
  }
  print('11', 'share of a normal above m + v, of 45', 0.1587 * 45, '15.87% x 45');
  print('11', 'positives of a ground truth as the paper observes', 0.2 * 9 * 5, '0.2 x k x L');
  print('11', 'side of the anchor on P3', 8 * 8, '8 x stride 8');
}

function entry13() {
  const person: Box = [0, 0, 200, 400];
  const apple: Box = [120, 170, 180, 230];
  const reach = (x: number, y: number, [x0, y0, x1, y1]: Box) => Math.max(x - x0, y - y0, x1 - x, y1 - y);
  print('13', "apple's reach at its centre", reach(150, 200, apple), 'max(l, t, r, b) at (150, 200)');
  print('13', "person's reach at that point", reach(150, 200, person), 'max(l, t, r, b) at (150, 200)');
  print('13', "person's reach near the top", reach(100, 10, person), 'max(l, t, r, b) at (100, 10)');
  fcos([person, apple], 512).forEach(({ eligible, won }, i) =>
    print('13', `P${i + 3} positives of person, apple`, won.join(', '), `eligible ${eligible.join(', ')}`),
  );
}

function entry14() {
  const outer: Box = [106, 106, 406, 406];
  const inner: Box = [136, 136, 376, 376];
  for (const radius of [0, 1.5])
    fcos([outer, inner], 512, radius).forEach(({ eligible, won }, i) => {
      if (eligible.some(Boolean))
        print(
          '14',
          `radius ${radius}, P${i + 3} positives of the 300 box, the 240 box`,
          won.join(', '),
          `eligible ${eligible.join(', ')}`,
        );
    });
  print('14', 'IoU of the two boxes', 240 ** 2 / 300 ** 2, '240^2 / 300^2');
}

function entry29() {
  print('29', 'ATSS candidates', 9 * 5, '9 x 5 levels');
  const ious = [0.9, 0.86, 0.8, 0.72, 0.6, 0.5, 0.42, 0.3, 0.25, 0.2];
  const sum = ious.reduce((a, b) => a + b);
  print('29', 'SimOTA k, easy object', Math.trunc(sum), `trunc(${sum.toFixed(2)})`);
  const hard = [0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05];
  const low = hard.reduce((a, b) => a + b);
  print('29', 'SimOTA k, hard object', Math.max(1, Math.trunc(low)), `max(1, trunc(${low.toFixed(2)}))`);
  print('29', 'TOOD t for s = 0.9, u = 0.6', 0.9 * 0.6 ** 6, '0.9 x 0.6^6');
  print('29', 'TOOD t for s = 0.5, u = 0.8', 0.5 * 0.8 ** 6, '0.5 x 0.8^6');
}

for (const entry of [
  entry01,
  entry02,
  entry04,
  entry05,
  entry06,
  entry07,
  entry09,
  entry10,
  entry11,
  entry13,
  entry14,
  entry29,
])
  entry();
