export type { CurveName } from './curves.js'
export type { Found, KeyMembers, PrivateForm, PublicForm } from './found.js'
export { inputBytesMax, recognise } from './recognise.js'
