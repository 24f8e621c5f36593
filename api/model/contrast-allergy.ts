/**
 * Whether an allergy is to what imaging injects: ATC groups V08A (X-ray contrast media, iodinated), V08B (without iodine) and V08C (magnetic resonance) of the WHO, https://atcddd.fhi.no/atc_ddd_index/?code=V08
 * "Iod" alone counts too: whoever wrote it has to be asked what was meant, before something is injected. Pure.
 */
import { fold } from './fold.ts'

const ATC = 'http://www.whocc.no/atc'
const WORDS: readonly RegExp[] = [
  /\bcan quang\b/, /\bdoi quang\b/, /\bthuoc tuong phan\b/, /\bcontrast\b/, /\b(iod|iot|iode|iodine)\b/, /\bgado(linium|linii|butrol|terat|teric|pentet|diamid|benat|xet|terid)/, /\bgadolini/,
  /\b(iohexol|iopamidol|iopromid|iodixanol|iobitridol|ioversol|iomeprol|ioxitalam|ioxagl|iotalam|diatrizo|amidotrizo)/, /\b(omnipaque|ultravist|xenetix|iopamiro|visipaque|telebrix|dotarem|gadovist|magnevist|omniscan)\b/,
]

/** `codes`: codings of AllergyIntolerance.code. */
export const isContrastAllergy = (text: string, codes: readonly { readonly system?: string | undefined; readonly code?: string | undefined }[] = []): boolean => {
  const words = fold(text)
  return WORDS.some((word) => word.test(words)) || codes.some(({ system, code }) => system === ATC && code?.startsWith('V08') === true)
}
