import type { Texts } from './texts.ts';

const questions = (count: number) => (count === 1 ? '1 question' : `${count} questions`);

export const en: Texts = {
  greeting: (mode) =>
    mode === 'study'
      ? [
          "Hello, I'm Viva. You get point-by-point feedback after each answer; ask for a hint, skip, or change the subject whenever you like. Here is the first question.",
          "Hello and welcome. I grade each answer as we go. Say “hint” when you're stuck, or name another topic at any time. First question.",
        ]
      : [
          "Hello, I'm Viva. We'll run this like a real interview: no scores on the way, all the feedback at the end. Here is the first question.",
          'Hello and welcome. This is a mock interview, so grades and feedback come at the end. Let us begin.',
        ],
  chatter: {
    greeting: ['Hello.', "Hello, I'm here."],
    identity: [
      "I'm an AI interview coach, not a person; every verdict can be checked against the reference answer.",
    ],
    thanks: ["You're welcome.", 'My pleasure.'],
    help: [
      'I ask interview questions and grade each answer point by point against a reference, then follow up on what was missed. Say “hint” when you are stuck, “skip” to move on, name a topic to switch to it, and ask me about the material whenever you like.',
    ],
    scoring: [
      'Each question has weighted key points. Every point is judged covered, half there, missing or contradicted, and the score is arithmetic over those verdicts; each one shows your words next to the reference.',
    ],
    insult: [
      "I can tell you're frustrated. If it's a verdict that looks wrong, say “I want to appeal” and I'll check that point again.",
      "Fair enough. If this question isn't for you, say “skip”; if a verdict looks wrong, name it and I'll look at it again.",
    ],
    nerves: [
      'Nerves are normal. Start with the one thing you are surest of.',
      'No rush. A wrong answer costs nothing here, so say what comes to mind first.',
    ],
    orders: [
      'The score comes from verdicts on the key points, so asking for it changes nothing.',
      "I can't do that. The grade depends only on what you say about the question.",
    ],
    nod: ["Sure, take your time. Answer when you're ready.", "Whenever you're ready."],
    other: ["I haven't taken that as an answer.", "That isn't about the question, so I haven't graded it."],
  },
  modeLater:
    "Let's finish this one as it is. To change the mode, say “stop”, then “mock interview” or “study mode”.",
  afterEnd: [
    'All right. To carry on, say “another round” or name a topic.',
    'This interview is over. Say “another round” for more.',
  ],
  noWayBack:
    "You can't answer an earlier question again, but you can read its answer: say “the answer to the last question”.",
  noneBefore: 'There is no such question before this one.',
  similar: 'more of the same kind',
  topics: (modules) =>
    `I have questions on ${modules}. Name one of them, or something specific, and I'll ask about it.`,
  back: (question) => [`Back to the question: ${question}`, `Now, back to where we were: ${question}`],
  repeat: (question) => [`The question is: ${question}`, `Once more: ${question}`],
  clarify: (parts) => {
    const asked = parts.length > 1 ? parts.map((part) => `\n- ${part}`).join('') : parts.join('');
    return [
      `Cover everything the question mentions; where it leaves something open, pick a case and say which. What is asked: ${asked}`,
      `Take it as written, and state your assumption where it doesn't say. What is asked: ${asked}`,
    ];
  },
  clarifyFollowUp: (question, main) => [
    `This is a follow-up to “${main}”, so only this is asked: ${question}\nWhere it leaves something open, state your assumption.`,
  ],
  nudge: [
    "I didn't get any words there. Answer when you're ready, or say “hint” or “skip”.",
    'There were no words in that message. Start with your line of thought, or say “hint” if you are stuck.',
  ],
  confirmIntent: [
    'Let me check: was that your answer, or a question for me? Reply “answer” or “question”.',
    "I don't want to grade a question by mistake. Is that your answer or are you asking me something? Say “answer” or “question”.",
  ],
  noMoreHints: [
    "You've had all the hints. Answer with what you have, or say “show me the answer”.",
    'No hints left. Give me the part you are sure of, or say “show me the answer”.',
  ],
  nothingOpen: {
    hint: 'No question is open. Say “start”, or name a topic, and I will ask one.',
    explain: 'No question is open. Say “start” to get one, or ask me about anything in the material.',
    repeat: 'No question is open. Say “start” and I will ask one.',
    reply:
      'No question is waiting for an answer. Say “start”, or name what to practise, such as “a few on object detection”.',
  },
  nothingYet: 'Nothing has been answered yet, so there are no results.',
  nothingToReport:
    'Nothing has been answered yet, so there are no results. Say “start” and I will ask the first question.',
  reportAtEnd: (replied, asked) =>
    `This is a mock interview: scores and feedback come at the end. So far I have asked ${questions(asked)} and you have answered ${replied}. To see the results now, say “end the interview”.`,
  noted: ['Thank you, noted.', 'All right, I have that.', 'Okay, got it.'],
  skipped: ["All right, we'll skip this one.", "No problem, let's leave it."],
  dontKnow: {
    study: [
      "That's fine; saying so beats bluffing. It counts as not answered. Read the reference once before we go on.",
      'All right, this one counts as not answered. The reference is below; the reasoning is the part to study.',
    ],
    mock: ["That's fine. It counts as not answered.", 'All right, that one counts as not answered.'],
  },
  dontKnowFollowUp: ["All right, let's leave that point.", 'No problem, come back to that point later.'],
  afterReference: [
    "That is the reference. Let's take the next question.",
    "That's it for this one. Here is the next.",
  ],
  failure: {
    timeout: 'the model did not answer in time',
    'model-away': 'the model service is not available at the moment',
    local: 'the local model could not process this text',
    other: 'an unexpected error came up',
  },
  ungraded: (reason) =>
    `Your answer is saved but not graded yet: ${reason}. It will be graded when that is over, and it does not count as zero. Let's go on.`,
  unanswered: (reason) => `I can't answer that right now: ${reason}. Please ask again a little later.`,
  regraded: (number) => `Your answer to question ${number} has now been graded.`,
  noSuchTopic: (words, modules) =>
    `I found no question ${words === null ? 'on that' : `on “${words}”`}. What I have is ${modules}. Which would you like?`,
  noEntries: 'No question fits that. Try a wider difficulty or topic.',
  entryGone: "That question is no longer in the material, so let's take the next one.",
  planned: (what, count) => [
    `All right: ${what}, ${questions(count)}.`,
    `Good, ${what} next, ${questions(count)}.`,
  ],
  plannedOne: ['All right, this one it is.', "Good, let's take that question."],
  aboutTopic: (words) => `“${words}”`,
  aboutArea: (area) => area,
  shifted: (shift, area) => `${shift} in ${area}`,
  askedBefore: "You've had every question there is on this, so let's go over it again.",
  harder: 'something harder',
  easier: 'something easier',
  hard: 'hard ones',
  easy: 'easy ones to begin with',
  another: 'another area',
  languageChanged: 'All right, English from here on.',
  languageSame: "We're already in English, so please go on.",
  bye: ["All right, that's it for today. Thanks for your time.", "Good, let's stop here. Thank you."],
  finished: [
    'Those were all the questions. Here is your report; for more, say “another round” or name a topic.',
    'That was the last question, so here is how it went. To carry on, say “another round” or name a topic.',
  ],
  anotherRound: ["Good, let's do another round.", 'All right, another round.'],
  stopped: 'All right, stopped.',
  questionTotal: (total, aided) => `**This question: ${total} / 10**${aided ? ' (with help)' : ''}`,
  established: (claims) => {
    const list = `**You have made these points**\n\n${claims.map((claim) => `- ${claim}`).join('\n')}`;
    return [
      `${list}\n\nI'll keep the rest to myself for now and follow up on one.`,
      `${list}\n\nBefore I say what is missing, one follow-up.`,
      `${list}\n\nThose count. There is one more thing I'd like to hear.`,
    ];
  },
  nothingEstablished: [
    'No key point is complete yet, so let me come at it from another side.',
    "That doesn't settle any of the key points yet. Let me ask it differently.",
    "That isn't quite to the point yet. Let me be more specific.",
  ],
  nothingNew: [
    "That point isn't there yet. Let me ask about another one.",
    'Not quite; let me try a different point.',
    "Let's leave that one for now and try another.",
  ],
  probe: {
    contradicted: (quote) => [
      `You said “${quote}”. Does that hold? Work it through, or test it on a concrete example.`,
      `About “${quote}”: how would you defend that to someone who disagrees? Check the step first.`,
    ],
    partial: (quote) => [
      `You mentioned “${quote}”. Can you be more specific: why is that so, and how does it come about?`,
      `Take “${quote}” one level deeper: what is the mechanism, and what supports it?`,
    ],
    missing: (part) =>
      part === null
        ? [
            'One important side of this question is still open. What would you add?',
            'If you could add just one sentence, the one that matters most, what would it be?',
          ]
        : [
            `Go back to “${part}”. How would you answer that part?`,
            `“${part}” is not fully answered yet. What would you add?`,
          ],
    missingAfter: (quote, part) =>
      part === null
        ? [
            `You have “${quote}”. One important side is still open: what would you add?`,
            `Besides “${quote}”, what else does a full answer need?`,
          ]
        : [
            `You have “${quote}”. Look at “${part}” once more: what would you add there?`,
            `“${quote}”, yes. Now for “${part}”: what else does it need?`,
          ],
    quote: (quote) => `You said “${quote}”. `,
  },
  dispute: {
    nothing:
      'There is no verdict to appeal yet. When you see one you disagree with, tell me which point it is and where you said it.',
    atEnd: "In a mock interview the verdicts come at the end; you can appeal each of them then. Let's go on.",
    which: (points) =>
      `These points of that question are not fully met:\n${points.map((one) => `${one.number}. ${one.claim}`).join('\n')}\nIf you disagree with one, say “appeal point ${points[0]?.number ?? 1}”, or quote what you said.`,
    whichOpen:
      'Which point do you mean? Say “appeal” and quote your own words, and I will check those again.',
    allMet: 'Every point of that question already counts as covered, so there is nothing to appeal.',
    alreadyMet: (claim) => `“${claim}” already counts as covered, so it cost you nothing.`,
    upheld: (claim, replySpan, referenceSpan, value) =>
      `I checked “${claim}” again and it stays “${value}”. ${
        replySpan === null ? 'I found no sentence of yours that states it' : `Your words were “${replySpan}”`
      }; the reference rests on “${referenceSpan}”.`,
    changed: (claim, replySpan, referenceSpan, before, after) =>
      `I checked “${claim}” again and you are right: “${replySpan}” states it; the reference rests on “${referenceSpan}”. The verdict changes from “${before}” to “${after}”, and the score with it.`,
    unclear: (claim, replySpan, referenceSpan) =>
      `I checked “${claim}” again, and ${
        replySpan === null ? 'your answer alone' : `“${replySpan}” alone`
      } does not settle it. The verdict stands for now and your appeal is on record. The reference rests on “${referenceSpan}”.`,
  },
  modules: {
    llm: 'large models',
    vision: 'computer vision',
    foundations: 'deep-learning foundations',
    industry: 'industry applications',
    code: 'hand-written code',
    scenario: 'scenario questions',
    resources: 'learning resources',
    'llm/language': 'language models',
    'llm/vision-models': 'vision and multimodal models',
    'llm/general': 'large models in general',
    'llm/multimodal-rl': 'multimodal reinforcement learning',
    'vision/detection': 'object detection',
    'vision/detection-3d': '3D detection',
    'vision/classification': 'image classification',
    'vision/segmentation': 'segmentation',
    'vision/common': 'vision in general',
    'vision/gan-video-depth': 'generation, video and depth',
    'foundations/deep-learning': 'deep-learning theory',
    'foundations/pytorch': 'PyTorch',
    'foundations/frameworks': 'training and deployment frameworks',
    'industry/autonomous-driving': 'autonomous driving',
    'industry/medical': 'medical imaging',
    'industry/field-practice': 'field practice',
    'industry/nlp-business': 'NLP in business',
  },
  report: {
    title: 'Interview report',
    none: 'No question has been graded yet.',
    summary: (graded, asked, mean) =>
      graded === asked
        ? `${questions(asked)}, ${asked === 1 ? 'score' : 'mean'} **${mean} / 10**.`
        : `${questions(asked)} asked, ${graded} graded, mean **${mean} / 10**.`,
    aidedApart: (unaided, unaidedCount, aided, aidedCount) =>
      `Unaided: ${questions(unaidedCount)}, mean ${unaided}. With help: ${questions(aidedCount)}, mean ${aided}.`,
    allAided: 'Every graded question was answered with help.',
    questions: 'Question by question',
    line: (number, question, score) => `${number}. ${question} — ${score}`,
    outcome: {
      ungraded: 'to be graded',
      skipped: 'skipped',
      'dont-know': 'not answered (0)',
      open: 'not answered',
    },
    score: (total, aided) => `${total} / 10${aided ? ' (with help)' : ''}`,
    judged: (models, provisional) => {
      const notes = [
        ...(models.length > 0 ? [`judged with ${models.join(', ')}`] : []),
        ...(provisional ? ['local for now'] : []),
      ];
      return notes.length > 0 ? ` (${notes.join('; ')})` : '';
    },
    byModule: 'By area',
    moduleLine: (module, mean, count) => `${module}: ${mean} / 10 (${questions(count)})`,
    weakest: 'Points to work on',
    value: { covered: 'covered', partial: 'half there', missing: 'missing', contradicted: 'contradicted' },
    weakLine: (value, claim, question) =>
      `${claim} (${question === null ? '' : `question ${question}, `}${value})`,
    readNext: 'Read next',
    feedback: 'Feedback by question',
  },
};
