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
    insult: [
      '听得出来你有些不满。判定有问题可以直接说“我要申诉”，我会逐条复核。',
      '可以理解。觉得哪里判得不对，指出来，我重新看。',
    ],
    nerves: ['紧张很正常。先说你最有把握的那一点就行。', '别急，这里答错没有任何代价，想到什么先说什么。'],
    orders: [
      '分数是按要点逐条判定后算出来的，说别的不会改变它。',
      '这类要求不影响评分，评分只看你对题目的回答。',
    ],
    other: ['好。', '收到。'],
  },
  back: (question) => [`回到刚才的问题：${question}`, `我们接着看这道题：${question}`],
  repeat: (question) => [`题目是：${question}`, `再说一遍：${question}`],
  clarify: (wording) => [
    `换个说法，这道题问的是：${wording}\n题目没有限定的前提，你可以自己先说明假设，再把每个部分都讲到。`,
    `可以这样理解：${wording}\n如果你觉得有歧义，说清楚你按哪种情况来答就行；题目里的每一问都要回应。`,
  ],
  clarifyFollowUp: (question, main) => [
    `这个追问仍然围绕原题“${main}”，只需要回答这一点：${question}\n题面没有限定的前提，先说明你的假设就行。`,
  ],
  nudge: [
    '我没有看到内容。想好了就直接答，也可以说“提示”或“跳过”。',
    '不着急。可以先说思路，卡住了就说“提示”。',
  ],
  confirmIntent: [
    '确认一下：刚才这段话是你对题目的回答，还是想问我的问题？回复“回答”或“问题”即可。',
    '我不想误判：这是你的答案，还是你的提问？告诉我“回答”或“问题”。',
  ],
  noMoreHints: [
    '三条提示都给过了。可以就你想到的部分作答，也可以说“看答案”。',
    '提示已经用完。先答你有把握的部分，或者说“看答案”。',
  ],
  nothingOpen: {
    hint: '现在没有进行中的题目，所以没有可提示的内容。说“开始”或告诉我想练的方向，我来出题。',
    explain: '现在没有进行中的题目。说“开始”来一题，或者直接问我一个知识点。',
    repeat: '现在没有进行中的题目。说“开始”，我就出题。',
    reply: '现在没有等待回答的题目。说“开始”，或者告诉我想练的方向，比如“来几道目标检测的题”。',
  },
  nothingToReport: '还没有答过题，所以没有成绩可看。说“开始”，我来出第一题。',
  reportAtEnd: (replied, asked) =>
    `这是模拟面试，分数和反馈在结束时一起给。目前已答 ${replied} 题，出了 ${asked} 题；想现在看结果，说“结束面试”。`,
  noted: ['好，记下了。', '嗯，这一点我记下了，继续。', '好，我们往下走。'],
  skipped: ['好，这题先跳过。', '没问题，先放一放。'],
  dontKnow: {
    study: [
      '没关系，不会就说不会，比硬编强。这题按未答出计，先把参考答案看一遍。',
      '坦诚是好事。这题记为未答出，参考答案在下面，重点看推理过程。',
    ],
    mock: ['没关系，不会就直说。这题按未答出计，我们继续。', '好，这题先记为未答出，往下走。'],
  },
  dontKnowFollowUp: ['好，这一点先放下。', '没关系，这一点回头再看。'],
  afterReference: ['参考答案如上。我们看下一题。', '看完了就往下走，下一题。'],
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
  noSuchTopic: (words, modules) => `题库里没有找到和“${words}”相关的题目。现有方向：${modules}。换一个试试？`,
  noEntries: '没有符合这个条件的题目。放宽一下难度或方向再试。',
  entryGone: '这道题已经不在题库里了，我们换下一题。',
  planned: (what, count) => [`好，${what}，共 ${count} 题。`, `行，接下来${what}，${count} 题。`],
  plannedOne: ['好，就问这一题。', '行，来看这道题。'],
  harder: '提高难度',
  easier: '降低难度',
  another: '换个方向',
  languageChanged: '好，接下来用中文。',
  languageSame: '我们现在用的就是中文，请继续。',
  bye: ['好，今天就到这里。辛苦了。', '好的，面试到此结束，辛苦了。'],
  finished: ['全部题目都问完了，辛苦了。下面是这次的报告。', '题目到此结束。来看一下这次的结果。'],
  stopped: '好，已停止。',
  questionTotal: (total, aided) => `**本题累计 ${total} / 10**${aided ? '（用过提示）' : ''}`,
  established: (claims) =>
    `**已经答到**\n${claims.map((claim) => `- ${claim}`).join('\n')}\n\n其余要点先不展开，接着追问一个。`,
  nothingEstablished: '还没有哪个要点讲完整，我换个角度问。',
  probe: {
    contradicted: (quote) => [
      `你刚才说“${quote}”。这个说法能成立吗？试着推一遍，或者举一个具体的例子检验它。`,
      `关于“${quote}”：如果有人不同意，你会怎么论证？先自己检查一遍这一步。`,
    ],
    partial: (quote) => [
      `你提到“${quote}”。能再具体一些吗：为什么会这样，怎么做到的？`,
      `“${quote}”这一点再往下讲一层：机制是什么，依据是什么？`,
    ],
    missing: (question) => [
      `再看一遍题目：${question} 还有一个关键的方面你没有讲到，你会补充什么？`,
      `就“${question}”来说，如果只能再补一句最重要的，你补哪一句？`,
    ],
    missingAfter: (quote, question) => [
      `你讲到了“${quote}”。除此之外，要把“${question}”答完整，还差哪一个关键方面？`,
      `“${quote}”我听到了。再回到题目“${question}”，还有什么是必须说清楚的？`,
    ],
    quote: (quote) => `你刚才说“${quote}”。`,
  },
  dispute: {
    nothing: '目前没有可以申诉的判定。看到不认可的判定时，告诉我是哪一点、你在回答里是怎么说的。',
    atEnd: '模拟面试里判定要到结束才公布，届时可以逐条申诉。我们先继续。',
    upheld: (claim, replySpan, referenceSpan, value) =>
      `复核了“${claim}”这一点，维持“${value}”。${
        replySpan === null ? '你的回答里没有找到说明这一点的句子' : `你的原话是“${replySpan}”`
      }；参考答案的依据是“${referenceSpan}”。`,
    changed: (claim, replySpan, before, after) =>
      `复核了“${claim}”这一点，你说得对：你的原话“${replySpan}”说明了它。判定由“${before}”改为“${after}”，分数已更新。`,
    unclear: (claim, replySpan, referenceSpan) =>
      `复核了“${claim}”这一点，仅凭${
        replySpan === null ? '现有的回答' : `“${replySpan}”`
      }还无法确定，暂时维持原判并记录这次申诉。参考答案的依据是“${referenceSpan}”。`,
  },
  modules: {
    llm: '大模型',
    vision: '计算机视觉',
    foundations: '深度学习基础',
    industry: '行业应用',
    code: '手写代码',
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
    summary: (graded, asked, mean) => `共出题 ${asked} 道，评分 ${graded} 道，平均 **${mean} / 10**。`,
    aidedApart: (unaided, unaidedCount, aided, aidedCount) =>
      `独立作答 ${unaidedCount} 题，平均 ${unaided}；用过提示 ${aidedCount} 题，平均 ${aided}。`,
    questions: '逐题结果',
    line: (number, question, score) => `${number}. ${question} — ${score}`,
    outcome: { ungraded: '待补评', skipped: '跳过', 'dont-know': '未答出（0 分）', open: '未作答' },
    score: (total, aided) => `${total} / 10${aided ? '（用过提示）' : ''}`,
    byModule: '按方向',
    moduleLine: (module, mean, count) => `${module}：${mean} / 10（${count} 题）`,
    weakest: '最该补的要点',
    value: { covered: '已答到', partial: '只答到一部分', missing: '没有答到', contradicted: '说法有误' },
    weakLine: (value, claim, question) => `${claim}（${value}；${question}）`,
    readNext: '接下来读',
    feedback: '逐题反馈',
  },
};
