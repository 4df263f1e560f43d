// The default theme, with room for lines of 100 characters.
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
