/** Figures worked out in the entries llm/language/02 … 22. Run with `npx tsx eval/numbers/llm-language-1.ts`. */

const print = (id: string, what: string, value: number | string, formula: string) => {
  console.log(`${id}: ${what} = ${value} (${formula})`);
};
const percent = (part: number, whole: number, digits = 3) => `${((100 * part) / whole).toFixed(digits)}%`;
const KiB = 1024;
const GiB = 1024 ** 3;

/** Every weight of Llama 2 7B: untied embedding and head, 32 blocks with two norms, one final norm. */
const llama2Params7B = 2 * 32000 * 4096 + 32 * (4 * 4096 ** 2 + 3 * 4096 * 11008 + 2 * 4096) + 4096;

function softPrompt() {
  const id = 'llm/language/02';
  const params = 100 * 4096;
  print(id, 'soft prompt of 100 tokens, d=4096', params, '100·4096');
  print(id, 'share of 11B', percent(params, 11e9, 4), '409600/11e9');
  print(id, 'FP16 size in MB', ((params * 2) / 1e6).toFixed(2), '409600·2 bytes');
}

function lora() {
  const id = 'llm/language/04';
  const d = 4096;
  const mlp = 11008;
  const layers = 32;
  const queryValue = layers * 2 * 8 * (d + d);
  const allLinear = layers * 16 * (4 * (d + d) + 3 * (d + mlp));
  print(
    id,
    'Llama 2 7B parameters',
    llama2Params7B,
    '2·32000·4096 + 32·(4·4096² + 3·4096·11008 + 2·4096) + 4096',
  );
  print(id, 'q and v, r=8', queryValue, '32·2·8·8192');
  print(id, 'share', percent(queryValue, llama2Params7B), '4194304/6738415616');
  print(id, 'all linear layers, r=16', allLinear, '32·16·(4·8192 + 3·15104)');
  print(id, 'share', percent(allLinear, llama2Params7B), '39976960/6738415616');
  print(id, 'adapter states in GB', ((allLinear * 16) / 1e9).toFixed(2), '39976960·16 bytes');
  print(id, 'backbone in BF16, GB', ((llama2Params7B * 2) / 1e9).toFixed(2), '6738415616·2 bytes');
  print(id, 'base in 4 bit, GB', ((7e9 * 0.5) / 1e9).toFixed(1), '7e9·0.5 bytes');
}

function trainingSignal() {
  const id = 'llm/language/07';
  print(id, 'next-token targets in 1024 tokens', 1024 - 1, '1024−1');
  print(id, 'masked targets in 1024 tokens', Math.round(0.15 * 1024), '0.15·1024');
}

function rankedPairs() {
  const id = 'llm/language/08';
  for (const k of [4, 9]) print(id, `pairs from K=${k}`, (k * (k - 1)) / 2, 'K(K−1)/2');
}

function embeddings() {
  const id = 'llm/language/09';
  print(id, 'Llama 2 vocabulary at width 4096', 32000 * 4096, '32000·4096');
  print(id, 'Llama 3 vocabulary at width 4096', 128256 * 4096, '128256·4096');
}

function norms() {
  const id = 'llm/language/10';
  print(id, 'LLaMA 7B norms', 2 * 32 + 1, '2·32+1');
  print(id, 'LLaMA 7B norm parameters', (2 * 32 + 1) * 4096, '65·4096');
  print(id, 'GPT-3 175B norms', 2 * 96 + 1, '2·96+1');
  print(id, 'GPT-3 175B norm parameters', (2 * 96 + 1) * 2 * 12288, '193·2·12288');
}

function penalties() {
  const id = 'llm/language/11';
  print(id, 'positive logit under θ=1.2', (2 / 1.2).toFixed(2), '2.0/1.2');
  print(id, 'negative logit under θ=1.2', (-2 * 1.2).toFixed(1), '−2.0·1.2');
  print(id, 'frequency penalty after 3', 0.5 * 3, '0.5·3');
}

function llama1Mixture() {
  const id = 'llm/language/14';
  const total = 1.4e12;
  for (const [name, share, epochs] of [
    ['books', 0.045, 2.23],
    ['arXiv', 0.025, 1.06],
  ] as const) {
    print(id, `${name}, training tokens in 1e9`, ((total * share) / 1e9).toFixed(1), `1.4e12·${share}`);
    print(
      id,
      `${name}, unique tokens in 1e9`,
      ((total * share) / epochs / 1e9).toFixed(1),
      `tokens/${epochs}`,
    );
  }
}

/** ChatGLM-6B: 28 layers, width 4096, fused query_key_value 4096→12288 with bias. */
function chatglm() {
  const id = 'llm/language/15';
  const base = 6173286400;
  const prefix = 128 * 28 * 2 * 4096;
  const lowRank = 28 * 8 * (4096 + 3 * 4096);
  print(id, 'P-Tuning v2 prefix of 128', prefix, '128·28·2·4096');
  print(id, 'share', percent(prefix, base, 2), '29360128/6173286400');
  print(id, 'LoRA on query_key_value, r=8', lowRank, '28·8·(4096+12288)');
  print(id, 'share', percent(lowRank, base, 2), '3670016/6173286400');
}

function bertClassifier() {
  const id = 'llm/language/16';
  const block = 4 * (768 * 768 + 768) + (768 * 3072 + 3072) + (3072 * 768 + 768) + 4 * 768;
  const embedding = (30522 + 512 + 2) * 768 + 2 * 768;
  print(
    id,
    'BERT-base parameters',
    embedding + 12 * block + 768 * 768 + 768,
    'embeddings + 12 blocks + pooler',
  );
  print(id, 'binary head', 768 * 2 + 2, '768·2+2');
  print(id, 'unfactorised embedding', 30000 * 768, '30000·768');
  print(id, 'factorised embedding', 30000 * 128 + 128 * 768, '30000·128+128·768');
}

function masking() {
  const id = 'llm/language/17';
  print(id, 'chosen in 512 tokens', (0.15 * 512).toFixed(1), '0.15·512');
  for (const [name, share] of [
    ['[MASK]', 0.8],
    ['random', 0.1],
    ['unchanged', 0.1],
  ] as const) {
    print(id, `share of all tokens, ${name}`, percent(0.15 * share, 1, 1), `0.15·${share}`);
  }
}

function bertPositions() {
  const id = 'llm/language/18';
  print(id, 'position table', 512 * 768, '512·768');
  print(id, 'share of 110M', percent(512 * 768, 110e6, 2), '393216/110e6');
  print(id, 'score matrix, length 512 against 128', (512 / 128) ** 2, '(512/128)²');
}

function llama2Cache() {
  const id = 'llm/language/21';
  const perToken = (layers: number, kvHeads: number) => 2 * layers * kvHeads * 128 * 2;
  for (const [name, layers, kvHeads] of [
    ['7B', 32, 32],
    ['13B', 40, 40],
    ['34B, by the configuration of Code Llama 34B', 48, 8],
    ['70B', 80, 8],
    ['70B with MHA', 80, 64],
  ] as const) {
    const bytes = perToken(layers, kvHeads);
    print(id, `${name}, KiB per token`, bytes / KiB, `2·${layers}·${kvHeads}·128·2 bytes`);
    print(id, `${name}, GiB at 4096 tokens`, (bytes * 4096) / GiB, 'per token · 4096');
  }
}

/** T5's own bookkeeping: one sentinel a span on either side, one EOS on either side. */
function spanCorruption() {
  const id = 'llm/language/22';
  const lengths = (tokens: number) => {
    const noise = Math.round(tokens * 0.15);
    const spans = Math.round(noise / 3);
    return { inputs: tokens - noise + spans + 1, targets: noise + spans + 1 };
  };
  let tokens = 512;
  while (lengths(tokens + 1).inputs <= 512) tokens += 1;
  print(id, 'raw tokens for 512 inputs', tokens, 'largest length whose inputs fit 512');
  print(id, 'inputs', lengths(tokens).inputs, 'tokens − noise + spans + 1');
  print(id, 'targets', lengths(tokens).targets, 'noise + spans + 1');
  const experts = 8;
  const balance = (share: number[]) => experts * share.reduce((sum, f) => sum + f * f, 0);
  print(id, 'balancing loss over α, even load', balance(Array.from({ length: 8 }, () => 1 / 8)), 'N·Σ f·P');
  print(id, 'balancing loss over α, one of 8 experts', balance([1, 0, 0, 0, 0, 0, 0, 0]), 'N·Σ f·P');
}

softPrompt();
lora();
trainingSignal();
rankedPairs();
embeddings();
norms();
penalties();
llama1Mixture();
chatglm();
bertClassifier();
masking();
bertPositions();
llama2Cache();
spanCorruption();
