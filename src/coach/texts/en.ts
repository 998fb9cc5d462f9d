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
    insult: [
      "I can tell you're frustrated. If a verdict looks wrong, say “I want to appeal” and I'll check it point by point.",
      "Fair enough. Point me to the verdict you disagree with and I'll look again.",
    ],
    nerves: [
      'Nerves are normal. Start with the one thing you are surest of.',
      'No rush. A wrong answer costs nothing here, so say what comes to mind first.',
    ],
    orders: [
      'The score is computed from verdicts on the key points; nothing else moves it.',
      'That has no effect on the grade, which looks only at what you say about the question.',
    ],
    other: ['All right.', 'Noted.'],
  },
  back: (question) => [`Back to the question: ${question}`, `Let's return to where we were: ${question}`],
  repeat: (question) => [`The question is: ${question}`, `Once more: ${question}`],
  clarify: (wording) => [
    `Put differently, the question is: ${wording}\nWhere it leaves something open, state the assumption you make, and address every part of it.`,
    `Read it this way: ${wording}\nIf you see two readings, say which one you are answering; each part of the question needs a response.`,
  ],
  clarifyFollowUp: (question, main) => [
    `This follow-up still belongs to “${main}”, and one thing is asked: ${question}\nWhere it leaves something open, state your assumption.`,
  ],
  nudge: [
    "I didn't get any words there. Answer when you're ready, or say “hint” or “skip”.",
    'Take your time. Start with your line of thought, or say “hint” if you are stuck.',
  ],
  confirmIntent: [
    'Let me check: was that your answer, or a question for me? Reply “answer” or “question”.',
    "I don't want to grade a question by mistake. Is that your answer or are you asking me something? Say “answer” or “question”.",
  ],
  noMoreHints: [
    "You've had all three hints. Answer with what you have, or say “show me the answer”.",
    'No hints left. Give me the part you are sure of, or say “show me the answer”.',
  ],
  nothingOpen: {
    hint: 'No question is open, so there is nothing to hint at. Say “start”, or name a topic, and I will ask one.',
    explain: 'No question is open. Say “start” to get one, or ask me about anything in the material.',
    repeat: 'No question is open. Say “start” and I will ask one.',
    reply:
      'No question is waiting for an answer. Say “start”, or name what to practise, such as “a few on object detection”.',
  },
  nothingToReport:
    'Nothing has been answered yet, so there are no results. Say “start” and I will ask the first question.',
  reportAtEnd: (replied, asked) =>
    `This is a mock interview: scores and feedback come at the end. So far you have answered ${replied} of ${asked} asked. To see the results now, say “end the interview”.`,
  noted: ['Thank you, noted.', 'All right, I have that. Moving on.', "Good, let's carry on."],
  skipped: ["All right, we'll skip this one.", "No problem, let's leave it."],
  dontKnow: {
    study: [
      'That is fine; saying so beats making something up. It counts as not answered. Read the reference below once before we go on.',
      'Honest is good. This one counts as not answered; the reference is below, and the reasoning is the part to study.',
    ],
    mock: [
      'That is fine; better said than bluffed. It counts as not answered, and we go on.',
      'All right, that one counts as not answered. Next.',
    ],
  },
  dontKnowFollowUp: ["All right, let's leave that point.", 'No problem, come back to that point later.'],
  afterReference: [
    "That is the reference. Let's take the next question.",
    'When you have read it, on to the next one.',
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
    `I found nothing about “${words}” in the material. There is: ${modules}. Which would you like?`,
  noEntries: 'No question fits that. Try a wider difficulty or topic.',
  entryGone: "That question is no longer in the material, so let's take the next one.",
  planned: (what, count) => [
    `All right: ${what}, ${questions(count)}.`,
    `Good, ${what} next, ${questions(count)}.`,
  ],
  plannedOne: ['All right, this one it is.', "Good, let's take that question."],
  harder: 'something harder',
  easier: 'something easier',
  another: 'another area',
  languageChanged: 'All right, English from here on.',
  languageSame: 'We are speaking English already, so please go on.',
  bye: [
    "All right, that's it for today. Well done for putting in the time.",
    'Good, we end here. Thank you for your time.',
  ],
  finished: [
    'Those were all the questions. Here is your report.',
    "That's the last question. Let's look at how it went.",
  ],
  stopped: 'All right, stopped.',
  questionTotal: (total, aided) => `**This question so far: ${total} / 10**${aided ? ' (with help)' : ''}`,
  established: (claims) =>
    `**What you have established**\n${claims.map((claim) => `- ${claim}`).join('\n')}\n\nI'll hold the rest back and follow up on one of them.`,
  nothingEstablished: 'No key point is complete yet, so let me come at it from another side.',
  probe: {
    contradicted: (quote) => [
      `You said “${quote}”. Does that hold? Work it through, or test it on a concrete example.`,
      `About “${quote}”: how would you defend it against someone who disagrees? Check that step first.`,
    ],
    partial: (quote) => [
      `You mentioned “${quote}”. Can you be more specific: why is that so, and how does it come about?`,
      `Take “${quote}” one level deeper: what is the mechanism, and what supports it?`,
    ],
    missing: (question) => [
      `Look at the question again: ${question} One important side of it is still untouched. What would you add?`,
      `On “${question}”: if you could add a single sentence, the most important one, what would it be?`,
    ],
    missingAfter: (quote, question) => [
      `You covered “${quote}”. Beyond that, which important side of “${question}” is still open?`,
      `“${quote}”: I have that. Going back to “${question}”, what else has to be said?`,
    ],
    quote: (quote) => `You said “${quote}”. `,
  },
  dispute: {
    nothing:
      'There is no verdict to appeal yet. When you see one you disagree with, tell me which point it is and where you said it.',
    atEnd: "In a mock interview the verdicts come at the end; you can appeal each of them then. Let's go on.",
    upheld: (claim, replySpan, referenceSpan, value) =>
      `I checked “${claim}” again and it stays “${value}”. ${
        replySpan === null ? 'I found no sentence of yours that states it' : `Your words were “${replySpan}”`
      }; the reference rests on “${referenceSpan}”.`,
    changed: (claim, replySpan, before, after) =>
      `I checked “${claim}” again and you are right: “${replySpan}” states it. The verdict changes from “${before}” to “${after}”, and the score with it.`,
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
    summary: (graded, asked, mean) => `${questions(asked)} asked, ${graded} graded, mean **${mean} / 10**.`,
    aidedApart: (unaided, unaidedCount, aided, aidedCount) =>
      `Unaided: ${questions(unaidedCount)}, mean ${unaided}. With help: ${questions(aidedCount)}, mean ${aided}.`,
    questions: 'Question by question',
    line: (number, question, score) => `${number}. ${question} — ${score}`,
    outcome: {
      ungraded: 'to be graded',
      skipped: 'skipped',
      'dont-know': 'not answered (0)',
      open: 'not answered',
    },
    score: (total, aided) => `${total} / 10${aided ? ' (with help)' : ''}`,
    byModule: 'By area',
    moduleLine: (module, mean, count) => `${module}: ${mean} / 10 (${questions(count)})`,
    weakest: 'Points to work on',
    value: { covered: 'covered', partial: 'half there', missing: 'missing', contradicted: 'contradicted' },
    weakLine: (value, claim, question) => `${claim} (${value}; ${question})`,
    readNext: 'Read next',
    feedback: 'Feedback by question',
  },
};
