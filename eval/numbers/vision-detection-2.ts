/** Numbers quoted in corpus/vision/detection 12, 15-28: one function an entry, `npx tsx eval/numbers/vision-detection-2.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(
    `vision/detection/${id}: ${what} = ${Number.isInteger(value) ? value : +value.toPrecision(4)} (${formula})`,
  );
};

function entry12() {
  const centerness = (l: number, r: number, t: number, b: number) =>
    Math.sqrt(((Math.min(l, r) / Math.max(l, r)) * Math.min(t, b)) / Math.max(t, b));
  print('12', 'centre', centerness(50, 50, 50, 50), 'l = r, t = b');
  print('12', 'quarter point of both sides', centerness(25, 75, 25, 75), 'sqrt(1/3 x 1/3)');
  print('12', 'tenth of both sides', centerness(10, 90, 10, 90), 'sqrt(1/9 x 1/9)');
  print('12', 'score kept by 0.9', 0.9 * centerness(10, 90, 10, 90), '0.9 x 1/9');
  print('12', 'score with the root', Math.sqrt(0.9 * centerness(10, 90, 10, 90)), 'sqrt(0.9/9)');
}

const cells = (side: number, strides: number[]) =>
  strides.reduce((all, s) => all + Math.ceil(side / s) ** 2, 0);

function entry15() {
  print('15', 'RetinaNet anchors at 640', 9 * cells(640, [8, 16, 32, 64, 128]), '9 x 8525');
  const ce = (p: number) => -Math.log(p);
  print('15', 'CE of 70000 negatives at p = 0.01', 70000 * ce(0.99), '70000 x -ln 0.99');
  print('15', 'CE of 100 positives at p = 0.1', 100 * ce(0.1), '100 x -ln 0.1');
  const negatives = 70000 * 0.75 * 0.01 ** 2 * ce(0.99);
  const positives = 100 * 0.25 * 0.9 ** 2 * ce(0.1);
  print('15', 'focal loss of those negatives', negatives, '70000 x 0.75 x 0.01^2 x -ln 0.99');
  print('15', 'focal loss of those positives', positives, '100 x 0.25 x 0.9^2 x -ln 0.1');
}

function entry16() {
  const plain = 3 * 1024 * 512 + 2 * 9 * 512 * 1024;
  const c3 = 2 * 1024 * 256 + 512 * 512 + 3 * (256 * 256 + 9 * 256 * 256);
  print('16', 'five convolutions 1024 to 512, M', plain / 1e6, '3 x 1024 x 512 + 2 x 9 x 512 x 1024');
  print('16', 'C3 with n = 3, 1024 to 512, M', c3 / 1e6, '2 x 1024 x 256 + 512^2 + 3 x 10 x 256^2');
  print('16', 'ratio', plain / c3, 'five convolutions / C3');
  print('16', 'two 5x5 pools in a row see', 5 + 5 - 1, '5 + 5 - 1');
  print('16', 'three 5x5 pools in a row see', 5 + 5 + 5 - 2, '9 + 5 - 1');
}

function entry17() {
  print('17', 'Focus channels', 3 * 4, '3 x 4');
  print('17', 'Focus side at 640', 640 / 2, '640 / 2');
  print('17', 'passthrough channels in the paper', 512 * 4, '512 x 4');
  print('17', 'concatenated in the paper', 512 * 4 + 1024, '2048 + 1024');
  print('17', 'concatenated in the code', 64 * 4 + 1024, '64 x 4 + 1024');
  print('17', 'weights of 3x3 over 12 channels', 3 * 3 * 12, '3 x 3 x 12');
  print('17', 'weights of 6x6 over 3 channels', 6 * 6 * 3, '6 x 6 x 3');
}

function entry18() {
  print('18', 'score', 0.8 * 0.9, '0.8 x 0.9');
  for (const s of [8, 16, 32]) {
    const odds = 8 / (640 / s) ** 2;
    print('18', `initial objectness at stride ${s}`, odds / (1 + odds), `sigmoid(ln(8 / ${640 / s}^2))`);
  }
}

function entry19() {
  const tokens = (h: number, w: number, s: number) => Math.ceil(h / s) * Math.ceil(w / s);
  print('19', 'grid height of 800', Math.ceil(800 / 32), '800 / 32');
  print('19', 'grid width of 1066', Math.ceil(1066 / 32), 'ceil(1066 / 32)');
  print('19', 'tokens of 800 x 1066', tokens(800, 1066, 32), '25 x 34');
  print('19', 'tokens of 800 x 1066, DC5', tokens(800, 1066, 16), '50 x 67');
  print('19', 'pairs a head', tokens(800, 1066, 32) ** 2, '850^2');
  print('19', '1x1 projection, M', (2048 * 256 + 256) / 1e6, '2048 x 256 + 256');
}

function entry20() {
  print('20', 'boxes at 640 x 640', 3 * cells(640, [8, 16, 32]), '3 x (80^2 + 40^2 + 20^2)');
  for (const s of [8, 16, 32]) print('20', `boxes of stride ${s}`, 3 * (640 / s) ** 2, `3 x ${640 / s}^2`);
  const wide = [8, 16, 32].reduce((all, s) => all + (640 / s) * (384 / s), 0);
  print('20', 'boxes at 640 x 384', 3 * wide, '3 x (80 x 48 + 40 x 24 + 20 x 12)');
  const sigmoid = (t: number) => 1 / (1 + Math.exp(-t));
  print(
    '20',
    'centre at cell 10, stride 8, t = 2',
    (2 * sigmoid(2) - 0.5 + 10) * 8,
    '(2 x 0.8808 - 0.5 + 10) x 8',
  );
  print('20', 'the same by the formula of YOLOv3', (sigmoid(2) + 10) * 8, '(0.8808 + 10) x 8');
  print('20', 'width at anchor 16, t = 1', (2 * sigmoid(1)) ** 2 * 16, '(2 x 0.7311)^2 x 16');
}

function entry21() {
  print('21', 'grid', 512 / 4, '512 / 4');
  print('21', 'channels on COCO', 80 + 2 + 2, '80 + 2 + 2');
  print('21', 'cell of 203', Math.floor(203 / 4), 'floor(203 / 4)');
  print('21', 'offset of 203', 203 / 4 - 50, '203 / 4 - 50');
  const centre = (50 + 0.75) * 4;
  print('21', 'left of a 40-cell box', centre - (40 * 4) / 2, '(50.75 - 20) x 4');
  print('21', 'right of a 40-cell box', centre + (40 * 4) / 2, '(50.75 + 20) x 4');
}

type Point = [number, number];
const rectangle = (cx: number, cy: number, w: number, h: number, degrees: number): Point[] => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const corners: Point[] = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ];
  return corners.map(([i, j]) => {
    const [x, y] = [(i * w) / 2, (j * h) / 2];
    return [cx + x * c - y * s, cy + x * s + y * c];
  });
};
const area = (p: Point[]) =>
  Math.abs(
    p.reduce((all, [x, y], i) => {
      const [u, v] = p[(i + 1) % p.length] ?? [x, y];
      return all + x * v - u * y;
    }, 0),
  ) / 2;
/** Sutherland-Hodgman clipping of one convex polygon by another. */
const clip = (subject: Point[], by: Point[]) => {
  let out = subject;
  by.forEach((a, i) => {
    const b = by[(i + 1) % by.length] ?? a;
    const side = (p: Point) => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
    const next: Point[] = [];
    out.forEach((p, k) => {
      const q = out[(k + 1) % out.length] ?? p;
      const [sp, sq] = [side(p), side(q)];
      if (sp >= 0) next.push(p);
      if (sp * sq < 0) {
        const t = sp / (sp - sq);
        next.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
      }
    });
    out = next;
  });
  return out;
};
const rotatedIou = (a: Point[], b: Point[]) => {
  const inter = area(clip(a, b));
  return inter / (area(a) + area(b) - inter);
};

function entry22() {
  const [square, turned] = [rectangle(0, 0, 1, 1, 0), rectangle(0, 0, 1, 1, 45)];
  print(
    '22',
    'overlap of a unit square with itself at 45 degrees',
    area(clip(square, turned)),
    '2 (sqrt 2 - 1)',
  );
  print('22', 'vertices of that overlap', clip(square, turned).length, 'octagon');
  print('22', 'IoU', rotatedIou(square, turned), '0.8284 / (2 - 0.8284) = 1 / sqrt 2');
  for (const [w, h] of [
    [100, 100],
    [100, 20],
    [100, 10],
  ] as const)
    print(
      '22',
      `IoU of ${w} x ${h} turned by 10 degrees`,
      rotatedIou(rectangle(0, 0, w, h, 0), rectangle(0, 0, w, h, 10)),
      'clipping',
    );
  print('22', 'candidate vertices at most', 16 + 4 + 4, '4 x 4 edge pairs + 4 + 4 corners');
}

function entry23() {
  print('23', 'channels, 15 classes, axis-aligned', 3 * (5 + 15), '3 x (5 + 15)');
  print('23', 'channels, 15 classes, one angle', 3 * (5 + 1 + 15), '3 x (5 + 1 + 15)');
  print('23', 'channels, 15 classes, 180 angle bins', 3 * (5 + 180 + 15), '3 x (5 + 180 + 15)');
  print('23', 'angle error across the border', 89 - -89, '89 - (-89)');
  print('23', 'true angle error', 180 - 178, '180 - 178');
}

function entry24() {
  const iou = (w: number, shift: number) => (w - shift) / (w + shift);
  for (const d of [60, 80]) {
    print('24', `IoU of two width-100 boxes ${d} apart`, iou(100, d), `(100 - ${d}) / (100 + ${d})`);
    print('24', `IoU of the box between with either`, iou(100, d / 2), `(100 - ${d / 2}) / (100 + ${d / 2})`);
  }
}

function entry25() {
  print('25', 'anchors at 640 with 9', 9 * cells(640, [8, 16, 32, 64, 128]), '9 x 8525');
  print('25', 'anchors at 640 with 15', 15 * cells(640, [8, 16, 32, 64, 128]), '15 x 8525');
  const shifted = (side: number, d: number) => (side - d) ** 2 / (2 * side ** 2 - (side - d) ** 2);
  print('25', 'IoU of a 16 px square moved 4 px both ways', shifted(16, 4), '12^2 / (2 x 16^2 - 12^2)');
  print('25', 'IoU of a 64 px square moved 4 px both ways', shifted(64, 4), '60^2 / (2 x 64^2 - 60^2)');
  print('25', 'head channels 9 anchors, 80 classes', 9 * 84, '9 x (80 + 4)');
  print('25', 'head channels 15 anchors, 80 classes', 15 * 84, '15 x (80 + 4)');
}

function entry26() {
  print('26', 'YOLOv10 predictions at 640', cells(640, [8, 16, 32]), '80^2 + 40^2 + 20^2');
}

function entry27() {
  print('27', 'query embedding parameters', 100 * 256, '100 x 256');
  print('27', 'positional query of a 4-D anchor', 4 * 128, '4 x 128');
}

function entry28() {
  print('28', 'YOLOv5 channels a level, 2 classes', 3 * (4 + 1 + 2), '3 x (4 + 1 + 2)');
  print('28', 'YOLOv8 box channels', 4 * 16, '4 x 16');
  print('28', 'YOLOv8 channels a level, 2 classes', 4 * 16 + 2, '4 x 16 + 2');
  print('28', 'YOLOv5 channels a level, 80 classes', 3 * 85, '3 x 85');
  print('28', 'YOLOv8 channels a level, 80 classes', 64 + 80, '64 + 80');
  print('28', 'YOLOv5 decoded rows', 3 * cells(640, [8, 16, 32]), '3 x 8400');
  print('28', 'YOLOv8 decoded columns', cells(640, [8, 16, 32]), '80^2 + 40^2 + 20^2');
  print('28', 'YOLOv5 decoded width', 5 + 2, '4 + 1 + 2');
  print('28', 'YOLOv8 decoded height', 4 + 2, '4 + 2');
}

entry12();
entry15();
entry16();
entry17();
entry18();
entry19();
entry20();
entry21();
entry22();
entry23();
entry24();
entry25();
entry26();
entry27();
entry28();
