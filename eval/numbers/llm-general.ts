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

entry09();
