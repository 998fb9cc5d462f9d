import type { Texts } from './texts.ts';

export const zh: Texts = {
  greeting: (mode) =>
    mode === 'study'
      ? [
          '你好，我是 Viva。每答完一题我会马上给出逐点反馈，随时可以要提示、跳过或换方向。我们从第一题开始。',
          '你好，欢迎。答完即评，卡住了就说“提示”，想换方向直接告诉我。先来第一题。',
        ]
      : [
          '你好，我是 Viva。今天按正式面试的节奏走：中途不评分，全部结束后一起给反馈。先来第一题。',
          '你好，欢迎。这是一场模拟面试，评分和反馈都放在最后。我们开始。',
        ],
  chatter: {
    greeting: ['你好。', '你好，我在。'],
    identity: ['我是 AI 面试教练，不是真人；评分依据都能在参考答案里逐条核对。'],
    thanks: ['不客气。', '客气了。'],
    help: [
      '我出面试题，你来答，我对照参考答案逐点评分，再就没讲到的地方追问。卡住了说“提示”，不想答说“跳过”，想换方向直接说方向，任何时候都可以问我知识点。',
    ],
    scoring: [
      '每道题有若干个带权重的要点，每个要点判为答到、答到一部分、没答到或说错，总分由这些判定算出来，每条判定都附你的原话和参考答案的依据。',
    ],
    insult: [
      '看得出来你有些不满。如果是觉得判错了，说“我要申诉”，我重新核对那一点。',
      '可以理解。这道题不想答就说“跳过”；要是哪条判定你不认同，指出来，我重新看。',
    ],
    nerves: ['紧张很正常，先说你最有把握的那一点。', '别急，这里答错没有任何代价，想到什么先说什么。'],
    orders: ['分数是按要点逐条判定后算出来的，这么说改变不了它。', '这个我做不到，评分只看你对题目的回答。'],
    nod: ['好，不急，想好了再说。', '嗯，你慢慢想。'],
    other: ['这句我没有当作答案。', '这句和题目无关，我没有评分。'],
  },
  modeLater: '这一场先按现在的方式走完。想换模式，先说“结束”，再说“模拟面试”或“练习模式”。',
  afterEnd: ['好。想接着练就说“再来一轮”，或者报个方向。', '这一场已经结束了。想继续就说“再来一轮”。'],
  noWayBack: '前面的题不能重答，但可以看答案：说“上一题的答案”。',
  noneBefore: '前面没有这道题。',
  similar: '来同一方向的',
  topics: (modules) => `现在有这些方向：${modules}。说出方向或具体的知识点，我就按它出题。`,
  back: (question) => [`回到刚才的问题：${question}`, `我们接着看这道题：${question}`],
  repeat: (question) => [`题目是：${question}`, `再说一遍：${question}`],
  clarify: (parts) => {
    const asked = parts.length > 1 ? parts.map((part) => `\n- ${part}`).join('') : parts.join('');
    return [
      `题面写到的都要答，没限定的前提由你定，说清楚按哪种情况答就行。要回答的是：${asked}`,
      `按题面的字面意思理解即可；没写明的条件，你先说假设再往下讲。题目问的是：${asked}`,
    ];
  },
  clarifyFollowUp: (question, main) => [
    `这是对“${main}”的追问，只答这一点就行：${question}\n没写明的条件，先说你的假设。`,
  ],
  nudge: [
    '没有看到文字。想好了就直接答，也可以说“提示”或“跳过”。',
    '这条没有文字内容。可以先说思路，卡住了就说“提示”。',
  ],
  confirmIntent: [
    '确认一下，刚才这段是你的回答，还是在向我提问？回复“回答”或“问题”就行。',
    '我不想判错：这是你的回答，还是向我提问？告诉我“回答”或“问题”。',
  ],
  noMoreHints: [
    '这题的提示都给过了。想到多少先答多少，或者说“看答案”。',
    '提示已经用完了。先答有把握的部分，或者说“看答案”。',
  ],
  nothingOpen: {
    hint: '现在没有进行中的题目。说“开始”，或者告诉我想练的方向，我来出题。',
    explain: '现在没有进行中的题目。说“开始”来一题，或者直接问我一个知识点。',
    repeat: '现在没有进行中的题目。说“开始”，我就出题。',
    reply: '现在没有等待回答的题目。说“开始”，或者告诉我想练的方向，比如“来几道目标检测的题”。',
  },
  nothingYet: '还没有答过题，所以没有成绩可看。',
  nothingToReport: '还没有答过题，所以没有成绩可看。说“开始”，我来出第一题。',
  reportAtEnd: (replied, asked) =>
    `这是模拟面试，分数和反馈结束时一起给。目前问了 ${asked} 题，你答了 ${replied} 题；想现在就看结果，说“结束面试”。`,
  noted: ['好，记下了。', '嗯，了解了。', '好，清楚了。'],
  skipped: ['好，这题先跳过。', '没问题，先放一放。'],
  dontKnow: {
    study: [
      '没关系，不会就说不会，比硬编强。这题记为未答出，先把参考答案看一遍。',
      '好，这题记为未答出。参考答案在下面，重点看推理过程。',
    ],
    mock: ['没关系，这题记为未答出。', '好，这题先记为未答出。'],
  },
  dontKnowFollowUp: ['好，这一点先放下。', '没关系，这一点回头再看。'],
  afterReference: ['以上是参考答案。看下一题。', '这题就到这里，下一题。'],
  failure: {
    timeout: '模型没有在限定时间内返回',
    'model-away': '模型服务暂时不可用',
    local: '本地模型没能处理这段文字',
    other: '出了意外的错误',
  },
  ungraded: (reason) =>
    `这条回答已保存，但暂时没能评分：${reason}。恢复后会自动补评，不会算你零分。我们先继续。`,
  unanswered: (reason) => `这个问题暂时没能回答：${reason}。你可以稍后再问一次。`,
  regraded: (number) => `第 ${number} 题的回答已补评。`,
  noSuchTopic: (words, modules) =>
    `题库里没有找到${words === null ? '相关' : `和“${words}”相关`}的题目。现有方向：${modules}。换一个试试？`,
  noEntries: '没有符合这个条件的题目。放宽一下难度或方向再试。',
  entryGone: '这道题已经不在题库里了，我们换下一题。',
  planned: (what, count) => [`好，${what}，共 ${count} 题。`, `行，${what}，一共 ${count} 题。`],
  plannedOne: ['好，就问这一题。', '行，来看这道题。'],
  aboutTopic: (words) => `接下来练“${words}”`,
  aboutArea: (area) => `接下来练${area}`,
  shifted: (shift, area) => `${area}，${shift}`,
  askedBefore: '这个范围里的题前面都问过了，再练一遍。',
  harder: '提高难度',
  easier: '降低难度',
  hard: '直接上难的',
  easy: '从简单的开始',
  another: '换个方向',
  languageChanged: '好，接下来用中文。',
  languageSame: '现在用的就是中文，请继续。',
  bye: ['好，今天就到这里。辛苦了。', '好的，面试到此结束，辛苦了。'],
  finished: [
    '题都问完了，辛苦了。下面是这次的报告；想接着练，说“再来一轮”或者直接报方向。',
    '题目到这里就结束了，看一下这次的结果。想继续就说“再来一轮”，或者换个方向。',
  ],
  anotherRound: ['好，再来一轮。', '行，我们再来一轮。'],
  stopped: '好，已停止。',
  questionTotal: (total, aided) => `**本题 ${total} / 10**${aided ? '（用过提示）' : ''}`,
  established: (claims) => {
    const list = `**已经答到**\n\n${claims.map((claim) => `- ${claim}`).join('\n')}`;
    return [
      `${list}\n\n其余的先不展开，我追问一点。`,
      `${list}\n\n剩下的先不说，再问你一点。`,
      `${list}\n\n这些都算数。还有一处想听你讲讲。`,
    ];
  },
  nothingEstablished: [
    '还没有哪个要点讲完整，我换个角度问。',
    '要点还没有讲完整，我换个问法。',
    '到这里还没有讲到点上，我问得具体一点。',
  ],
  nothingNew: [
    '这一点还没讲到位。再问你另一点。',
    '这里还差一些，先问另一点。',
    '这一问先放一放，换一点问。',
  ],
  probe: {
    contradicted: (quote) => [
      `你刚才说“${quote}”。这个说法成立吗？推一遍，或者拿一个具体的例子验证一下。`,
      `关于“${quote}”：如果有人不同意，你怎么论证？先自己检查一下这一步。`,
    ],
    partial: (quote) => [
      `你提到“${quote}”。能再具体一些吗：为什么会这样，怎么做到的？`,
      `“${quote}”这一点，再往下讲一层：机制是什么，依据是什么？`,
    ],
    missing: (part) =>
      part === null
        ? ['这道题还有一个重要的方面没讲到，你会补什么？', '如果只能再补一句最要紧的，你补哪一句？']
        : [`回到“${part}”这一问，你还会怎么答？`, `“${part}”这一问还没答完整，你会补什么？`],
    missingAfter: (quote, part) =>
      part === null
        ? [
            `“${quote}”这部分有了。还有一个重要的方面没讲到，你会补什么？`,
            `除了“${quote}”，要把这道题答完整，还得说清楚什么？`,
          ]
        : [
            `“${quote}”这部分有了。再看题目里的“${part}”，这里你会补什么？`,
            `“${quote}”我记下了。再看“${part}”这一问，还得说清楚什么？`,
          ],
    quote: (quote) => `你刚才说“${quote}”。`,
  },
  dispute: {
    nothing: '目前没有可以申诉的判定。看到不认可的判定时，告诉我是哪一点、你在回答里是怎么说的。',
    atEnd: '模拟面试的判定结束时才公布，到时候可以逐条申诉。我们先继续。',
    which: (points) =>
      `这一题没有拿满的要点是：\n${points.map((one) => `${one.number}. ${one.claim}`).join('\n')}\n不认同哪一点，就说“申诉第 ${points[0]?.number ?? 1} 点”，或者引用你当时的原话。`,
    whichOpen: '你不认同的是哪一点？说“申诉”，再加上你当时的原话，我按那句话重新核对。',
    allMet: '这一题的要点都已经算你答到了，没有扣分的判定。',
    alreadyMet: (claim) => `“${claim}”这一点已经算你答到了，没有因为它扣分。`,
    upheld: (claim, replySpan, referenceSpan, value) =>
      `重新核对了“${claim}”，维持“${value}”。${
        replySpan === null ? '你的回答里没有找到讲这一点的句子' : `你的原话是“${replySpan}”`
      }；参考答案的依据是“${referenceSpan}”。`,
    changed: (claim, replySpan, referenceSpan, before, after) =>
      `重新核对了“${claim}”，你说得对，原话“${replySpan}”讲到了它，参考答案的依据是“${referenceSpan}”。判定由“${before}”改为“${after}”，分数已更新。`,
    unclear: (claim, replySpan, referenceSpan) =>
      `重新核对了“${claim}”，仅凭${
        replySpan === null ? '现有的回答' : `“${replySpan}”`
      }还无法确定，暂时维持原判，这次申诉已记录。参考答案的依据是“${referenceSpan}”。`,
  },
  modules: {
    llm: '大模型',
    vision: '计算机视觉',
    foundations: '深度学习基础',
    industry: '行业应用',
    code: '手写代码',
    scenario: '场景题',
    resources: '学习资源',
    'llm/language': '大语言模型',
    'llm/vision-models': '视觉与多模态大模型',
    'llm/general': '大模型通用',
    'llm/multimodal-rl': '多模态强化学习',
    'vision/detection': '目标检测',
    'vision/detection-3d': '3D 检测',
    'vision/classification': '图像分类',
    'vision/segmentation': '图像分割',
    'vision/common': '视觉通用',
    'vision/gan-video-depth': '生成、视频与深度估计',
    'foundations/deep-learning': '深度学习原理',
    'foundations/pytorch': 'PyTorch',
    'foundations/frameworks': '训练与部署框架',
    'industry/autonomous-driving': '自动驾驶',
    'industry/medical': '医学影像',
    'industry/field-practice': '落地实践',
    'industry/nlp-business': 'NLP 业务',
  },
  report: {
    title: '面试报告',
    none: '还没有已评分的题目。',
    summary: (graded, asked, mean) =>
      graded === asked
        ? `一共 ${asked} 题，${asked === 1 ? '得分' : '平均'} **${mean} / 10**。`
        : `一共问了 ${asked} 题，评了 ${graded} 题，平均 **${mean} / 10**。`,
    aidedApart: (unaided, unaidedCount, aided, aidedCount) =>
      `独立作答 ${unaidedCount} 题，平均 ${unaided}；用过提示 ${aidedCount} 题，平均 ${aided}。`,
    allAided: '评分的题都用过提示。',
    questions: '逐题结果',
    line: (number, question, score) => `${number}. ${question} — ${score}`,
    outcome: { ungraded: '待补评', skipped: '跳过', 'dont-know': '未答出（0 分）', open: '未作答' },
    score: (total, aided) => `${total} / 10${aided ? '（用过提示）' : ''}`,
    judged: (models, provisional) => {
      const notes = [
        ...(models.length > 0 ? [`${models.join('、')} 参与评分`] : []),
        ...(provisional ? ['暂按本地评分'] : []),
      ];
      return notes.length > 0 ? `（${notes.join('，')}）` : '';
    },
    byModule: '按方向',
    moduleLine: (module, mean, count) => `${module}：${mean} / 10（${count} 题）`,
    weakest: '最该补的要点',
    value: { covered: '已答到', partial: '只答到一部分', missing: '没答到', contradicted: '说错了' },
    weakLine: (value, claim, question) =>
      `${claim}（${question === null ? '' : `第 ${question} 题，`}${value}）`,
    readNext: '接下来看',
    feedback: '逐题反馈',
  },
};
