import { defineConfig } from 'vitepress'

export default defineConfig({ title: 'pkjwt', lang: 'en', cleanUrls: true, themeConfig: { search: { provider: 'local' } } })
