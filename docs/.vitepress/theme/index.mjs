// The default theme, with room for lines of 100 characters, and the components of pages.

import theme from 'vitepress/theme-without-fonts';
import { defineAsyncComponent } from 'vue';
import './style.css';

/** Components of pages, which load them when they are shown. */
const PAGES = {
  Gates: () => import('./pages/Gates.vue'),
  Inspect: () => import('./pages/Inspect.vue'),
  Playground: () => import('./pages/Playground.vue'),
  Vanishing: () => import('./pages/Vanishing.vue'),
  Voice: () => import('./pages/Voice.vue'),
  WrongGradients: () => import('./pages/WrongGradients.vue'),
};

export default {
  extends: theme,
  enhanceApp({ app }) {
    for (const [name, load] of Object.entries(PAGES)) app.component(name, defineAsyncComponent(load));
  },
};
