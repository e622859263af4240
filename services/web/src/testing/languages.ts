/** Tests may speak any language at once. */
import { languages, loadLanguage } from '../language/catalogue.ts'

await Promise.all(languages.map(loadLanguage))
