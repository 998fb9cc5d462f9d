/** What a candidate denies: "我不认为 X", "the idea that X is a myth". Denied words are not said in earnest. */
import { hasHan } from './lexical-evidence.ts';

/** A piece of a reply, as it stands between two cuts. */
interface Piece {
  readonly text: string;
}

const asides = [
  '其实|实际上|坦白(?:地)?说|老实说|说实话|恕我直言|个人(?:觉得|认为|而言)?|对此|而且|另外|同样|首先|其次|最后|还有|至于|那么|嗯|呃|我觉得|我认为',
  'and|but|so|well|also|then|yet|honestly|frankly|respectfully|actually|in fact|with (?:all )?(?:due )?respect|to be (?:honest|frank)|personally|similarly|likewise|finally|first|second|third|as for me|in my view|in my opinion',
].join('|');
const aside = `(?:(?:${asides})[\\s，,、：:]*)*`;

/** Opens a denial that holds for what follows in the sentence. */
const opening = new RegExp(
  `^[^\\p{L}\\p{N}]*${aside}(?:` +
    [
      '(?:我|本人|咱们?|我们)(?:个人)?(?:并|也|可|都|完全|真的|实在|一直|从来|绝)?(?:不(?:太|大|能|会|敢)?(?:这么)?(?:认为|觉得|同意|赞同|认同|认可|相信|承认|接受|主张)|(?:难以|无法)(?:认同|同意|赞同|接受|苟同)|反对|否认|怀疑)(?:说|的是|“|"|「)?',
      '(?:并)?不(?:是说|赞同|同意|认为)',
      '(?:根本|压根|并)?不存在(?=[“"「])',
      '(?:根本|压根)?(?:就)?(?:没有|不存在)所谓的?',
      "(?:i|we|one)(?:'d| would| do| must| have to)?(?: (?:really|simply|just|strongly|respectfully|honestly|also|personally|still|actually))*(?: (?:do not|don't|cannot|can't|could not|couldn't|would not|wouldn't|never|not))(?: (?:really|quite|at all|personally|even))*(?: (?:think|believe|agree|buy|accept|claim|say|hold|see))(?: (?:that|with|in|the (?:claim|idea|view|notion) that))*",
      "(?:i|we)(?:'d| would| must| have to)?(?: (?:really|simply|strongly|respectfully|honestly|personally|politely|also|still))*(?: (?:disagree|doubt|deny|dispute|reject|refute|question|object to))(?: (?:that|with|whether|the (?:claim|idea|view|notion) that))*",
      "it(?: is|'s)?(?: (?:simply|just|really|certainly|also))?(?: not|n't| isn't)(?: (?:really|actually|quite|at all|even))?(?: (?:true|the case|correct|right|accurate|so))(?: (?:that|to say(?: that)?))?",
      "it(?: is|'s)(?: (?:simply|just|plainly))?(?: (?:false|wrong|incorrect|untrue|a myth|a misconception|a mistake))(?: (?:that|to (?:say|think|claim|believe)(?: that)?))",
      '(?:there is )?no such thing as',
      "(?:i'm|i am)(?: (?:really|still|also|rather|quite|very))*(?: (?:not (?:at all )?(?:convinced|persuaded)|unconvinced|sceptical|skeptical|doubtful))(?: (?:that|of|about|by|the (?:claim|idea|view|notion)(?: that)?))*",
      "(?:there is|there's|i see)(?: absolutely)? no (?:evidence|reason|proof|indication|sign)(?: (?:for|to (?:think|believe|say|assume)|that|in))*",
      '(?:并|根本|其实)?没有(?:任何|什么)?(?:证据|理由|依据|道理)(?:能)?(?:表明|说明|证明|认为|相信|支持|说)',
    ].join('|') +
    ')[\\s，,：:]*',
  'iu',
);

/** What a candidate may find of a view. */
const judgedWrong =
  '(?:我)?(?:在我看来|我(?:觉得|认为)|其实|恐怕|显然|根本|完全|都|也|并|就|才|只)*(?:是|属于|纯属|算)?(?:一个|一种|个|种)?(?:很|非常|最)?(?:常见|典型|普遍|流行)?的?(?:不对|错的|错误的?|错误说法|不成立|不正确|不属实|不准确|站不住脚|误解|误区|谣言|迷思|无稽之谈|胡说|没有根据|毫无根据|不敢苟同|(?:不能|无法|难以|不)(?:认同|同意|赞同|接受|苟同))(?:的)?';

const adverbs =
  "(?:\\s+(?:is|are|was|were)|'s|'re)(?:\\s+(?:simply|just|plainly|quite|really|also|all|in fact|actually|clearly|of course|at best|however|to me|i think|a|an|the|common|popular|widespread|not))*";
const falsehoods =
  '(?:myths?|misconceptions?|fallacy|false|wrong|incorrect|untrue|nonsense|mistaken|(?<=not\\s)(?:true|correct|right|accurate|the case))';

/** Closes a denial of what stands before it in the clause, or in the sentence. */
const closing = new RegExp(
  '(?:' +
    [
      // What is wrong must be named ("这个说法", "说……是"): a claim may well end in "不对" and mean it.
      `[\\s，,”"」]*(?:(?:这|那|此|上述|以上|前面|该|其)(?:一|几|两|些|个|种|类|样|里|点|句|话|都)*(?:说法|观点|看法|结论|论断|讲法|理解|认识|想法|理论|判断)?|的?(?:说法|观点|看法|论断|讲法|想法))${judgedWrong}`,
      '(?:这|那)(?:回|么回)事(?:根本|其实)?(?:不存在|没有)',
      // "Is wrong" alone may be the claim itself; what is a myth, or "that is wrong", is a view.
      `[\\s,;:”"'–—-]*(?:(?:and|but|though|yet)\\s+)*(?:this|that|it|these|those|all of (?:this|that|these|those|which)|none of (?:this|that|these|those|which))${adverbs}\\s+${falsehoods}`,
      `[\\s,;:”"'–—-]*${adverbs}\\s+(?:myths?|(?:popular |widespread |common )?misconceptions?|fallacy|nonsense)`,
      `(?<=^(?:\\P{L}*\\p{L}+){0,3}\\P{L}*(?:claim|idea|view|notion|belief|assertion|statement) that .{4,})${adverbs}\\s+${falsehoods}`,
      "[\\s,;:”\"'–—-]*(?:(?:and|but|though|yet)\\s+)?i(?:'d| would| must| have to)?(?: (?:really|simply|strongly|respectfully|honestly|personally|politely))*(?: (?:disagree|beg to differ|doubt (?:that|it|this)|don't (?:agree|buy (?:it|that)|think so|believe (?:it|that))|do not (?:agree|think so|believe (?:it|that))))(?: with (?:that|this|it))?",
    ].join('|') +
    ')[^\\p{L}\\p{N}]*$',
  'iu',
);

/** A piece that says nothing but that what stands before it is not so. */
const bareDenial = new RegExp(
  '^[^\\p{L}\\p{N}]*(?:但|可|不过|然而|而|but|and|yet|though|well)?[\\s，,]*(?:' +
    [
      '(?:我看|我觉得|我认为)?(?:事实|其实|实际)?(?:上)?(?:恐怕|可能|根本|也|都)?(?:并非如此|并不(?:是这样|如此)(?:的)?|不是(?:这样|这么回事)(?:的)?|不见得|不尽然|未必(?:如此|是这样)?)',
      '(?:我|本人)(?:对此|对这一?点|在这一?点上)?(?:不(?:这么|这样)(?:认为|看|想|觉得)|(?:有|持)(?:保留|怀疑|不同|相反)(?:的)?(?:意见|态度|看法)|(?:表示|很)怀疑|持怀疑态度|不敢苟同)',
      "not so|far from it|hardly|that(?: is|'s) not (?:so|how it works|how i see it|my view)|i (?:think|see it) (?:otherwise|differently)|i(?:'d| would) (?:not say so|say otherwise|differ)|i(?: am|'m) (?:not convinced|unconvinced|sceptical|skeptical|doubtful)(?: of (?:that|this|it))?",
    ].join('|') +
    ')[^\\p{L}\\p{N}]*$',
  'iu',
);

const inside =
  /^(.{0,6}?)(?:说|认为|觉得|声称|主张|the (?:idea|claim|view|notion|belief) that|saying that|to say that|people (?:often |usually |always )?(?:say|think|claim|believe)(?: that)?|some (?:say|think|claim|believe)(?: that)?|(?:有人|很多人|大家|不少人|网上|教科书|人们)(?:都|常|经常|总|会)?(?:说|认为|觉得|以为))[\s，,：:“"「]*/iu;
const noSuchThing = /^(.*?)[”"」]?(?:这|那)(?:回|么回|种|样的)(?:事|情况|说法)$/u;

/** From here on the candidate speaks in earnest again. */
const contrast =
  /^[^\p{L}\p{N}]*(?:而是|而|但|但是|不过|相反|反而|其实|事实上|实际上|真正|正确的|应该|应当|恰恰|更准确|but|rather|instead|actually|in fact|in reality|on the contrary|what (?:really|actually)|it(?:'s| is) (?:really|actually)|the (?:truth|reality)|more precisely)/iu;

/** "说 X 是不对的": X may hold several pieces. */
const saying = /^[^\p{L}\p{N}]*(?:要?是?|那种?)?说(?!明|到底)/u;
const wrongAfterAll = new RegExp(`${judgedWrong}[^\\p{L}\\p{N}]*$`, 'u');

/** Longer pieces (a bracket of a thousand words) are no denial. */
const longestPiece = 400;

/** Which of a sentence's pieces are denied, in order. */
export function deniedPieces(pieces: readonly Piece[]): boolean[] {
  const denied = pieces.map(() => false);
  let said: number | null = null;
  for (const [index, { text }] of pieces.entries()) {
    if (text.length > longestPiece) continue;
    if (saying.test(text)) said = index;
    if (said !== null && wrongAfterAll.test(text)) {
      denied.fill(true, said, index + 1);
      said = null;
    }
    if (opening.test(text)) {
      for (let at = index; at < pieces.length; at++) {
        if (at > index && contrast.test(pieces[at]?.text ?? '')) break;
        denied[at] = true;
      }
    }
    if (closing.test(text) || (index > 0 && bareDenial.test(text))) {
      for (let at = index; at >= 0; at--) {
        denied[at] = true;
        if (contrast.test(pieces[at]?.text ?? '') && at < index) break;
      }
    }
  }
  return denied;
}

/** True for a piece that denies and says nothing else: what it denies stands before it. */
export function deniesWhatWasSaid(text: string): boolean {
  if (bareDenial.test(text)) return true;
  return (
    text.length <= longestPiece &&
    closing.test(text) &&
    undenied(text).replace(/[^\p{L}\p{N}]/gu, '').length < (hasHan(text) ? 5 : 12)
  );
}

/** What is denied, without the words that deny it. */
export function undenied(text: string): string {
  const rest = text.replace(opening, '').replace(closing, '');
  const said = saying.test(rest) ? rest.replace(saying, '').replace(wrongAfterAll, '') : rest;
  return said
    .replace(inside, '$1')
    .replace(noSuchThing, '$1')
    .replace(/^[\s“"「]+|[\s”"」–—-]+$/gu, '');
}
