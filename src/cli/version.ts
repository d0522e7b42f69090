/** The version of this oa; `test/tidy.test.ts` holds it to package.json. */
export const VERSION = '0.1.0'
