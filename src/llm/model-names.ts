/** What a model's name alone tells of its server's habits; a probe tells more. */

/** Names whose servers refuse a temperature. */
export const fixedTemperature = /^(?:o\d|gpt-5(?!-chat))/;

/** Names whose servers want `max_completion_tokens` for `max_tokens`; LangChain's rule. */
export const namesCompletionTokens = /^(?:o\d|gpt-5(?!-chat))/;
