/** Types of the parts of pdfmake 0.3 (https://pdfmake.github.io/docs/0.3/) and fontkit 2 that printing uses; neither ships its own. */
declare module 'pdfmake' {
  interface Common {
    bold?: boolean
    italics?: boolean
    fontSize?: number
    font?: string
    color?: string
    alignment?: 'left' | 'right' | 'center' | 'justify'
    lineHeight?: number
    characterSpacing?: number
    margin?: [number, number, number, number]
    width?: number | string
    unbreakable?: boolean
    headlineLevel?: number
    noWrap?: boolean
    pageBreak?: 'before' | 'after'
    absolutePosition?: { x: number; y: number }
    relativePosition?: { x: number; y: number }
    preserveLeadingSpaces?: boolean
    border?: [boolean, boolean, boolean, boolean]
    colSpan?: number
    opacity?: number
  }
  export interface TextNode extends Common { text: string | readonly (string | TextNode)[] }
  export interface StackNode extends Common { stack: Content[] }
  export interface ColumnsNode extends Common { columns: Content[]; columnGap?: number }
  export interface TableNode extends Common {
    table: { body: Content[][]; widths?: (number | string)[]; headerRows?: number; dontBreakRows?: boolean; heights?: number | number[] }
    layout?: string | Record<string, unknown>
  }
  export interface Rect { type: 'rect'; x: number; y: number; w: number; h: number; r?: number; lineWidth?: number; lineColor?: string; color?: string; mark?: string }
  export interface Stroke { type: 'line'; x1: number; y1: number; x2: number; y2: number; lineWidth?: number; lineColor?: string; dash?: { length: number; space?: number } }
  export interface CanvasNode extends Common { canvas: (Rect | Stroke)[] }
  export interface ImageNode extends Common { image: string; fit?: [number, number]; height?: number }
  export interface SvgNode extends Common { svg: string; height?: number }
  export type Content = TextNode | StackNode | ColumnsNode | TableNode | CanvasNode | ImageNode | SvgNode

  export interface Definition {
    content: Content[]
    pageSize: string | { width: number; height: number | 'auto' }
    pageMargins: [number, number, number, number]
    defaultStyle: Common
    footer?: (page: number, pages: number) => Content
    images?: Record<string, string>
    background?: (page: number, size: { readonly width: number; readonly height: number }) => Content
    info: Record<string, string | Date>
    language: string
    version: string
    subset?: 'PDF/A-2b'
    displayTitle: boolean
  }
  /** What lies on a page after layout, in points from its upper left corner. */
  export interface PageItem {
    type: string
    item: { type?: string; x?: number; y?: number; w?: number; h?: number; mark?: string; getHeight?: () => number; getWidth?: () => number }
  }
  export interface LaidOutPage { items: PageItem[]; pageSize: { width: number; height: number } }
  interface PdfKitStream { readonly _pdfMakePages: LaidOutPage[] }
  interface PdfDocument {
    getStream(): Promise<PdfKitStream>
    getBuffer(): Promise<Buffer>
  }
  interface PdfMake {
    /** The module exports one instance; another has fonts and policies of its own. */
    readonly constructor: new () => PdfMake
    readonly virtualfs: { existsSync(name: string): boolean; writeFileSync(name: string, content: Uint8Array): void }
    addFonts(fonts: Record<string, { normal: string; bold: string; italics: string; bolditalics: string }>): void
    setUrlAccessPolicy(allowed: (url: string) => boolean): void
    setLocalAccessPolicy(allowed: (path: string) => boolean): void
    createPdf(definition: Definition): PdfDocument
  }
  const pdfmake: PdfMake
  export default pdfmake
}

declare module 'fontkit' {
  export interface Font {
    readonly characterSet: readonly number[]
    readonly unitsPerEm: number
    glyphForCodePoint(codePoint: number): { readonly advanceWidth: number }
  }
  /** Called with `new`; what it returns is the font. */
  export interface Format {
    (stream: { readonly buffer: Uint8Array }): Font
    probe(bytes: Uint8Array): boolean
  }
  export const create: (bytes: Uint8Array) => Font
  /** A further file format: the first whose probe accepts the bytes opens them. */
  export const registerFormat: (format: Format) => void
}
