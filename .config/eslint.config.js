/**
 * ESLint reads the .vue files: typescript-eslint with types (a promise nobody awaits is a lost write), and Vue's recommended rules. Fails on any warning.
 * The .ts files have the same rules from oxlint (.oxlintrc.json), which asks the native compiler; test/unit/infra/lint-rules.test.ts holds the two together.
 */
import { fileURLToPath } from 'node:url'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

const root = fileURLToPath(new URL('..', import.meta.url))

export default tseslint.config(
  { basePath: root, ignores: ['node_modules/', 'web/dist/', 'web/public/', 'fhir-profiles/package/', '.data/', '.cache/', 'coverage/', 'pictures/'] },
  {
    basePath: root,
    files: ['**/*.vue'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      // a smaller program than everyone's: of what no screen imports nothing is asked here
      parserOptions: { project: './.config/tsconfig.screens.json', tsconfigRootDir: root, extraFileExtensions: ['.vue'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unsafe-argument': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      // handlers are async by contract, also those that need not wait
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', 400],
    },
  },
  {
    basePath: root,
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // an optional prop that is left out is undefined, as its type says
      'vue/require-default-prop': 'off',
      // layout is the writer's
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/no-v-html': 'error',
    },
  },
  { basePath: root, files: ['web/**/*.vue'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
)
