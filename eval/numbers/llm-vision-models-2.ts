/** Numbers quoted in corpus/llm/vision-models/11 to 20: one function an entry, `npx tsx eval/numbers/llm-vision-models-2.ts`. */
const print = (id: string, what: string, value: number, formula: string) => {
  console.log(`llm/vision-models/${id}: ${what} = ${+value.toPrecision(5)} (${formula})`);
};

function entry11() {
  print('11', 'latent side of SDXL', 1024 / 8, '1024 / 8');
  print(
    '11',
    'values of the image against the latent',
    (1024 * 1024 * 3) / (128 * 128 * 4),
    '1024^2 x 3 / (128^2 x 4)',
  );
  print('11', 'steps of the base, split at 0.8', 40 * 0.8, '40 x 0.8');
  print('11', 'steps of the refiner', 40 * 0.2, '40 x 0.2');
}

function entry12() {
  print('12', 'queries at 64 x 64', 64 * 64, '64 x 64');
  print('12', 'head size at 320 channels', 320 / 8, '320 / 8');
  print('12', 'cross-attention map, fp16, MB', (8 * 4096 * 77 * 2) / 1e6, '8 x 4096 x 77 x 2 bytes');
  print('12', 'self-attention map, fp16, MB', (8 * 4096 * 4096 * 2) / 1e6, '8 x 4096 x 4096 x 2 bytes');
}

function entry13() {
  print('13', 'text feature width', 768 + 1280, '768 + 1280');
  print('13', 'micro-conditioning width', 6 * 256, '6 scalars x 256');
  print('13', 'added condition width', 1280 + 6 * 256, '1280 + 1536');
}

function entry14() {
  print('14', 'share of a 512 x 768 picture kept by a 512 crop', 512 / 768, '512 / 768');
  print(
    '14',
    'chance that the top 128 rows are gone',
    (256 - 128) / 256,
    'offset uniform in 0..256, gone from 128 on',
  );
  print('14', 'pixels of 832 x 1216 against 1024^2', (832 * 1216) / 1024 ** 2, '832 x 1216 / 1024^2');
}

function entry15() {
  print('15', 'share left after both deduplications', 744 / 1300, '744M / 1.3B');
  print('15', 'share of 1.3B that LVD-142M amounts to', 142 / 1300, '142M / 1.3B');
}

function entry16() {
  print('16', 'cross-entropy of uniform predictions, 65536 prototypes', Math.log(65536), 'ln 65536');
  print('16', 'patch tokens of a 224 crop, patch 14', (224 / 14) ** 2, '(224 / 14)^2');
}

function entry17() {
  print('17', 'patches', (224 / 16) ** 2, '(224 / 16)^2');
  print('17', 'visible patches', 196 * 0.25, '196 x 0.25');
  print('17', 'masked patches', 196 * 0.75, '196 x 0.75');
  print('17', 'values predicted a patch', 16 * 16 * 3, '16 x 16 x 3');
}

function entry18() {
  print('18', 'tokens of 336 x 336, patch 14', (336 / 14) ** 2, '(336 / 14)^2');
  print('18', 'after 2 x 2', 576 / 4, '576 / 4');
  print('18', 'channels after 2 x 2 concatenation', 1024 * 4, '1024 x 4');
  print('18', 'prefill of 576 tokens, 7B, TFLOPs', (2 * 7e9 * 576) / 1e12, '2 x 7e9 x 576');
  print('18', 'prefill of 144 tokens, 7B, TFLOPs', (2 * 7e9 * 144) / 1e12, '2 x 7e9 x 144');
  print(
    '18',
    'KV cache of 576 tokens, 7B without GQA, fp16, MiB',
    (2 * 32 * 4096 * 2 * 576) / 2 ** 20,
    '2 x 32 x 4096 x 2 bytes x 576',
  );
  print(
    '18',
    'KV cache of 144 tokens, MiB',
    (2 * 32 * 4096 * 2 * 144) / 2 ** 20,
    '2 x 32 x 4096 x 2 bytes x 144',
  );
  print('18', 'FastV, mean visual tokens a layer', (2 * 576 + 30 * 288) / 32, '(2 x 576 + 30 x 288) / 32');
  print('18', 'FastV, share of visual tokens a layer', 306 / 576, '306 / 576');
}

function entry19() {
  print('19', 'LLaVA-NeXT, 2 x 2 tiles and a thumbnail', 5 * 576, '(4 + 1) x 576');
  print('19', 'InternVL 1.5, patches of a 448 tile', (448 / 14) ** 2, '(448 / 14)^2');
  print('19', 'InternVL 1.5, tokens of a tile', 1024 / 4, '1024 / 4');
  print('19', 'InternVL 1.5, 12 tiles and a thumbnail', 13 * 256, '(12 + 1) x 256');
  print('19', 'the same without pixel shuffle', 13 * 1024, '13 x 1024');
  print('19', 'Qwen2-VL, patches of 1344 x 1008', (1344 / 14) * (1008 / 14), '96 x 72');
  print('19', 'Qwen2-VL, tokens of 1344 x 1008', (1344 / 28) * (1008 / 28), '48 x 36');
  print('19', 'DeepSeek-VL, tokens', 24 * 24, '24 x 24');
}

function entry20() {
  print('20', 'ViT tokens, 224 x 224, patch 14', (224 / 14) ** 2 + 1, '(224 / 14)^2 + 1');
  print('20', 'reduction by 32 queries', 257 / 32, '257 / 32');
  print('20', 'SigLIP tokens, 384 x 384, patch 14', Math.floor(384 / 14) ** 2, 'floor(384 / 14)^2');
  print('20', 'reduction by 128 queries', 729 / 128, '729 / 128');
}

for (const entry of [
  entry11,
  entry12,
  entry13,
  entry14,
  entry15,
  entry16,
  entry17,
  entry18,
  entry19,
  entry20,
])
  entry();
