/** Numbers quoted in corpus/llm/multimodal-rl: one function an entry, `npx tsx eval/numbers/llm-multimodal-rl.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(`llm/multimodal-rl/${id}: ${what} = ${+value.toPrecision(5)} (${formula})`);
};

function entry01() {
  const rewards = [1, 1, 0, 0, 0, 0, 0, 0];
  const mean = rewards.reduce((a, b) => a + b, 0) / rewards.length;
  const std = Math.sqrt(rewards.reduce((a, r) => a + (r - mean) ** 2, 0) / rewards.length);
  print('01', 'group mean, 2 right of 8', mean, '2 / 8');
  print('01', 'group standard deviation (population)', std, 'sqrt(0.25 x 0.75)');
  print('01', 'advantage of a right reply', (1 - mean) / std, '0.75 / 0.433');
  print('01', 'advantage of a wrong reply', (0 - mean) / std, '-0.25 / 0.433');
}

function entry02() {
  print('02', 'effective horizon at 0.99', 1 / (1 - 0.99), '1 / (1 - 0.99)');
  print('02', 'weight of a reward 100 steps away', 0.99 ** 100, '0.99^100');
  for (const beta of [1, 0.2]) {
    print(
      '02',
      `probability of the better reply, beta ${beta}`,
      1 / (1 + Math.exp(-1 / beta)),
      'exp(1/beta) / (exp(1/beta) + 1)',
    );
  }
}

function entry03() {
  print('03', 'general tokens for 25% of the total, billions', (10 * 0.25) / 0.75, '10 x 0.25 / 0.75');
}

function entry04() {
  print('04', 'InfoNCE at chance, batch 32768', Math.log(32768), 'ln 32768');
  print('04', 'image tokens, 336 x 336, patch 14', (336 / 14) ** 2, '(336 / 14)^2');
  print(
    '04',
    'parameters of a 1024-4096-4096 MLP, millions',
    (1024 * 4096 + 4096 + 4096 * 4096 + 4096) / 1e6,
    '1024 x 4096 + 4096 + 4096^2 + 4096',
  );
  print('04', 'audio frames of 30 s after stride 2', (30 * 100) / 2, '30 s x 100 frames/s / 2');
}

for (const entry of [entry01, entry02, entry03, entry04]) entry();
