// Lint of TypeScript and Svelte. Which folder may import which is held by tests/layers.test.ts.
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

export default ts.config(
  { ignores: ['dist', '.svelte-check', 'src/paraglide', 'src/backend/bindings.ts', 'node_modules', 'project.inlang'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // payloads are other people's text
      'svelte/no-at-html-tags': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Payloads are text: use textContent.' },
        { property: 'outerHTML', message: 'Payloads are text: use textContent.' },
        { property: 'insertAdjacentHTML', message: 'Payloads are text: use textContent.' },
      ],
      // eachs over pools and fixed lists are keyed by place
      'svelte/require-each-key': 'error',
      'svelte/no-unused-svelte-ignore': 'error',
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['tests/looks/**'], rules: { 'no-console': 'off' } },
)
