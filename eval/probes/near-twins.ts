/** Siblings that share too much for a right reply to one to be a wrong reply to the other. */

/** Answered, then asked: a right reply to the first says much of the second. */
export const nearTwins: ReadonlySet<string> = new Set([
  'llm/general/03 llm/language/34',
  'llm/general/03 llm/general/08',
  'llm/language/01 llm/language/04',
  'llm/language/03 llm/language/15',
  'llm/language/15 llm/language/03',
  'llm/language/20 llm/general/11',
  'llm/language/27 llm/language/38',
  'llm/language/33 llm/language/34',
  'llm/language/33 llm/language/32',
  'llm/language/33 llm/general/11',
  'llm/language/39 llm/language/38',
  'llm/vision-models/02 llm/vision-models/05',
  'llm/vision-models/03 llm/vision-models/05',
  'vision/common/03 vision/common/12',
  'vision/common/06 vision/common/07',
  'vision/detection/05 vision/detection/06',
  'vision/detection/05 vision/detection/29',
]);
