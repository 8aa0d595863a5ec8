export { type AnswerMeaning, answerMeanings, findAnswerMeaning } from './oktaAnswers.js'
export { genericRefusal, oktaTexts } from './oktaTexts.js'
export * from './profiles.js'
export * from './refusals.js'
