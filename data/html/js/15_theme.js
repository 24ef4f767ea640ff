// Light or dark.
const theme = (() => {
  const NAMES = ['auto', 'light', 'dark'];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chosen = 'auto';
  function apply() {
    document.documentElement.dataset.theme = chosen === 'auto' ? (dark.matches ? 'dark' : 'light') : chosen;
    $('theme-name').textContent = chosen;
  }
  return {
    start() {
      try {
        const stored = localStorage.getItem('whittle-theme');
        if (NAMES.includes(stored)) chosen = stored;
      } catch { /* a file may have no storage */ }
      dark.addEventListener('change', apply);
      $('theme').addEventListener('click', () => {
        chosen = NAMES[(NAMES.indexOf(chosen) + 1) % NAMES.length];
        try {
          localStorage.setItem('whittle-theme', chosen);
        } catch { /* as above */ }
        apply();
      });
      apply();
    },
  };
})();
