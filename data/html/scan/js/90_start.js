// The start.
theme.start();
panels.start();
findings.start();
document.documentElement.dataset.ready = 'true';
